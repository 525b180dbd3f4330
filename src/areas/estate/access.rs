//! Who sees the estate: staff all of it, a resident his own unit.

use entity::estate::{building, community, unit, zone};
use entity::ids::CommunityId;
use entity::kinds::PostKind;

use crate::areas::organisation::leads_in;
use crate::auth::Viewer;
use crate::database::{Rule, Scope, Write};
use crate::error::ApiError;

crate::database::record!(community, "community", rank 0, realm community_scope());
crate::database::record!(zone, "zone", rank 1, root zone_scope());
crate::database::record!(building, "building", rank 2, root building_scope());
crate::database::record!(unit, "unit", rank 3, root unit_scope());

pub fn community_scope() -> Scope<community::Model> {
    Scope::of([Rule::Everyone])
}

pub fn zone_scope() -> Scope<zone::Model> {
    Scope::of([Rule::Staff])
}

pub fn building_scope() -> Scope<building::Model> {
    Scope::of([Rule::Everyone])
}

pub fn unit_scope() -> Scope<unit::Model> {
    Scope::of([
        Rule::Staff,
        Rule::Unit {
            unit: unit::Column::Id,
            since: None,
        },
    ])
}

/// Administrators, and the system itself, take communities into care.
pub fn may_create_community(viewer: &Viewer) -> bool {
    let person = viewer.person();
    let administers = person.is_some_and(|person| person.is_administrator && !person.has_left);
    viewer.is_system() || administers
}

/// Who lays out zones, buildings and units: administrators, and supervisors and above.
pub fn may_lay_out(viewer: &Viewer, community: CommunityId) -> bool {
    leads_in(viewer, community) || may_create_community(viewer)
}

/// The head of the office decides what the handbooks leave to it; administrators may too.
fn may_set_policies(viewer: &Viewer, community: CommunityId) -> bool {
    let position = viewer.position(community);
    let heads = position.is_some_and(|position| position.post == PostKind::EstateManager);
    heads || may_create_community(viewer)
}

/// The community, if the viewer may set its policies. It has been loaded by the change.
pub fn get_to_set_policies<'a>(
    viewer: &Viewer,
    write: &'a Write,
    id: CommunityId,
) -> Result<&'a community::Model, ApiError> {
    let allowed = may_set_policies(viewer, id);
    get_allowed(allowed, viewer, write, id)
}

/// The community, if the viewer may lay it out. It has been seen by the change.
pub fn get_to_lay_out<'a>(
    viewer: &Viewer,
    write: &'a Write,
    id: CommunityId,
) -> Result<&'a community::Model, ApiError> {
    get_allowed(may_lay_out(viewer, id), viewer, write, id)
}

fn get_allowed<'a>(
    is_allowed: bool,
    viewer: &Viewer,
    write: &'a Write,
    id: CommunityId,
) -> Result<&'a community::Model, ApiError> {
    if !is_allowed {
        write.visible(&community_scope(), viewer.reach(), id)?;
        return Err(ApiError::forbidden());
    }
    let community = write.get::<community::Model>(id);
    community
        .filter(|row| row.deleted_at.is_none())
        .ok_or_else(|| ApiError::not_found("community"))
}
