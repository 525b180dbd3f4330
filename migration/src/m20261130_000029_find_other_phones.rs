//! Of several phones of a party each is found, not only the first.

use sea_orm_migration::prelude::*;

use crate::table::optional;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("party")
            .add_column(optional("other_phones_index").text())
            .to_owned();
        manager.alter_table(table).await
    }
}
