//! Rows of work: made once per key, taken by one worker at a time.

use chrono::TimeDelta;
use entity::ids::{CommunityId, JobId};
use entity::jobs::{JobState, job};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    UpdateMany,
};
use serde_json::Value;
use uuid::Uuid;

use super::registry::Registry;
use crate::app::App;
use crate::database::{Appended, Write};

/// How long a worker holds a job without a sign of life.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Stands for all communities.
pub const ALL_COMMUNITIES: CommunityId = CommunityId(Uuid::nil());

/// Rows that are there already stay as they are.
impl Appended for job::Model {
    const IS_WORK: bool = true;

    fn key(&self) -> Option<String> {
        Some(format!("{} {} {}", self.kind, self.community_id, self.key))
    }

    fn on_conflict() -> Option<OnConflict> {
        Some(once_per_key())
    }
}

/// Work that somebody asks for.
#[derive(Clone, Debug)]
pub struct Queued {
    pub kind: &'static str,
    pub community_id: CommunityId,
    /// Asking again under the same key, also after it was done, asks for nothing new until the row
    /// has been purged.
    pub key: String,
    pub payload: Value,
    pub due_at: DateTimeUtc,
}

/// Queues work in the transaction of the change that asks for it.
pub fn queue(write: &mut Write, work: Queued) {
    let row = waiting(JobId(write.new_id()), work, write.now());
    write.append(row);
}

pub(super) fn waiting(id: JobId, work: Queued, now: DateTimeUtc) -> job::Model {
    job::Model {
        id,
        kind: work.kind.to_owned(),
        community_id: work.community_id,
        key: work.key,
        payload: work.payload,
        due_at: work.due_at,
        state: JobState::Waiting,
        attempts: 0,
        lease_holder: None,
        lease_until: None,
        last_code: None,
        last_error: None,
        created_at: now,
        finished_at: None,
    }
}

pub(super) fn once_per_key() -> OnConflict {
    use job::Column::{CommunityId, Key, Kind};
    OnConflict::columns([Kind, CommunityId, Key])
        .do_nothing()
        .to_owned()
}

/// Takes the job that has been due for longest, or one whose worker gave no sign of life.
pub(super) async fn take(
    app: &App,
    registry: &Registry,
    holder: Uuid,
) -> Result<Option<job::Model>, DbErr> {
    let taking = taking(registry, holder, app.clock().now());
    let taken = taking.exec_with_returning(app.db().writer()).await?;
    Ok(taken.into_iter().next())
}

/// One statement: on `SQLite` nobody else writes meanwhile, and on `PostgreSQL` whatever another worker
/// is just taking, or writing for, is passed over.
fn taking(registry: &Registry, holder: Uuid, now: DateTimeUtc) -> UpdateMany<job::Entity> {
    use job::Column::{Attempts, DueAt, Id, Kind, LeaseHolder, LeaseUntil, State};
    let is_due = State.eq(JobState::Waiting).and(DueAt.lte(now));
    let is_left = State.eq(JobState::Running).and(LeaseUntil.lte(now));
    let is_free = Condition::any().add(is_due).add(is_left);
    let next = job::Entity::find()
        .select_only()
        .column(Id)
        // What only a newer server knows is left to it.
        .filter(Kind.is_in(registry.kinds()))
        .filter(is_free.clone())
        .order_by_asc(DueAt)
        .order_by_asc(Id)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    let next = Expr::SubQuery(None, Box::new(next.into()));
    job::Entity::update_many()
        .col_expr(State, Expr::value(JobState::Running))
        .col_expr(Attempts, Expr::col(Attempts).add(1))
        .col_expr(LeaseHolder, Expr::value(holder))
        .col_expr(LeaseUntil, Expr::value(now + LEASE))
        .filter(Expr::col(Id).eq(next))
        // Said again for a database that would look for the next one before it waits for the lock.
        .filter(is_free)
}

/// Gives back what a worker that stops has not finished; whoever takes it next begins at once.
pub(super) async fn give_back(app: &App, holder: Uuid) -> Result<u64, DbErr> {
    use job::Column::{LeaseHolder, LeaseUntil, State};
    let given = job::Entity::update_many()
        .col_expr(State, Expr::value(JobState::Waiting))
        .col_expr(LeaseUntil, Expr::value(None::<DateTimeUtc>))
        .filter(State.eq(JobState::Running))
        .filter(LeaseHolder.eq(holder))
        .exec(app.db().writer())
        .await?;
    Ok(given.rows_affected)
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;

    #[test]
    fn what_others_are_taking_is_passed_over_where_others_can() {
        let taking = taking(&Registry::default(), Uuid::nil(), DateTimeUtc::UNIX_EPOCH);
        for (backend, locks) in [(DbBackend::Postgres, true), (DbBackend::Sqlite, false)] {
            let sql = taking.clone().build(backend).sql;
            assert_eq!(sql.contains("FOR UPDATE SKIP LOCKED"), locks, "{sql}");
        }
    }
}
