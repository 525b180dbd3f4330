//! What sync does at its time.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use entity::sync::{SyncIssueState, sync_issue};
use sea_orm::{ColumnTrait, Condition};

use super::purge::purge_settled;
use super::push::expire_deferred;
use super::registry::Registry;
use crate::app::App;
use crate::database::Write;
use crate::error::ApiError;
use crate::jobs::leave_phones::Leaving;
use crate::jobs::{Job, Schedule, Taken};

/// Puts into quarantine what has waited too long for what it depends on.
pub struct ExpireDeferred(pub Registry);

#[async_trait]
impl Job for ExpireDeferred {
    const KIND: &'static str = "sync.expire_deferred";

    fn schedule(&self) -> Schedule {
        Schedule::Hourly
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let patience = TimeDelta::days(app.settings().sync.deferral_days);
        let expire = async |write: &mut Write| expire_deferred(write, &self.0, patience).await;
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
