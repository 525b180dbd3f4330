//! Complaints beside repairs, the clocks that run on them, and what a return visit asks of a repair.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in of_ticket() {
            add(manager, "ticket", column).await?;
        }
        index(manager, "ticket", &["responsible_id"], false).await?;
        index(
            manager,
            "ticket",
            &["community_id", "kind", "due_at"],
            false,
        )
        .await?;
        for column in of_ticket_event() {
            add(manager, "ticket_event", column).await?;
        }

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
}

fn of_ticket() -> Vec<ColumnDef> {
    vec![
        optional("repair_class").text().to_owned(),
        optional("water_tested_at")
            .timestamp_with_time_zone()
            .to_owned(),
        optional("severity").text().to_owned(),
        optional("channel").text().to_owned(),
        optional("occurred_at")
            .timestamp_with_time_zone()
            .to_owned(),
        required("place").text().default("").to_owned(),
        required("person_concerned").text().default("").to_owned(),
        required("departments_concerned")
            .text()
            .default("")
            .to_owned(),
        required("demand").text().default("").to_owned(),
        optional("wanted_by").timestamp_with_time_zone().to_owned(),
        required("is_anonymous").boolean().default(false).to_owned(),
        required("is_second").boolean().default(false).to_owned(),
        required("department").text().default("").to_owned(),
        optional("responsible_id").uuid().to_owned(),
        optional("escalated_at")
            .timestamp_with_time_zone()
            .to_owned(),
        optional("due_at").timestamp_with_time_zone().to_owned(),
        optional("due_rule").text().to_owned(),
        optional("breached_at")
            .timestamp_with_time_zone()
            .to_owned(),
    ]
}

fn of_ticket_event() -> Vec<ColumnDef> {
    vec![
        optional("severity").text().to_owned(),
        optional("promised_at")
            .timestamp_with_time_zone()
            .to_owned(),
    ]
}

/// One column at a time: SQLite adds no more with a statement.
async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    mut column: ColumnDef,
) -> Result<(), DbErr> {
    let change = Table::alter()
        .table(table)
        .add_column(&mut column)
        .to_owned();
    manager.alter_table(change).await
}
