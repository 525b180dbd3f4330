//! What a community does otherwise than the handbooks.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let policies = ColumnDef::new("policies")
            .json_binary()
            .not_null()
            .default("{}")
            .to_owned();
        let community = Table::alter()
            .table("community")
            .add_column(policies)
            .to_owned();
        manager.alter_table(community).await
    }
}
