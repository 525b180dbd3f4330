//! Photos and signatures: what is here, who sent it, which record carries it, what is on its way.

use sea_orm_migration::prelude::*;

use crate::table::{index, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let attachment = table("attachment")
            .col(required("sha256").text().primary_key())
            .col(required("size").big_integer())
            .col(required("media_type").text())
            .col(required("created_at").timestamp_with_time_zone())
            .to_owned();
        manager.create_table(attachment).await?;

        let holder = table("attachment_holder")
            .col(required("account_id").uuid())
            .col(required("sha256").text())
            .col(required("created_at").timestamp_with_time_zone())
            .primary_key(Index::create().col("account_id").col("sha256"))
            .foreign_key(&mut reference("attachment_holder", "account_id", "account"))
            .to_owned();
        manager.create_table(holder).await?;

        let link = table("attachment_link")
            .col(required("sha256").text())
            .col(required("collection").text())
            .col(required("root_id").uuid())
            .col(required("community_id").uuid())
            .col(required("created_at").timestamp_with_time_zone())
            .primary_key(
                Index::create()
                    .col("sha256")
                    .col("collection")
                    .col("root_id"),
            )
            .foreign_key(&mut reference(
                "attachment_link",
                "community_id",
                "community",
            ))
            .to_owned();
        manager.create_table(link).await?;

        let upload = table("attachment_upload")
            .col(required("account_id").uuid())
            .col(required("sha256").text())
            .col(required("total").big_integer())
            .col(required("created_at").timestamp_with_time_zone())
            .col(required("updated_at").timestamp_with_time_zone())
            .primary_key(Index::create().col("account_id").col("sha256"))
            .foreign_key(&mut reference("attachment_upload", "account_id", "account"))
            .to_owned();
        manager.create_table(upload).await?;
        // What was left lying.
        index(manager, "attachment_upload", &["updated_at"], false).await
    }
}
