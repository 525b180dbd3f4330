//! Writing something down about a handover, or naming another successor (S-18).

use async_graphql::InputObject;
use entity::duty::HandoverEventKind;
use entity::ids::{HandoverEventId, HandoverId, StaffMemberId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::step::{self, Step};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text};

/// Adds a note, also to a signed handover. The outgoing person and the office may name with it who
/// comes instead of the one who does not.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "NoteHandoverInput")]
pub struct NoteHandover {
    /// The handover, in any state.
    #[serde(skip)]
    pub id: HandoverId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<HandoverEventId>,
    /// Who did it, where the system tells; others do it themselves.
    #[serde(skip)]
    #[graphql(skip)]
    pub by: Option<StaffMemberId>,
    /// 1 to 4000 characters.
    pub note: String,
    /// Who takes over instead of the successor who does not come; for the outgoing person and the
    /// office.
    pub incoming_id: Option<StaffMemberId>,
}

impl Command for NoteHandover {
    const KIND: &'static str = "handover.note";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let named = batch.iter().flat_map(|it| [it.by, it.incoming_id]);
        let people: Vec<_> = named.flatten().collect();
        let (ids, events) = (
            batch.iter().map(|it| it.id),
            batch.iter().filter_map(|it| it.event_id),
        );
        step::prefetch(write, viewer, ids, people.into_iter(), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let step = Step {
            id: self.id,
            event_id: self.event_id,
            by: self.by,
            kind: HandoverEventKind::Noted,
            note: required_text("note", &self.note, TEXT)?,
            equipment: &[],
            signature: None,
            incoming_id: self.incoming_id,
        };
        step.take(occasion, viewer, write)
    }
}
