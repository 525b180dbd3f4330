//! Judging how grave a complaint is.

use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{Severity, TicketEventKind, TicketKind, TicketState, ticket, ticket_event};

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::complaint::step;
use super::super::rules::is_settled;
use super::clocks::{self, House};
use super::{effect, event, event_id, find, is_of_before_the_end, raise, stand};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Grades a complaint, or grades it anew; its clocks follow. Of two the newer counts, whichever is heard of
/// first; the older is kept beside.
#[derive(Clone, Debug)]
pub struct GradeTicket {
    pub id: TicketId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<TicketEventId>,
    pub severity: Severity,
    /// Whether it repeats an earlier complaint, if whoever grades it knows better (T-31).
    pub is_second: Option<bool>,
    pub note: String,
}

impl Command for GradeTicket {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|grade| grade.id);
        write.load::<ticket::Model>(ids.clone()).await?;
        clocks::prefetch_with_history(write, ids).await?;
        let events: Vec<_> = batch.iter().filter_map(|grade| grade.event_id).collect();
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
            occasion.is_before(ticket.graded_at) || is_of_before_the_end(occasion, &ticket);
        if !is_late && is_settled(ticket.state) {
            return Err(TicketError::Settled(ticket.state).into());
        }
        let first = step(ticket.state, TicketState::Graded, false).is_ok();
        let to = if first {
            TicketState::Graded
        } else {
            ticket.state
        };
        let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Graded);
        event.id = event_id(write, self.event_id)?;
        event.is_internal = true;
        event.from_state = (!is_late).then_some(ticket.state);
        event.to_state = (!is_late).then_some(to);
        event.severity = Some(self.severity);
        event.note = text("note", &self.note, TEXT)?;
        write.insert(event)?;
        if !is_late {
            write.update::<ticket::Model>(ticket.id, |row| {
                if first {
                    stand(row, to, occasion);
                }
                row.severity = Some(self.severity);
                row.graded_at = Some(occasion.observed_at);
                row.is_second = self.is_second.unwrap_or(row.is_second);
                if row.is_second {
                    raise(row);
                }
            })?;
            House::of(write, ticket.community_id)?.receive(write, ticket.id)?;
        }
        Ok(effect(&ticket).merged_if(is_late))
    }
}
