//! Several reads that must see the same moment.

use sea_orm::{AccessMode, DatabaseTransaction, DbErr, IsolationLevel, TransactionTrait};

use super::Database;

impl Database {
    /// A read-only view of one moment; dropping it ends it.
    #[expect(clippy::disallowed_methods, reason = "nothing can be written in it")]
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        if self.is_postgres() {
            let isolation = Some(IsolationLevel::RepeatableRead);
            // Begun to the end even when nobody waits any more (a phone hung up): left half begun, the
            // connection would go back to the pool inside a transaction, and fail whoever is next.
            let reader = self.reader().clone();
            let begun = tokio::spawn(async move {
                reader
                    .begin_with_config(isolation, Some(AccessMode::ReadOnly))
                    .await
            });
            begun
                .await
                .unwrap_or_else(|error| Err(DbErr::Custom(error.to_string())))
        } else {
            self.reader().begin().await
        }
    }
}
