//! What was settled long ago is no longer carried by phones.

use sea_orm_migration::prelude::*;

use crate::table::{index, optional};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ticket = Table::alter()
            .table("ticket")
            .add_column(optional("left_phones_at").timestamp_with_time_zone())
            .to_owned();
        manager.alter_table(ticket).await?;
        // What is settled and still on phones.
        let columns = ["community_id", "left_phones_at", "closed_at"];
        index(manager, "ticket", &columns, false).await
    }
}
