//! Accounts and their sessions, staff, parties and their relations to units.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_account(manager).await?;
        create_session(manager).await?;
        create_staff_member(manager).await?;
        create_party(manager).await?;
        create_party_relation(manager).await
    }
}

async fn create_account(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
    manager.create_table(account).await
}

async fn create_session(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
        .foreign_key(&mut reference("session", "account_id", "account"))
        .to_owned();
    manager.create_table(session).await?;
    index(manager, "session", &["account_id", "device_id"], true).await
}

async fn create_staff_member(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut staff_member = table("staff_member")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("account_id").uuid())
        .col(required("name").text())
        .col(required("post").text())
        .col(optional("zone_id").uuid())
        .col(optional("left_at").timestamp_with_time_zone())
        .foreign_key(&mut reference("staff_member", "community_id", "community"))
        .foreign_key(&mut reference("staff_member", "account_id", "account"))
        .foreign_key(&mut reference("staff_member", "zone_id", "zone"))
        .to_owned();
    manager
        .create_table(record(&mut staff_member).to_owned())
        .await?;
    index(
        manager,
        "staff_member",
        &["account_id", "community_id"],
        true,
    )
    .await?;
    index(manager, "staff_member", &["community_id", "seq"], false).await?;
    index(manager, "staff_member", &["zone_id"], false).await
}

async fn create_party(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut party = table("party")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("name").text())
        .col(optional("account_id").uuid())
        .col(optional("phone").binary())
        .col(optional("phone_index").text())
        .col(optional("phone_tail_index").text())
        .col(optional("phone_masked").text())
        .col(optional("identity_number").binary())
        .col(optional("identity_number_index").text())
        .col(optional("identity_number_masked").text())
        .foreign_key(&mut reference("party", "community_id", "community"))
        .foreign_key(&mut reference("party", "account_id", "account"))
        .to_owned();
    manager.create_table(record(&mut party).to_owned()).await?;
    index(manager, "party", &["community_id", "seq"], false).await?;
    index(manager, "party", &["community_id", "phone_index"], false).await?;
    index(
        manager,
        "party",
        &["community_id", "phone_tail_index"],
        false,
    )
    .await?;
    index(
        manager,
        "party",
        &["community_id", "identity_number_index"],
        false,
    )
    .await?;
    index(manager, "party", &["account_id"], false).await
}

async fn create_party_relation(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut party_relation = table("party_relation")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("party_id").uuid())
        .col(required("unit_id").uuid())
        .col(required("relation").text())
        .col(optional("starts_on").date())
        .col(optional("ends_on").date())
        .col(required("is_current").boolean())
        .foreign_key(&mut reference(
            "party_relation",
            "community_id",
            "community",
        ))
        .foreign_key(&mut reference("party_relation", "party_id", "party"))
        .foreign_key(&mut reference("party_relation", "unit_id", "unit"))
        .to_owned();
    manager
        .create_table(record(&mut party_relation).to_owned())
        .await?;
    index(manager, "party_relation", &["community_id"], false).await?;
    index(manager, "party_relation", &["party_id"], false).await?;
    index(manager, "party_relation", &["unit_id"], false).await
}
