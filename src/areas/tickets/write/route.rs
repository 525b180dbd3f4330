//! Giving a complaint to the department and the one who answers for it.

use entity::ids::{StaffMemberId, TicketEventId, TicketId};
use entity::organisation::staff_member;
use entity::tickets::{TicketEventKind, TicketKind, TicketState, ticket, ticket_event};

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::complaint::step;
use super::super::rules::is_settled;
use super::clocks::{self, House, summarise};
use super::{colleague, effect, event, event_id, find, is_of_before_the_end, stand};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{LINE, TEXT, text};

/// Routes a graded complaint; one that is routed already changes hands. Of two the newer counts, whichever
/// is heard of first; the older is kept beside.
#[derive(Clone, Debug)]
pub struct RouteTicket {
    pub id: TicketId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<TicketEventId>,
    /// Stays as it is when empty.
    pub department: String,
    pub responsible_id: StaffMemberId,
    pub note: String,
}

impl Command for RouteTicket {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|route| route.id);
        write.load::<ticket::Model>(ids.clone()).await?;
        clocks::prefetch(write, ids).await?;
        write
            .see::<staff_member::Model>(batch.iter().map(|route| route.responsible_id))
            .await?;
        let events: Vec<_> = batch.iter().filter_map(|route| route.event_id).collect();
        Ok(write.see::<ticket_event::Model>(events).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let ticket = find(write, viewer, self.id)?;
        if !access::may_grade(viewer, &ticket) {
            return Err(ApiError::forbidden());
        }
        if ticket.kind != TicketKind::Complaint {
            return Err(TicketError::NoComplaint.into());
        }
        let is_late =
            occasion.is_before(ticket.routed_at) || is_of_before_the_end(occasion, &ticket);
        let to = if is_late {
            None
        } else {
            Some(destination(&ticket)?)
        };
        let responsible = colleague(write, &ticket, self.responsible_id);
        let responsible = responsible.ok_or(TicketError::ResponsibleUnsuitable)?;
        let (responsible, post) = (responsible.id, responsible.post);
        let department = text("department", &self.department, LINE)?;
        let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Routed);
        event.id = event_id(write, self.event_id)?;
        event.is_internal = true;
        event.from_state = to.map(|_| ticket.state);
        event.to_state = to;
        event.assignee_id = Some(responsible);
        event.note = text("note", &self.note, TEXT)?;
        write.insert(event)?;
        if let Some(to) = to {
            write.update::<ticket::Model>(ticket.id, |row| {
                if to != row.state {
                    stand(row, to, occasion);
                }
                row.responsible_id = Some(responsible);
                row.routed_at = Some(occasion.observed_at);
                if !department.is_empty() {
                    row.department = department;
                }
            })?;
        }
        // Whoever decides had it then, whoever has it now.
        let house = House::of(write, ticket.community_id)?;
        house.handed_up(write, occasion, ticket.id, post)?;
        summarise(write, ticket.id)?;
        Ok(effect(&ticket).merged_if(is_late))
    }
}

/// Where a complaint stands once it is routed.
fn destination(ticket: &ticket::Model) -> Result<TicketState, TicketError> {
    if is_settled(ticket.state) {
        return Err(TicketError::Settled(ticket.state));
    }
    let to = match ticket.state {
        TicketState::Registered | TicketState::Graded => TicketState::Routed,
        state => state,
    };
    if to != ticket.state {
        step(ticket.state, to, ticket.is_anonymous)?;
    }
    Ok(to)
}
