//! What the calendar does by itself.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use entity::patrol::patrol_task;
use sea_orm::{ColumnTrait, Condition};

use super::write::{ClosePatrols, GeneratePatrols};
use crate::app::App;
use crate::auth::Viewer;
use crate::command::{Command as _, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::jobs::leave_phones::Leaving;
use crate::jobs::{Job, Schedule, Taken};

/// Makes the tasks of today and tomorrow.
pub struct GeneratePatrolsDaily;

#[async_trait]
impl Job for GeneratePatrolsDaily {
    const KIND: &'static str = "patrol.generate";

    /// Also at the start: a restored database may be of yesterday.
    fn schedule(&self) -> Schedule {
        Schedule::daily(0, 10).and_at_start()
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let viewer = Viewer::system();
        let community_id = taken.community_id();
        let generate = async |write: &mut Write| {
            let generate = GeneratePatrols { community_id };
            GeneratePatrols::prefetch(&[&generate], &viewer, write).await?;
            generate.decide(&Occasion::now(write), &viewer, write)
        };
        let made = taken.finish(app, "generate patrols", generate).await?;
        if made > 0 {
            tracing::info!(community.id = %community_id, made, "patrols generated");
        }
        Ok(())
    }
}

/// Marks what was missed.
pub struct CloseMissedPatrols;

#[async_trait]
impl Job for CloseMissedPatrols {
    const KIND: &'static str = "patrol.close";

    fn schedule(&self) -> Schedule {
        Schedule::EveryMinutes(5)
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let viewer = Viewer::system();
        let close = async |write: &mut Write| {
            ClosePatrols::prefetch(&[&ClosePatrols], &viewer, write).await?;
            ClosePatrols.decide(&Occasion::now(write), &viewer, write)
        };
        loop {
            let missed = taken.step(app, "close missed patrols", close).await?;
            if missed == 0 {
                return Ok(());
            }
            tracing::info!(missed, "patrols missed");
        }
    }
}

impl Leaving for patrol_task::Model {
    const JOB: &'static str = "patrol.leave_phones";

    fn settled_by(at: DateTime<Utc>) -> Condition {
        Condition::all()
            .add(patrol_task::Column::LeftPhonesAt.is_null())
            .add(patrol_task::Column::WindowTo.lte(at))
    }

    fn leave(&mut self, now: DateTime<Utc>) {
        self.left_phones_at = Some(now);
    }
}
