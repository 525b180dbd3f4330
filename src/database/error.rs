//! What the database says when it cannot do something, sorted by what to do about it.

use sea_orm::sqlx::Error as Cause;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::sqlite::SqliteError;
use sea_orm::{DbErr, RuntimeErr};

use crate::error::{Coded, ErrorCode};

/// What helps after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remedy {
    /// Running the change again; what fails so for ever is a fault.
    Again,
    /// Running the change again, and if that does not help, coming back later: no fault of the change.
    AgainOrLater,
    /// Coming back later. No fault of the change.
    Later,
    /// Nothing: a fault of ours, or of the change.
    None,
}

impl Coded for DbErr {
    fn code(&self) -> ErrorCode {
        match remedy(self) {
            Remedy::AgainOrLater | Remedy::Later => ErrorCode::OVERLOADED,
            Remedy::Again | Remedy::None => ErrorCode::INTERNAL,
        }
    }

    fn english(&self) -> String {
        "the database is busy or cannot be used at the moment; try again later".to_owned()
    }

    fn chinese(&self) -> String {
        "数据库繁忙或暂时不可用，请稍后再试".to_owned()
    }

    fn retry_after_ms(&self) -> Option<u64> {
        // All who wait have waited about as long: send them back at different times.
        (self.code() == ErrorCode::OVERLOADED).then(|| rand::random_range(1_000..5_000))
    }

    fn is_transient(&self) -> bool {
        matches!(remedy(self), Remedy::Again | Remedy::AgainOrLater)
    }
}

/// The connection broke while a change was committed, and whether it was could not be found out.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database was lost while the change was saved; look whether it is there before doing it again"
)]
pub(super) struct OutcomeUnknown(#[source] pub DbErr);

impl Coded for OutcomeUnknown {
    fn code(&self) -> ErrorCode {
        ErrorCode::OUTCOME_UNKNOWN
    }

    fn chinese(&self) -> String {
        "保存时数据库连接中断，无法确认是否已保存；请先查看结果，再决定是否重做".to_owned()
    }
}

/// Whether a commit that failed like this may have been one.
pub(super) fn may_be_committed(error: &DbErr) -> bool {
    // `SQLite` knows whether it committed, and `PostgreSQL` does when it refuses.
    let is_certain = |error: &dyn DatabaseError| {
        is_sqlite(error) || sqlstate(error).is_some_and(|state| state.starts_with("40"))
    };
    match cause(error) {
        Some(Cause::Database(error)) => !is_certain(&**error),
        cause => cause.is_some(),
    }
}

/// Whether a row is there already.
pub(super) fn is_duplicate(error: &DbErr) -> bool {
    let duplicate = cause(error).and_then(Cause::as_database_error);
    duplicate.is_some_and(DatabaseError::is_unique_violation)
}

fn remedy(error: &DbErr) -> Remedy {
    match (error, cause(error)) {
        (DbErr::ConnectionAcquire(_), _) => Remedy::Later,
        (_, Some(Cause::Database(error))) if is_sqlite(&**error) => of_sqlite(&**error),
        (_, Some(Cause::Database(error))) => of_postgres(&**error),
        (
            _,
            Some(
                Cause::Io(_)
                | Cause::Tls(_)
                | Cause::WorkerCrashed
                | Cause::BeginFailed
                | Cause::InvalidSavePointStatement,
            ),
        ) => Remedy::AgainOrLater,
        (_, Some(Cause::Protocol(_))) => Remedy::Again,
        (DbErr::Conn(_), _) | (_, Some(Cause::PoolTimedOut | Cause::PoolClosed)) => Remedy::Later,
        _ => Remedy::None,
    }
}

/// Whether the database itself is damaged, which does not pass by waiting.
pub(super) fn is_damage(error: &DbErr) -> bool {
    let Some(error) = cause(error).and_then(Cause::as_database_error) else {
        return false;
    };
    if is_sqlite(error) {
        return matches!(sqlite_kind(error), Some(11 | 26));
    }
    sqlstate(error).is_some_and(|state| matches!(&*state, "XX001" | "XX002"))
}

/// A result code of `SQLite` without what is said of it more exactly (sqlite.org/rescode.html).
fn sqlite_kind(error: &dyn DatabaseError) -> Option<u32> {
    let code = error.code()?.parse::<u32>().ok()?;
    Some(code & 0xff)
}

fn of_sqlite(error: &dyn DatabaseError) -> Remedy {
    match sqlite_kind(error) {
        // Abort, busy, locked, no memory, interrupted, protocol of locks.
        Some(4 | 5 | 6 | 7 | 9 | 15) => Remedy::AgainOrLater,
        // Permission, read-only, input and output, corrupt, full, cannot open, too large for the system,
        // not a database.
        Some(3 | 8 | 10 | 11 | 13 | 14 | 22 | 26) => Remedy::Later,
        // Somebody was quicker.
        Some(19) if error.is_unique_violation() => Remedy::Again,
        _ => Remedy::None,
    }
}

/// By the states of `PostgreSQL` (postgresql.org/docs/current/errcodes-appendix.html).
fn of_postgres(error: &dyn DatabaseError) -> Remedy {
    let Some(state) = sqlstate(error) else {
        return Remedy::None;
    };
    match (state.get(..2).unwrap_or_default(), &*state) {
        // Connection, transaction rolled back, resources, object in use, operator intervention, system.
        ("08" | "40" | "53" | "55" | "57" | "58", _)
        // Read only, as after a change of the primary; idle and long transactions that were ended.
        | (_, "25006" | "25P03" | "25P04") => Remedy::AgainOrLater,
        // No access while connecting; data or index corrupted.
        ("28" | "3D", _) | (_, "XX001" | "XX002") => Remedy::Later,
        // Somebody was quicker.
        (_, "23505") => Remedy::Again,
        _ => Remedy::None,
    }
}

fn is_sqlite(error: &dyn DatabaseError) -> bool {
    error.try_downcast_ref::<SqliteError>().is_some()
}

fn sqlstate(error: &dyn DatabaseError) -> Option<String> {
    Some(error.code()?.into_owned())
}

fn cause(error: &DbErr) -> Option<&Cause> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}
