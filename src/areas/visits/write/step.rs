//! What happens at the door.

use entity::ids::{StaffMemberId, VisitEventId, VisitId};
use entity::organisation::staff_member;
use entity::visits::{Photos, VisitDetails, VisitEventKind, VisitState, visit};

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::{VisitPolicy, accompanied, step};
use super::{act_on, event, event_id, load, or_leads_on, policy, suitable};
use crate::areas::attachments::{carry, checked_photos};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, required_text, text};

/// Knocks, is refused, finds nobody, is admitted. The second of two who went together tells it too:
/// that is kept beside the first.
#[derive(Clone, Debug)]
pub struct StepVisit {
    pub id: VisitId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<VisitEventId>,
    /// `at_door`, `refused`, `absent` or `in_talk`.
    pub to: VisitState,
    /// Who goes in with the visitor, if that was not agreed before.
    pub companion_id: Option<StaffMemberId>,
    /// Whether they go into the home; stays as it is when left out.
    pub is_inside: Option<bool>,
    pub note: String,
    pub photos: Vec<String>,
}

impl Command for StepVisit {
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
        if !access::may_go(viewer, visit) {
            return Err(ApiError::forbidden());
        }
        let kind = self.kind(visit.state)?;
        let policy = policy(write, visit.community_id);
        let verdict = step(&policy, visit.kind, then.state, self.to);
        let verdict = or_leads_on(verdict, occasion, then, self.to);
        let companion_id = self.companion(write, visit)?;
        let is_inside = self.is_inside.unwrap_or(visit.is_inside);
        let goes_in = self.to == VisitState::InTalk;
        if goes_in && !accompanied(&policy, is_inside, companion_id.is_some()) {
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
            ..VisitDetails::default()
        };
        acted_on.record(write, occasion, event, verdict)
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

    fn companion(
        &self,
        write: &Write,
        visit: &visit::Model,
    ) -> Result<Option<StaffMemberId>, VisitError> {
        let Some(named) = self.companion_id else {
            return Ok(visit.companion_id);
        };
        suitable(write, visit.community_id, named)?;
        if visit.visitor_id == Some(named) {
            return Err(VisitError::CompanionMissing);
        }
        // The first of two to tell names both.
        Ok(visit.companion_id.or(Some(named)))
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
