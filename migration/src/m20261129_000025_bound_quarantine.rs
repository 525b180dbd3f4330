//! What is kept out has a size, is corrected and settled by hand, leaves phones and is purged; an edit
//! says old and new; an inspection may be unannounced.

use sea_orm_migration::prelude::*;

use crate::table::{index, optional, required};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Whether an audience was ever told of a root.
        index(manager, "feed", &["root_id"], false).await?;
        let columns = [
            (
                "sync_mutation",
                required("bytes").big_integer().default(0).to_owned(),
            ),
            ("sync_mutation", optional("correction").binary().to_owned()),
            ("sync_mutation", optional("missing").text().to_owned()),
            (
                "sync_issue",
                required("settled_note").text().default("").to_owned(),
            ),
            (
                "sync_issue",
                required("is_corrected").boolean().default(false).to_owned(),
            ),
            (
                "sync_issue",
                optional("left_phones_at")
                    .timestamp_with_time_zone()
                    .to_owned(),
            ),
            ("ticket_event", optional("changes").json_binary().to_owned()),
            ("patrol_route", notice()),
            ("patrol_task", notice()),
        ];
        for (table, column) in columns {
            let table = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        for table in ["patrol_route", "patrol_task"] {
            let mut inspections = Query::update()
                .table(table)
                .value("notice", "unannounced")
                .and_where(Expr::col("post").eq("inspector"))
                .to_owned();
            if table == "patrol_task" {
                inspections.and_where(Expr::col("state").eq("due"));
            }
            manager.execute(inspections).await?;
        }
        index(
            manager,
            "sync_mutation",
            &["author_account_id", "outcome", "received_at"],
            false,
        )
        .await
    }
}

/// Whether those whom it concerns may know of a patrol before it begins.
fn notice() -> ColumnDef {
    required("notice").text().default("announced").to_owned()
}
