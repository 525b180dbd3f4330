//! What the database says when it cannot do something, sorted by what to do about it.

use sea_orm::{DbErr, RuntimeErr};

use crate::error::{Coded, ErrorCode};

impl Coded for DbErr {
    fn code(&self) -> ErrorCode {
        match self {
            Self::ConnectionAcquire(_) => ErrorCode::OVERLOADED,
            _ => ErrorCode::INTERNAL,
        }
    }

    fn english(&self) -> String {
        "the server is busy; try again later".to_owned()
    }

    fn chinese(&self) -> String {
        "服务器繁忙，请稍后再试".to_owned()
    }

    fn retry_after_ms(&self) -> Option<u64> {
        // All who wait have waited about as long: send them back at different times.
        matches!(self, Self::ConnectionAcquire(_)).then(|| rand::random_range(1_000..5_000))
    }

    fn is_transient(&self) -> bool {
        sqlstate(self).is_some_and(|code| TRANSIENT.contains(&code.as_str()))
    }
}

/// `PostgreSQL`: serialization failure, deadlock, unique violation (somebody was quicker).
/// `SQLite`: busy, snapshot too old, unique and primary key violation.
const TRANSIENT: &[&str] = &["40001", "40P01", "23505", "5", "517", "2067", "1555"];

fn sqlstate(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    cause
        .as_database_error()?
        .code()
        .map(|code| code.to_string())
}
