//! Giving a ticket to somebody (T-04), and to somebody else.

use entity::ids::{StaffMemberId, TicketEventId, TicketId};
use entity::organisation::staff_member;
use entity::tickets::{TicketEventKind, TicketKind, TicketState, ticket, ticket_event};

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_settled;
use super::{colleague, effect, event, event_id, find, stand};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Gives a ticket to a worker. A repair that is recorded or ordered is dispatched by it, so that the
/// worker can arrive; a dispatched one, or one on site, changes hands.
#[derive(Clone, Debug)]
pub struct AssignTicket {
    pub id: TicketId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<TicketEventId>,
    pub assignee_id: StaffMemberId,
    pub note: String,
}

impl Command for AssignTicket {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<ticket::Model>(batch.iter().map(|assign| assign.id))
            .await?;
        write
            .see::<staff_member::Model>(batch.iter().map(|assign| assign.assignee_id))
            .await?;
        let events: Vec<_> = batch.iter().filter_map(|assign| assign.event_id).collect();
        Ok(write.see::<ticket_event::Model>(events).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let ticket = find(write, viewer, self.id)?;
        if !access::may_assign(viewer, &ticket) {
            return Err(ApiError::forbidden());
        }
        // Whoever was named last keeps it, whoever is heard of last; what is over changes hands no more.
        let is_over = is_settled(ticket.state) || ticket.state == TicketState::Finished;
        let is_late = occasion.is_before(ticket.assigned_at)
            || is_over && occasion.is_before(ticket.stepped_at);
        if !is_late && is_over {
            return Err(TicketError::Settled(ticket.state).into());
        }
        // A complaint is looked at by whoever can (T-53); a repair takes somebody who repairs.
        let suits = |member: &&staff_member::Model| {
            ticket.kind == TicketKind::Complaint || access::can_repair(member.post)
        };
        let assignee = colleague(write, &ticket, self.assignee_id).filter(suits);
        let assignee = assignee.ok_or(TicketError::AssigneeUnsuitable)?.id;
        let to = match ticket.state {
            TicketState::Recorded | TicketState::Ordered => TicketState::Dispatched,
            state => state,
        };
        let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Assigned);
        event.id = event_id(write, self.event_id)?;
        event.from_state = (!is_late).then_some(ticket.state);
        event.to_state = (!is_late).then_some(to);
        event.assignee_id = Some(assignee);
        event.note = text("note", &self.note, TEXT)?;
        write.insert(event)?;
        if !is_late {
            write.update::<ticket::Model>(ticket.id, |row| {
                row.assignee_id = Some(assignee);
                row.assigned_at = Some(occasion.observed_at);
                if to != row.state {
                    stand(row, to, occasion);
                }
            })?;
        }
        Ok(effect(&ticket).merged_if(is_late))
    }
}
