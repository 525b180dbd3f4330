//! The successor looks and counts, and has put right what is not in order (S-16, S-17).

use entity::duty::{Equipment, HandoverEventKind};
use entity::ids::{HandoverEventId, HandoverId, StaffMemberId};

use super::step::{self, Step, counted};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text, text};

/// The successor has counted the equipment and found the place in order.
#[derive(Clone, Debug)]
pub struct CheckHandover {
    pub id: HandoverId,
    pub event_id: Option<HandoverEventId>,
    /// Who did it, where the system tells.
    pub by: Option<StaffMemberId>,
    /// By name, with `counted`.
    pub equipment: Vec<Equipment>,
    pub note: String,
}

/// The successor found the place not in order; the outgoing person puts it right first.
#[derive(Clone, Debug)]
pub struct RejectHandover {
    pub id: HandoverId,
    pub event_id: Option<HandoverEventId>,
    pub by: Option<StaffMemberId>,
    /// What is not in order.
    pub note: String,
}

/// The outgoing person has put in order what was not.
#[derive(Clone, Debug)]
pub struct PutRightHandover {
    pub id: HandoverId,
    pub event_id: Option<HandoverEventId>,
    pub by: Option<StaffMemberId>,
    pub note: String,
}

/// The commands of this file differ in what they say only.
macro_rules! step {
    ($command:ty, $kind:ident, |$it:ident| $note:expr, $equipment:expr) => {
        impl Command for $command {
            type Output = Effect;

            async fn prefetch(
                batch: &[&Self],
                viewer: &Viewer,
                write: &mut Write,
            ) -> Result<(), ApiError> {
                let (ids, people) = (
                    batch.iter().map(|it| it.id),
                    batch.iter().filter_map(|it| it.by),
                );
                let events = batch.iter().filter_map(|it| it.event_id);
                step::prefetch(write, viewer, ids, people, events).await
            }

            fn decide(
                &self,
                occasion: &Occasion,
                viewer: &Viewer,
                write: &mut Write,
            ) -> Result<Effect, ApiError> {
                let $it = self;
                let step = Step {
                    id: self.id,
                    event_id: self.event_id,
                    by: self.by,
                    kind: HandoverEventKind::$kind,
                    note: $note,
                    equipment: &$equipment,
                    signature: None,
                    incoming_id: None,
                };
                step.take(occasion, viewer, write)
            }
        }
    };
}

step!(
    CheckHandover,
    Checked,
    |it| text("note", &it.note, TEXT)?,
    counted(&it.equipment)?
);
step!(
    RejectHandover,
    Rejected,
    |it| required_text("note", &it.note, TEXT)?,
    []
);
step!(
    PutRightHandover,
    PutRight,
    |it| text("note", &it.note, TEXT)?,
    []
);
