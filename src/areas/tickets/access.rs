//! Who sees a ticket, and who may do what with it.

use entity::ids::CommunityId;
use entity::kinds::PostKind;
use entity::tickets::{TicketKind, TicketState, ticket, ticket_clock, ticket_event};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use super::rules::kinds::{By, Step};
use super::rules::{Course, Path, is_settled};
use crate::auth::Viewer;
use crate::database::record::Visible;
use crate::database::{Audience, Reach, Rule, Scope, Within};
use crate::history::StateAt;

crate::database::record!(ticket, "ticket", rank 6, edited root scope());
crate::database::record!(ticket_event, "ticket_event", rank 7, fact of ticket::Model, by ticket_id);
crate::database::record!(ticket_clock, "ticket_clock", rank 7, child of ticket::Model, by ticket_id);

/// The office sees all tickets of its community, a field worker the repairs of his zone and what is
/// given to him or written down by him, a resident those of his unit since he came and those he
/// reported. Complaints are no business of a zone: they may be about whoever works there.
pub fn scope() -> Scope<ticket::Model> {
    use ticket::Column::{
        AssigneeId, Kind, ObservedAt, RecordedBy, ReporterPartyId, ResponsibleId, UnitId, ZoneId,
    };
    Scope::of([
        Rule::Office,
        Rule::ZoneWhere {
            zone: ZoneId,
            column: Kind,
            is: "repair",
        },
        Rule::Viewer(AssigneeId),
        Rule::Viewer(ResponsibleId),
        Rule::Unit {
            unit: UnitId,
            since: Some(ObservedAt),
        },
        Rule::Viewer(ReporterPartyId),
        Rule::Viewer(RecordedBy),
    ])
}

impl Visible for ticket_event::Model {
    /// Events travel with their ticket; internal ones are for staff.
    fn visible_to(reach: &Reach) -> Condition {
        let tickets = Query::select()
            .column(ticket::Column::Id)
            .from(ticket::Entity)
            .cond_where(scope().visible_to(reach))
            .to_owned();
        Condition::all()
            .add(ticket_event::Column::TicketId.in_subquery(tickets))
            .add(SHOWN_EVENTS.shown_to::<Self>(reach))
    }
}

/// Of the events of a ticket that somebody sees: internal ones are for those who work there.
pub const SHOWN_EVENTS: Within<ticket_event::Column> =
    Within::InternalForStaff(ticket_event::Column::IsInternal);

/// Whether somebody may know what the office makes of a complaint: how grave it is, whether it repeats
/// another, who answers for it and by when. He does who works there, as with the events that tell of it.
pub fn sees_handling(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    viewer.is_staff(ticket.community_id)
}

/// The tickets of which somebody may know that, to look for it.
pub fn of_workplaces(reach: &Reach) -> Condition {
    if *reach == Reach::Everything {
        return Condition::all();
    }
    Condition::all().add(ticket::Column::CommunityId.is_in(reach.workplaces()))
}

/// Whoever works in the community may record a ticket; a resident may report for his own unit.
pub fn may_open(viewer: &Viewer, community: CommunityId, unit: Option<uuid::Uuid>) -> bool {
    let realm = community.into();
    viewer.is_staff(community)
        || unit.is_some_and(|unit| viewer.reach().includes(realm, &Audience::Unit(unit)))
}

/// Staff may edit every ticket they see, residents only what is not yet ordered.
pub fn may_edit(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    viewer.is_staff(ticket.community_id) || is_untouched(ticket.state)
}

/// Whether nobody has done anything about it yet.
fn is_untouched(state: TicketState) -> bool {
    matches!(state, TicketState::Recorded | TicketState::Registered)
}

/// What kind of repair it was is for staff to say.
pub fn may_classify(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    viewer.is_staff(ticket.community_id)
}

/// How urgent a ticket is, is for staff to say: not for a resident, also when the office lets through what he
/// sent.
pub fn may_prioritise(viewer: &Viewer, community: CommunityId) -> bool {
    let is_resident = viewer
        .person()
        .is_some_and(|person| person.parties.contains_key(&community));
    let works_here = viewer.position(community).is_some() || !is_resident;
    viewer.is_staff(community) && works_here
}

