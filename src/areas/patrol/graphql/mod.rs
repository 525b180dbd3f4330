//! Patrols in the API.

mod mutation;
mod plan;
mod query;
mod result;

pub use mutation::PatrolMutation;
pub use plan::{CheckItem, CheckKind, PatrolEvidence, Per, Plan, Window};
pub use query::PatrolQuery;
pub use result::PatrolResult;

use async_graphql::{Context, Enum, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::estate::{building, zone};
use entity::ids::{PatrolPointId, ZoneId};
use entity::organisation::staff_member;
use entity::patrol::{Notice, patrol_point, patrol_route, patrol_task};
use uuid::Uuid;

use self::result::ResultsOf;
use super::read;
use crate::areas::estate::graphql::{Building, Zone};
use crate::areas::organisation::graphql::{Post, StaffMember};
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::graphql::loader::ById;

/// Why a patrol is to be walked.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::patrol::PatrolReason")]
pub enum PatrolReason {
    /// Its route says so.
    Plan,
    /// A supervisor wants it now.
    Ordered,
    /// Heavy rain is coming or has passed.
    Rain,
}

/// Where a patrol stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::patrol::PatrolTaskState")]
pub enum PatrolTaskState {
    /// Nobody has begun (待巡查).
    Due,
    /// Something was reported, and something is left (巡查中).
    InProgress,
    /// Every point was seen in time, with the evidence that was asked for (已完成).
    Done,
    /// Its time passed before that (已漏巡).
    Missed,
}

/// A place that patrols come by (巡查点).
pub struct PatrolPoint(pub patrol_point::Model);

#[Object]
impl PatrolPoint {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// The zone it lies in.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        zone(ctx, self.0.zone_id).await
    }

    /// The building it lies in.
    async fn building(&self, ctx: &Context<'_>) -> Result<Option<Building>, ApiError> {
        let Some(id) = self.0.building_id else {
            return Ok(None);
        };
        Ok(ctx.load::<building::Model>(id).await?.map(Building))
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where to find it, in words.
    async fn place(&self) -> &str {
        &self.0.place
    }

    /// What its label says. For the office only, which prints it.
    async fn code(&self, ctx: &Context<'_>) -> Option<&str> {
        let viewer = ctx.viewer().ok()?;
        read::sees_code(viewer, &self.0).then_some(&self.0.code)
    }

    /// What is to be looked at.
    async fn checklist(&self) -> Vec<CheckItem> {
        let items = self.0.checklist.0.iter().cloned();
        items.map(Into::into).collect()
    }

    /// In ten-millionths of a degree.
    async fn latitude_e7(&self) -> Option<i32> {
        self.0.latitude_e7
    }

    /// In ten-millionths of a degree.
    async fn longitude_e7(&self) -> Option<i32> {
        self.0.longitude_e7
    }
}

/// A patrol that is walked again and again (巡查路线).
pub struct PatrolRoute(pub patrol_route::Model);

#[Object]
impl PatrolRoute {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    async fn zone_id(&self) -> Option<Uuid> {
        self.0.zone_id.map(Into::into)
    }

    /// The zone that walks it.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        zone(ctx, self.0.zone_id).await
    }

    /// Which patrol of the handbook it is: `estate`, `posts`, …
    async fn key(&self) -> &str {
        &self.0.key
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The post that walks it.
    async fn post(&self) -> Post {
        self.0.post.into()
    }

    /// Who walks it; anybody of its zone when empty.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.assignee_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// Its points in the order they are walked.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn points(&self, ctx: &Context<'_>) -> Result<Vec<PatrolPoint>, ApiError> {
        points(ctx, &self.0.point_ids.0).await
    }

    /// When it is walked.
    async fn plan(&self) -> Plan {
        self.0.plan.clone().into()
    }

    async fn needs_code(&self) -> bool {
        self.0.needs_code
    }

    async fn needs_photo(&self) -> bool {
        self.0.needs_photo
    }

    async fn needs_position(&self) -> bool {
        self.0.needs_position
    }

    /// The rule of the handbook it stands for: `P-01`.
    async fn rule(&self) -> &str {
        &self.0.rule
    }

    async fn retired_at(&self) -> Option<DateTime<Utc>> {
        self.0.retired_at
    }
}

