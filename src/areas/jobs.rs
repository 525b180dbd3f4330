//! The list of jobs: what areas, sync and the queue itself do at their time.

use async_trait::async_trait;
use chrono::TimeDelta;
use entity::duty::{duty, handover};
use entity::patrol::patrol_task;
use entity::tickets::ticket;
use entity::visits::visit;

use super::attachments::jobs::{PurgeUncarried, PurgeUploads};
use super::households::jobs::SettleRelationsDaily;
use super::patrol::jobs::{CloseMissedPatrols, GeneratePatrolsDaily};
use super::tickets::jobs::WatchClocks;
use super::visits::jobs::{MarkOverdueVisits, PlanReturnVisits};
use crate::app::App;
use crate::database::Write;
use crate::error::ApiError;
use crate::jobs::leave_phones::LeavePhones;
use crate::jobs::purge::PurgeJobs;
use crate::jobs::registry::Registry;
use crate::jobs::{Job, Schedule, Taken};
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
        .job(WatchClocks)
        .job(ExpireDeferred)
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
