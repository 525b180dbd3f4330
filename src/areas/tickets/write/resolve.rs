//! Noting that the remedy of a complaint has been carried out.

use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{ClockMetBy, TicketEventKind, TicketKind, TicketState, ticket, ticket_event};

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::complaint::has_reached;
use super::clocks::{self, House, met, summarise};
use super::{effect, event, event_id, find};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text};

/// Notes the result (T-13). From here the complainant is told within the day (T-22); telling him
/// without it counts as both at once. Of two that say so the earlier counts, also when the complaint has
/// gone on meanwhile; one of before it was worked at again is kept beside.
#[derive(Clone, Debug)]
pub struct ResolveTicket {
    pub id: TicketId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<TicketEventId>,
    /// The result.
    pub note: String,
}

impl Command for ResolveTicket {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|resolve| resolve.id);
        write.load::<ticket::Model>(ids.clone()).await?;
        clocks::prefetch_with_history(write, ids).await?;
        let events: Vec<_> = batch.iter().filter_map(|it| it.event_id).collect();
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
        let is_of_before = occasion.is_before(ticket.reopened_at);
        let has_gone_on = has_reached(ticket.state, TicketState::Informed);
        let is_late = is_of_before || has_gone_on && occasion.is_before(ticket.stepped_at);
        if !is_late && ticket.state != TicketState::InProgress {
            return Err(TicketError::NothingToResolve(ticket.state).into());
        }
        let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Resolved);
        event.id = event_id(write, self.event_id)?;
        event.note = required_text("note", &self.note, TEXT)?;
        write.insert(event)?;
        let was_resolved = ticket.finished_at.is_some();
        met(write, occasion, &ticket, &[ClockMetBy::Resolved])?;
        if !is_of_before {
            let at = occasion.observed_at;
            let at = ticket.finished_at.map_or(at, |known| known.min(at));
            write.update::<ticket::Model>(ticket.id, |row| row.finished_at = Some(at))?;
            House::of(write, ticket.community_id)?.resolve(write, &ticket, at)?;
        }
        summarise(write, ticket.id)?;
        Ok(effect(&ticket).merged_if(is_late || was_resolved))
    }
}
