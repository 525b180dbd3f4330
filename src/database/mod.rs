//! How we talk to the database.
//!
//! `Write` is the only way in: it collects the effects of commands and flushes them in one
//! transaction. `Scope` is the one place that says who sees what; reads, commands and pulls all
//! ask it.

mod appended;
pub mod backup;
pub mod bus;
pub mod connect;
pub mod error;
pub mod feed;
mod health;
pub mod installation;
pub mod key_file;
mod lock;
pub mod page;
pub mod reach;
mod reader;
pub mod record;
pub mod reseal;
mod retry;
mod schema;
pub mod scope;
pub mod sealed;
pub mod sealing;
pub mod sequence;
pub mod snapshot;
mod table;
mod transaction;
pub mod unusable;
pub mod write;

pub use connect::Database;
pub use reach::{Audience, Reach};
pub use reader::Reader;
pub use record::{Appended, Heads, Record, Root, Stamp};
pub(crate) use record::{private_record, record};
pub use scope::{Rule, Scope, Within};
pub use transaction::Transaction;
pub use write::{Actor, Saved, Span, Write};
