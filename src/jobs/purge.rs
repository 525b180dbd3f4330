//! Forgetting what has been done.

use async_trait::async_trait;
use chrono::TimeDelta;
use entity::jobs::job;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Job, Schedule, Taken};
use crate::app::App;
use crate::database::Write;
use crate::error::ApiError;

/// How long jobs that were done or given up stay to be looked at.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Deletes the rows of jobs that were done or given up long ago. Nothing else that grows is deleted
/// yet: phones may still ask for it, or the law may.
pub struct PurgeJobs;

#[async_trait]
impl Job for PurgeJobs {
    const KIND: &'static str = "job.purge";

    fn schedule(&self) -> Schedule {
        Schedule::Hourly
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let purge = async |write: &mut Write| {
            let purged = job::Entity::delete_many()
                .filter(job::Column::FinishedAt.lt(write.now() - KEPT))
                .exec(write.connection())
                .await?;
            Ok(purged.rows_affected)
        };
        let purged = taken.finish(app, "purge jobs", purge).await?;
        if purged > 0 {
            tracing::info!(purged, "old jobs purged");
        }
        Ok(())
    }
}
