//! Work to be done later or again and again.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let job = table("job")
            .col(id())
            .col(required("kind").text())
            .col(required("community_id").uuid())
            .col(required("key").text())
            .col(required("payload").json_binary())
            .col(required("due_at").timestamp_with_time_zone())
            .col(required("state").text())
            .col(required("attempts").integer())
            .col(optional("lease_holder").uuid())
            .col(optional("lease_until").timestamp_with_time_zone())
            .col(optional("last_code").text())
            .col(optional("last_error").text())
            .col(required("created_at").timestamp_with_time_zone())
            .col(optional("finished_at").timestamp_with_time_zone())
            .to_owned();
        manager.create_table(job).await?;
        index(manager, "job", &["kind", "community_id", "key"], true).await?;
        // What is due, what was left lying, what is old, and the list of the administrators.
        index(manager, "job", &["state", "due_at"], false).await?;
        index(manager, "job", &["state", "lease_until"], false).await?;
        index(manager, "job", &["finished_at"], false).await?;
        index(manager, "job", &["created_at"], false).await
    }
}