/// The desk takes every step; whoever handled the ticket then, or does by now, goes, works and tells (domain 1.4,
/// 13.3). A resident may call off what he reported as long as nobody has been ordered.
pub fn may_advance(
    viewer: &Viewer,
    ticket: &ticket::Model,
    state: &StateAt<Course>,
    to: TicketState,
) -> bool {
    if viewer.is_office(ticket.community_id) {
        return true;
    }
    if viewer.position(ticket.community_id).is_none() {
        let own = viewer
            .person()
            .and_then(|person| person.parties.get(&ticket.community_id));
        let reported = own.is_some() && ticket.reporter_party_id.as_ref() == own;
        let untouched = is_untouched(state.then.state) && is_untouched(state.now.state);
        return reported && to == TicketState::Cancelled && untouched;
    }
    if let Some(step) = state.now.step(to).filter(|_| !state.is_late()) {
        may_take(viewer, ticket, state, step)
    } else {
        let mut steps = Path::of(ticket.kind).to(to);
        steps.any(|step| may_take(viewer, ticket, state, step))
    }
}

/// Whether a step is for this one of the staff to take.
pub fn may_take(
    viewer: &Viewer,
    ticket: &ticket::Model,
    state: &StateAt<Course>,
    step: &Step,
) -> bool {
    let handles = || match ticket.kind {
        TicketKind::Repair => works_at(viewer, ticket, state),
        TicketKind::Complaint => answers_for(viewer, ticket, state),
    };
    viewer.is_office(ticket.community_id) || step.by == By::Handler && handles()
}

/// Who was responsible for it then or had it in hand, or is or has by now.
fn answers_for(viewer: &Viewer, ticket: &ticket::Model, state: &StateAt<Course>) -> bool {
    let Some(position) = viewer.position(ticket.community_id) else {
        return false;
    };
    let own = Some(position.staff_member_id);
    let answers = |course: &Course| [course.responsible_id, course.assignee_id].contains(&own);
    answers(&state.then) || answers(&state.now)
}

/// The desk grades complaints and routes them.
pub fn may_grade(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    viewer.is_office(ticket.community_id)
}

/// The desk and whoever answers for a complaint hand it up, and note that it is solved.
pub fn may_escalate(viewer: &Viewer, ticket: &ticket::Model, state: &StateAt<Course>) -> bool {
    viewer.is_office(ticket.community_id) || answers_for(viewer, ticket, state)
}

/// Who works at a repair: the one who held it then or does by now, or another maintenance worker of its zone.
fn works_at(viewer: &Viewer, ticket: &ticket::Model, state: &StateAt<Course>) -> bool {
    let Some(position) = viewer.position(ticket.community_id) else {
        return false;
    };
    let holders = [state.then.assignee_id, state.now.assignee_id];
    let holds = holders.contains(&Some(position.staff_member_id));
    let same_zone = position.zone_id.is_some() && position.zone_id == ticket.zone_id;
    let helps = position.post == PostKind::MaintenanceWorker && same_zone;
    holds || helps
}

/// Whoever works at a repair tests it with water, or the office notes that it was.
pub fn may_test_water(viewer: &Viewer, ticket: &ticket::Model, state: &StateAt<Course>) -> bool {
    viewer.is_office(ticket.community_id) || works_at(viewer, ticket, state)
}

/// The desk gives tickets to people.
pub fn may_assign(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    viewer.is_office(ticket.community_id)
}

impl Visible for ticket_clock::Model {
    /// Clocks travel with their ticket, and are for those who work there.
    fn visible_to(reach: &Reach) -> Condition {
        let tickets = Query::select()
            .column(ticket::Column::Id)
            .from(ticket::Entity)
            .cond_where(scope().visible_to(reach))
            .to_owned();
        let mut shown = Condition::all()
            .add(ticket_clock::Column::DeletedAt.is_null())
            .add(ticket_clock::Column::TicketId.in_subquery(tickets));
        if *reach != Reach::Everything {
            shown = shown.add(ticket_clock::Column::CommunityId.is_in(reach.workplaces()));
        }
        shown
    }
}

/// Posts that go and repair.
pub fn can_repair(post: PostKind) -> bool {
    matches!(post, PostKind::MaintenanceWorker | PostKind::SecurityGuard)
}

/// Whether the viewer has the ticket in hand and needs the caller's number for it.
pub fn has_in_hand(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    let position = viewer.position(ticket.community_id);
    let open = !is_settled(ticket.state) && ticket.state != TicketState::Finished;
    let own = position.map(|position| position.staff_member_id);
    open && own.is_some() && (ticket.assignee_id == own || ticket.responsible_id == own)
}
