//! Patrols in the API.

mod mutation;
mod plan;
mod query;
mod result;

pub use mutation::PatrolMutation;
pub use plan::{CheckItem, Plan, Window};
pub use query::PatrolQuery;
pub use result::PatrolResult;

use async_graphql::{Context, Description, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::estate::{building, zone};
use entity::ids::{PatrolPointId, ZoneId};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use entity::patrol::{
    Notice, PatrolReason, PatrolTaskState, patrol_point, patrol_route, patrol_task,
};
use uuid::Uuid;

use self::result::ResultsOf;
use super::read;
use crate::areas::estate::graphql::{Building, Zone};
use crate::areas::organisation::graphql::StaffMember;
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::graphql::loader::ById;

/// A place that patrols pass (巡查点). For those who work in the community.
#[derive(Description)]
pub struct PatrolPoint(pub patrol_point::Model);

#[Object(use_type_description)]
impl PatrolPoint {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// The zone it lies in; null when it lies in none.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        zone(ctx, self.0.zone_id).await
    }

    /// The building it lies in; null when it lies in none.
    async fn building(&self, ctx: &Context<'_>) -> Result<Option<Building>, ApiError> {
        let Some(id) = self.0.building_id else {
            return Ok(None);
        };
        Ok(ctx.load::<building::Model>(id).await?.map(Building))
    }

    /// What it is called, at most 200 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where to find it, in words; may be empty.
    async fn place(&self) -> &str {
        &self.0.place
    }

    /// What its label says, printed or in a chip; unique in the community. Null to all but the office,
    /// which prints it.
    async fn code(&self, ctx: &Context<'_>) -> Option<&str> {
        let viewer = ctx.viewer().ok()?;
        read::sees_code(viewer, &self.0).then_some(&self.0.code)
    }

    /// What is to be looked at.
    async fn checklist(&self) -> Vec<CheckItem> {
        let items = self.0.checklist.0.iter().cloned();
        items.map(Into::into).collect()
    }

    /// Its latitude in degrees × 10^7, as `232345678` for 23.2345678° north; null when it has no
    /// position.
    async fn latitude_e7(&self) -> Option<i32> {
        self.0.latitude_e7
    }

    /// Its longitude in degrees × 10^7; null when it has no position.
    async fn longitude_e7(&self) -> Option<i32> {
        self.0.longitude_e7
    }
}

/// A patrol that is walked again and again (巡查路线). The office sees all, a field worker those of his
/// zone, and everybody his own; unannounced ones are shown to supervisors, managers and inspectors
/// only.
#[derive(Description)]
pub struct PatrolRoute(pub patrol_route::Model);

#[Object(use_type_description)]
impl PatrolRoute {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// The zone that walks it; null when it belongs to no zone.
    async fn zone_id(&self) -> Option<Uuid> {
        self.0.zone_id.map(Into::into)
    }

    /// The zone that walks it; null when it belongs to no zone.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        zone(ctx, self.0.zone_id).await
    }

    /// Which patrol of the handbook it is: `estate`, `posts`, …; another word for one of the
    /// community's own.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What it is called, at most 200 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The post that walks it.
    async fn post(&self) -> PostKind {
        self.0.post
    }

    /// The staff member who walks it; null when anybody of its zone may.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.assignee_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// Its points, in the order in which they are walked.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn points(&self, ctx: &Context<'_>) -> Result<Vec<PatrolPoint>, ApiError> {
        points(ctx, &self.0.point_ids.0).await
    }

    /// How often and when it is walked.
    async fn plan(&self) -> Plan {
        self.0.plan.clone().into()
    }

    /// Whether the code of each point must be read.
    async fn needs_code(&self) -> bool {
        self.0.needs_code
    }

    /// Whether each point must be photographed.
    async fn needs_photo(&self) -> bool {
        self.0.needs_photo
    }

    /// Whether each result must tell the position of the phone.
    async fn needs_position(&self) -> bool {
        self.0.needs_position
    }

    /// The rule of the handbook it fulfils, such as `P-01`; empty when it fulfils none.
    async fn rule(&self) -> &str {
        &self.0.rule
    }

    /// When it was ended; null while it is walked.
    async fn retired_at(&self) -> Option<DateTime<Utc>> {
        self.0.retired_at
    }
}

