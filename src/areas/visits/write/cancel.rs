//! Calling a visit off.

use entity::visits::{VisitEventKind, VisitState};

use super::super::access;
use super::super::rules::step;
use super::settle::Settled;
use super::{act_on, event, event_id, load, policy, record};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Calls off a visit that has not been made.
#[derive(Clone, Debug)]
pub struct CancelVisit(Settled);

impl From<Settled> for CancelVisit {
    fn from(settled: Settled) -> Self {
        Self(settled)
    }
}

impl Command for CancelVisit {
    const KIND: &'static str = "visit.cancel";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|cancel| cancel.0.event_id);
        load(write, batch.iter().map(|cancel| cancel.0.id), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.0.id)?;
        let (visit, then) = (&acted_on.row, &acted_on.state.then);
        if !access::may_plan(viewer, visit.community_id) {
            return Err(ApiError::forbidden());
        }
        let mut event = event(write, viewer, occasion, visit, VisitEventKind::Cancelled);
        event.id = event_id(write, self.0.event_id)?;
        event.from_state = Some(then.state);
        event.note = text("note", &self.0.note, TEXT)?;
        let policy = policy(write, visit.community_id);
        let verdict = step(&policy, visit.kind, then.state, VisitState::Cancelled);
        record(write, occasion, &acted_on, event, verdict)
    }
}
