//! The tables of Xunfang as Rust types, nothing else.
//!
//! One folder per area, with the same name as in `src/areas`; `sync`, `jobs` and `ledger` hold what
//! the machinery itself remembers.

#[macro_use]
pub mod words;

pub mod accounts;
pub mod attachments;
pub mod changes;
pub mod duty;
pub mod estate;
pub mod households;
pub mod ids;
pub mod jobs;
pub mod kinds;
pub mod ledger;
pub mod organisation;
pub mod patrol;
pub mod sealed;
pub mod stamps;
pub mod sync;
pub mod tickets;
pub mod visits;
