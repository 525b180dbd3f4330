//! Laying out, ordering, giving out and reporting patrols from the desk.

use async_graphql::{Context, InputObject, Json, Object, SimpleObject};
use entity::kinds::PostKind;
use entity::patrol::{patrol_point, patrol_route, patrol_task};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::write::{
    AssignPatrolTask, OrderPatrol, PutPatrolPoint, PutPatrolRoute, ReportPatrol, RetirePatrolRoute,
};
use super::{CheckItem, PatrolPoint, PatrolRoute, PatrolTask, Plan};
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A point as it is to be, whole: when it is changed, a field that is left out is cleared, except its
/// code.
#[derive(InputObject)]
pub struct PutPatrolPointInput {
    /// The point to change; a new one is made when it is left out or unknown.
    id: Option<Uuid>,
    /// The community it belongs to.
    community_id: Uuid,
    /// The zone it lies in.
    zone_id: Option<Uuid>,
    /// The building it lies in.
    building_id: Option<Uuid>,
    /// What it is called; 1 to 200 characters.
    name: String,
    /// Where to find it, in words; at most 200 characters.
    #[graphql(default)]
    place: String,
    /// What its label says; unique in the community. When left out it stays, and a new point gets a
    /// random one.
    code: Option<String>,
    /// What is to be looked at: at most 50 questions.
    #[graphql(default)]
    checklist: Vec<CheckItem>,
    /// Its latitude in degrees × 10^7, as `232345678` for 23.2345678° north; both or none.
    latitude_e7: Option<i32>,
    /// Its longitude in degrees × 10^7; both or none.
    longitude_e7: Option<i32>,
}

/// A route as it is to be, whole: when it is changed, a field that is left out is cleared.
#[derive(InputObject)]
pub struct PutPatrolRouteInput {
    /// The route to change; a new one is made when it is left out or unknown.
    id: Option<Uuid>,
    /// The community it belongs to.
    community_id: Uuid,
    /// The zone that walks it.
    zone_id: Option<Uuid>,
    /// Which patrol of the handbook it is: `estate`, `posts`, …; any other word for one of the
    /// community's own.
    key: String,
    /// What it is called; 1 to 200 characters.
    name: String,
    /// The post that walks it; that of the handbook when left out.
    post: Option<PostKind>,
    /// The staff member who walks it; anybody of its zone when left out.
    assignee_id: Option<Uuid>,
    /// Its points in the order in which they are walked: 1 to 100, each once.
    point_ids: Vec<Uuid>,
    /// How often and when it is walked; the handbook sets bounds for its own patrols.
    plan: Plan,
    /// Whether the code of each point must be read.
    #[graphql(default)]
    needs_code: bool,
    /// Whether each point must be photographed.
    #[graphql(default)]
    needs_photo: bool,
    /// Whether each result must tell the position of the phone.
    #[graphql(default)]
    needs_position: bool,
    /// The rule of the handbook it fulfils; taken from the handbook when left out.
    rule: Option<String>,
}

/// A route that is to end.
#[derive(InputObject)]
pub struct RetirePatrolRouteInput {
    /// The route.
    id: Uuid,
}

/// A patrol and the staff member who is to walk it.
#[derive(InputObject)]
pub struct AssignPatrolTaskInput {
    /// The patrol.
    id: Uuid,
    /// Who walks it; must work in the community. Anybody of its zone when left out.
    assignee_id: Option<Uuid>,
}

