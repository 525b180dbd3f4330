//! No query reads rows by community and number: phones find them through the feed. An edit moves the number, so
//! these indexes made every edit write to all indexes of its table.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Of the others the first column is read: `shift`, `staff_member`, `unit` and `patrol_route` have no other
/// index by community.
const UNREAD: [&str; 11] = [
    "duty",
    "handover",
    "handover_event",
    "party",
    "patrol_point",
    "patrol_result",
    "patrol_task",
    "ticket",
    "ticket_event",
    "visit",
    "visit_event",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in UNREAD {
            let name = format!("{table}_community_id_seq");
            let unread = Index::drop().name(name).table(table).to_owned();
            manager.drop_index(unread).await?;
        }
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            // Room for the next version of a ticket on the page of the last one.
            let room = "ALTER TABLE ticket SET (fillfactor = 85)";
            manager.get_connection().execute_unprepared(room).await?;
        }
        Ok(())
    }
}
