//! The commands of tickets: one file per verb.

mod advance;
mod assign;
mod breach;
mod clocks;
mod edit;
mod escalate;
mod follow_visit;
mod grade;
mod note;
mod open;
mod resolve;
mod route;
mod test_water;

pub use advance::AdvanceTicket;
pub use assign::AssignTicket;
pub use breach::BreachClocks;
pub use edit::EditTicket;
pub use escalate::EscalateTicket;
pub use follow_visit::FollowVisit;
pub use grade::GradeTicket;
pub use note::NoteTicket;
pub use open::{Complaint, OpenTicket};
pub use resolve::ResolveTicket;
pub use route::RouteTicket;
pub use test_water::TestWater;

use entity::ids::{StaffMemberId, TicketEventId, TicketId};
use entity::organisation::staff_member;
use entity::stamps::{FieldStamp, PENDING, SEVERAL};
use entity::tickets::{Priority, TicketEventKind, TicketKind, ticket, ticket_event};
use sea_orm::{ColumnTrait, Condition};

use super::access;
use super::error::TicketError;
use crate::areas::organisation::works_in;
use crate::auth::Viewer;
use crate::command::history::{self, ActedOn};
use crate::command::{Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// The ticket, if the viewer may see it.
fn find(write: &Write, viewer: &Viewer, id: TicketId) -> Result<ticket::Model, ApiError> {
    write.visible(&access::scope(), viewer.reach(), id).cloned()
}

/// Loads tickets with what happened to them, and sees whether the ids of new events are taken.
async fn load(
    write: &mut Write,
    tickets: impl Iterator<Item = TicketId> + Clone,
    events: impl Iterator<Item = TicketEventId>,
) -> Result<(), ApiError> {
    write.load::<ticket::Model>(tickets.clone()).await?;
    load_histories(write, tickets.clone(), events).await?;
    clocks::prefetch(write, tickets).await
}

/// Loads what happened to those of these tickets that are stored, and the events of these ids.
async fn load_histories(
    write: &mut Write,
    tickets: impl Iterator<Item = TicketId>,
    events: impl Iterator<Item = TicketEventId>,
) -> Result<(), ApiError> {
    use ticket_event::Column::{Kind, TicketId};
    let moves = Condition::all().add(Kind.is_not_in(ASIDE.iter().copied()));
    history::load::<ticket::Model>(write, tickets, TicketId, moves, events).await
}

/// Events that move nothing, of which there may be many.
const ASIDE: &[TicketEventKind] = &[
    TicketEventKind::Noted,
    TicketEventKind::Edited,
    TicketEventKind::Breached,
];

/// The ticket, if the viewer may see it, and where it stands.
fn act_on(
    write: &Write,
    viewer: &Viewer,
    occasion: &Occasion,
    id: TicketId,
) -> Result<ActedOn<ticket::Model>, ApiError> {
    ActedOn::new(write, find(write, viewer, id)?, occasion)
}

/// Adds an event to the history of a ticket; it and its clocks stand then where that brings them.
fn record(
    write: &mut Write,
    occasion: &Occasion,
    acted_on: &ActedOn<ticket::Model>,
    event: ticket_event::Model,
    verdict: Result<(), TicketError>,
) -> Result<Effect, ApiError> {
    let effect = acted_on.record(write, occasion, event, verdict)?;
    clocks::update(write, acted_on.row.id)?;
    Ok(effect)
}

fn refuse_if(is_so: bool, refusal: TicketError) -> Result<(), TicketError> {
    if is_so { Err(refusal) } else { Ok(()) }
}

fn is_complaint(ticket: &ticket::Model) -> bool {
    ticket.kind == TicketKind::Complaint
}

/// Only a complaint is graded, routed, handed up and resolved.
fn check_complaint(ticket: &ticket::Model) -> Result<(), TicketError> {
    refuse_if(!is_complaint(ticket), TicketError::NoComplaint)
}

/// Raises a ticket as the rules ask, for whoever edited it meanwhile too: an edit of before is in
/// conflict with this, and the higher priority stays.
fn raise(row: &mut ticket::Model) {
    if row.priority < Priority::High {
        row.priority = Priority::High;
        let raised = FieldStamp {
            seq: PENDING,
            session: SEVERAL,
        };
        row.field_seq.0.insert("priority".to_owned(), raised);
    }
}

/// Whoever works where the ticket is.
fn colleague<'a>(
    write: &'a Write,
    ticket: &ticket::Model,
    id: StaffMemberId,
) -> Option<&'a staff_member::Model> {
    write
        .get::<staff_member::Model>(id)
        .filter(|member| works_in(member, ticket.community_id))
}

/// A new event of this ticket, as it stands; the caller fills in what happened.
fn event(
    write: &Write,
    viewer: &Viewer,
    occasion: &Occasion,
    ticket: &ticket::Model,
    kind: TicketEventKind,
) -> ticket_event::Model {
    ticket_event::Model {
        id: TicketEventId(write.new_id()),
        community_id: ticket.community_id,
        ticket_id: ticket.id,
        kind,
        from_state: None,
        to_state: None,
        assignee_id: None,
        assignee_post: None,
        visit_id: None,
        severity: None,
        is_second: None,
        department: None,
        promised_at: None,
        note: String::new(),
        changes: None,
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
fn event_id(write: &Write, made: Option<TicketEventId>) -> Result<TicketEventId, ApiError> {
    let is_taken = |id| write.get::<ticket_event::Model>(id).is_some();
    match made {
        None => Ok(TicketEventId(write.new_id())),
        Some(id) if is_taken(id) => Err(ApiError::conflict("ticket_event")),
        Some(id) => Ok(id),
    }
}
