//! Tickets and visits follow from their events, which say all they stand on; when something last happened to
//! them is not kept beside the events.

use sea_orm_migration::prelude::*;

use crate::table::optional;

#[derive(DeriveMigrationName)]
pub struct Migration;

const REMEMBERED: &[(&str, &[&str])] = &[
    (
        "ticket",
        &[
            "assigned_at",
            "graded_at",
            "routed_at",
            "stepped_at",
            "reopened_at",
        ],
    ),
    ("visit", &["moved_at", "reappointed_at"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            optional("is_second").boolean().to_owned(),
            optional("department").text().to_owned(),
        ] {
            let events = Table::alter()
                .table("ticket_event")
                .add_column(column)
                .to_owned();
            manager.alter_table(events).await?;
        }
        for (column, kind, at) in [
            ("department", "routed", "routed_at"),
            ("is_second", "graded", "graded_at"),
        ] {
            manager.execute(of_newest(column, kind, at)).await?;
        }
        for (table, columns) in REMEMBERED {
            for column in *columns {
                let table = Table::alter().table(*table).drop_column(*column).to_owned();
                manager.alter_table(table).await?;
            }
        }
        Ok(())
    }
}

/// What the newest event of a kind said, as the ticket has it.
fn of_newest(column: &'static str, kind: &'static str, at: &'static str) -> UpdateStatement {
    let of_ticket = || {
        Query::select()
            .from("ticket")
            .and_where(Expr::col(("ticket", "id")).equals(("ticket_event", "ticket_id")))
            .to_owned()
    };
    let said = of_ticket().column(("ticket", column)).to_owned();
    let newest = of_ticket()
        .expr(Expr::val(1))
        .and_where(Expr::col(("ticket", at)).equals(("ticket_event", "observed_at")))
        .to_owned();
    Query::update()
        .table("ticket_event")
        .value(column, said)
        .and_where(Expr::col(("ticket_event", "kind")).eq(kind))
        .and_where(Expr::exists(newest))
        .to_owned()
}
