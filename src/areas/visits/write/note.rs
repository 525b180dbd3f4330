//! Writing down an opinion, or a note.

use async_graphql::InputObject;
use entity::ids::{VisitEventId, VisitId};
use entity::visits::{Photos, VisitEventKind};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access;
use super::{event, event_id, find, load};
use crate::areas::attachments::{carry, checked_photos};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text};

/// Adds to the history, also of a visit that is filed: nothing that was heard is lost because somebody
/// was quicker.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "NoteVisitInput")]
pub struct NoteVisit {
    /// The visit, in any state.
    #[serde(skip)]
    pub id: VisitId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<VisitEventId>,
    /// 1 to 4000 characters.
    pub note: String,
    /// Whether it is what the resident said, rather than what staff noted.
    #[serde(default)]
    #[graphql(default)]
    pub is_opinion: bool,
    /// Whether it is hidden from residents, its photos too.
    #[serde(default)]
    #[graphql(default)]
    pub is_internal: bool,
    /// SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
    #[serde(default)]
    #[graphql(default)]
    pub photos: Vec<String>,
}

impl Command for NoteVisit {
    const KIND: &'static str = "visit.note";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|note| note.event_id);
        load(write, batch.iter().map(|note| note.id), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let visit = find(write, viewer, self.id)?;
        if !access::may_note(viewer, &visit) {
            return Err(ApiError::forbidden());
        }
        let kind = if self.is_opinion {
            VisitEventKind::Opinion
        } else {
            VisitEventKind::Noted
        };
        let photos = checked_photos(&self.photos)?;
        let mut event = event(write, viewer, occasion, &visit, kind);
        event.id = event_id(write, self.event_id)?;
        event.note = required_text("note", &self.note, TEXT)?;
        event.is_internal = self.is_internal;
        event.photos = Photos(photos);
        // Whoever may not read an internal note sees its photos no more than its words.
        let (collection, root) = if event.is_internal {
            ("visit_event", event.id.into())
        } else {
            ("visit", visit.id.into())
        };
        let carried = event.photos.0.iter().map(String::as_str);
        carry(write, viewer, visit.community_id, collection, root, carried)?;
        write.insert(event)?;
        Ok(Effect::on(&visit))
    }
}
