//! Shifts (班次), the roster (值班表) and handovers (交接班).
//!
//! A handover goes `prepared → checked → signed`, and through `rejected` where the successor finds the
//! place not in order (domain 17.2). Whatever happened is kept as an event, in whichever order the
//! phones come home, and where a handover stands follows from its events by when they were observed.

pub mod access;
mod error;
pub mod graphql;
pub mod jobs;
mod read;
pub mod rules;
mod sync;
pub mod write;
