//! What is kept out is bounded per author, leaves phones and is purged; an edit says old and new.

use sea_orm_migration::prelude::*;

use crate::table::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Whether an audience was ever told of a root.
        index(manager, "feed", &["root_id"], false).await
    }
}
