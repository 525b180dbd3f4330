//! Mutations as they came, and the issues among them.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mutation = table("sync_mutation")
            .col(required("session_id").uuid())
            .col(required("mutation_id").text())
            .col(required("community_id").uuid())
            .col(required("author_account_id").uuid())
            .col(required("kind").text())
            .col(required("record_id").text())
            .col(optional("after").text())
            .col(optional("group_id").text())
            .col(required("position").integer())
            .col(required("envelope").binary())
            .col(required("outcome").text())
            .col(optional("code").text())
            .col(required("seq").big_integer())
            .col(required("deliveries").integer())
            .col(required("received_at").timestamp_with_time_zone())
            .col(required("resolved_at").timestamp_with_time_zone())
            .primary_key(Index::create().col("session_id").col("mutation_id"))
            .to_owned();
        manager.create_table(mutation).await?;
        index(
            manager,
            "sync_mutation",
            &["community_id", "outcome"],
            false,
        )
        .await?;
        index(manager, "sync_mutation", &["session_id", "outcome"], false).await?;

        index(manager, "sync_mutation", &["outcome", "received_at"], false).await?;

        let mut issue = table("sync_issue")
            .col(id())
            .col(required("community_id").uuid())
            .col(required("session_id").uuid())
            .col(required("mutation_id").text())
            .col(required("author_account_id").uuid())
            .col(required("author_name").text())
            .col(required("mutation_kind").text())
            .col(required("collection").text())
            .col(required("record_id").text())
            .col(required("kind").text())
            .col(optional("code").text())
            .col(optional("field").text())
            .col(optional("kept_value").json_binary())
            .col(optional("lost_value").json_binary())
            .col(required("state").text())
            .col(optional("settled_by").uuid())
            .col(optional("settled_at").timestamp_with_time_zone())
            .to_owned();
        manager.create_table(record(&mut issue).to_owned()).await?;
        index(manager, "sync_issue", &["community_id", "state"], false).await?;
        index(
            manager,
            "sync_issue",
            &["community_id", "created_at"],
            false,
        )
        .await?;
        index(
            manager,
            "sync_issue",
            &["author_account_id", "state"],
            false,
        )
        .await?;
        index(manager, "sync_issue", &["session_id", "mutation_id"], false).await
    }
}
