//! Accounts and their sessions.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let account = table("account")
            .col(id())
            .col(required("login").text().unique_key())
            .col(required("name").text())
            .col(required("password_hash").text())
            .col(required("is_administrator").boolean())
            .col(required("is_demo").boolean())
            .col(optional("left_at").timestamp_with_time_zone())
            .col(required("created_at").timestamp_with_time_zone())
            .col(required("updated_at").timestamp_with_time_zone())
            .to_owned();
        manager.create_table(account).await?;

        let session = table("session")
            .col(id())
            .col(required("account_id").uuid())
            .col(required("device_id").text())
            .col(required("device_name").text())
            .col(required("refresh_family").uuid())
            .col(required("refresh_generation").big_integer())
            .col(required("refresh_expires_at").timestamp_with_time_zone())
            .col(required("last_contact_at").timestamp_with_time_zone())
            .col(optional("signed_out_at").timestamp_with_time_zone())
            .col(optional("revoked_at").timestamp_with_time_zone())
            .col(optional("revoked_reason").text())
            .col(required("created_at").timestamp_with_time_zone())
            .col(required("updated_at").timestamp_with_time_zone())
            .col(optional("refresh_confirmed_at").timestamp_with_time_zone())
            .col(optional("copied_at").timestamp_with_time_zone())
            .foreign_key(&mut reference("session", "account_id", "account"))
            .to_owned();
        manager.create_table(session).await?;
        index(manager, "session", &["account_id", "device_id"], true).await
    }
}
