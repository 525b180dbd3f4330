//! Noting that the remedy of a complaint has been carried out.

use async_graphql::InputObject;
use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{TicketEventKind, TicketState};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access;
use super::super::error::TicketError;
use super::{act_on, check_complaint, event, event_id, load, record, refuse_if};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text};

/// Notes the result (T-13). From here the complainant is told within the day (T-22); telling him
/// without it counts as both at once. Of two that say so the earlier counts, also when the complaint has
/// gone on meanwhile; one of before it was worked at again is kept beside.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "ResolveTicketInput")]
pub struct ResolveTicket {
    /// The complaint; it must be `IN_PROGRESS`.
    #[serde(skip)]
    pub id: TicketId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<TicketEventId>,
    /// What was done; required, at most 4000 characters.
    pub note: String,
}

impl Command for ResolveTicket {
    const KIND: &'static str = "ticket.resolve";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|resolve| resolve.event_id);
        load(write, batch.iter().map(|resolve| resolve.id), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (ticket, then) = (&acted_on.row, &acted_on.state.then);
        if !access::may_escalate(viewer, ticket, &acted_on.state) {
            return Err(ApiError::forbidden());
        }
        check_complaint(ticket)?;
        let mut event = event(write, viewer, occasion, ticket, TicketEventKind::Resolved);
        event.id = event_id(write, self.event_id)?;
        event.note = required_text("note", &self.note, TEXT)?;
        let is_at_work = then.state == TicketState::InProgress;
        let verdict = refuse_if(!is_at_work, TicketError::NothingToResolve(then.state));
        record(write, occasion, &acted_on, event, verdict)
    }
}
