//! Repairs and complaints, their history, and the clocks that run on them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_ticket(manager).await?;
        create_event(manager).await?;
        create_clock(manager).await
    }
}

async fn create_ticket(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut ticket = table("ticket")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("kind").text())
        .col(required("state").text())
        .col(required("priority").text())
        .col(required("summary").text())
        .col(required("description").text())
        .col(required("convenient_time").text())
        .col(optional("unit_id").uuid())
        .col(optional("zone_id").uuid())
        .col(optional("reporter_party_id").uuid())
        .col(optional("recorded_by").uuid())
        .col(required("contact_name").text())
        .col(optional("contact_phone").binary())
        .col(optional("contact_phone_masked").text())
        .col(optional("assignee_id").uuid())
        .col(required("observed_at").timestamp_with_time_zone())
        .col(optional("finished_at").timestamp_with_time_zone())
        .col(optional("closed_at").timestamp_with_time_zone())
        .col(required("field_seq").json_binary())
        .foreign_key(&mut reference("ticket", "community_id", "community"))
        .foreign_key(&mut reference("ticket", "unit_id", "unit"))
        .foreign_key(&mut reference("ticket", "zone_id", "zone"))
        .foreign_key(&mut reference("ticket", "reporter_party_id", "party"))
        .foreign_key(&mut reference("ticket", "assignee_id", "staff_member"))
        .to_owned();
    let mut ticket = record(&mut ticket)
        .col(optional("repair_class").text())
        .col(optional("water_tested_at").timestamp_with_time_zone())
        .col(optional("severity").text())
        .col(optional("channel").text())
        .col(optional("occurred_at").timestamp_with_time_zone())
        .col(required("place").text().default(""))
        .col(required("person_concerned").text().default(""))
        .col(required("departments_concerned").text().default(""))
        .col(required("demand").text().default(""))
        .col(optional("wanted_by").timestamp_with_time_zone())
        .col(required("is_anonymous").boolean().default(false))
        .col(required("is_second").boolean().default(false))
        .col(required("department").text().default(""))
        .col(optional("responsible_id").uuid())
        .col(optional("escalated_at").timestamp_with_time_zone())
        .col(optional("due_at").timestamp_with_time_zone())
        .col(optional("due_rule").text())
        .col(optional("breached_at").timestamp_with_time_zone())
        .col(optional("left_phones_at").timestamp_with_time_zone())
        .to_owned();
    if manager.get_database_backend() == DbBackend::Postgres {
        // Room for the next version of a ticket on the page of the last one.
        ticket.extra("WITH (fillfactor = 85)");
    }
    manager.create_table(ticket).await?;
    index(manager, "ticket", &["community_id", "state"], false).await?;
    index(manager, "ticket", &["community_id", "observed_at"], false).await?;
    let due = ["community_id", "kind", "due_at"];
    index(manager, "ticket", &due, false).await?;
    // What is settled and still on phones.
    let carried = ["community_id", "left_phones_at", "closed_at"];
    index(manager, "ticket", &carried, false).await?;
    // What the planning of return visits asks: repairs that are finished.
    index(manager, "ticket", &["state", "finished_at"], false).await?;
    for of in [
        "unit_id",
        "zone_id",
        "reporter_party_id",
        "assignee_id",
        "recorded_by",
        "responsible_id",
    ] {
        index(manager, "ticket", &[of], false).await?;
    }
    Ok(())
}

async fn create_event(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let event = table("ticket_event")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("ticket_id").uuid())
        .col(required("kind").text())
        .col(optional("from_state").text())
        .col(optional("to_state").text())
        .col(optional("assignee_id").uuid())
        .col(required("note").text())
        .col(required("is_internal").boolean())
        .col(optional("author_account_id").uuid())
        .col(required("author_name").text())
        .col(required("observed_at").timestamp_with_time_zone())
        .col(required("observed_mark").text())
        .col(required("received_at").timestamp_with_time_zone())
        .col(required("seq").big_integer())
        .col(required("created_at").timestamp_with_time_zone())
        .col(optional("severity").text())
        .col(optional("promised_at").timestamp_with_time_zone())
        .col(optional("changes").json_binary())
        .col(optional("is_second").boolean())
        .col(optional("department").text())
        .col(optional("assignee_post").text())
        .col(optional("visit_id").uuid())
        .foreign_key(&mut reference("ticket_event", "community_id", "community"))
        .foreign_key(&mut reference("ticket_event", "ticket_id", "ticket"))
        .to_owned();
    manager.create_table(event).await?;
    index(manager, "ticket_event", &["ticket_id", "seq"], false).await
}

async fn create_clock(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut clock = table("ticket_clock")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("ticket_id").uuid())
        .col(required("kind").text())
        .col(required("rule").text())
        .col(required("met_by").text())
        .col(optional("tells").text())
        .col(required("started_at").timestamp_with_time_zone())
        .col(required("due_at").timestamp_with_time_zone())
        .col(optional("met_at").timestamp_with_time_zone())
        .col(optional("breached_at").timestamp_with_time_zone())
        .col(optional("told_staff_id").uuid())
        .foreign_key(&mut reference("ticket_clock", "community_id", "community"))
        .foreign_key(&mut reference("ticket_clock", "ticket_id", "ticket"))
        .foreign_key(&mut reference(
            "ticket_clock",
            "told_staff_id",
            "staff_member",
        ))
        .to_owned();
    manager.create_table(record(&mut clock).to_owned()).await?;
    index(manager, "ticket_clock", &["ticket_id"], false).await?;
    // What the watch reads: open, not yet marked, oldest first.
    let watched = ["met_at", "breached_at", "due_at"];
    index(manager, "ticket_clock", &watched, false).await
}
