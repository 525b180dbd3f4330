//! Giving a ticket to somebody (T-04), and to somebody else.

use async_graphql::InputObject;
use entity::ids::{StaffMemberId, TicketEventId, TicketId};
use entity::organisation::staff_member;
use entity::tickets::TicketEventKind;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access;
use super::super::error::TicketError;
use super::{act_on, colleague, event, event_id, is_complaint, load, record, refuse_if};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Gives a ticket to a worker. A repair that is recorded or ordered is dispatched by it, so that the
/// worker can arrive; a dispatched one, or one on site, changes hands.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "AssignTicketInput")]
pub struct AssignTicket {
    /// The ticket.
    #[serde(skip)]
    pub id: TicketId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<TicketEventId>,
    /// Who is to do the work. A repair takes a maintenance worker or a guard of the community, a
    /// complaint anybody who works there.
    pub assignee_id: StaffMemberId,
    /// At most 4000 characters.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
}

impl Command for AssignTicket {
    const KIND: &'static str = "ticket.assign";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|assign| assign.event_id);
        load(write, batch.iter().map(|assign| assign.id), events).await?;
        let assignees = batch.iter().map(|assign| assign.assignee_id);
        Ok(write.see::<staff_member::Model>(assignees).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (ticket, then) = (&acted_on.row, &acted_on.state.then);
        if !access::may_assign(viewer, ticket) {
            return Err(ApiError::forbidden());
        }
        // A complaint is looked at by whoever can (T-53); a repair takes somebody who repairs.
        let suits =
            |member: &&staff_member::Model| is_complaint(ticket) || access::can_repair(member.post);
        let assignee = colleague(write, ticket, self.assignee_id).filter(suits);
        let assignee = assignee.ok_or(TicketError::AssigneeUnsuitable)?.id;
        let mut event = event(write, viewer, occasion, ticket, TicketEventKind::Assigned);
        event.id = event_id(write, self.event_id)?;
        event.assignee_id = Some(assignee);
        event.note = text("note", &self.note, TEXT)?;
        // What is over changes hands no more.
        let verdict = refuse_if(then.is_over(), TicketError::Settled(then.state));
        record(write, occasion, &acted_on, event, verdict)
    }
}
