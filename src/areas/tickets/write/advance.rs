//! Moving a ticket along its path.

use entity::ids::{TicketEventId, TicketId};
use entity::sync::MutationOutcome;
use entity::tickets::{TicketEventKind, TicketState, ticket, ticket_event};

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::{TEXT, reopens, step, text};
use super::{effect, event, event_id, find};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Takes one step: order, arrive, finish, close, call off. Dispatching names somebody and is
/// `AssignTicket`.
#[derive(Clone, Debug)]
pub struct AdvanceTicket {
    pub id: TicketId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<TicketEventId>,
    pub to: TicketState,
    pub note: String,
}

impl Command for AdvanceTicket {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<ticket::Model>(batch.iter().map(|advance| advance.id))
            .await?;
        let events: Vec<_> = batch
            .iter()
            .filter_map(|advance| advance.event_id)
            .collect();
        Ok(write.see::<ticket_event::Model>(events).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let ticket = find(write, viewer, self.id)?;
        if !access::may_advance(viewer, &ticket, self.to) {
            return Err(ApiError::forbidden());
        }
        step(ticket.state, self.to)?;
        if self.to == TicketState::Dispatched && ticket.assignee_id.is_none() {
            return Err(TicketError::NobodyAssigned.into());
        }
        let reopens = reopens(ticket.state, self.to);
        // Somebody who came before it was finished, and is heard of late, reopens nothing.
        if reopens
            && ticket
                .finished_at
                .is_some_and(|at| occasion.observed_at < at)
        {
            let (from, to) = (ticket.state, self.to);
            return Err(TicketError::StepNotAllowed { from, to }.into());
        }
        let kind = if reopens {
            TicketEventKind::Reopened
        } else {
            TicketEventKind::Advanced
        };
        let mut event = event(write, viewer, occasion, &ticket, kind);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(ticket.state);
        event.to_state = Some(self.to);
        event.note = text("note", &self.note, TEXT)?;
        write.insert(event)?;
        write.update::<ticket::Model>(ticket.id, |row| {
            row.state = self.to;
            match self.to {
                TicketState::Finished => row.finished_at = Some(occasion.observed_at),
                TicketState::OnSite => {
                    row.finished_at = None;
                    row.water_tested_at = row.water_tested_at.filter(|_| !reopens);
                }
                TicketState::Closed | TicketState::Cancelled => {
                    row.closed_at = Some(occasion.observed_at);
                }
                _ => {}
            }
        })?;
        let met_another = ticket.state == self.to;
        let outcome = if met_another {
            MutationOutcome::Merged
        } else {
            MutationOutcome::Applied
        };
        Ok(Effect {
            outcome,
            ..effect(&ticket)
        })
    }
}