/// What was seen at a point, at this moment.
#[derive(InputObject)]
pub struct ReportPatrolInput {
    /// Made by the caller, so that a call that is repeated reports once only; the server makes one when
    /// it is left out.
    id: Option<Uuid>,
    /// The patrol.
    task_id: Uuid,
    /// The point that was seen, one of the community.
    point_id: Uuid,
    /// The answers, by the keys of the checklist: `{"lamp": true, "pressure": 3.5, "seal": "broken"}`.
    answers: Option<Json<Map<String, Value>>>,
    /// What is wrong; at most 4000 characters, empty when nothing is.
    #[graphql(default)]
    finding: String,
    /// The ticket that was opened for the finding.
    ticket_id: Option<Uuid>,
    /// SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
    #[graphql(default)]
    photos: Vec<String>,
    /// What was read from the label of the point, as it was read.
    code_read: Option<String>,
    /// Latitude of the phone in degrees × 10^7; both or none.
    latitude_e7: Option<i32>,
    /// Longitude of the phone in degrees × 10^7; both or none.
    longitude_e7: Option<i32>,
    /// How exact that position is, in metres; less than 0 counts as 0.
    accuracy_m: Option<i32>,
}

/// The point after the change.
#[derive(SimpleObject)]
pub struct PatrolPointPayload {
    /// Null when the viewer may not see it.
    patrol_point: Option<PatrolPoint>,
}

/// The route after the change.
#[derive(SimpleObject)]
pub struct PatrolRoutePayload {
    /// Null when the viewer may not see it.
    patrol_route: Option<PatrolRoute>,
}

/// The patrol after the change.
#[derive(SimpleObject)]
pub struct PatrolTaskPayload {
    /// Null when the viewer may not see it.
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
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`.
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
        let id = command::run(ctx.app(), ctx.viewer()?, &put).await?;
        Ok(PatrolPointPayload {
            patrol_point: ctx.load::<patrol_point::Model>(id).await?.map(PatrolPoint),
        })
    }

    /// Makes a route or changes one, and its patrols of today and tomorrow with it. For supervisors and
    /// above.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `PATROL_PLAN_UNSUITABLE`,
    /// `PATROL_ASSIGNEE_UNSUITABLE`.
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
            post: input.post,
            assignee_id: input.assignee_id.map(Into::into),
            point_ids: ids(input.point_ids),
            plan: input.plan.into(),
            needs_code: input.needs_code,
            needs_photo: input.needs_photo,
            needs_position: input.needs_position,
            rule: input.rule,
        };
        let id = command::run(ctx.app(), ctx.viewer()?, &put).await?;
        route(ctx, id.into()).await
    }

    /// Ends a route and takes away its patrols that have yet to begin. For supervisors and above.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`.
    async fn retire_patrol_route(
        &self,
        ctx: &Context<'_>,
        input: RetirePatrolRouteInput,
    ) -> Result<PatrolRoutePayload, ApiError> {
        let retire = RetirePatrolRoute {
            id: input.id.into(),
        };
        command::run(ctx.app(), ctx.viewer()?, &retire).await?;
        route(ctx, input.id).await
    }

    /// Orders a patrol. For supervisors and above.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`, `PATROL_ASSIGNEE_UNSUITABLE`.
    async fn order_patrol(
        &self,
        ctx: &Context<'_>,
        input: OrderPatrol,
    ) -> Result<PatrolTaskPayload, ApiError> {
        let done = command::run(ctx.app(), ctx.viewer()?, &input).await?;
        task(ctx, done.record_id).await
    }

    /// Gives a patrol to a staff member. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `PATROL_SETTLED`, `PATROL_ASSIGNEE_UNSUITABLE`.
    async fn assign_patrol_task(
        &self,
        ctx: &Context<'_>,
        input: AssignPatrolTaskInput,
    ) -> Result<PatrolTaskPayload, ApiError> {
        let assign = AssignPatrolTask {
            id: input.id.into(),
            assignee_id: input.assignee_id.map(Into::into),
        };
        command::run(ctx.app(), ctx.viewer()?, &assign).await?;
        task(ctx, input.id).await
    }

    /// Reports what was seen at a point. For everybody who sees the patrol.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`, `PATROL_POINT_NOT_OF_TASK`.
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
        command::run(ctx.app(), ctx.viewer()?, &report).await?;
        task(ctx, input.task_id).await
    }
}
