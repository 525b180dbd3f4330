//! Handing a complaint up to whoever decides (T-15, T-19).

use entity::ids::{StaffMemberId, TicketEventId, TicketId};
use entity::organisation::staff_member;
use entity::tickets::{TicketEventKind, TicketKind, ticket, ticket_event};

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_settled;
use super::clocks::{self, House, summarise};
use super::{colleague, effect, event, event_id, find, is_of_before_the_end};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text};

/// Hands a complaint up. It is a mark and no state: work goes on meanwhile.
#[derive(Clone, Debug)]
pub struct EscalateTicket {
    pub id: TicketId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<TicketEventId>,
    /// To whom.
    pub staff_member_id: StaffMemberId,
    /// Why.
    pub note: String,
}

impl Command for EscalateTicket {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|escalate| escalate.id);
        write.load::<ticket::Model>(ids.clone()).await?;
        clocks::prefetch(write, ids).await?;
        write
            .see::<staff_member::Model>(batch.iter().map(|escalate| escalate.staff_member_id))
            .await?;
        let events = batch.iter().filter_map(|escalate| escalate.event_id);
        let events: Vec<_> = events.collect();
        Ok(write.see::<ticket_event::Model>(events).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let ticket = find(write, viewer, self.id)?;
        if !access::may_escalate(viewer, &ticket) {
            return Err(ApiError::forbidden());
        }
        if ticket.kind != TicketKind::Complaint {
            return Err(TicketError::NoComplaint.into());
        }
        // What was handed up before it was over was handed up, whenever it is heard of.
        let is_late = is_of_before_the_end(occasion, &ticket);
        if !is_late && is_settled(ticket.state) {
            return Err(TicketError::Settled(ticket.state).into());
        }
        let house = House::of(write, ticket.community_id)?;
        let decides = |member: &&staff_member::Model| house.policy.chain.contains(&member.post);
        let above = colleague(write, &ticket, self.staff_member_id).filter(decides);
        let above = above.ok_or(TicketError::DecidesNothing)?;
        let (above, post) = (above.id, above.post);
        let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Escalated);
        event.id = event_id(write, self.event_id)?;
        event.is_internal = true;
        event.assignee_id = Some(above);
        event.note = required_text("note", &self.note, TEXT)?;
        write.insert(event)?;
        let last = ticket.escalated_at.max(Some(occasion.observed_at));
        write.update::<ticket::Model>(ticket.id, |row| row.escalated_at = last)?;
        house.handed_up(write, occasion, ticket.id, post)?;
        summarise(write, ticket.id)?;
        Ok(effect(&ticket).merged_if(is_late))
    }
}
