//! Laying out routes.

use entity::estate::{community, zone};
use entity::ids::{CommunityId, PatrolPointId, PatrolRouteId, StaffMemberId, ZoneId};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use entity::patrol::{Notice, Plan, patrol_point, patrol_route, patrol_task};

use super::super::access::get_to_plan;
use super::super::rules::{check_frequency, check_plan};
use super::generate::{load_tasks, renew_tasks};
use super::{check_assignee, check_zone, checked_points, policy};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{LINE, required_text, text};

/// Makes a route, or puts what is said here in the place of what was; its tasks that lie ahead
/// follow.
#[derive(Clone, Debug)]
pub struct PutPatrolRoute {
    /// Of the route to be changed, or made by the caller; the server makes one when left out.
    pub id: Option<PatrolRouteId>,
    pub community_id: CommunityId,
    pub zone_id: Option<ZoneId>,
    /// Which frequency of the handbook it keeps: `estate`, `posts`, …
    pub key: String,
    pub name: String,
    /// Taken from the handbook when left out.
    pub post: Option<PostKind>,
    pub assignee_id: Option<StaffMemberId>,
    pub point_ids: Vec<PatrolPointId>,
    pub plan: Plan,
    pub needs_code: bool,
    pub needs_photo: bool,
    pub needs_position: bool,
    /// Taken from the handbook when left out.
    pub rule: Option<String>,
}

impl Command for PutPatrolRoute {
    const KIND: &'static str = "patrol_route.put";
    type Output = PatrolRouteId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|put| put.community_id);
        write.see::<community::Model>(communities).await?;
        let routes: Vec<_> = batch.iter().filter_map(|put| put.id).collect();
        write.load::<patrol_route::Model>(routes.clone()).await?;
        let zones: Vec<_> = batch.iter().filter_map(|put| put.zone_id).collect();
        write.see::<zone::Model>(zones).await?;
        let points = batch.iter().flat_map(|put| put.point_ids.iter().copied());
        write.see::<patrol_point::Model>(points).await?;
        load_tasks(write, routes).await?;
        let put = batch.iter().filter_map(|put| put.assignee_id);
        let before = write.rows::<patrol_route::Model>();
        let before = before.filter_map(|route| route.assignee_id);
        let given = write.rows::<patrol_task::Model>();
        let given = given.filter_map(|task| task.assignee_id);
        let staff: Vec<_> = put.chain(before).chain(given).collect();
        Ok(write.see::<staff_member::Model>(staff).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PatrolRouteId, ApiError> {
        let time_zone = get_to_plan(viewer, write, self.community_id)?
            .time_zone
            .clone();
        check_zone(write, self.community_id, self.zone_id)?;
        check_assignee(write, self.community_id, self.assignee_id)?;
        check_plan(&self.plan)?;
        check_frequency(&policy(write, self.community_id), &self.key, &self.plan)?;
        let id = self.id.unwrap_or_else(|| PatrolRouteId(write.new_id()));
        let known = write.get::<patrol_route::Model>(id).cloned();
        if known
            .as_ref()
            .is_some_and(|row| row.community_id != self.community_id)
        {
            return Err(ApiError::not_found("patrol_route"));
        }
        let route = self.route(id, known.as_ref(), write)?;
        match known {
            None => write.insert(route.clone())?,
            Some(_) => write.update::<patrol_route::Model>(id, |row| row.clone_from(&route))?,
        }
        renew_tasks(write, (known.as_ref(), &route), &time_zone)?;
        Ok(id)
    }
}

impl PutPatrolRoute {
    fn route(
        &self,
        id: PatrolRouteId,
        known: Option<&patrol_route::Model>,
        write: &Write,
    ) -> Result<patrol_route::Model, ApiError> {
        let policy = policy(write, self.community_id);
        let wanted = policy.frequency(&self.key);
        let rule = self.rule.as_deref();
        let rule = rule.or(wanted.map(|wanted| &*wanted.rule));
        let post = self.post.or(wanted.and_then(|wanted| wanted.post));
        let post = post.unwrap_or(PostKind::SecurityGuard);
        Ok(patrol_route::Model {
            id,
            community_id: self.community_id,
            zone_id: self.zone_id,
            key: required_text("key", &self.key, LINE)?,
            name: required_text("name", &self.name, LINE)?,
            post,
            notice: Notice::of(post, self.plan.irregular),
            assignee_id: self.assignee_id,
            point_ids: checked_points(write, self.community_id, &self.point_ids)?,
            plan: self.plan.clone(),
            needs_code: self.needs_code,
            needs_photo: self.needs_photo,
            needs_position: self.needs_position,
            rule: text("rule", rule.unwrap_or_default(), LINE)?,
            retired_at: None,
            seq: known.map_or(0, |row| row.seq),
            created_at: known.map_or(write.now(), |row| row.created_at),
            updated_at: write.now(),
            deleted_at: None,
        })
    }
}

/// Ends a route. Its tasks that nobody has begun and whose time has not come are taken away; what
/// was walked stays.
#[derive(Clone, Copy, Debug)]
pub struct RetirePatrolRoute {
    pub id: PatrolRouteId,
}

impl Command for RetirePatrolRoute {
    const KIND: &'static str = "patrol_route.retire";
    type Output = PatrolRouteId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids: Vec<_> = batch.iter().map(|retire| retire.id).collect();
        write.load::<patrol_route::Model>(ids.clone()).await?;
        let routes = write.rows::<patrol_route::Model>();
        let communities: Vec<_> = routes.map(|route| route.community_id).collect();
        write.see::<community::Model>(communities).await?;
        load_tasks(write, ids).await
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PatrolRouteId, ApiError> {
        let scope = super::super::access::route_scope();
        let known = write.visible(&scope, viewer.reach(), self.id)?.clone();
        let route = known.clone();
        let community = get_to_plan(viewer, write, route.community_id)?;
        let time_zone = community.time_zone.clone();
        let now = write.now();
        let retired = patrol_route::Model {
            retired_at: route.retired_at.or(Some(now)),
            ..route
        };
        write.update::<patrol_route::Model>(self.id, |row| row.retired_at = retired.retired_at)?;
        renew_tasks(write, (Some(&known), &retired), &time_zone)?;
        Ok(self.id)
    }
}
