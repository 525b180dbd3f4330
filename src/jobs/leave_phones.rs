//! Letting phones put down what was settled long ago.
//!
//! Everybody still finds it by asking; only pulls no longer give it.

use std::marker::PhantomData;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use entity::estate::community;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Job, Schedule, Taken};
use crate::app::App;
use crate::database::{Record, Write};
use crate::error::ApiError;
use crate::policy::{Policy, policy_of};

/// How many records leave in one change.
const AT_ONCE: u64 = 500;

/// What phones carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct OfflinePolicy {
    /// For how many days after it was settled.
    pub settled_days: u16,
}

impl Default for OfflinePolicy {
    fn default() -> Self {
        Self { settled_days: 30 }
    }
}

impl Policy for OfflinePolicy {
    const KEY: &'static str = "offline";

    fn check(&self) -> Result<(), String> {
        if (1..=365).contains(&self.settled_days) {
            return Ok(());
        }
        Err("settledDays must be 1 to 365".to_owned())
    }
}

/// A root that phones put down some time after it was settled.
pub trait Leaving: Record {
    /// Names the job: `ticket.leave_phones`.
    const JOB: &'static str;

    /// Those that were settled by then and are still on phones.
    fn settled_by(at: DateTime<Utc>) -> Condition;

    /// Notes that phones put it down.
    fn leave(&mut self, now: DateTime<Utc>);
}

/// Every night, the roots of one kind that have been settled for long enough.
pub struct LeavePhones<M>(PhantomData<fn() -> M>);

impl<M> LeavePhones<M> {
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M> Default for LeavePhones<M> {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl<M: Leaving> Job for LeavePhones<M> {
    const KIND: &'static str = M::JOB;

    fn schedule(&self) -> Schedule {
        Schedule::daily(3, 10)
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let id = taken.community_id();
        let leave = async |write: &mut Write| {
            write.see::<community::Model>([id]).await?;
            let Some(community) = write.get::<community::Model>(id) else {
                return Ok(0);
            };
            let policy: OfflinePolicy = policy_of(&community.policies.0);
            let settled = M::settled_by(write.now() - TimeDelta::days(policy.settled_days.into()));
            let ids = some::<M>(write, id.into(), settled.clone()).await?;
            // Locked and asked again: it may have been taken up anew.
            let still = settled.add(M::id_column().is_in(ids.iter().copied()));
            write.load_where::<M>(still, true).await?;
            let now = write.now();
            let loaded: Vec<Uuid> = write.rows::<M>().map(Record::id).collect();
            for id in loaded {
                write.update::<M>(id, |row| row.leave(now))?;
            }
            Ok(ids.len() as u64)
        };
        while taken
            .step(app, "let phones put down what is settled", leave)
            .await?
            == AT_ONCE
        {}
        Ok(())
    }
}

/// The first of a community that have to leave.
async fn some<M: Leaving>(
    write: &Write,
    community: Uuid,
    settled: Condition,
) -> Result<Vec<Uuid>, DbErr> {
    let ids = M::Entity::find()
        .select_only()
        .column(M::id_column())
        .filter(M::realm_column().eq(community))
        .filter(settled)
        .order_by_asc(M::id_column())
        .limit(AT_ONCE);
    ids.into_tuple().all(write.connection()).await
}
