//! Cursors that the server keeps, for clients that can only hold a number.

use sea_orm_migration::prelude::*;

use crate::table::{index, optional, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let cursor = table("sync_cursor")
            .col(required("session_id").uuid())
            .col(required("number").big_integer())
            .col(required("cursor").text())
            .col(optional("base").big_integer())
            .col(required("is_finished").boolean())
            .col(required("created_at").timestamp_with_time_zone())
            .primary_key(Index::create().col("session_id").col("number"))
            .to_owned();
        manager.create_table(cursor).await?;
        index(
            manager,
            "sync_mutation",
            &["session_id", "resolved_at"],
            false,
        )
        .await
    }
}
