//! Giving a complaint to the department and the one who answers for it.

use async_graphql::InputObject;
use entity::ids::{StaffMemberId, TicketEventId, TicketId};
use entity::organisation::staff_member;
use entity::tickets::{TicketEventKind, TicketState};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_settled;
use super::{act_on, check_complaint, colleague, event, event_id, load, record, refuse_if};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{LINE, TEXT, text};

/// Routes a graded complaint; one that is routed already changes hands. Of two the newer counts, whichever
/// is heard of first; the older is kept beside.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "RouteTicketInput")]
pub struct RouteTicket {
    /// The complaint.
    #[serde(skip)]
    pub id: TicketId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<TicketEventId>,
    /// Name of the department, at most 200 characters; stays as it is when left out.
    #[serde(default)]
    #[graphql(default)]
    pub department: String,
    /// The staff member who answers for it; must work in the community.
    pub responsible_id: StaffMemberId,
    /// For staff; at most 4000 characters.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
}

impl Command for RouteTicket {
    const KIND: &'static str = "ticket.route";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|route| route.event_id);
        load(write, batch.iter().map(|route| route.id), events).await?;
        let responsible = batch.iter().map(|route| route.responsible_id);
        Ok(write.see::<staff_member::Model>(responsible).await?)
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
        let responsible = colleague(write, ticket, self.responsible_id);
        let responsible = responsible.ok_or(TicketError::ResponsibleUnsuitable)?;
        let department = text("department", &self.department, LINE)?;
        let mut event = event(write, viewer, occasion, ticket, TicketEventKind::Routed);
        event.id = event_id(write, self.event_id)?;
        event.is_internal = true;
        event.assignee_id = Some(responsible.id);
        event.assignee_post = Some(responsible.post);
        event.department = Some(department).filter(|named| !named.is_empty());
        event.note = text("note", &self.note, TEXT)?;
        record(write, occasion, &acted_on, event, check(then.state))
    }
}

/// Whether a complaint is routed from here, or changes hands.
fn check(from: TicketState) -> Result<(), TicketError> {
    let to = TicketState::Routed;
    refuse_if(is_settled(from), TicketError::Settled(from))?;
    let is_graded = from != TicketState::Registered;
    refuse_if(!is_graded, TicketError::StepNotAllowed { from, to })
}
