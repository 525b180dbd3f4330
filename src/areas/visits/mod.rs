//! Visits to homes by plan (走访), and return visits after repairs (回访).
//!
//! A home visit goes `planned → appointed → at_door → in_talk → done → reported`; who is refused or
//! finds nobody agrees on another time. A return visit is planned by a job when a repair is finished,
//! is made at the door with the owner's signature or by telephone, and goes on to `checked` and
//! `archived` (domain 14, 15). Two who go together may both tell of it, each on a phone of his own and
//! offline: the second account is kept beside the first.

pub mod access;
pub mod error;
pub mod graphql;
pub mod jobs;
pub mod read;
mod rules;
mod sync;
pub mod write;

pub use rules::VisitPolicy;
