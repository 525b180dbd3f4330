//! Writing something down about a ticket.

use async_graphql::InputObject;
use entity::ids::{TicketEventId, TicketId};
use entity::tickets::{TicketEventKind, ticket, ticket_event};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{event, event_id, find};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text};

/// Adds a note to the history. Notes may be added to a settled ticket too: nothing that was seen
/// is lost because somebody closed early.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "NoteTicketInput")]
pub struct NoteTicket {
    /// The ticket, in any state.
    #[serde(skip)]
    pub id: TicketId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<TicketEventId>,
    /// 1 to 4000 characters.
    pub note: String,
    /// Whether it is hidden from residents; ignored of residents.
    #[serde(default)]
    #[graphql(default)]
    pub is_internal: bool,
}

impl Command for NoteTicket {
    const KIND: &'static str = "ticket.note";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<ticket::Model>(batch.iter().map(|note| note.id))
            .await?;
        let events: Vec<_> = batch.iter().filter_map(|note| note.event_id).collect();
        Ok(write.see::<ticket_event::Model>(events).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let ticket = find(write, viewer, self.id)?;
        let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Noted);
        event.id = event_id(write, self.event_id)?;
        event.note = required_text("note", &self.note, TEXT)?;
        event.is_internal = self.is_internal && viewer.is_staff(ticket.community_id);
        write.insert(event)?;
        Ok(Effect::on(&ticket))
    }
}
