//! Shifts, the roster, and handovers with their history.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_roster(manager).await?;
        create_handover(manager).await?;
        create_event(manager).await
    }
}

async fn create_roster(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut shift = table("shift")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("code").text())
        .col(required("from_time").text())
        .col(required("to_time").text())
        .col(required("has_noon_break").boolean())
        .col(optional("post").text())
        .col(optional("retired_at").timestamp_with_time_zone())
        .foreign_key(&mut reference("shift", "community_id", "community"))
        .to_owned();
    manager.create_table(record(&mut shift).to_owned()).await?;
    index(manager, "shift", &["community_id", "seq"], false).await?;

    let mut duty = table("duty")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("staff_member_id").uuid())
        .col(required("shift_id").uuid())
        .col(required("on_day").date())
        .foreign_key(&mut reference("duty", "community_id", "community"))
        .foreign_key(&mut reference("duty", "staff_member_id", "staff_member"))
        .foreign_key(&mut reference("duty", "shift_id", "shift"))
        .to_owned();
    let duty = record(&mut duty)
        .col(optional("left_phones_at").timestamp_with_time_zone())
        .to_owned();
    manager.create_table(duty).await?;
    index(manager, "duty", &["community_id", "on_day"], false).await?;
    // What is settled and still on phones.
    let carried = ["community_id", "left_phones_at", "on_day"];
    index(manager, "duty", &carried, false).await?;
    let line = ["staff_member_id", "on_day", "shift_id"];
    index(manager, "duty", &line, true).await
}

async fn create_handover(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut handover = table("handover")
        .col(id())
        .col(required("community_id").uuid())
        .col(optional("zone_id").uuid())
        .col(required("post").text())
        .col(optional("shift_id").uuid())
        .col(required("outgoing_id").uuid())
        .col(optional("incoming_id").uuid())
        .col(required("state").text())
        .col(required("open_matters").json_binary())
        .col(required("equipment").json_binary())
        .col(optional("is_environment_fine").boolean())
        .col(required("note").text())
        .col(required("prepared_at").timestamp_with_time_zone())
        .col(optional("arrive_by").timestamp_with_time_zone())
        .col(optional("arrived_at").timestamp_with_time_zone())
        .col(optional("checked_at").timestamp_with_time_zone())
        .col(optional("outgoing_signed_at").timestamp_with_time_zone())
        .col(optional("incoming_signed_at").timestamp_with_time_zone())
        .col(optional("outgoing_signature").text())
        .col(optional("incoming_signature").text())
        .col(optional("passed_at").timestamp_with_time_zone())
        .foreign_key(&mut reference("handover", "community_id", "community"))
        .foreign_key(&mut reference("handover", "zone_id", "zone"))
        .foreign_key(&mut reference("handover", "shift_id", "shift"))
        .foreign_key(&mut reference("handover", "outgoing_id", "staff_member"))
        .foreign_key(&mut reference("handover", "incoming_id", "staff_member"))
        .to_owned();
    let handover = record(&mut handover)
        .col(optional("left_phones_at").timestamp_with_time_zone())
        .to_owned();
    manager.create_table(handover).await?;
    index(manager, "handover", &["community_id", "prepared_at"], false).await?;
    // What is settled and still on phones.
    let carried = ["community_id", "left_phones_at", "updated_at"];
    index(manager, "handover", &carried, false).await?;
    index(manager, "handover", &["zone_id"], false).await?;
    index(manager, "handover", &["outgoing_id"], false).await?;
    index(manager, "handover", &["incoming_id"], false).await
}

async fn create_event(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let event = table("handover_event")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("handover_id").uuid())
        .col(required("kind").text())
        .col(required("note").text())
        .col(required("equipment").json_binary())
        .col(optional("signature").text())
        .col(optional("incoming_id").uuid())
        .col(optional("author_staff_id").uuid())
        .col(optional("author_account_id").uuid())
        .col(required("author_name").text())
        .col(required("observed_at").timestamp_with_time_zone())
        .col(required("observed_mark").text())
        .col(required("received_at").timestamp_with_time_zone())
        .col(required("seq").big_integer())
        .col(required("created_at").timestamp_with_time_zone())
        .foreign_key(&mut reference(
            "handover_event",
            "community_id",
            "community",
        ))
        .foreign_key(&mut reference("handover_event", "handover_id", "handover"))
        .to_owned();
    manager.create_table(event).await?;
    index(manager, "handover_event", &["handover_id", "seq"], false).await
}
