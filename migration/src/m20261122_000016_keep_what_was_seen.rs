//! What nobody asked for at a point, how near it was seen, and whose record carries a photo.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::Uuid;

use crate::table::{index, optional, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        mark_results(manager).await?;
        name_carriers(manager).await?;
        // What an account has sent of late, and who holds a content.
        index(
            manager,
            "attachment_holder",
            &["account_id", "created_at"],
            false,
        )
        .await?;
        index(manager, "attachment_holder", &["sha256"], false).await?;
        index(manager, "attachment", &["created_at"], false).await
    }
}

async fn mark_results(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = [
        required("unasked_answers")
            .json_binary()
            .default("[]")
            .to_owned(),
        optional("is_near").boolean().to_owned(),
        required("is_on_round").boolean().default(true).to_owned(),
    ];
    for column in columns {
        let result = Table::alter()
            .table("patrol_result")
            .add_column(column)
            .to_owned();
        manager.alter_table(result).await?;
    }
    Ok(())
}

/// Two people may let one record carry one photo, and only one of them has it: the account belongs
/// to the key, which SQLite cannot change in place. What is there already stays as it was shown.
async fn name_carriers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let link = table("attachment_link_by_account")
        .col(required("sha256").text())
        .col(required("collection").text())
        .col(required("root_id").uuid())
        .col(required("account_id").uuid())
        .col(required("community_id").uuid())
        .col(required("created_at").timestamp_with_time_zone())
        .primary_key(
            Index::create()
                .col("sha256")
                .col("collection")
                .col("root_id")
                .col("account_id"),
        )
        .foreign_key(&mut reference(
            "attachment_link_by_account",
            "community_id",
            "community",
        ))
        .to_owned();
    manager.create_table(link).await?;
    let kept = Query::select()
        .columns(["sha256", "collection", "root_id"])
        .expr(Expr::value(Uuid::nil()))
        .columns(["community_id", "created_at"])
        .from("attachment_link")
        .to_owned();
    let mut copy = Query::insert()
        .into_table("attachment_link_by_account")
        .columns([
            "sha256",
            "collection",
            "root_id",
            "account_id",
            "community_id",
            "created_at",
        ])
        .to_owned();
    copy.select_from(kept)
        .map_err(|error| DbErr::Migration(error.to_string()))?;
    manager.get_connection().execute(&copy).await?;
    let old = Table::drop().table("attachment_link").to_owned();
    manager.drop_table(old).await?;
    let renamed = Table::rename()
        .table("attachment_link_by_account", "attachment_link")
        .to_owned();
    manager.rename_table(renamed).await
}
