//! What is done about visits by itself.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use entity::visits::{VisitState, visit};
use sea_orm::{ColumnTrait, Condition};

use super::read;
use super::write::{MarkOverdue, PlanReturns};
use crate::app::App;
use crate::auth::Viewer;
use crate::command::{Command as _, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::jobs::leave_phones::Leaving;
use crate::jobs::{Job, Schedule, Taken};

/// How many visits one change plans or marks.
const AT_ONCE: u64 = 500;

/// Plans a return visit for every repair that is finished, and keeps their days up to date.
pub struct PlanReturnVisits;

#[async_trait]
impl Job for PlanReturnVisits {
    const KIND: &'static str = "visit.plan_returns";

    fn schedule(&self) -> Schedule {
        Schedule::EveryMinutes(5)
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let viewer = Viewer::system();
        let plan = async |write: &mut Write| {
            let mut tickets = read::repairs_without_return(write.connection(), AT_ONCE).await?;
            tickets.extend(read::repairs_with_stale_return(write.connection(), AT_ONCE).await?);
            let plan = PlanReturns { tickets };
            PlanReturns::prefetch(&[&plan], &viewer, write).await?;
            plan.decide(&Occasion::now(write), &viewer, write)
        };
        loop {
            let planned = taken.step(app, "plan return visits", plan).await?;
            if planned == 0 {
                return Ok(());
            }
            tracing::info!(planned, "return visits planned");
        }
    }
}

/// Marks the visits that were not made in time.
pub struct MarkOverdueVisits;

#[async_trait]
impl Job for MarkOverdueVisits {
    const KIND: &'static str = "visit.mark_overdue";

    fn schedule(&self) -> Schedule {
        Schedule::EveryMinutes(5)
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let viewer = Viewer::system();
        let mark = async |write: &mut Write| {
            let visits = read::unmarked_overdue(write.connection(), write.now(), AT_ONCE).await?;
            let mark = MarkOverdue { visits };
            MarkOverdue::prefetch(&[&mark], &viewer, write).await?;
            mark.decide(&Occasion::now(write), &viewer, write)
        };
        loop {
            let marked = taken.step(app, "mark overdue visits", mark).await?;
            if marked == 0 {
                return Ok(());
            }
            tracing::info!(marked, "visits are overdue");
        }
    }
}

impl Leaving for visit::Model {
    const JOB: &'static str = "visit.leave_phones";

    fn settled_by(at: DateTime<Utc>) -> Condition {
        use VisitState::{Archived, Cancelled, Reported};
        use visit::Column::{LeftPhonesAt, State, UpdatedAt};
        Condition::all()
            .add(LeftPhonesAt.is_null())
            .add(UpdatedAt.lte(at))
            .add(State.is_in([Reported, Archived, Cancelled]))
    }

    fn leave(&mut self, now: DateTime<Utc>) {
        self.left_phones_at = Some(now);
    }
}
