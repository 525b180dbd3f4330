//! Who sees the roster and handovers, and who may do what with them.

use entity::duty::{duty, handover, handover_event, shift};
use entity::ids::{CommunityId, StaffMemberId};
use entity::organisation::staff_member;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use crate::areas::organisation::leads_in;
use crate::auth::Viewer;
use crate::database::record::Visible;
use crate::database::{Reach, Rule, Scope};

crate::database::record!(shift, "shift", rank 3, root shift_scope());
crate::database::record!(duty, "duty", rank 6, root duty_scope());
crate::database::record!(handover, "handover", rank 6, root handover_scope());
crate::database::record!(handover_event, "handover_event", rank 7, fact of handover::Model, by handover_id);

/// Whoever works there knows the shifts.
pub fn shift_scope() -> Scope<shift::Model> {
    Scope::of([Rule::Staff])
}

/// Whoever works there sees the roster.
pub fn duty_scope() -> Scope<duty::Model> {
    Scope::of([Rule::Staff])
}

/// The office sees all handovers of its community, a field worker those of his zone, and both see
/// theirs.
pub fn handover_scope() -> Scope<handover::Model> {
    use handover::Column::{IncomingId, OutgoingId, ZoneId};
    Scope::of([
        Rule::Office,
        Rule::Zone(ZoneId),
        Rule::Viewer(OutgoingId),
        Rule::Viewer(IncomingId),
    ])
}

impl Visible for handover_event::Model {
    /// Events travel with their handover.
    fn visible_to(reach: &Reach) -> Condition {
        let handovers = Query::select()
            .column(handover::Column::Id)
            .from(handover::Entity)
            .cond_where(handover_scope().visible_to(reach))
            .to_owned();
        Condition::all().add(handover_event::Column::HandoverId.in_subquery(handovers))
    }
}

/// Supervisors and above draw up the roster of all levels (S-25).
pub fn may_plan(viewer: &Viewer, community: CommunityId) -> bool {
    leads_in(viewer, community) || viewer.is_system()
}

/// Who takes a step: the one who is signed in. The system tells what somebody did.
pub fn acting(
    viewer: &Viewer,
    community: CommunityId,
    told: Option<StaffMemberId>,
) -> Option<StaffMemberId> {
    let position = viewer.position(community);
    let own = position.map(|position| position.staff_member_id);
    own.or(told.filter(|_| viewer.is_system()))
}

/// Who may take over: the successor who was named, and whoever holds the same post or answers for the
/// same zone, because the one who was named may not come.
pub fn may_take_over(member: &staff_member::Model, handover: &handover::Model) -> bool {
    let same_zone = member.zone_id.is_some() && member.zone_id == handover.zone_id;
    let is_named = handover.incoming_id == Some(member.id);
    member.id != handover.outgoing_id && (is_named || same_zone || member.post == handover.post)
}

/// Who may name another successor: the outgoing person, and the office.
pub fn may_name_successor(
    viewer: &Viewer,
    handover: &handover::Model,
    acting: Option<StaffMemberId>,
) -> bool {
    acting == Some(handover.outgoing_id) || viewer.is_office(handover.community_id)
}
