//! Laying out, ordering, giving out and reporting patrols from the desk.

use async_graphql::{Context, InputObject, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::patrol::{patrol_point, patrol_route, patrol_task};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::write::{
    AssignPatrolTask, OrderPatrol, PutPatrolPoint, PutPatrolRoute, ReportPatrol, RetirePatrolRoute,
};
use super::{CheckItem, PatrolPoint, PatrolReason, PatrolRoute, PatrolTask, Plan};
use crate::areas::organisation::graphql::Post;
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A point as it is to be; what is left out is taken from it, but for its code.
#[derive(InputObject)]
pub struct PutPatrolPointInput {
    /// Of the point to be changed; a new one is made when it is left out.
    id: Option<Uuid>,
    community_id: Uuid,
    zone_id: Option<Uuid>,
    building_id: Option<Uuid>,
    /// One line, at most 200 characters.
    name: String,
    /// Where to find it; at most 200 characters.
    #[graphql(default)]
    place: String,
    /// Unique in the community. Stays when left out; made up for a new point.
    code: Option<String>,
    #[graphql(default)]
    checklist: Vec<CheckItem>,
    /// In ten-millionths of a degree.
    latitude_e7: Option<i32>,
    /// In ten-millionths of a degree.
    longitude_e7: Option<i32>,
}

/// A route as it is to be; what is left out is taken from it.
#[derive(InputObject)]
pub struct PutPatrolRouteInput {
    /// Of the route to be changed; a new one is made when it is left out.
    id: Option<Uuid>,
    community_id: Uuid,
    zone_id: Option<Uuid>,
    /// Which patrol of the handbook it is: `estate`, `posts`, …; any other word for one of their own.
    key: String,
    name: String,
    /// Taken from the handbook when left out.
    post: Option<Post>,
    assignee_id: Option<Uuid>,
    /// In the order they are walked; 1 to 100.
    point_ids: Vec<Uuid>,
    plan: Plan,
    #[graphql(default)]
    needs_code: bool,
    #[graphql(default)]
    needs_photo: bool,
    #[graphql(default)]
    needs_position: bool,
    /// Taken from the handbook when left out.
    rule: Option<String>,
}

/// Which route is to end.
#[derive(InputObject)]
pub struct RetirePatrolRouteInput {
    id: Uuid,
}

/// A patrol for now, beside the plan: a route out of its turn, or points that are named.
#[derive(InputObject)]
pub struct OrderPatrolInput {
    /// Made by the caller, so that a repeated call does not order twice.
    id: Option<Uuid>,
    community_id: Uuid,
    /// What is left out is taken from it.
    route_id: Option<Uuid>,
    zone_id: Option<Uuid>,
    name: Option<String>,
    post: Option<Post>,
    assignee_id: Option<Uuid>,
    point_ids: Option<Vec<Uuid>>,
    needs_code: Option<bool>,
    needs_photo: Option<bool>,
    needs_position: Option<bool>,
    /// From now on, when left out.
    from: Option<DateTime<Utc>>,
    /// Four hours later, when left out.
    to: Option<DateTime<Utc>>,
    /// `ORDERED` or `RAIN`.
    #[graphql(default_with = "PatrolReason::Ordered")]
    reason: PatrolReason,
}

/// Who is to walk a patrol.
#[derive(InputObject)]
pub struct AssignPatrolTaskInput {
    id: Uuid,
    /// Anybody of its zone when left out.
    assignee_id: Option<Uuid>,
}

/// What was seen at a point, now.
#[derive(InputObject)]
pub struct ReportPatrolInput {
    /// Made by the caller, so that a repeated call does not report twice.
    id: Option<Uuid>,
    task_id: Uuid,
    point_id: Uuid,
    /// By the keys of the checklist.
    answers: Option<Json<Map<String, Value>>>,
    /// What is wrong; at most 4000 characters.
    #[graphql(default)]
    finding: String,
    /// The ticket that was opened for it.
    ticket_id: Option<Uuid>,
    /// By the SHA-256 of their bytes, in lower-case hex; at most 9.
    #[graphql(default)]
    photos: Vec<String>,
    code_read: Option<String>,
    latitude_e7: Option<i32>,
    longitude_e7: Option<i32>,
    accuracy_m: Option<i32>,
}

/// The point after the change.
#[derive(SimpleObject)]
pub struct PatrolPointPayload {
    patrol_point: Option<PatrolPoint>,
}

/// The route after the change.
#[derive(SimpleObject)]
pub struct PatrolRoutePayload {
    patrol_route: Option<PatrolRoute>,
}

/// The patrol after the change.
#[derive(SimpleObject)]
pub struct PatrolTaskPayload {
    patrol_task: Option<PatrolTask>,
}

async fn task(ctx: &Context<'_>, id: Uuid) -> Result<PatrolTaskPayload, ApiError> {
    Ok(PatrolTaskPayload {
        patrol_task: ctx.load::<patrol_task::Model>(id).await?.map(PatrolTask),
    })
}

async fn route(ctx: &Context<'_>, id: Uuid) -> Result<PatrolRoutePayload, ApiError> {
    Ok(PatrolRoutePayload {
        patrol_route: ctx.load::<patrol_route::Model>(id).await?.map(PatrolRoute),
    })
}

fn ids<T: From<Uuid>>(ids: Vec<Uuid>) -> Vec<T> {
    ids.into_iter().map(Into::into).collect()
}

#[derive(Default)]
pub struct PatrolMutation;

#[Object]
impl PatrolMutation {
    /// Makes a point or changes one. For supervisors and above.
    async fn put_patrol_point(
        &self,
        ctx: &Context<'_>,
        input: PutPatrolPointInput,
    ) -> Result<PatrolPointPayload, ApiError> {
        let put = PutPatrolPoint {
            id: input.id.map(Into::into),
            community_id: input.community_id.into(),
            zone_id: input.zone_id.map(Into::into),
            building_id: input.building_id.map(Into::into),
            name: input.name,
            place: input.place,
            code: input.code,
            checklist: input.checklist.into_iter().map(Into::into).collect(),
            latitude_e7: input.latitude_e7,
            longitude_e7: input.longitude_e7,
        };
        let id = command::run(ctx.app(), ctx.viewer()?, "put patrol point", &put).await?;
        Ok(PatrolPointPayload {
            patrol_point: ctx.load::<patrol_point::Model>(id).await?.map(PatrolPoint),
        })
    }

    /// Makes a route or changes one, and the patrols of today and tomorrow with it. For supervisors
    /// and above.
    async fn put_patrol_route(
        &self,
        ctx: &Context<'_>,
        input: PutPatrolRouteInput,
    ) -> Result<PatrolRoutePayload, ApiError> {
        let put = PutPatrolRoute {
            id: input.id.map(Into::into),
            community_id: input.community_id.into(),
            zone_id: input.zone_id.map(Into::into),
            key: input.key,
            name: input.name,
            post: input.post.map(Into::into),
            assignee_id: input.assignee_id.map(Into::into),
            point_ids: ids(input.point_ids),
            plan: input.plan.into(),
            needs_code: input.needs_code,
            needs_photo: input.needs_photo,
            needs_position: input.needs_position,
            rule: input.rule,
        };
        let id = command::run(ctx.app(), ctx.viewer()?, "put patrol route", &put).await?;
        route(ctx, id.into()).await
    }

    /// Ends a route. Its patrols that lie ahead are taken away. For supervisors and above.
    async fn retire_patrol_route(
        &self,
        ctx: &Context<'_>,
        input: RetirePatrolRouteInput,
    ) -> Result<PatrolRoutePayload, ApiError> {
        let retire = RetirePatrolRoute {
            id: input.id.into(),
        };
        command::run(ctx.app(), ctx.viewer()?, "retire patrol route", &retire).await?;
        route(ctx, input.id).await
    }

    /// Orders a patrol. For supervisors and above.
    async fn order_patrol(
        &self,
        ctx: &Context<'_>,
        input: OrderPatrolInput,
    ) -> Result<PatrolTaskPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let order = OrderPatrol {
            id: id.into(),
            community_id: input.community_id.into(),
            route_id: input.route_id.map(Into::into),
            zone_id: input.zone_id.map(Into::into),
            name: input.name,
            post: input.post.map(Into::into),
            assignee_id: input.assignee_id.map(Into::into),
            point_ids: input.point_ids.map(ids),
            needs_code: input.needs_code,
            needs_photo: input.needs_photo,
            needs_position: input.needs_position,
            from: input.from,
            to: input.to,
            reason: input.reason.into(),
        };
        command::run(ctx.app(), ctx.viewer()?, "order patrol", &order).await?;
        task(ctx, id).await
    }

    /// Gives a patrol to somebody. For the office.
    async fn assign_patrol_task(
        &self,
        ctx: &Context<'_>,
        input: AssignPatrolTaskInput,
    ) -> Result<PatrolTaskPayload, ApiError> {
        let assign = AssignPatrolTask {
            id: input.id.into(),
            assignee_id: input.assignee_id.map(Into::into),
        };
        command::run(ctx.app(), ctx.viewer()?, "assign patrol", &assign).await?;
        task(ctx, input.id).await
    }

    /// Tells what was seen at a point. For everybody who sees the patrol.
    async fn report_patrol(
        &self,
        ctx: &Context<'_>,
        input: ReportPatrolInput,
    ) -> Result<PatrolTaskPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let report = ReportPatrol {
            id: id.into(),
            task_id: input.task_id.into(),
            point_id: input.point_id.into(),
            answers: input
                .answers
                .map(|Json(answers)| answers)
                .unwrap_or_default(),
            finding: input.finding,
            ticket_id: input.ticket_id.map(Into::into),
            photos: input.photos,
            code_read: input.code_read,
            latitude_e7: input.latitude_e7,
            longitude_e7: input.longitude_e7,
            accuracy_m: input.accuracy_m,
        };
        command::run(ctx.app(), ctx.viewer()?, "report patrol", &report).await?;
        task(ctx, input.task_id).await
    }
}
