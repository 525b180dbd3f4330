//! Rounds at irregular times of who plans inspections are unannounced, as inspections are.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const POSTS: [&str; 4] = ["estate_manager", "cs_manager", "supervisor", "inspector"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The word is the last key of a plan in both databases, with or without a space after the colon.
        let irregular = Expr::col("plan").cast_as("TEXT");
        let irregular = irregular.like("%\"irregular\":%true%");
        let routes = Query::update()
            .table("patrol_route")
            .value("notice", "unannounced")
            .and_where(Expr::col("post").is_in(POSTS))
            .and_where(irregular)
            .to_owned();
        manager.execute(routes).await?;
        let unannounced = Query::select()
            .column("id")
            .from("patrol_route")
            .and_where(Expr::col("notice").eq("unannounced"))
            .to_owned();
        let tasks = Query::update()
            .table("patrol_task")
            .value("notice", "unannounced")
            .and_where(Expr::col("state").eq("due"))
            .and_where(Expr::col("route_id").in_subquery(unannounced))
            .to_owned();
        manager.execute(tasks).await
    }
}
