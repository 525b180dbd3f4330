//! Moving a ticket along its path.

use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{TicketEventKind, TicketKind, TicketState, ticket, ticket_event};
use sea_orm::prelude::DateTimeUtc;

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::{complaint, is_settled, is_step, reopens, step};
use super::clocks::{self, House, met, summarise};
use super::{effect, event, event_id, find, stand, work_again};
use crate::auth::Viewer;
use crate::clock::optional_moment;
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
        clocks::prefetch_with_history(write, ids).await?;
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
        let is_late = self.is_late(occasion, &ticket);
        if !access::may_advance(viewer, &ticket, self.to, is_late) {
            return Err(ApiError::forbidden());
        }
        let is_complaint = ticket.kind == TicketKind::Complaint;
        self.check(&ticket, is_late)?;
        if is_complaint {
            self.check_promise(occasion, write, &ticket)?;
        }
        let reopens = !is_late && self.reopens(&ticket);
        let kind = if reopens {
            TicketEventKind::Reopened
        } else {
            TicketEventKind::Advanced
        };
        let mut event = event(write, viewer, occasion, &ticket, kind);
        event.id = event_id(write, self.event_id)?;
        event.from_state = (!is_late).then_some(ticket.state);
        event.to_state = Some(self.to);
        event.promised_at = self.reply_promised_at.filter(|_| is_complaint);
        event.note = if is_complaint && complaint::demands_note(self.to) {
            required_text("note", &self.note, TEXT)?
        } else {
            text("note", &self.note, TEXT)?
        };
        write.insert(event)?;
        if !is_late {
            write.update::<ticket::Model>(ticket.id, |row| self.apply(row, occasion, reopens))?;
        } else if self.ends(&ticket) && !occasion.is_before(ticket.reopened_at) {
            let end = ticket.finished_at.min(Some(occasion.observed_at));
            write.update::<ticket::Model>(ticket.id, |row| row.finished_at = end)?;
        }
        if is_complaint {
            if self.counts(occasion, &ticket, is_late) {
                met(write, occasion, &ticket, complaint::meets(self.to))?;
            }
            self.start_clocks(occasion, write, &ticket, reopens)?;
            summarise(write, ticket.id)?;
        }
        let met_another = ticket.state == self.to;
        Ok(effect(&ticket).merged_if(is_late || met_another))
    }
}

impl AdvanceTicket {
    /// Whether it tells of the time before the ticket was worked at again, of an arrival before the end, of
    /// an end that the second of two workers saw too, of an order for what somebody else has dispatched, or
    /// of a step that the ticket has left behind. That is kept as an event and moves nothing, least of all
    /// back.
    fn is_late(&self, occasion: &Occasion, ticket: &ticket::Model) -> bool {
        let is_arrival = ticket.kind == TicketKind::Repair && self.to == TicketState::OnSite;
        let end = ticket.finished_at.filter(|_| is_arrival);
        occasion.is_before(ticket.reopened_at)
            || occasion.is_before(end)
            || self.ends_again(ticket)
            || self.orders_again(occasion, ticket)
            || !self.goes_on(ticket) && occasion.is_before(ticket.stepped_at)
    }

    /// Whether the ticket may take the step from where it stands, and is not worked at again by it.
    fn goes_on(&self, ticket: &ticket::Model) -> bool {
        match ticket.kind {
            TicketKind::Repair => step(ticket.state, self.to).is_ok(),
            TicketKind::Complaint => {
                let step = complaint::step(ticket.state, self.to, ticket.is_anonymous);
                step.is_ok() && !self.reopens(ticket)
            }
        }
    }

    /// Whether a step of a complaint stops clocks. One that contradicts what was done since does not: work
    /// goes on.
    fn counts(&self, occasion: &Occasion, ticket: &ticket::Model, is_late: bool) -> bool {
        let stands = complaint::has_reached(ticket.state, self.to);
        !is_late || stands || occasion.is_before(ticket.reopened_at)
    }

    /// Whether this is an end of a ticket that has come to its end by now.
    fn ends(&self, ticket: &ticket::Model) -> bool {
        match ticket.kind {
            TicketKind::Repair => self.ends_again(ticket),
            TicketKind::Complaint => {
                complaint::ends_work(self.to) && complaint::has_reached(ticket.state, self.to)
            }
        }
    }

    /// Whether this ends a repair that has ended: the earlier of two ends is its end, in whatever order they
    /// are heard of.
    fn ends_again(&self, ticket: &ticket::Model) -> bool {
        let is_end = ticket.kind == TicketKind::Repair && self.to == TicketState::Finished;
        is_end && ticket.finished_at.is_some()
    }

    /// Whether a phone orders what was dispatched without it: to assign a repair is to order it too.
    fn orders_again(&self, occasion: &Occasion, ticket: &ticket::Model) -> bool {
        use TicketState::{Closed, Dispatched, Finished, OnSite, Ordered};
        let is_further = matches!(ticket.state, Dispatched | OnSite | Finished | Closed);
        occasion.mutation.is_some() && self.to == Ordered && is_further
    }

    /// Whether this works again at what was done.
    fn reopens(&self, ticket: &ticket::Model) -> bool {
        match ticket.kind {
            TicketKind::Repair => reopens(ticket.state, self.to),
            TicketKind::Complaint => complaint::reopens(ticket.state, self.to),
        }
    }

    /// Whether the step may be taken from where the ticket stands; of one that is heard of late, whether it
    /// can have been taken at all.
    fn check(&self, ticket: &ticket::Model, is_late: bool) -> Result<(), TicketError> {
        let (from, to) = (ticket.state, self.to);
        let is_complaint = ticket.kind == TicketKind::Complaint;
        if is_complaint && complaint::names_more(to) {
            return Err(TicketError::StepNamesMore);
        }
        if is_late {
            let refusal = TicketError::StepNotAllowed { from, to };
            return is_step(ticket.kind, to).then_some(()).ok_or(refusal);
        }
        if is_complaint {
            return complaint::step(from, to, ticket.is_anonymous);
        }
        step(from, to)?;
        if to == TicketState::Dispatched && ticket.assignee_id.is_none() {
            return Err(TicketError::NobodyAssigned);
        }
        Ok(())
    }

    /// Whether the complainant is told when he hears again, where he must be.
    fn check_promise(
        &self,
        occasion: &Occasion,
        write: &Write,
        ticket: &ticket::Model,
    ) -> Result<(), ApiError> {
        let house = House::of(write, ticket.community_id)?;
        let is_demanded = self.to == TicketState::Contacted && house.policy.demands_promise();
        let is_missing = match optional_moment("replyPromisedAt", self.reply_promised_at)? {
            None => is_demanded,
            Some(promised) => promised <= occasion.observed_at,
        };
        if is_missing {
            return Err(TicketError::PromiseMissing.into());
        }
        Ok(())
    }

    fn apply(&self, row: &mut ticket::Model, occasion: &Occasion, reopens: bool) {
        let at = occasion.observed_at;
        let is_complaint = row.kind == TicketKind::Complaint;
        stand(row, self.to, occasion);
        if reopens {
            work_again(row, at);
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

    /// The clocks that a step of a complaint lets run.
    fn start_clocks(
        &self,
        occasion: &Occasion,
        write: &mut Write,
        ticket: &ticket::Model,
        reopens: bool,
    ) -> Result<(), ApiError> {
        let house = House::of(write, ticket.community_id)?;
        let at = occasion.observed_at;
        if reopens {
            house.reopen(write, ticket, at)?;
        }
        if let Some(promised) = self.reply_promised_at {
            house.promise(write, ticket, at, promised)?;
        }
        Ok(())
    }
}
