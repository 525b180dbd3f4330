//! What every area's API shares.

mod changes;
pub mod connection;
pub mod context;
pub mod described;
pub mod document;
pub mod errors;
pub mod gathering;
pub mod limits;
pub mod loader;
pub mod meant;
pub mod server;
pub mod text;
mod too_much;

pub use changes::{FieldChange, changes};
pub use connection::{page_arguments, page_of};
pub use context::ContextExt;
pub use loader::RequestLoader;
