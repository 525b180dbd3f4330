//! Writing something down about a handover, or naming another successor (S-18).

use entity::duty::HandoverEventKind;
use entity::ids::{HandoverEventId, HandoverId, StaffMemberId};

use super::step::{self, Step};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text};

/// Adds a note, also to a signed handover. The outgoing person and the office may name with it who
/// comes instead of the one who does not.
#[derive(Clone, Debug)]
pub struct NoteHandover {
    pub id: HandoverId,
    pub event_id: Option<HandoverEventId>,
    /// Who wrote it, where the system tells.
    pub by: Option<StaffMemberId>,
    pub note: String,
    pub incoming_id: Option<StaffMemberId>,
}

impl Command for NoteHandover {
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
