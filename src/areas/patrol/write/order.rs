//! Ordering a patrol for now, beside the plan: also before and after heavy rain (P-09).

use async_graphql::InputObject;
use chrono::{DateTime, TimeDelta, Utc};
use entity::estate::{community, zone};
use entity::ids::{CommunityId, PatrolPointId, PatrolRouteId, PatrolTaskId, StaffMemberId, ZoneId};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use entity::patrol::{
    Notice, PatrolReason, PatrolTaskState, PointIds, patrol_point, patrol_route, patrol_task,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access::get_to_plan;
use super::{check_assignee, check_zone, checked_points, policy};
use crate::areas::estate::day_at;
use crate::auth::Viewer;
use crate::clock::optional_moment;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{LINE, given, required_text};

/// How far ahead, or how late, a patrol is ordered.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// The longest that an ordered patrol may take.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// Orders a patrol: a route out of its turn, or points that are named.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "OrderPatrolInput")]
pub struct OrderPatrol {
    /// Made by the caller, so that a call that is repeated orders one patrol only; the server makes one
    /// when it is left out.
    #[serde(skip)]
    pub id: Option<PatrolTaskId>,
    /// The community it belongs to.
    pub community_id: CommunityId,
    /// The route; what is left out below is taken from it.
    pub route_id: Option<PatrolRouteId>,
    /// The zone that walks it.
    pub zone_id: Option<ZoneId>,
    /// What it is called, 1 to 200 characters; required without a route.
    pub name: Option<String>,
    /// The post that walks it; without a route that of the assignee, or else the guard.
    pub post: Option<PostKind>,
    /// The staff member who walks it; must work in the community.
    pub assignee_id: Option<StaffMemberId>,
    /// Its points in the order in which they are walked: 1 to 100, each once; required without a route.
    pub point_ids: Option<Vec<PatrolPointId>>,
    /// Whether the code of each point must be read; false without a route.
    pub needs_code: Option<bool>,
    /// Whether each point must be photographed; false without a route.
    pub needs_photo: Option<bool>,
    /// Whether each result must tell the position of the phone; false without a route.
    pub needs_position: Option<bool>,
    /// From when on results count, within a year; when it was ordered, if left out.
    pub from: Option<DateTime<Utc>>,
    /// Until when results count, at most 7 days after `from`; four hours after it when left out, unless
    /// the community decided otherwise.
    pub to: Option<DateTime<Utc>>,
    /// `ORDERED`, also when left out, or `RAIN`.
    pub reason: Option<PatrolReason>,
}

impl Command for OrderPatrol {
    const KIND: &'static str = "patrol.order";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().filter_map(|order| order.id);
        write.load::<patrol_task::Model>(ids).await?;
        let communities = batch.iter().map(|order| order.community_id);
        write.see::<community::Model>(communities).await?;
        let routes: Vec<_> = batch.iter().filter_map(|order| order.route_id).collect();
        write.see::<patrol_route::Model>(routes.clone()).await?;
        let routes: Vec<_> = routes
            .into_iter()
            .filter_map(|id| write.get::<patrol_route::Model>(id).cloned())
            .collect();
        let staff = batch.iter().filter_map(|order| order.assignee_id);
        let staff = staff.chain(routes.iter().filter_map(|route| route.assignee_id));
        write.see::<staff_member::Model>(staff).await?;
        let zones = batch.iter().filter_map(|order| order.zone_id);
        let zones = zones.chain(routes.iter().filter_map(|route| route.zone_id));
        write.see::<zone::Model>(zones).await?;
        let points = batch.iter().filter_map(|order| order.point_ids.as_ref());
        let points = points.chain(routes.iter().map(|route| &route.point_ids.0));
        let points: Vec<_> = points.flatten().copied().collect();
        Ok(write.see::<patrol_point::Model>(points).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let zone = get_to_plan(viewer, write, self.community_id)?
            .time_zone
            .clone();
        let known = self.id.and_then(|id| write.get::<patrol_task::Model>(id));
        if let Some(known) = known {
            let is_same =
                known.community_id == self.community_id && known.route_id == self.route_id;
            return is_same
                .then(|| Effect::on(known))
                .ok_or_else(|| ApiError::conflict("patrol_task"));
        }
        let route = self.route(write)?;
        let (from, to) = self.window(occasion, write)?;
        let post = self.post(route.as_ref(), write);
        let is_irregular = route.as_ref().is_some_and(|route| route.plan.irregular);
        let task = patrol_task::Model {
            id: self.id.unwrap_or_else(|| PatrolTaskId(write.new_id())),
            community_id: self.community_id,
            route_id: self.route_id,
            zone_id: self
                .zone_id
                .or(route.as_ref().and_then(|route| route.zone_id)),
            name: self.name(route.as_ref())?,
            post,
            notice: Notice::of(post, is_irregular),
            assignee_id: self.assignee(route.as_ref(), write)?,
            on_day: day_at(&zone, from),
            number: 0,
            window_from: from,
            window_to: to,
            point_ids: self.points(route.as_ref(), write)?,
            needs_code: demanded(self.needs_code, route.as_ref(), |route| route.needs_code),
            needs_photo: demanded(self.needs_photo, route.as_ref(), |route| route.needs_photo),
            needs_position: demanded(self.needs_position, route.as_ref(), |route| {
                route.needs_position
            }),
            reason: self.reason()?,
            state: PatrolTaskState::Due,
            started_at: None,
            finished_at: None,
            missed_at: None,
            missed_point_ids: PointIds::default(),
            finding_count: 0,
            left_phones_at: None,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        };
        check_zone(write, self.community_id, task.zone_id)?;
        let effect = Effect::on(&task);
        write.insert(task)?;
        Ok(effect)
    }
}

type Route = patrol_route::Model;

impl OrderPatrol {
    fn route(&self, write: &Write) -> Result<Option<Route>, ApiError> {
        let Some(id) = self.route_id else {
            return Ok(None);
        };
        let route = write.get::<Route>(id);
        let route = route
            .filter(|route| route.community_id == self.community_id && route.deleted_at.is_none());
        let route = route.ok_or_else(|| ApiError::not_found("patrol_route"))?;
        Ok(Some(route.clone()))
    }

    fn window(
        &self,
        occasion: &Occasion,
        write: &Write,
    ) -> Result<(DateTime<Utc>, DateTime<Utc>), ApiError> {
        let from = optional_moment("from", self.from)?.unwrap_or(occasion.observed_at);
        if (from - write.now()).abs() > FARTHEST {
            return Err(ApiError::invalid(
                "from",
                "must lie within a year",
                "须在一年之内",
            ));
        }
        let usual = TimeDelta::minutes(i64::from(policy(write, self.community_id).order_minutes));
        let to = optional_moment("to", self.to)?
            .or_else(|| from.checked_add_signed(usual))
            .unwrap_or(from);
        if to <= from || to.signed_duration_since(from) > LONGEST {
            return Err(ApiError::invalid(
                "to",
                "must lie after its beginning, by 7 days at most",
                "须晚于开始时间，且不超过 7 天",
            ));
        }
        Ok((from, to))
    }

    fn name(&self, route: Option<&Route>) -> Result<String, ApiError> {
        match (given(self.name.as_deref()), route) {
            (None, Some(route)) => Ok(route.name.clone()),
            (name, _) => required_text("name", name.unwrap_or_default(), LINE),
        }
    }

    /// The post of whoever is to walk it, if nobody says otherwise.
    fn post(&self, route: Option<&Route>, write: &Write) -> PostKind {
        let assignee = self.assignee_id;
        let assignee = assignee.and_then(|id| write.get::<staff_member::Model>(id));
        let known = self.post.or(route.map(|route| route.post));
        let known = known.or(assignee.map(|staff| staff.post));
        known.unwrap_or(PostKind::SecurityGuard)
    }

    fn assignee(
        &self,
        route: Option<&Route>,
        write: &Write,
    ) -> Result<Option<StaffMemberId>, ApiError> {
        check_assignee(write, self.community_id, self.assignee_id)?;
        let usual = route.and_then(|route| route.assignee_id);
        let usual = usual.filter(|staff| super::works_there(write, self.community_id, *staff));
        Ok(self.assignee_id.or(usual))
    }

    fn points(&self, route: Option<&Route>, write: &Write) -> Result<PointIds, ApiError> {
        let of_route = route.map(|route| &route.point_ids.0);
        let points = self.point_ids.as_ref().or(of_route);
        let points = points.map(Vec::as_slice).unwrap_or_default();
        checked_points(write, self.community_id, points)
    }

    fn reason(&self) -> Result<PatrolReason, ApiError> {
        let refusal = || ApiError::invalid("reason", "must be ordered or rain", "须为指令或大雨");
        let reason = self.reason.unwrap_or(PatrolReason::Ordered);
        let is_planned = reason == PatrolReason::Plan;
        (!is_planned).then_some(reason).ok_or_else(refusal)
    }
}

fn demanded(said: Option<bool>, route: Option<&Route>, of: fn(&Route) -> bool) -> bool {
    said.unwrap_or_else(|| route.is_some_and(of))
}