/// One patrol, to be walked in its window (巡查任务).
pub struct PatrolTask(pub patrol_task::Model);

#[Object]
impl PatrolTask {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    async fn zone_id(&self) -> Option<Uuid> {
        self.0.zone_id.map(Into::into)
    }

    /// The zone that walks it.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        zone(ctx, self.0.zone_id).await
    }

    /// The route it is a turn of, if the viewer may see it.
    async fn route(&self, ctx: &Context<'_>) -> Result<Option<PatrolRoute>, ApiError> {
        let Some(id) = self.0.route_id else {
            return Ok(None);
        };
        Ok(ctx.load::<patrol_route::Model>(id).await?.map(PatrolRoute))
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it is kept from those whom it concerns: from the office and the zone, until it begins or is
    /// missed. Supervisors, managers and inspectors see it.
    async fn is_unannounced(&self) -> bool {
        self.0.notice == Notice::Unannounced
    }

    /// The post that walks it.
    async fn post(&self) -> Post {
        self.0.post.into()
    }

    async fn assignee_id(&self) -> Option<Uuid> {
        self.0.assignee_id.map(Into::into)
    }

    /// Who walks it; anybody of its zone when empty.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.assignee_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// The day of the community on which its window begins.
    async fn on_day(&self) -> NaiveDate {
        self.0.on_day
    }

    /// Which turn of its route on that day; 0 for one that was ordered.
    async fn number(&self) -> i32 {
        self.0.number
    }

    async fn window_from(&self) -> DateTime<Utc> {
        self.0.window_from
    }

    async fn window_to(&self) -> DateTime<Utc> {
        self.0.window_to
    }

    /// Its points in the order they are walked.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn points(&self, ctx: &Context<'_>) -> Result<Vec<PatrolPoint>, ApiError> {
        points(ctx, &self.0.point_ids.0).await
    }

    /// The points that were not seen in time.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn missed_points(&self, ctx: &Context<'_>) -> Result<Vec<PatrolPoint>, ApiError> {
        points(ctx, &self.0.missed_point_ids.0).await
    }

    /// What was reported, in the order it was seen.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn results(&self, ctx: &Context<'_>) -> Result<Vec<PatrolResult>, ApiError> {
        let results = ctx.loader().load_one(ResultsOf(self.0.id)).await?;
        let results = results.unwrap_or_default().into_iter();
        Ok(results.map(PatrolResult).collect())
    }

    async fn needs_code(&self) -> bool {
        self.0.needs_code
    }

    async fn needs_photo(&self) -> bool {
        self.0.needs_photo
    }

    async fn needs_position(&self) -> bool {
        self.0.needs_position
    }

    async fn reason(&self) -> PatrolReason {
        self.0.reason.into()
    }

    async fn state(&self) -> PatrolTaskState {
        self.0.state.into()
    }

    /// When the first thing was seen.
    async fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.started_at
    }

    /// When the last point was seen that made it done.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }

    /// When its time was up.
    async fn missed_at(&self) -> Option<DateTime<Utc>> {
        self.0.missed_at
    }

    /// How many results tell of something wrong.
    async fn finding_count(&self) -> i32 {
        self.0.finding_count
    }

    /// Its version.
    async fn seq(&self) -> i64 {
        self.0.seq
    }
}

async fn zone(ctx: &Context<'_>, id: Option<ZoneId>) -> Result<Option<Zone>, ApiError> {
    let Some(id) = id else {
        return Ok(None);
    };
    Ok(ctx.load::<zone::Model>(id).await?.map(Zone))
}

/// Points in this order, as far as the viewer may see them.
async fn points(ctx: &Context<'_>, ids: &[PatrolPointId]) -> Result<Vec<PatrolPoint>, ApiError> {
    let keys = ids
        .iter()
        .map(|id| ById::<patrol_point::Model>::new((*id).into()));
    let mut found = ctx.loader().load_many(keys.clone()).await?;
    let points = keys.filter_map(|key| found.remove(&key));
    Ok(points.map(PatrolPoint).collect())
}
