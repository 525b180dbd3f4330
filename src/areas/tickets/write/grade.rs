//! Judging how grave a complaint is.

use async_graphql::InputObject;
use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{Severity, TicketEventKind, ticket};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_settled;
use super::{act_on, check_complaint, event, event_id, load, raise, record, refuse_if};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Grades a complaint, or grades it anew; its clocks follow. Of two the newer counts, whichever is heard of
/// first; the older is kept beside.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "GradeTicketInput")]
pub struct GradeTicket {
    /// The complaint.
    #[serde(skip)]
    pub id: TicketId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<TicketEventId>,
    /// How grave it is.
    pub severity: Severity,
    /// Whether it repeats an earlier complaint (T-31); when left out, what the server found stays.
    pub is_second: Option<bool>,
    /// Why, for staff; at most 4000 characters.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
}

impl Command for GradeTicket {
    const KIND: &'static str = "ticket.grade";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|grade| grade.event_id);
        load(write, batch.iter().map(|grade| grade.id), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (ticket, then) = (&acted_on.row, &acted_on.state.then);
        if !access::may_grade(viewer, ticket) {
            return Err(ApiError::forbidden());
        }
        check_complaint(ticket)?;
        let mut event = event(write, viewer, occasion, ticket, TicketEventKind::Graded);
        event.id = event_id(write, self.event_id)?;
        event.is_internal = true;
        event.severity = Some(self.severity);
        event.is_second = self.is_second;
        event.note = text("note", &self.note, TEXT)?;
        let verdict = refuse_if(is_settled(then.state), TicketError::Settled(then.state));
        let effect = record(write, occasion, &acted_on, event, verdict)?;
        if self.is_second == Some(true) {
            write.update::<ticket::Model>(self.id, raise)?;
        }
        Ok(effect)
    }
}
