//! Patrols: points, routes, tasks and what was found.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_point(manager).await?;
        create_route(manager).await?;
        create_task(manager).await?;
        create_result(manager).await
    }
}

async fn create_point(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut point = table("patrol_point")
        .col(id())
        .col(required("community_id").uuid())
        .col(optional("zone_id").uuid())
        .col(optional("building_id").uuid())
        .col(required("name").text())
        .col(required("place").text())
        .col(required("code").text())
        .col(required("checklist").json_binary())
        .col(optional("latitude_e7").integer())
        .col(optional("longitude_e7").integer())
        .foreign_key(&mut reference("patrol_point", "community_id", "community"))
        .foreign_key(&mut reference("patrol_point", "zone_id", "zone"))
        .foreign_key(&mut reference("patrol_point", "building_id", "building"))
        .to_owned();
    manager.create_table(record(&mut point).to_owned()).await?;
    index(manager, "patrol_point", &["community_id", "code"], true).await
}

async fn create_route(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut route = table("patrol_route")
        .col(id())
        .col(required("community_id").uuid())
        .col(optional("zone_id").uuid())
        .col(required("key").text())
        .col(required("name").text())
        .col(required("post").text())
        .col(optional("assignee_id").uuid())
        .col(required("point_ids").json_binary())
        .col(required("plan").json_binary())
        .col(required("needs_code").boolean())
        .col(required("needs_photo").boolean())
        .col(required("needs_position").boolean())
        .col(required("rule").text())
        .col(optional("retired_at").timestamp_with_time_zone())
        .foreign_key(&mut reference("patrol_route", "community_id", "community"))
        .foreign_key(&mut reference("patrol_route", "zone_id", "zone"))
        .foreign_key(&mut reference(
            "patrol_route",
            "assignee_id",
            "staff_member",
        ))
        .to_owned();
    let route = record(&mut route).col(notice()).to_owned();
    manager.create_table(route).await?;
    index(manager, "patrol_route", &["community_id", "seq"], false).await?;
    index(manager, "patrol_route", &["zone_id"], false).await?;
    index(manager, "patrol_route", &["assignee_id"], false).await
}

async fn create_task(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut task = table("patrol_task")
        .col(id())
        .col(required("community_id").uuid())
        .col(optional("route_id").uuid())
        .col(optional("zone_id").uuid())
        .col(required("name").text())
        .col(required("post").text())
        .col(optional("assignee_id").uuid())
        .col(required("on_day").date())
        .col(required("number").integer())
        .col(required("window_from").timestamp_with_time_zone())
        .col(required("window_to").timestamp_with_time_zone())
        .col(required("point_ids").json_binary())
        .col(required("needs_code").boolean())
        .col(required("needs_photo").boolean())
        .col(required("needs_position").boolean())
        .col(required("reason").text())
        .col(required("state").text())
        .col(optional("started_at").timestamp_with_time_zone())
        .col(optional("finished_at").timestamp_with_time_zone())
        .col(optional("missed_at").timestamp_with_time_zone())
        .col(required("missed_point_ids").json_binary())
        .col(required("finding_count").integer())
        .foreign_key(&mut reference("patrol_task", "community_id", "community"))
        .foreign_key(&mut reference("patrol_task", "route_id", "patrol_route"))
        .foreign_key(&mut reference("patrol_task", "zone_id", "zone"))
        .foreign_key(&mut reference("patrol_task", "assignee_id", "staff_member"))
        .to_owned();
    let task = record(&mut task)
        .col(optional("left_phones_at").timestamp_with_time_zone())
        .col(notice())
        .to_owned();
    manager.create_table(task).await?;
    index(manager, "patrol_task", &["community_id", "on_day"], false).await?;
    let windows = ["community_id", "window_from"];
    index(manager, "patrol_task", &windows, false).await?;
    // What is settled and still on phones.
    let carried = ["community_id", "left_phones_at", "window_to"];
    index(manager, "patrol_task", &carried, false).await?;
    index(manager, "patrol_task", &["state", "window_to"], false).await?;
    index(manager, "patrol_task", &["route_id"], false).await?;
    index(manager, "patrol_task", &["zone_id"], false).await?;
    index(manager, "patrol_task", &["assignee_id"], false).await
}

/// Whether those whom it concerns may know of a patrol before it begins.
fn notice() -> ColumnDef {
    required("notice").text().default("announced").to_owned()
}

async fn create_result(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let result = table("patrol_result")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("task_id").uuid())
        .col(required("point_id").uuid())
        .col(required("answers").json_binary())
        .col(required("finding").text())
        .col(optional("ticket_id").uuid())
        .col(required("photos").json_binary())
        .col(optional("code_read").text())
        .col(optional("code_matches").boolean())
        .col(optional("latitude_e7").integer())
        .col(optional("longitude_e7").integer())
        .col(optional("accuracy_m").integer())
        .col(required("is_in_window").boolean())
        .col(required("missing_evidence").json_binary())
        .col(optional("author_staff_id").uuid())
        .col(optional("author_account_id").uuid())
        .col(required("author_name").text())
        .col(required("observed_at").timestamp_with_time_zone())
        .col(required("observed_mark").text())
        .col(required("received_at").timestamp_with_time_zone())
        .col(required("seq").big_integer())
        .col(required("created_at").timestamp_with_time_zone())
        .col(required("unasked_answers").json_binary().default("[]"))
        .col(optional("is_near").boolean())
        .col(required("is_on_round").boolean().default(true))
        .foreign_key(&mut reference("patrol_result", "community_id", "community"))
        .foreign_key(&mut reference("patrol_result", "task_id", "patrol_task"))
        .foreign_key(&mut reference("patrol_result", "point_id", "patrol_point"))
        .foreign_key(&mut reference("patrol_result", "ticket_id", "ticket"))
        .to_owned();
    manager.create_table(result).await?;
    index(manager, "patrol_result", &["task_id", "seq"], false).await?;
    index(manager, "patrol_result", &["ticket_id"], false).await
}
