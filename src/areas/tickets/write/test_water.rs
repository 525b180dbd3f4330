//! Testing a mended leak with water, from which its return visit is counted.

use async_graphql::InputObject;
use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{TicketEventKind, TicketKind};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_testable;
use super::{act_on, event, event_id, load, record, refuse_if};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Notes that a repair was tested with water. Of several tests the last one counts, and none of before
/// it was worked at again, or that is heard of when it is over.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "TestWaterInput")]
pub struct TestWater {
    /// The repair; somebody must have arrived at it.
    #[serde(skip)]
    pub id: TicketId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<TicketEventId>,
    /// What the test showed; at most 4000 characters.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
}

impl Command for TestWater {
    const KIND: &'static str = "ticket.test_water";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|test| test.event_id);
        load(write, batch.iter().map(|test| test.id), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (ticket, then) = (&acted_on.row, &acted_on.state.then);
        if !access::may_test_water(viewer, ticket, &acted_on.state) {
            return Err(ApiError::forbidden());
        }
        let nothing = TicketError::NothingToTest(then.state);
        if ticket.kind != TicketKind::Repair {
            return Err(nothing.into());
        }
        let mut event = event(
            write,
            viewer,
            occasion,
            ticket,
            TicketEventKind::WaterTested,
        );
        event.id = event_id(write, self.event_id)?;
        event.note = text("note", &self.note, TEXT)?;
        let verdict = refuse_if(!is_testable(then.state), nothing);
        record(write, occasion, &acted_on, event, verdict)
    }
}
