//! One transaction of a change: committed as a whole, or nothing of it.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::Database;

/// A transaction that takes no further statement once one has failed. `SQLite` may have ended it by then
/// (full disk, failed read or write, no memory), and would save each later statement by itself;
/// `PostgreSQL` would answer a commit of it as if it had been one.
pub struct Transaction {
    inner: DatabaseTransaction,
    has_failed: AtomicBool,
}

impl Transaction {
    #[expect(
        clippy::disallowed_methods,
        reason = "changes are opened here and nowhere else"
    )]
    pub(super) async fn begin(db: &Database) -> Result<Self, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        // Begun to the end even when nobody waits any more: left half begun, a connection of
        // `PostgreSQL` would go back to the pool inside a transaction that nobody commits.
        let writer = db.writer().clone();
        let begun = tokio::spawn(async move { writer.begin_with_options(options).await });
        let inner = begun
            .await
            .unwrap_or_else(|error| Err(DbErr::Custom(error.to_string())))?;
        Ok(Self {
            inner,
            has_failed: AtomicBool::new(false),
        })
    }

    pub(super) async fn commit(self) -> Result<(), DbErr> {
        self.check()?;
        self.inner.commit().await
    }

    fn check(&self) -> Result<(), DbErr> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Err(DbErr::Custom("an earlier statement has failed".to_owned()));
        }
        Ok(())
    }

    /// What a statement came to.
    fn noted<T>(&self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        if outcome.is_err() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        outcome
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.check()?;
        self.noted(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.check()?;
        self.noted(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.check()?;
        self.noted(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.check()?;
        self.noted(self.inner.query_all_raw(statement).await)
    }
}
