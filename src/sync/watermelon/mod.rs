//! The face for WatermelonDB: its two functions, `pullChanges` and `pushChanges`.

pub mod cursor;
pub mod protocol;
pub mod pull;
pub mod push;
mod table;

pub use cursor::StoredCursor;
