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
        index(manager, "attachment", &["created_at"], false).await?;

        let holder = table("attachment_holder")
            .col(required("account_id").uuid())
            .col(required("sha256").text())
            .col(required("created_at").timestamp_with_time_zone())
            .primary_key(Index::create().col("account_id").col("sha256"))
            .foreign_key(&mut reference("attachment_holder", "account_id", "account"))
            .to_owned();
        manager.create_table(holder).await?;
        // What an account has sent of late, and who holds a content.
        let sent = ["account_id", "created_at"];
        index(manager, "attachment_holder", &sent, false).await?;
        index(manager, "attachment_holder", &["sha256"], false).await?;

        // Two people may let one record carry one photo, and only one of them has it: the account belongs to the key.
        let mut key = Index::create()
            .col("sha256")
            .col("collection")
            .col("root_id")
            .col("account_id")
            .to_owned();
        let link = table("attachment_link")
            .col(required("sha256").text())
            .col(required("collection").text())
            .col(required("root_id").uuid())
            .col(required("account_id").uuid())
            .col(required("community_id").uuid())
            .col(required("created_at").timestamp_with_time_zone())
            .primary_key(&mut key)
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
