//! Cursors that the server keeps say after which of them a push came.

use sea_orm_migration::prelude::*;

use crate::table::{optional, required};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = || Table::alter().table("sync_cursor").to_owned();
        let settled = table()
            .add_column(optional("settled").big_integer())
            .to_owned();
        manager.alter_table(settled).await?;
        let is_pushed = required("is_pushed").boolean().default(false).to_owned();
        let is_pushed = table().add_column(is_pushed).to_owned();
        manager.alter_table(is_pushed).await
    }
}
