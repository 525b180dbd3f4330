//! Several reads that must see the same moment.

use sea_orm::{AccessMode, DatabaseTransaction, DbErr, IsolationLevel, TransactionTrait};

use super::Database;

impl Database {
    /// A read-only view of one moment; dropping it ends it.
    #[expect(clippy::disallowed_methods, reason = "nothing can be written in it")]
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        if self.is_postgres() {
            let isolation = Some(IsolationLevel::RepeatableRead);
            self.reader()
                .begin_with_config(isolation, Some(AccessMode::ReadOnly))
                .await
        } else {
            self.reader().begin().await
        }
    }
}
