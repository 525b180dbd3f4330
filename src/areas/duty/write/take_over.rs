//! The successor looks and counts, and has put right what is not in order (S-16, S-17).

use async_graphql::InputObject;
use entity::duty::{Equipment, HandoverEventKind};
use entity::ids::{HandoverEventId, HandoverId, StaffMemberId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::step::{self, Step, counted};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text, text};

/// The successor has counted the equipment and found the place in order.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckHandover {
    /// The handover.
    #[serde(skip)]
    pub id: HandoverId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    pub event_id: Option<HandoverEventId>,
    /// Who did it, where the system tells; others do it themselves.
    #[serde(skip)]
    pub by: Option<StaffMemberId>,
    /// Every piece that was handed over, by its name, as it was counted.
    #[serde(default)]
    pub equipment: Vec<Equipment>,
    /// At most 4000 characters.
    #[serde(default)]
    pub note: String,
}

/// The successor found the place not in order; the outgoing person puts it right first.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "RejectHandoverInput")]
pub struct RejectHandover {
    /// The handover.
    #[serde(skip)]
    pub id: HandoverId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<HandoverEventId>,
    /// Who did it, where the system tells; others do it themselves.
    #[serde(skip)]
    #[graphql(skip)]
    pub by: Option<StaffMemberId>,
    /// What is not in order; 1 to 4000 characters.
    pub note: String,
}

/// The outgoing person has put in order what was not.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "PutRightHandoverInput")]
pub struct PutRightHandover {
    /// The handover.
    #[serde(skip)]
    pub id: HandoverId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<HandoverEventId>,
    /// Who did it, where the system tells; others do it themselves.
    #[serde(skip)]
    #[graphql(skip)]
    pub by: Option<StaffMemberId>,
    /// What was done; at most 4000 characters.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
}

/// The commands of this file differ in what they say only.
macro_rules! step {
    ($command:ty, $name:literal, $kind:ident, |$it:ident| $note:expr, $equipment:expr) => {
        impl Command for $command {
            const KIND: &'static str = $name;
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
    "handover.check",
    Checked,
    |it| text("note", &it.note, TEXT)?,
    counted(&it.equipment)?
);
step!(
    RejectHandover,
    "handover.reject",
    Rejected,
    |it| required_text("note", &it.note, TEXT)?,
    []
);
step!(
    PutRightHandover,
    "handover.put_right",
    PutRight,
    |it| text("note", &it.note, TEXT)?,
    []
);
