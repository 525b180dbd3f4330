//! What was settled long ago is no longer carried by phones.

use sea_orm_migration::prelude::*;

use crate::table::{index, optional};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The tables, and the moment of each that counts.
const LEAVING: [(&str, &str); 5] = [
    ("ticket", "closed_at"),
    ("patrol_task", "window_to"),
    ("visit", "updated_at"),
    ("handover", "updated_at"),
    ("duty", "on_day"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, settled_at) in LEAVING {
            let left = optional("left_phones_at")
                .timestamp_with_time_zone()
                .to_owned();
            let table_with = Table::alter().table(table).add_column(left).to_owned();
            manager.alter_table(table_with).await?;
            // What is settled and still on phones.
            let columns = ["community_id", "left_phones_at", settled_at];
            index(manager, table, &columns, false).await?;
        }
        Ok(())
    }
}
