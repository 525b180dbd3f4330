//! Several reads that must see the same moment.

use sea_orm::{AccessMode, DatabaseTransaction, DbErr, IsolationLevel, TransactionTrait};

use super::Database;
use super::retry::again;

impl Database {
    /// A read-only view of one moment; dropping it ends it.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        again(|| self.begin_snapshot()).await
    }

    #[expect(clippy::disallowed_methods, reason = "nothing can be written in it")]
    async fn begin_snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let reader = self.reader().connection.clone();
        if !self.is_postgres() {
            return reader.begin().await;
        }
        let isolation = Some(IsolationLevel::RepeatableRead);
        // Begun to the end even when nobody waits any more (a phone hung up): left half begun, the
        // connection would go back to the pool inside a transaction, and fail whoever is next.
        let begun = tokio::spawn(async move {
            reader
                .begin_with_config(isolation, Some(AccessMode::ReadOnly))
                .await
        });
        begun
            .await
            .unwrap_or_else(|error| Err(DbErr::Custom(error.to_string())))
    }
}
