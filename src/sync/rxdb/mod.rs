//! The face for RxDB's GraphQL replication, in the names its query builders generate.
//!
//! Its traps are healed here (numbers of the contract in brackets): a page is never short while more
//! exists [1, 2]; merges are answered with nothing and true clashes with the row as it is [3]; a data
//! problem is never an error, because that would stop the collection for ever [5]; a rejected insert
//! and a row out of reach are answered with a tombstone [6, 24]; replays are known by what they say
//! [8, 9]; only what a phone may write is compared [10]; the events of a stream follow each other
//! without a gap [12].

mod document;
pub mod face;
mod pull;
mod push;
mod stream;

pub use self::document::RowDocument;
pub use self::pull::{Checkpoint, Given, pull};
pub use self::push::push;
pub use self::stream::stream;
