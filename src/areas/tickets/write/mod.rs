//! The commands of tickets: one file per verb.

mod advance;
mod assign;
mod breach;
mod clocks;
mod edit;
mod escalate;
mod grade;
mod note;
mod open;
mod reopen;
mod resolve;
mod route;
mod test_water;

pub use advance::AdvanceTicket;
pub use assign::AssignTicket;
pub use breach::BreachClocks;
pub use edit::EditTicket;
pub use edit::FIELDS as EDITABLE;
pub use escalate::EscalateTicket;
pub use grade::GradeTicket;
pub use note::NoteTicket;
pub use open::{Complaint, OpenTicket};
pub use reopen::ReopenRepair;
pub use resolve::ResolveTicket;
pub use route::RouteTicket;
pub use test_water::TestWater;

use entity::ids::{StaffMemberId, TicketEventId, TicketId};
use entity::organisation::staff_member;
use entity::stamps::{FieldStamp, PENDING, SEVERAL};
use entity::tickets::{Priority, TicketEventKind, TicketState, ticket, ticket_event};
use sea_orm::prelude::DateTimeUtc;

use super::access;
use super::rules::is_settled;
use crate::auth::Viewer;
use crate::command::{Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// The ticket, if the viewer may see it.
fn find(write: &Write, viewer: &Viewer, id: TicketId) -> Result<ticket::Model, ApiError> {
    write.visible(&access::scope(), viewer.reach(), id).cloned()
}

/// What a command did to its ticket.
fn effect(ticket: &ticket::Model) -> Effect {
    Effect::applied(ticket.community_id, "ticket", ticket.id)
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

/// Whether a ticket is over and this was observed before: what was done then was done, and moves nothing
/// any more.
fn is_of_before_the_end(occasion: &Occasion, ticket: &ticket::Model) -> bool {
    is_settled(ticket.state) && occasion.is_before(ticket.stepped_at)
}

/// What was done so far no longer ends the ticket.
fn work_again(row: &mut ticket::Model, at: DateTimeUtc) {
    row.finished_at = None;
    row.water_tested_at = None;
    row.closed_at = None;
    row.left_phones_at = None;
    row.reopened_at = Some(at);
}

/// Whoever works where the ticket is.
fn colleague<'a>(
    write: &'a Write,
    ticket: &ticket::Model,
    id: StaffMemberId,
) -> Option<&'a staff_member::Model> {
    write
        .get::<staff_member::Model>(id)
        .filter(|member| member.community_id == ticket.community_id && member.left_at.is_none())
}

/// Lets the ticket stand where a step brings it.
fn stand(row: &mut ticket::Model, to: TicketState, occasion: &Occasion) {
    row.state = to;
    row.stepped_at = row.stepped_at.max(Some(occasion.observed_at));
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
        severity: None,
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
