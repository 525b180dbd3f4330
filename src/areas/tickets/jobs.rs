//! What time does to complaints.

use async_trait::async_trait;

use super::read::overdue_clocks;
use super::write::BreachClocks;
use crate::app::App;
use crate::auth::Viewer;
use crate::command::{Command as _, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::jobs::{Job, Schedule, Taken};

/// How many clocks are marked in one change.
const AT_ONCE: u64 = 200;

/// Marks the clocks of complaints that have run out, and tells one person of each.
pub struct WatchClocks;

#[async_trait]
impl Job for WatchClocks {
    const KIND: &'static str = "ticket.watch_clocks";

    // Schedule::every(5)
    fn schedule(&self) -> Schedule {
        Schedule::Hourly
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let viewer = Viewer::system();
        let watch = async |write: &mut Write| {
            let overdue = overdue_clocks(write.connection(), write.now(), AT_ONCE).await?;
            let breach = BreachClocks { overdue };
            BreachClocks::prefetch(&[&breach], &viewer, write).await?;
            breach.decide(&Occasion::now(write), &viewer, write)
        };
        loop {
            let marked = taken.step(app, "watch clocks", watch).await?;
            if marked == 0 {
                return Ok(());
            }
            tracing::info!(marked, "clocks of complaints ran out");
        }
    }
}
