//! The commands of visits: one file per verb.

mod appoint;
mod cancel;
mod edit;
mod finish;
mod follow;
mod note;
mod overdue;
mod plan;
mod returns;
mod settle;
mod step;

pub use appoint::AppointVisit;
pub use cancel::CancelVisit;
pub use edit::EditVisit;
pub use finish::FinishVisit;
pub use note::NoteVisit;
pub use overdue::MarkOverdue;
pub use plan::PlanVisit;
pub use returns::PlanReturns;
pub use settle::{Archiving, Checking, Reporting, SettleVisit, Settled};
pub use step::StepVisit;

use entity::estate::community;
use entity::ids::{CommunityId, StaffMemberId, TicketId, VisitEventId, VisitId};
use entity::organisation::staff_member;
use entity::tickets::{TicketKind, ticket};
use entity::visits::{Photos, VisitDetails, VisitEventKind, VisitKind, visit, visit_event};
use sea_orm::{ColumnTrait, Condition};

use self::follow::{load_tickets, record};
use super::access;
use super::error::VisitError;
use super::rules::{Due, Mended, VisitPolicy, due_of, is_open};
use crate::areas::organisation::works_in;
use crate::auth::Viewer;
use crate::command::Occasion;
use crate::command::history::{self, ActedOn};
use crate::database::Write;
use crate::error::ApiError;
use crate::policy::policy_of;

/// What the community has laid down about visits.
fn policy(write: &Write, community: CommunityId) -> VisitPolicy {
    let community = write.get::<community::Model>(community);
    community.map_or_else(VisitPolicy::default, |row| policy_of(&row.policies.0))
}

/// Loads the visits of a batch with what happened to them and the policies of their communities, and sees
/// whether the ids of new events are taken.
async fn load(
    write: &mut Write,
    visits: impl IntoIterator<Item = VisitId>,
    events: impl IntoIterator<Item = VisitEventId>,
) -> Result<(), ApiError> {
    use visit_event::Column::{Kind, VisitId};
    let visits: Vec<_> = visits.into_iter().collect();
    write.load::<visit::Model>(visits.iter().copied()).await?;
    let known = visits
        .iter()
        .filter_map(|id| write.get::<visit::Model>(*id));
    let communities: Vec<_> = known.map(|visit| visit.community_id).collect();
    let moves = Condition::all().add(Kind.is_not_in(ASIDE.iter().copied()));
    history::load::<visit::Model>(write, visits.clone(), VisitId, moves, events).await?;
    let known: Vec<_> = visits
        .iter()
        .filter_map(|id| write.get::<visit::Model>(*id).cloned())
        .collect();
    load_tickets(write, &known).await?;
    Ok(write.see::<community::Model>(communities).await?)
}

/// Events that move nothing, of which there may be many.
const ASIDE: &[VisitEventKind] = &[
    VisitEventKind::Opinion,
    VisitEventKind::Noted,
    VisitEventKind::Reopened,
    VisitEventKind::Edited,
];

/// The ends of a visit, in the order in which they were heard of.
fn ends(write: &Write, visit: VisitId) -> impl Iterator<Item = &visit_event::Model> {
    let events = write.of_root::<visit_event::Model>(visit).into_iter();
    events.filter(|event| event.kind == VisitEventKind::Finished)
}

/// The visit, if the viewer may see it, and where it stands.
fn act_on(
    write: &Write,
    viewer: &Viewer,
    occasion: &Occasion,
    id: VisitId,
) -> Result<ActedOn<visit::Model>, ApiError> {
    ActedOn::new(write, find(write, viewer, id)?, occasion)
}

/// The visit, if the viewer may see it.
fn find(write: &Write, viewer: &Viewer, id: VisitId) -> Result<visit::Model, ApiError> {
    write.visible(&access::scope(), viewer.reach(), id).cloned()
}

/// A new event of this visit, as it stands; the caller fills in what happened.
fn event(
    write: &Write,
    viewer: &Viewer,
    occasion: &Occasion,
    visit: &visit::Model,
    kind: VisitEventKind,
) -> visit_event::Model {
    visit_event::Model {
        id: VisitEventId(write.new_id()),
        community_id: visit.community_id,
        visit_id: visit.id,
        kind,
        from_state: None,
        to_state: None,
        note: String::new(),
        details: VisitDetails::default(),
        photos: Photos::default(),
        signature: None,
        is_internal: false,
        author_account_id: viewer.person().map(|person| person.account_id),
        author_name: viewer.actor().name,
        observed_at: occasion.observed_at,
        observed_mark: occasion.observed_mark,
        received_at: occasion.received_at,
        seq: 0,
        created_at: write.now(),
    }
}

/// The id that was made for an event, or a new one.
fn event_id(write: &Write, made: Option<VisitEventId>) -> Result<VisitEventId, ApiError> {
    let is_taken = |id| write.get::<visit_event::Model>(id).is_some();
    match made {
        None => Ok(VisitEventId(write.new_id())),
        Some(id) if is_taken(id) => Err(ApiError::conflict("visit_event")),
        Some(id) => Ok(id),
    }
}

/// Whoever is to go works in this community.
fn suitable(write: &Write, community: CommunityId, id: StaffMemberId) -> Result<(), VisitError> {
    match write.get::<staff_member::Model>(id) {
        Some(member) if works_in(member, community) => Ok(()),
        _ => Err(VisitError::VisitorUnsuitable),
    }
}

/// When the return visit after this repair is due; none as long as it is not finished. After a complaint
/// one is always made (V-13), but on no day that the rules know.
fn due_after(policy: &VisitPolicy, ticket: &ticket::Model) -> Option<Due> {
    let is_repair = ticket.kind == TicketKind::Repair;
    let finished_at = ticket.finished_at.filter(|_| is_repair)?;
    let repair = Mended {
        class: ticket.repair_class,
        finished_at,
        water_tested_at: ticket.water_tested_at,
    };
    Some(due_of(policy, &repair))
}

/// Loads the return visits of these tickets.
async fn load_returns(
    write: &mut Write,
    tickets: Vec<TicketId>,
    lock: bool,
) -> Result<(), ApiError> {
    if tickets.is_empty() {
        return Ok(());
    }
    let visits = Condition::all()
        .add(visit::Column::TicketId.is_in(tickets))
        .add(visit::Column::Kind.eq(VisitKind::Return));
    Ok(write.load_where::<visit::Model>(visits, lock).await?)
}

/// The return visits of a ticket.
fn returns(write: &Write, ticket: TicketId) -> impl Iterator<Item = &visit::Model> {
    let visits = write.rows::<visit::Model>();
    visits.filter(move |visit| visit.kind == VisitKind::Return && visit.ticket_id == Some(ticket))
}

/// Those that have yet to be made.
fn open_returns(write: &Write, ticket: TicketId) -> impl Iterator<Item = &visit::Model> {
    returns(write, ticket).filter(|visit| is_open(visit.state))
}
