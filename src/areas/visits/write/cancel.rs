//! Calling a visit off.

use entity::ids::{VisitEventId, VisitId};
use entity::visits::{VisitEventKind, VisitState, visit};

use super::super::access;
use super::super::rules::step;
use super::{effect, event, event_id, find, load, policy};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Calls off a visit that has not been made.
#[derive(Clone, Debug)]
pub struct CancelVisit {
    pub id: VisitId,
    /// Of the event that tells of it; none for one of the server's.
    pub event_id: Option<VisitEventId>,
    pub note: String,
}

impl Command for CancelVisit {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|cancel| cancel.event_id);
        load(write, batch.iter().map(|cancel| cancel.id), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let visit = find(write, viewer, self.id)?;
        if !access::may_plan(viewer, visit.community_id) {
            return Err(ApiError::forbidden());
        }
        let movement = step(
            &policy(write, visit.community_id),
            visit.kind,
            visit.state,
            VisitState::Cancelled,
        )?;
        let mut event = event(write, viewer, occasion, &visit, VisitEventKind::Cancelled);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(visit.state);
        event.to_state = Some(VisitState::Cancelled);
        event.note = text("note", &self.note, TEXT)?;
        write.insert(event)?;
        write.update::<visit::Model>(visit.id, |row| row.state = VisitState::Cancelled)?;
        Ok(effect(&visit, movement))
    }
}
