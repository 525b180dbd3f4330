//! What `Write` keeps: sequences, feed, audit, installation.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let realm = table("realm")
            .col(id())
            .col(required("seq").big_integer())
            .to_owned();
        manager.create_table(realm).await?;

        let feed = table("feed")
            .col(required("realm").uuid())
            .col(required("audience").text())
            .col(required("seq").big_integer())
            .col(required("kind").text())
            .col(required("root_kind").text())
            .col(required("root_id").uuid())
            .primary_key(Index::create().col("realm").col("audience").col("seq"))
            .to_owned();
        manager.create_table(feed).await?;
        // Whether an audience was ever told of a root.
        index(manager, "feed", &["root_id"], false).await?;

        let audit = table("audit")
            .col(id())
            .col(required("realm").uuid())
            .col(required("at").timestamp_with_time_zone())
            .col(optional("account_id").uuid())
            .col(optional("session_id").uuid())
            .col(required("why").text())
            .col(required("subject").text())
            .col(required("record_id").uuid())
            .col(optional("before").json_binary())
            .col(optional("after").json_binary())
            .to_owned();
        manager.create_table(audit).await?;
        index(manager, "audit", &["record_id"], false).await?;

        let installation = table("installation")
            .col(ColumnDef::new("key").text().not_null().primary_key())
            .col(required("value").text())
            .to_owned();
        manager.create_table(installation).await
    }
}
