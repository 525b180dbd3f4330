//! The commands of patrols: one file per verb.

mod assign;
mod close;
mod generate;
mod order;
mod point;
mod report;
mod route;

pub use assign::AssignPatrolTask;
pub use close::ClosePatrols;
pub use generate::GeneratePatrols;
pub use order::OrderPatrol;
pub use point::PutPatrolPoint;
pub use report::ReportPatrol;
pub use route::{PutPatrolRoute, RetirePatrolRoute};

use entity::estate::{building, community, zone};
use entity::ids::{BuildingId, CommunityId, PatrolPointId, PatrolTaskId, StaffMemberId, ZoneId};
use entity::organisation::staff_member;
use entity::patrol::{PointIds, patrol_point, patrol_task};

use super::access;
use super::error::PatrolError;
use super::rules::PatrolPolicy;
use crate::areas::organisation::works_in;
use crate::auth::Viewer;
use crate::database::Write;
use crate::error::ApiError;
use crate::policy::policy_of;

/// The most points of one patrol.
const MOST_POINTS: usize = 100;

/// What this community wants of its patrols.
fn policy(write: &Write, id: CommunityId) -> PatrolPolicy {
    let community = write.get::<community::Model>(id);
    let own = community.map(|community| policy_of(&community.policies.0));
    own.unwrap_or_default()
}

/// The task, if the viewer may see it.
fn find(write: &Write, viewer: &Viewer, id: PatrolTaskId) -> Result<patrol_task::Model, ApiError> {
    let scope = access::task_scope();
    write.visible(&scope, viewer.reach(), id).cloned()
}

/// The zone, if the community has it.
fn check_zone(write: &Write, community: CommunityId, zone: Option<ZoneId>) -> Result<(), ApiError> {
    let Some(id) = zone else { return Ok(()) };
    let zone = write.get::<zone::Model>(id);
    let is_there =
        zone.is_some_and(|zone| zone.community_id == community && zone.deleted_at.is_none());
    is_there
        .then_some(())
        .ok_or_else(|| ApiError::not_found("zone"))
}

/// The building, if the community has it.
fn check_building(
    write: &Write,
    community: CommunityId,
    building: Option<BuildingId>,
) -> Result<(), ApiError> {
    let Some(id) = building else { return Ok(()) };
    let building = write.get::<building::Model>(id);
    let is_there = building.is_some_and(|building| {
        building.community_id == community && building.deleted_at.is_none()
    });
    is_there
        .then_some(())
        .ok_or_else(|| ApiError::not_found("building"))
}

/// Whether somebody works in the community now.
fn works_there(write: &Write, community: CommunityId, staff: StaffMemberId) -> bool {
    write
        .get::<staff_member::Model>(staff)
        .is_some_and(|staff| works_in(staff, community))
}

/// Whoever is to walk a patrol must work there.
fn check_assignee(
    write: &Write,
    community: CommunityId,
    assignee: Option<StaffMemberId>,
) -> Result<(), PatrolError> {
    let suits = assignee.is_none_or(|staff| works_there(write, community, staff));
    suits.then_some(()).ok_or(PatrolError::AssigneeUnsuitable)
}

/// Points of the community in the order they are walked, at least one and each once.
fn checked_points(
    write: &Write,
    community: CommunityId,
    points: &[PatrolPointId],
) -> Result<PointIds, ApiError> {
    let mut once = points.to_vec();
    once.sort_unstable();
    once.dedup();
    if points.is_empty() || points.len() > MOST_POINTS || once.len() != points.len() {
        return Err(ApiError::invalid(
            "pointIds",
            "1 to 100 points, each once",
            "须有 1 至 100 个巡查点，且不得重复",
        ));
    }
    let is_there = |id: &PatrolPointId| {
        write
            .get::<patrol_point::Model>(*id)
            .is_some_and(|point| point.community_id == community && point.deleted_at.is_none())
    };
    if !points.iter().all(is_there) {
        return Err(ApiError::not_found("patrol_point"));
    }
    Ok(PointIds(points.to_vec()))
}
