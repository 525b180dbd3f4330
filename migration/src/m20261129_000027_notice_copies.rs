//! A sign-in that two devices use is noticed: when the newest tokens of a session were first used, and when a
//! copy of them was.

use sea_orm_migration::prelude::*;

use crate::table::optional;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["refresh_confirmed_at", "copied_at"] {
            let column = optional(name).timestamp_with_time_zone().to_owned();
            let session = Table::alter()
                .table("session")
                .add_column(column)
                .to_owned();
            manager.alter_table(session).await?;
        }
        Ok(())
    }
}
