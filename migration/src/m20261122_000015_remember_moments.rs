//! The moments against which what is heard of late is judged.

use sea_orm_migration::prelude::*;

use crate::table::optional;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A column, and the kinds of events of which it holds the newest.
type Moment = (&'static str, &'static [&'static str]);

const OF_TICKETS: &[Moment] = &[
    ("assigned_at", &["assigned"]),
    ("reopened_at", &["reopened"]),
    ("graded_at", &["graded"]),
    ("routed_at", &["routed"]),
];

const OF_VISITS: &[Moment] = &[
    (
        "moved_at",
        &[
            "appointed",
            "at_door",
            "refused",
            "absent",
            "in_talk",
            "finished",
        ],
    ),
    // Of no event: filled in by the job that keeps the days of return visits up to date.
    ("repair_tested_at", &[]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, moments) in [("ticket", OF_TICKETS), ("visit", OF_VISITS)] {
            for moment in moments {
                add(manager, table, moment).await?;
            }
        }
        Ok(())
    }
}

/// Adds the column, with the newest of these events.
async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    (name, kinds): &Moment,
) -> Result<(), DbErr> {
    let column = optional(name).timestamp_with_time_zone().to_owned();
    let table_with = Table::alter().table(table).add_column(column).to_owned();
    manager.alter_table(table_with).await?;
    if kinds.is_empty() {
        return Ok(());
    }
    let events = format!("{table}_event");
    let of_it = Expr::col((events.clone(), format!("{table}_id")));
    let newest = Query::select()
        .expr(Func::max(Expr::col("observed_at")))
        .from(events)
        .and_where(of_it.equals((table, "id")))
        .and_where(Expr::col("kind").is_in(kinds.iter().copied()))
        .to_owned();
    let fill = Query::update().table(table).value(*name, newest).to_owned();
    manager.execute(fill).await
}
