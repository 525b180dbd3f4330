//! Moving a ticket along its path.

use async_graphql::InputObject;
use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{TicketEventKind, TicketState, ticket};
use schemars::JsonSchema;
use sea_orm::prelude::DateTimeUtc;
use serde::Deserialize;

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::Course;
use super::super::rules::kinds::{Needs, Path, Step};
use super::{act_on, clocks, event, event_id, is_complaint, load, record, refuse_if};
use crate::auth::Viewer;
use crate::clock::optional_moment;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text, text};

/// One step of a ticket along its path: order, arrive, finish, close, call off. To dispatch names somebody, and
/// to grade and to route name more: `assignTicket`, `gradeTicket`, `routeTicket`.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "AdvanceTicketInput")]
pub struct AdvanceTicket {
    /// The ticket.
    #[serde(skip)]
    pub id: TicketId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<TicketEventId>,
    /// The state it is to reach. `GRADED` and `ROUTED` have mutations of their own: `gradeTicket`,
    /// `routeTicket`.
    pub to: TicketState,
    /// At most 4000 characters. Required of a complaint with `CONTACTED`, `PLANNED`, `INFORMED`,
    /// `RETURNED`, `CANNOT_SOLVE` and `INVALID`: what was said, planned, told, heard, or why not.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
    /// When the complainant is promised the next answer (T-25). Required with `CONTACTED` where the community
    /// promises one.
    pub reply_promised_at: Option<DateTimeUtc>,
}

impl Command for AdvanceTicket {
    const KIND: &'static str = "ticket.advance";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|advance| advance.event_id);
        load(write, batch.iter().map(|advance| advance.id), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (ticket, then) = (&acted_on.row, &acted_on.state.then);
        if !access::may_advance(viewer, ticket, &acted_on.state, self.to) {
            return Err(ApiError::forbidden());
        }
        self.check(ticket)?;
        self.check_promise(occasion, write, ticket)?;
        let step = then.step(self.to);
        // To arrive where others have finished works at it again only for those who may decide that.
        let may_take = |step: &Step| access::may_take(viewer, ticket, &acted_on.state, step);
        let step = step.filter(|step| !step.reopens || may_take(step));
        let is_said_again = self.is_said_again(occasion, then);
        // Who says that he is at work again before that could be known means nothing else.
        let reopening = then.path().reopening(self.to).filter(|step| may_take(step));
        let reopens = step.map_or(is_said_again && reopening.is_some(), |step| step.reopens);
        let kind = if reopens {
            TicketEventKind::Reopened
        } else {
            TicketEventKind::Advanced
        };
        let mut event = event(write, viewer, occasion, ticket, kind);
        event.id = event_id(write, self.event_id)?;
        event.to_state = Some(self.to);
        event.promised_at = self.reply_promised_at.filter(|_| is_complaint(ticket));
        event.note = if Path::of(ticket.kind).demands_note(self.to) {
            required_text("note", &self.note, TEXT)?
        } else {
            text("note", &self.note, TEXT)?
        };
        record(
            write,
            occasion,
            &acted_on,
            event,
            self.verdict(occasion, then, step),
        )
    }
}

impl AdvanceTicket {
    /// Whether such a step can be taken at all.
    fn check(&self, ticket: &ticket::Model) -> Result<(), TicketError> {
        let (path, to) = (Path::of(ticket.kind), self.to);
        refuse_if(path.names_more(to), TicketError::StepNamesMore)?;
        let from = ticket.state;
        let is_known = path.to(to).next().is_some();
        refuse_if(!is_known, TicketError::StepNotAllowed { from, to })
    }

    /// Whether a phone says what others did already, or what can only be known later.
    fn is_said_again(&self, occasion: &Occasion, then: &Course) -> bool {
        occasion.mutation.is_some() && then.path().may_be_said_again(then.state, self.to)
    }

    /// Whether the step could be taken where the ticket stood, or says again what others did meanwhile.
    fn verdict(
        &self,
        occasion: &Occasion,
        then: &Course,
        step: Option<&Step>,
    ) -> Result<(), TicketError> {
        let (from, to) = (then.state, self.to);
        let Some(step) = step else {
            let is_said_again = self.is_said_again(occasion, then);
            return refuse_if(!is_said_again, TicketError::StepNotAllowed { from, to });
        };
        let lacks_somebody = step.needs == Needs::Assignee && then.assignee_id.is_none();
        refuse_if(lacks_somebody, TicketError::NobodyAssigned)
    }

    /// Whether the complainant is told when he hears again, where he must be.
    fn check_promise(
        &self,
        occasion: &Occasion,
        write: &Write,
        ticket: &ticket::Model,
    ) -> Result<(), ApiError> {
        if !is_complaint(ticket) {
            return Ok(());
        }
        let policy = clocks::terms(write, ticket.community_id)?.policy;
        let is_demanded = self.to == TicketState::Contacted && policy.demands_promise();
        let is_missing = match optional_moment("replyPromisedAt", self.reply_promised_at)? {
            None => is_demanded,
            Some(promised) => promised <= occasion.observed_at,
        };
        Ok(refuse_if(is_missing, TicketError::PromiseMissing)?)
    }
}
