//! Tickets (事务单): contacts that need work. Here: repairs (报修).
//!
//! A repair goes `recorded → ordered → dispatched → on_site → finished → closed`, and may be
//! `cancelled` before it is finished (domain 13.2). Its history is a list of append-only events.
//! Free text, convenient time and priority may be edited, also offline; edits of different fields
//! are merged, and of two edits of one field the loser is kept in a sync issue.

pub mod access;
pub mod error;
pub mod graphql;
pub mod jobs;
pub mod read;
pub mod rules;
pub mod sync;
pub mod write;

pub use write::{AdvanceTicket, NoteTicket};
