//! Handing a complaint up to whoever decides (T-15, T-19).

use async_graphql::InputObject;
use entity::ids::{StaffMemberId, TicketEventId, TicketId};
use entity::organisation::staff_member;
use entity::tickets::TicketEventKind;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_settled;
use super::{act_on, check_complaint, clocks, colleague, event, event_id, load, record, refuse_if};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text};

/// Hands a complaint up. It is a mark and no state: work goes on meanwhile.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "EscalateTicketInput")]
pub struct EscalateTicket {
    /// The complaint.
    #[serde(skip)]
    pub id: TicketId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<TicketEventId>,
    /// To whom: a supervisor or a manager of the community.
    pub staff_member_id: StaffMemberId,
    /// Why; required, at most 4000 characters.
    pub note: String,
}

impl Command for EscalateTicket {
    const KIND: &'static str = "ticket.escalate";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|escalate| escalate.event_id);
        load(write, batch.iter().map(|escalate| escalate.id), events).await?;
        let above = batch.iter().map(|escalate| escalate.staff_member_id);
        Ok(write.see::<staff_member::Model>(above).await?)
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
        let chain = clocks::terms(write, ticket.community_id)?.policy.chain;
        let decides = |member: &&staff_member::Model| chain.contains(&member.post);
        let above = colleague(write, ticket, self.staff_member_id).filter(decides);
        let above = above.ok_or(TicketError::DecidesNothing)?;
        let mut event = event(write, viewer, occasion, ticket, TicketEventKind::Escalated);
        event.id = event_id(write, self.event_id)?;
        event.is_internal = true;
        event.assignee_id = Some(above.id);
        event.assignee_post = Some(above.post);
        event.note = required_text("note", &self.note, TEXT)?;
        let verdict = refuse_if(is_settled(then.state), TicketError::Settled(then.state));
        record(write, occasion, &acted_on, event, verdict)
    }
}
