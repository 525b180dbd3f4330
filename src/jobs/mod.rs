//! Work that is done at its time: rows in the database, taken under a lease.
//!
//! A schedule or a command writes a row; each row is taken by one worker at a time, which renews
//! its lease while it runs. A worker that is cut off loses the lease and with it the right to
//! write: every change of a job checks, in its own transaction, that this attempt still holds it.
//! So two processes never do one job twice, and a process that dies is replaced by another.
//!
//! Knows no area: each area hands in its jobs in its `AREA`.

pub mod desk;
mod error;
pub mod leave_phones;
pub mod plan;
pub mod purge;
pub mod queue;
pub mod registry;
mod retry;
mod schedule;
mod taken;
mod worker;

use async_trait::async_trait;

pub use error::JobError;
pub use retry::MOST_ATTEMPTS;
pub use schedule::Schedule;
pub use taken::Taken;
pub use worker::Worker;

use crate::app::App;
use crate::error::ApiError;

/// A kind of work.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// `household.settle_relations`
    const KIND: &'static str;

    /// When it is due by itself.
    fn schedule(&self) -> Schedule;

    /// Does it. What it changes goes through [`Taken::finish`], which also notes that it is done,
    /// or piece by piece through [`Taken::step`]. After a crash between two pieces it begins from
    /// the start, so that each piece must be safe to do twice.
    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError>;
}
