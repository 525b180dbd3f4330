//! Who sees a visit, and who may do what with it.

use entity::ids::{CommunityId, StaffMemberId};
use entity::kinds::PostKind;
use entity::visits::{visit, visit_event};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use super::rules::Course;
use crate::areas::organisation::leads;
use crate::auth::Viewer;
use crate::database::record::Visible;
use crate::database::{Reach, Rule, Scope, Within};

crate::database::record!(visit, "visit", rank 8, edited root scope());
crate::database::record!(visit_event, "visit_event", rank 9, fact of visit::Model, by visit_id);

/// The office sees all visits of its community, a field worker those of his zone and those he goes on,
/// a resident those of his unit since he came.
pub fn scope() -> Scope<visit::Model> {
    use visit::Column::{CompanionId, ObservedAt, UnitId, VisitorId, ZoneId};
    Scope::of([
        Rule::Office,
        Rule::Zone(ZoneId),
        Rule::Viewer(VisitorId),
        Rule::Viewer(CompanionId),
        Rule::Unit {
            unit: UnitId,
            since: Some(ObservedAt),
        },
    ])
}

impl Visible for visit_event::Model {
    /// Events travel with their visit; internal ones are for staff.
    fn visible_to(reach: &Reach) -> Condition {
        let visits = Query::select()
            .column(visit::Column::Id)
            .from(visit::Entity)
            .cond_where(scope().visible_to(reach))
            .to_owned();
        Condition::all()
            .add(visit_event::Column::VisitId.in_subquery(visits))
            .add(SHOWN_EVENTS.shown_to::<Self>(reach))
    }
}

/// Of the events of a visit that somebody sees: internal ones are for those who work there.
pub const SHOWN_EVENTS: Within<visit_event::Column> =
    Within::InternalForStaff(visit_event::Column::IsInternal);

/// Visits are arranged, and called off, by the office (W-07, V-08).
pub fn may_plan(viewer: &Viewer, community: CommunityId) -> bool {
    viewer.is_office(community)
}

/// Who was to go on the visit when that happened; and as long as nobody was named, whoever answers for the zone.
pub fn might_appoint(viewer: &Viewer, visit: &visit::Model, then: &Course) -> bool {
    let in_zone = viewer
        .position(visit.community_id)
        .is_some_and(|position| position.zone_id.is_some() && position.zone_id == visit.zone_id);
    might_go(viewer, visit, then) || (then.visitor_id.is_none() && in_zone)
}

/// Who was to go on the visit when that happened, or is by now.
pub fn might_go(viewer: &Viewer, visit: &visit::Model, then: &Course) -> bool {
    may_go(viewer, visit) || goes(viewer, visit, [then.visitor_id, then.companion_id])
}

/// Who goes on the visit, or the office, which also telephones.
pub fn may_go(viewer: &Viewer, visit: &visit::Model) -> bool {
    viewer.is_office(visit.community_id)
        || goes(viewer, visit, [visit.visitor_id, visit.companion_id])
}

fn goes(viewer: &Viewer, visit: &visit::Model, people: [Option<StaffMemberId>; 2]) -> bool {
    let position = viewer.position(visit.community_id);
    position.is_some_and(|position| people.contains(&Some(position.staff_member_id)))
}

/// Staff write down what they hear of a visit they see.
pub fn may_note(viewer: &Viewer, visit: &visit::Model) -> bool {
    viewer.is_staff(visit.community_id)
}

/// Records are checked by supervisors and those above (V-09).
pub fn may_check(viewer: &Viewer, visit: &visit::Model) -> bool {
    holds(viewer, visit, leads)
}

/// Records are filed by the archive, or by who checks them.
pub fn may_archive(viewer: &Viewer, visit: &visit::Model) -> bool {
    may_check(viewer, visit) || holds(viewer, visit, |post| post == PostKind::ArchiveClerk)
}

fn holds(viewer: &Viewer, visit: &visit::Model, suits: impl Fn(PostKind) -> bool) -> bool {
    let position = viewer.position(visit.community_id);
    viewer.is_system() || position.is_some_and(|position| suits(position.post))
}
