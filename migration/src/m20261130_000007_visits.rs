//! Visits to homes, return visits, and their history.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_visit(manager).await?;
        create_event(manager).await
    }
}

async fn create_visit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut visit = table("visit")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("kind").text())
        .col(required("state").text())
        .col(optional("unit_id").uuid())
        .col(optional("zone_id").uuid())
        .col(optional("party_id").uuid())
        .col(optional("ticket_id").uuid())
        .col(optional("repair_finished_at").timestamp_with_time_zone())
        .col(required("purpose").text())
        .col(optional("due_at").timestamp_with_time_zone())
        .col(optional("due_rule").text())
        .col(optional("overdue_at").timestamp_with_time_zone())
        .col(optional("channel").text())
        .col(optional("appointed_at").timestamp_with_time_zone())
        .col(required("is_inside").boolean())
        .col(optional("visitor_id").uuid())
        .col(optional("companion_id").uuid())
        .col(required("opinion").text())
        .col(required("handling").text())
        .col(required("result").text())
        .col(optional("outcome").text())
        .col(optional("reply_promised_at").timestamp_with_time_zone())
        .col(optional("signature").text())
        .col(optional("new_ticket_id").uuid())
        .col(required("observed_at").timestamp_with_time_zone())
        .col(optional("started_at").timestamp_with_time_zone())
        .col(optional("finished_at").timestamp_with_time_zone())
        .col(required("field_seq").json_binary())
        .foreign_key(&mut reference("visit", "community_id", "community"))
        .foreign_key(&mut reference("visit", "unit_id", "unit"))
        .foreign_key(&mut reference("visit", "zone_id", "zone"))
        .foreign_key(&mut reference("visit", "party_id", "party"))
        .foreign_key(&mut reference("visit", "ticket_id", "ticket"))
        .foreign_key(&mut reference("visit", "visitor_id", "staff_member"))
        .foreign_key(&mut reference("visit", "companion_id", "staff_member"))
        .foreign_key(&mut reference("visit", "new_ticket_id", "ticket"))
        .to_owned();
    let visit = record(&mut visit)
        .col(optional("left_phones_at").timestamp_with_time_zone())
        // Filled in by the job that keeps the days of return visits up to date.
        .col(optional("repair_tested_at").timestamp_with_time_zone())
        .to_owned();
    manager.create_table(visit).await?;
    index(manager, "visit", &["community_id", "observed_at"], false).await?;
    // What is settled and still on phones.
    let carried = ["community_id", "left_phones_at", "updated_at"];
    index(manager, "visit", &carried, false).await?;
    index(manager, "visit", &["state", "due_at"], false).await?;
    for of in [
        "unit_id",
        "zone_id",
        "ticket_id",
        "visitor_id",
        "companion_id",
    ] {
        index(manager, "visit", &[of], false).await?;
    }
    Ok(())
}

async fn create_event(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let event = table("visit_event")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("visit_id").uuid())
        .col(required("kind").text())
        .col(optional("from_state").text())
        .col(optional("to_state").text())
        .col(required("note").text())
        .col(required("details").json_binary())
        .col(required("photos").json_binary())
        .col(optional("signature").text())
        .col(required("is_internal").boolean())
        .col(optional("author_account_id").uuid())
        .col(required("author_name").text())
        .col(required("observed_at").timestamp_with_time_zone())
        .col(required("observed_mark").text())
        .col(required("received_at").timestamp_with_time_zone())
        .col(required("seq").big_integer())
        .col(required("created_at").timestamp_with_time_zone())
        .foreign_key(&mut reference("visit_event", "community_id", "community"))
        .foreign_key(&mut reference("visit_event", "visit_id", "visit"))
        .to_owned();
    manager.create_table(event).await?;
    index(manager, "visit_event", &["visit_id", "seq"], false).await
}
