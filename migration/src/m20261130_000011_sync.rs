//! Mutations as they came, the issues among them, and cursors for clients that can only hold a number.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_mutation(manager).await?;
        create_issue(manager).await?;
        create_cursor(manager).await
    }
}

async fn create_mutation(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
        .col(required("bytes").big_integer().default(0))
        .col(optional("correction").binary())
        .col(optional("missing").text())
        .primary_key(Index::create().col("session_id").col("mutation_id"))
        .to_owned();
    manager.create_table(mutation).await?;
    for columns in [
        &["community_id", "outcome"][..],
        &["session_id", "outcome"],
        &["session_id", "resolved_at"],
        &["outcome", "received_at"],
        &["author_account_id", "outcome", "received_at"],
    ] {
        index(manager, "sync_mutation", columns, false).await?;
    }
    Ok(())
}

async fn create_issue(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
    let issue = record(&mut issue)
        .col(required("settled_note").text().default(""))
        .col(required("is_corrected").boolean().default(false))
        .col(optional("left_phones_at").timestamp_with_time_zone())
        .to_owned();
    manager.create_table(issue).await?;
    for columns in [
        ["community_id", "state"],
        ["community_id", "created_at"],
        ["author_account_id", "state"],
        ["session_id", "mutation_id"],
    ] {
        index(manager, "sync_issue", &columns, false).await?;
    }
    Ok(())
}

async fn create_cursor(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let cursor = table("sync_cursor")
        .col(required("session_id").uuid())
        .col(required("number").big_integer())
        .col(required("cursor").text())
        .col(optional("base").big_integer())
        .col(required("is_finished").boolean())
        .col(required("created_at").timestamp_with_time_zone())
        .col(optional("settled").big_integer())
        .col(required("is_pushed").boolean().default(false))
        .primary_key(Index::create().col("session_id").col("number"))
        .to_owned();
    manager.create_table(cursor).await
}
