//! Moving a ticket along its path.

use entity::ids::{TicketEventId, TicketId};
use entity::sync::MutationOutcome;
use entity::tickets::{TicketEventKind, TicketKind, TicketState, ticket, ticket_event};
use sea_orm::prelude::DateTimeUtc;

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::{complaint, is_settled, reopens, step};
use super::clocks::{self, House, met, summarise};
use super::{effect, event, event_id, find};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text, text};

/// Takes one step: order, arrive, finish, close, call off. Dispatching names somebody and is
/// `AssignTicket`; grading and routing a complaint are `GradeTicket` and `RouteTicket`.
#[derive(Clone, Debug)]
pub struct AdvanceTicket {
    pub id: TicketId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<TicketEventId>,
    pub to: TicketState,
    pub note: String,
    /// When whoever complained hears again (T-25).
    pub reply_promised_at: Option<DateTimeUtc>,
}

impl Command for AdvanceTicket {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|advance| advance.id);
        write.load::<ticket::Model>(ids.clone()).await?;
        clocks::prefetch(write, ids).await?;
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
        let reopens = match ticket.kind {
            TicketKind::Repair => self.check_repair(occasion, &ticket)?,
            TicketKind::Complaint => self.check_complaint(occasion, write, &ticket)?,
        };
        let is_complaint = ticket.kind == TicketKind::Complaint;
        let kind = if reopens {
            TicketEventKind::Reopened
        } else {
            TicketEventKind::Advanced
        };
        let mut event = event(write, viewer, occasion, &ticket, kind);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(ticket.state);
        event.to_state = Some(self.to);
        event.promised_at = self.reply_promised_at.filter(|_| is_complaint);
        event.note = if is_complaint && complaint::demands_note(self.to) {
            required_text("note", &self.note, TEXT)?
        } else {
            text("note", &self.note, TEXT)?
        };
        write.insert(event)?;
        write.update::<ticket::Model>(ticket.id, |row| self.apply(row, occasion, reopens))?;
        if is_complaint {
            self.move_clocks(occasion, write, &ticket, reopens)?;
        }
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

impl AdvanceTicket {
    /// Whether the step of a repair may be taken, and works again at what was finished.
    fn check_repair(&self, occasion: &Occasion, ticket: &ticket::Model) -> Result<bool, ApiError> {
        let (from, to) = (ticket.state, self.to);
        step(from, to)?;
        if to == TicketState::Dispatched && ticket.assignee_id.is_none() {
            return Err(TicketError::NobodyAssigned.into());
        }
        let reopens = reopens(from, to);
        // Somebody who came before it was finished, and is heard of late, reopens nothing.
        if reopens
            && ticket
                .finished_at
                .is_some_and(|at| occasion.observed_at < at)
        {
            return Err(TicketError::StepNotAllowed { from, to }.into());
        }
        Ok(reopens)
    }

    /// The same of a complaint.
    fn check_complaint(
        &self,
        occasion: &Occasion,
        write: &Write,
        ticket: &ticket::Model,
    ) -> Result<bool, ApiError> {
        if complaint::names_more(self.to) {
            return Err(TicketError::StepNamesMore.into());
        }
        complaint::step(ticket.state, self.to, ticket.is_anonymous)?;
        let house = House::of(write, ticket.community_id)?;
        let is_demanded = self.to == TicketState::Contacted && house.policy.demands_promise();
        let is_missing = match self.reply_promised_at {
            None => is_demanded,
            Some(promised) => promised <= occasion.observed_at,
        };
        if is_missing {
            return Err(TicketError::PromiseMissing.into());
        }
        Ok(complaint::reopens(ticket.state, self.to))
    }

    fn apply(&self, row: &mut ticket::Model, occasion: &Occasion, reopens: bool) {
        let at = occasion.observed_at;
        let is_complaint = row.kind == TicketKind::Complaint;
        row.state = self.to;
        if reopens {
            row.finished_at = None;
            row.water_tested_at = None;
        }
        if self.to == TicketState::Finished {
            row.finished_at = Some(at);
        } else if is_complaint && complaint::ends_work(self.to) {
            row.finished_at = Some(row.finished_at.map_or(at, |known| known.min(at)));
        }
        if is_settled(self.to) {
            row.closed_at = Some(at);
        }
    }

    /// What a step of a complaint does to its clocks.
    fn move_clocks(
        &self,
        occasion: &Occasion,
        write: &mut Write,
        ticket: &ticket::Model,
        reopens: bool,
    ) -> Result<(), ApiError> {
        let house = House::of(write, ticket.community_id)?;
        let at = occasion.observed_at;
        met(write, occasion, ticket.id, complaint::meets(self.to))?;
        if reopens {
            house.reopen(write, ticket, at)?;
        }
        if let Some(promised) = self.reply_promised_at {
            house.promise(write, ticket, at, promised)?;
        }
        summarise(write, ticket.id)
    }
}
