//! Signing: with the later of both signatures the responsibility passes (S-19).

use async_graphql::InputObject;
use entity::duty::HandoverEventKind;
use entity::ids::{HandoverEventId, HandoverId, StaffMemberId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::step::{self, Step};
use crate::areas::attachments::carry;
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::sha256::Sha256;
use crate::text::{LINE, required_text};

/// The outgoing person, or his successor, signs.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "SignHandoverInput")]
pub struct SignHandover {
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
    /// SHA-256 of the picture of the signature in hex, or the name as it is typed.
    pub signature: String,
}

impl Command for SignHandover {
    const KIND: &'static str = "handover.sign";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
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
        let signature = required_text("signature", &self.signature, LINE)?;
        let picture = signature
            .parse::<Sha256>()
            .ok()
            .map(|hash| hash.to_string());
        let signature = picture.clone().unwrap_or(signature);
        let step = Step {
            id: self.id,
            event_id: self.event_id,
            by: self.by,
            kind: HandoverEventKind::Signed,
            note: String::new(),
            equipment: &[],
            signature: Some(signature),
            incoming_id: None,
        };
        let effect = step.take(occasion, viewer, write)?;
        let (community, root) = (effect.community_id, effect.record_id);
        carry(
            write,
            viewer,
            community,
            "handover",
            root,
            picture.as_deref(),
        )?;
        Ok(effect)
    }
}
