//! When a ticket came to where it stands, against which steps that are heard of late are judged.

use sea_orm_migration::prelude::*;

use crate::table::optional;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = optional("stepped_at").timestamp_with_time_zone().to_owned();
        let ticket = Table::alter().table("ticket").add_column(column).to_owned();
        manager.alter_table(ticket).await?;
        // What was kept beside has no state before.
        let newest = Query::select()
            .expr(Func::max(Expr::col("observed_at")))
            .from("ticket_event")
            .and_where(Expr::col(("ticket_event", "ticket_id")).equals(("ticket", "id")))
            .and_where(Expr::col("from_state").ne(Expr::col("to_state")))
            .to_owned();
        let fill = Query::update()
            .table("ticket")
            .value("stepped_at", newest)
            .to_owned();
        manager.execute(fill).await
    }
}
