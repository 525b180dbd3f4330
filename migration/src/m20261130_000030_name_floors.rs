//! A floor that a building calls otherwise than by its number keeps that name.

use sea_orm_migration::prelude::*;

use crate::table::optional;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("unit")
            .add_column(optional("floor_name").text())
            .to_owned();
        manager.alter_table(table).await
    }
}
