//! A job in the hands of a worker.

use std::sync::atomic::{AtomicBool, Ordering};

use entity::ids::CommunityId;
use entity::jobs::{JobState, job};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, UpdateMany};
use serde_json::Value;

use super::error::JobError;
use super::queue::LEASE;
use super::retry::{MOST_ATTEMPTS, wait_after};
use crate::app::App;
use crate::auth::Viewer;
use crate::database::Write;
use crate::error::{ApiError, ErrorCode, Language};

/// The longest cause that is kept, in characters. The log has all of it.
const CAUSE_LENGTH: usize = 200;

/// A job under the lease of this worker, as it was when it was taken.
#[derive(Debug)]
pub struct Taken {
    row: job::Model,
    is_done: AtomicBool,
}

/// What becomes of a job whose attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is tried again then.
    Again(DateTimeUtc),
    /// It is given up.
    Failed,
}

impl Taken {
    pub(super) fn new(row: job::Model) -> Self {
        Self {
            row,
            is_done: AtomicBool::new(false),
        }
    }

    pub fn row(&self) -> &job::Model {
        &self.row
    }

    pub fn community_id(&self) -> CommunityId {
        self.row.community_id
    }

    pub fn payload(&self) -> &Value {
        &self.row.payload
    }

    /// Whether [`Taken::finish`] has been saved.
    pub(super) fn is_done(&self) -> bool {
        self.is_done.load(Ordering::SeqCst)
    }

    /// Runs a change, if this attempt still holds the job, and renews the lease with it.
    pub async fn step<T>(
        &self,
        app: &App,
        why: &'static str,
        change: impl AsyncFnOnce(&mut Write) -> Result<T, ApiError> + Clone,
    ) -> Result<T, ApiError> {
        let fenced = async |write: &mut Write| {
            let renewed = self.renewing(write.now());
            hold(renewed, write.connection()).await?;
            change(write).await
        };
        app.write(&Viewer::system().actor(), why, fenced).await
    }

    /// Runs the last or only change, if this attempt still holds the job, and notes in the same
    /// transaction that the job is done.
    pub async fn finish<T>(
        &self,
        app: &App,
        why: &'static str,
        change: impl AsyncFnOnce(&mut Write) -> Result<T, ApiError> + Clone,
    ) -> Result<T, ApiError> {
        // The row is written first: as long as this transaction lasts nobody can take the job over.
        let fenced = async |write: &mut Write| {
            hold(self.ending(JobState::Done, write.now()), write.connection()).await?;
            change(write).await
        };
        let value = app.write(&Viewer::system().actor(), why, fenced).await?;
        self.is_done.store(true, Ordering::SeqCst);
        Ok(value)
    }

    /// Notes that the job is done, if this attempt still holds it.
    pub async fn complete(&self, app: &App) -> Result<(), ApiError> {
        let ending = self.ending(JobState::Done, app.clock().now());
        hold(ending, app.db().writer()).await?;
        self.is_done.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Gives a sign of life. False when the job is no longer this attempt's.
    pub async fn renew(&self, app: &App) -> Result<bool, DbErr> {
        let renewed = self.renewing(app.clock().now());
        Ok(renewed.exec(app.db().writer()).await?.rows_affected == 1)
    }

    /// Notes what went wrong, and puts the job back for later or gives it up.
    pub async fn fail(&self, app: &App, error: &ApiError) -> Result<Fate, ApiError> {
        use job::Column::{DueAt, FinishedAt, LastCode, LastError, LeaseUntil, State};
        let now = app.clock().now();
        let attempt = self.row.attempts;
        let fate = if attempt < MOST_ATTEMPTS || is_no_fault(error.code().as_str()) {
            Fate::Again(now + wait_after(self.row.id, attempt))
        } else {
            Fate::Failed
        };
        let (state, due_at, finished_at) = match fate {
            Fate::Again(at) => (JobState::Waiting, at, None),
            Fate::Failed => (JobState::Failed, self.row.due_at, Some(now)),
        };
        let cause = error.message(Language::English);
        let cause: String = cause.chars().take(CAUSE_LENGTH).collect();
        let failing = self
            .held()
            .col_expr(State, Expr::value(state))
            .col_expr(DueAt, Expr::value(due_at))
            .col_expr(FinishedAt, Expr::value(finished_at))
            .col_expr(LastCode, Expr::value(error.code().as_str()))
            .col_expr(LastError, Expr::value(cause))
            .col_expr(LeaseUntil, Expr::value(None::<DateTimeUtc>));
        hold(failing, app.db().writer()).await?;
        Ok(fate)
    }

    /// Whether the attempts are used up. Those that the database or the storage could not serve count for
    /// nothing.
    pub(super) fn is_used_up(&self) -> bool {
        let last = self.row.last_code.as_deref();
        self.row.attempts > MOST_ATTEMPTS && !last.is_some_and(is_no_fault)
    }

    fn renewing(&self, now: DateTimeUtc) -> UpdateMany<job::Entity> {
        let until = Expr::value(now + LEASE);
        self.held().col_expr(job::Column::LeaseUntil, until)
    }

    fn ending(&self, state: JobState, now: DateTimeUtc) -> UpdateMany<job::Entity> {
        use job::Column::{FinishedAt, LeaseUntil, State};
        self.held()
            .col_expr(State, Expr::value(state))
            .col_expr(FinishedAt, Expr::value(now))
            .col_expr(LeaseUntil, Expr::value(None::<DateTimeUtc>))
    }

    /// The row, if it is still in the hands of this attempt.
    fn held(&self) -> UpdateMany<job::Entity> {
        use job::Column::{Attempts, Id, LeaseHolder, State};
        job::Entity::update_many()
            .filter(Id.eq(self.row.id))
            .filter(State.eq(JobState::Running))
            .filter(Attempts.eq(self.row.attempts))
            .filter(LeaseHolder.eq(self.row.lease_holder))
    }
}

/// Whether a job failed with this code through no fault of its own.
fn is_no_fault(code: &str) -> bool {
    code == ErrorCode::OVERLOADED.as_str()
}

/// Runs a change of the row of a job; refused when another attempt holds it.
async fn hold(change: UpdateMany<job::Entity>, db: &impl ConnectionTrait) -> Result<(), ApiError> {
    if change.exec(db).await?.rows_affected == 1 {
        Ok(())
    } else {
        Err(JobError::LeaseLost.into())
    }
}
