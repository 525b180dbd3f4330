//! The list of jobs: what areas, sync and the queue itself do at their time.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use entity::duty::{duty, handover};
use entity::patrol::patrol_task;
use entity::sync::{SyncIssueState, sync_issue};
use entity::tickets::ticket;
use entity::visits::visit;
use sea_orm::{ColumnTrait, Condition};

use super::attachments::jobs::{PurgeUncarried, PurgeUploads};
use super::households::jobs::SettleRelationsDaily;
use super::patrol::jobs::{CloseMissedPatrols, GeneratePatrolsDaily};
use super::tickets::jobs::WatchClocks;
use super::visits::jobs::{MarkOverdueVisits, PlanReturnVisits};
use crate::app::App;
use crate::database::Write;
use crate::error::ApiError;
use crate::jobs::leave_phones::{LeavePhones, Leaving};
use crate::jobs::purge::PurgeJobs;
use crate::jobs::registry::Registry;
use crate::jobs::{Job, Schedule, Taken};
use crate::sync::purge::purge_settled;
use crate::sync::push::expire_deferred;

/// All jobs of a server.
pub fn jobs() -> Registry {
    Registry::default()
        .job(SettleRelationsDaily)
        .job(GeneratePatrolsDaily)
        .job(CloseMissedPatrols)
        .job(PlanReturnVisits)
        .job(MarkOverdueVisits)
        .job(LeavePhones::<ticket::Model>::new())
        .job(LeavePhones::<patrol_task::Model>::new())
        .job(LeavePhones::<visit::Model>::new())
        .job(LeavePhones::<handover::Model>::new())
        .job(LeavePhones::<duty::Model>::new())
        .job(LeavePhones::<sync_issue::Model>::new())
        .job(WatchClocks)
        .job(ExpireDeferred)
        .job(PurgeIssues)
        .job(PurgeJobs)
        .job(PurgeUploads)
        .job(PurgeUncarried)
}

/// Puts into quarantine what has waited too long for what it depends on. It stands here because
/// `sync` and `jobs` do not know each other.
pub struct ExpireDeferred;

#[async_trait]
impl Job for ExpireDeferred {
    const KIND: &'static str = "sync.expire_deferred";

    fn schedule(&self) -> Schedule {
        Schedule::Hourly
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let patience = TimeDelta::days(app.settings().sync.deferral_days);
        let registry = super::registry();
        let expire = async |write: &mut Write| expire_deferred(write, &registry, patience).await;
        loop {
            let expired = taken.step(app, "expire deferred mutations", expire).await?;
            if expired == 0 {
                return Ok(());
            }
            tracing::info!(expired, "deferred mutations expired");
        }
    }
}

/// Phones put down issues that were settled long ago.
impl Leaving for sync_issue::Model {
    const JOB: &'static str = "sync_issue.leave_phones";

    fn settled_by(at: DateTime<Utc>) -> Condition {
        use sync_issue::Column::{LeftPhonesAt, SettledAt, State};
        Condition::all()
            .add(LeftPhonesAt.is_null())
            .add(State.ne(SyncIssueState::Open))
            .add(SettledAt.lte(at))
    }

    fn leave(&mut self, now: DateTime<Utc>) {
        self.left_phones_at = Some(now);
    }
}

/// Deletes issues that were settled long ago, and the content of their mutations.
pub struct PurgeIssues;

#[async_trait]
impl Job for PurgeIssues {
    const KIND: &'static str = "sync.purge_issues";

    fn schedule(&self) -> Schedule {
        Schedule::Hourly
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let kept = TimeDelta::days(app.settings().sync.issue_days);
        let purge = async |write: &mut Write| purge_settled(write, kept).await;
        loop {
            let purged = taken.step(app, "purge settled sync issues", purge).await?;
            if purged == 0 {
                return Ok(());
            }
            tracing::info!(purged, "settled sync issues purged");
        }
    }
}
