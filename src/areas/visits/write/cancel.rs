//! Calling a visit off.

use entity::ids::{VisitEventId, VisitId};
use entity::visits::{VisitEventKind, VisitState};

use super::super::access;
use super::super::rules::step;
use super::{act_on, event, event_id, load, policy, record};
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
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (visit, then) = (&acted_on.row, &acted_on.state.then);
        if !access::may_plan(viewer, visit.community_id) {
            return Err(ApiError::forbidden());
        }
        let mut event = event(write, viewer, occasion, visit, VisitEventKind::Cancelled);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(then.state);
        event.note = text("note", &self.note, TEXT)?;
        let policy = policy(write, visit.community_id);
        let verdict = step(&policy, visit.kind, then.state, VisitState::Cancelled);
        record(write, occasion, &acted_on, event, verdict)
    }
}