/// One patrol, to be walked in its window (巡查任务). The office sees all, a field worker those of his
/// zone, and everybody his own, but for unannounced ones.
#[derive(Description)]
pub struct PatrolTask(pub patrol_task::Model);

#[Object(use_type_description)]
impl PatrolTask {
    /// Made by the app that ordered it, or by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// The zone that walks it; null when it belongs to no zone.
    async fn zone_id(&self) -> Option<Uuid> {
        self.0.zone_id.map(Into::into)
    }

    /// The zone that walks it; null when it belongs to no zone.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        zone(ctx, self.0.zone_id).await
    }

    /// The route it is a turn of; null when points were named one by one, and when the viewer may not
    /// see the route.
    async fn route(&self, ctx: &Context<'_>) -> Result<Option<PatrolRoute>, ApiError> {
        let Some(id) = self.0.route_id else {
            return Ok(None);
        };
        Ok(ctx.load::<patrol_route::Model>(id).await?.map(PatrolRoute))
    }

    /// What it is called, at most 200 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it is hidden from the office and the zone until it begins or is missed. Supervisors,
    /// managers and inspectors see it before.
    async fn is_unannounced(&self) -> bool {
        self.0.notice == Notice::Unannounced
    }

    /// The post that walks it.
    async fn post(&self) -> PostKind {
        self.0.post
    }

    /// The staff member who walks it; null when anybody of its zone may.
    async fn assignee_id(&self) -> Option<Uuid> {
        self.0.assignee_id.map(Into::into)
    }

    /// The staff member who walks it; null when anybody of its zone may.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.assignee_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// The local day on which its window begins.
    async fn on_day(&self) -> NaiveDate {
        self.0.on_day
    }

    /// Which turn of its route it is on that day, from 1; 0 for one that was ordered.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// From when on results count.
    async fn window_from(&self) -> DateTime<Utc> {
        self.0.window_from
    }

    /// Until when results count.
    async fn window_to(&self) -> DateTime<Utc> {
        self.0.window_to
    }

    /// Its points, in the order in which they are walked.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn points(&self, ctx: &Context<'_>) -> Result<Vec<PatrolPoint>, ApiError> {
        points(ctx, &self.0.point_ids.0).await
    }

    /// The points that were not seen in time; empty as long as it is not `MISSED`.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn missed_points(&self, ctx: &Context<'_>) -> Result<Vec<PatrolPoint>, ApiError> {
        points(ctx, &self.0.missed_point_ids.0).await
    }

    /// What was reported, in the order in which it was seen.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn results(&self, ctx: &Context<'_>) -> Result<Vec<PatrolResult>, ApiError> {
        let results = ctx.loader().load_one(ResultsOf(self.0.id)).await?;
        let results = results.unwrap_or_default().into_iter();
        Ok(results.map(PatrolResult).collect())
    }

    /// Whether the code of each point must be read.
    async fn needs_code(&self) -> bool {
        self.0.needs_code
    }

    /// Whether each point must be photographed.
    async fn needs_photo(&self) -> bool {
        self.0.needs_photo
    }

    /// Whether each result must tell the position of the phone.
    async fn needs_position(&self) -> bool {
        self.0.needs_position
    }

    /// Why it is to be walked.
    async fn reason(&self) -> PatrolReason {
        self.0.reason
    }

    /// How far it has come.
    async fn state(&self) -> PatrolTaskState {
        self.0.state
    }

    /// When the first point was seen; null before.
    async fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.started_at
    }

    /// When the point was seen that made it `DONE`; null before.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }

    /// When the server marked it as missed, after the end of its window. Null while it is not `MISSED`:
    /// a result that arrives later can take the mark away.
    async fn missed_at(&self) -> Option<DateTime<Utc>> {
        self.0.missed_at
    }

    /// How many results report something wrong.
    async fn finding_count(&self) -> i32 {
        self.0.finding_count
    }

    /// Its version, which grows with every change.
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
