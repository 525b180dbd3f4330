//! Testing a mended leak with water, from which its return visit is counted.

use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{TicketEventKind, TicketKind, ticket, ticket_event};

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_testable;
use super::{effect, event, event_id, find, is_of_before_the_end};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Notes that a repair was tested with water. Of several tests the last one counts, and none of before
/// it was worked at again, or that is heard of when it is over.
#[derive(Clone, Debug)]
pub struct TestWater {
    pub id: TicketId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<TicketEventId>,
    pub note: String,
}

impl Command for TestWater {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<ticket::Model>(batch.iter().map(|test| test.id))
            .await?;
        let events: Vec<_> = batch.iter().filter_map(|test| test.event_id).collect();
        Ok(write.see::<ticket_event::Model>(events).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let ticket = find(write, viewer, self.id)?;
        if !access::may_test_water(viewer, &ticket) {
            return Err(ApiError::forbidden());
        }
        let is_late =
            occasion.is_before(ticket.reopened_at) || is_of_before_the_end(occasion, &ticket);
        let is_testable = is_late || is_testable(ticket.state);
        if ticket.kind != TicketKind::Repair || !is_testable {
            return Err(TicketError::NothingToTest(ticket.state).into());
        }
        let mut event = event(
            write,
            viewer,
            occasion,
            &ticket,
            TicketEventKind::WaterTested,
        );
        event.id = event_id(write, self.event_id)?;
        event.note = text("note", &self.note, TEXT)?;
        write.insert(event)?;
        if !is_late {
            let last = ticket.water_tested_at.max(Some(occasion.observed_at));
            write.update::<ticket::Model>(ticket.id, |row| row.water_tested_at = last)?;
        }
        Ok(effect(&ticket).merged_if(is_late))
    }
}
