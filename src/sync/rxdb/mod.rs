//! The face for RxDB's GraphQL replication, in the names its query builders generate.
//!
//! Its traps are healed here: a page is never short while more exists; merges are answered with nothing
//! and true clashes with the row as it is; a data problem is never an error, because that would stop
//! the collection for ever; a rejected insert and a row out of reach are answered with a tombstone;
//! replays are known by what they say; only what a phone may write is compared; no event of a stream
//! moves a client past what it has not pulled. Each is a test with the library itself in `clients/tests`.

mod asked;
mod begin;
mod document;
pub mod kept;
mod names;
mod pull;
mod push;
pub mod roots;
mod stream;
mod types;

use self::document::RowDocument;
use self::pull::{Checkpoint, Given, pull};
use self::push::push;
use self::stream::{Event, stream};
