//! The commands of shifts, the roster and handovers.

mod note;
mod prepare;
mod roster;
mod shifts;
mod sign;
mod step;
mod take_over;

pub use note::NoteHandover;
pub use prepare::PrepareHandover;
pub use roster::{DutyLine, PlanDuty};
pub use shifts::{LayShifts, PutShift};
pub use sign::SignHandover;
pub use take_over::{CheckHandover, PutRightHandover, RejectHandover};

use entity::duty::{EquipmentList, HandoverEventKind, handover, handover_event};
use entity::estate::community;
use entity::ids::{CommunityId, HandoverEventId, StaffMemberId};
use entity::organisation::staff_member;

use super::access::may_plan;
use super::rules::DutyPolicy;
use crate::areas::estate::community_scope;
use crate::areas::organisation::works_in;
use crate::auth::Viewer;
use crate::command::Occasion;
use crate::database::Write;
use crate::error::ApiError;
use crate::policy;

/// What a community has decided about its shifts.
pub fn policy_of(community: &community::Model) -> DutyPolicy {
    policy::policy_of(&community.policies.0)
}

/// The community, if the viewer may draw up its roster.
fn get_to_plan<'a>(
    viewer: &Viewer,
    write: &'a Write,
    id: CommunityId,
) -> Result<&'a community::Model, ApiError> {
    let community = write.visible(&community_scope(), viewer.reach(), id)?;
    if may_plan(viewer, id) {
        Ok(community)
    } else {
        Err(ApiError::forbidden())
    }
}

/// Somebody who works in the community.
fn at_work(
    write: &Write,
    community: CommunityId,
    id: StaffMemberId,
) -> Option<&staff_member::Model> {
    let member = write.get::<staff_member::Model>(id)?;
    works_in(member, community).then_some(member)
}

/// The staff members a viewer is, for looking at their posts.
fn own_posts(viewer: &Viewer) -> impl Iterator<Item = StaffMemberId> {
    let positions = viewer.person().into_iter();
    positions.flat_map(|person| person.positions.values().map(|it| it.staff_member_id))
}

/// A new event of this handover; the caller fills in what happened.
fn event(
    write: &Write,
    (viewer, author): (&Viewer, Option<StaffMemberId>),
    occasion: &Occasion,
    handover: &handover::Model,
    kind: HandoverEventKind,
) -> handover_event::Model {
    handover_event::Model {
        id: HandoverEventId(write.new_id()),
        community_id: handover.community_id,
        handover_id: handover.id,
        kind,
        note: String::new(),
        equipment: EquipmentList::default(),
        signature: None,
        incoming_id: None,
        author_staff_id: author,
        author_account_id: viewer.person().map(|person| person.account_id),
        author_name: viewer.actor().name,
        observed_at: occasion.observed_at,
        observed_mark: occasion.observed_mark,
        received_at: occasion.received_at,
        seq: 0,
        created_at: write.now(),
    }
}
