//! What happens at the door.

use async_graphql::InputObject;
use entity::ids::{StaffMemberId, VisitEventId, VisitId};
use entity::organisation::staff_member;
use entity::visits::{Photos, VisitDetails, VisitEventKind, VisitState, visit};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::{Course, VisitPolicy, accompanied, step};
use super::{act_on, event, event_id, load, policy, record, suitable};
use crate::areas::attachments::{carry, checked_photos};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::history::StateAt;
use crate::text::{TEXT, required_text, text};

/// Knocks, is refused, finds nobody, is admitted. The second of two who went together tells it too:
/// that is kept beside the first.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "StepVisitInput")]
pub struct StepVisit {
    /// The visit.
    #[serde(skip)]
    pub id: VisitId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<VisitEventId>,
    /// `AT_DOOR`, `REFUSED`, `ABSENT` or `IN_TALK`.
    pub to: VisitState,
    /// Who comes with the visitor, when nobody was named before.
    pub companion_id: Option<StaffMemberId>,
    /// Whether they go into the home, which takes two; stays as it is when left out.
    pub is_inside: Option<bool>,
    /// At most 4000 characters. Required with `ABSENT`, unless the community decided otherwise: what
    /// was left at the door.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
    /// SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
    #[serde(default)]
    #[graphql(default)]
    pub photos: Vec<String>,
}

impl Command for StepVisit {
    const KIND: &'static str = "visit.step";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|step| step.event_id);
        load(write, batch.iter().map(|step| step.id), events).await?;
        let companions = batch.iter().filter_map(|step| step.companion_id);
        Ok(write.see::<staff_member::Model>(companions).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (visit, then) = (&acted_on.row, &acted_on.state.then);
        if !access::might_go(viewer, visit, then) {
            return Err(ApiError::forbidden());
        }
        let kind = self.kind(visit.state)?;
        let policy = policy(write, visit.community_id);
        let verdict = step(&policy, visit.kind, then.state, self.to);
        self.check_companion(write, visit, then)?;
        if self.to == VisitState::InTalk && !self.is_accompanied(&policy, &acted_on.state) {
            return Err(VisitError::CompanionMissing.into());
        }
        let photos = checked_photos(&self.photos)?;
        let (community, root) = (visit.community_id, visit.id.into());
        let carried = photos.iter().map(String::as_str);
        carry(write, viewer, community, "visit", root, carried)?;
        let mut event = event(write, viewer, occasion, visit, kind);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(then.state);
        event.note = self.said(&policy)?;
        event.photos = Photos(photos);
        event.details = VisitDetails {
            companion_id: self.companion_id,
            is_inside: self.is_inside,
            is_unappointed: policy.unappointed(),
            ..VisitDetails::default()
        };
        record(write, occasion, &acted_on, event, verdict)
    }
}

impl StepVisit {
    fn kind(&self, from: VisitState) -> Result<VisitEventKind, VisitError> {
        match self.to {
            VisitState::AtDoor => Ok(VisitEventKind::AtDoor),
            VisitState::Refused => Ok(VisitEventKind::Refused),
            VisitState::Absent => Ok(VisitEventKind::Absent),
            VisitState::InTalk => Ok(VisitEventKind::InTalk),
            to => Err(VisitError::StepNotAllowed { from, to }),
        }
    }

    fn check_companion(
        &self,
        write: &Write,
        visit: &visit::Model,
        then: &Course,
    ) -> Result<(), VisitError> {
        let Some(named) = self.companion_id else {
            return Ok(());
        };
        suitable(write, visit.community_id, named)?;
        if then.visitor_id == Some(named) {
            return Err(VisitError::CompanionMissing);
        }
        Ok(())
    }

    /// Whether as many go in as must, by what was agreed on then, or has been known since.
    fn is_accompanied(&self, policy: &VisitPolicy, state: &StateAt<Course>) -> bool {
        [&state.then, &state.now].into_iter().any(|course| {
            let is_inside = self.is_inside.unwrap_or(course.is_inside);
            let companion = course.companion_id.or(self.companion_id);
            accompanied(policy, is_inside, companion.is_some())
        })
    }

    /// Whoever finds nobody at home says what he left there (W-06).
    fn said(&self, policy: &VisitPolicy) -> Result<String, ApiError> {
        if self.to == VisitState::Absent && policy.note_if_absent {
            required_text("note", &self.note, TEXT)
        } else {
            text("note", &self.note, TEXT)
        }
    }
}
