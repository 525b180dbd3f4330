//! What happens to the record of a visit: to the supervisor, checked, filed.

use std::fmt::Debug;
use std::marker::PhantomData;

use entity::ids::{VisitEventId, VisitId};
use entity::visits::{VisitEventKind, VisitState, visit};

use super::super::access;
use super::super::rules::{Movement, step};
use super::{effect, event, event_id, find, load, policy};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// One of the steps of a record.
pub trait Settling: Clone + Debug + Send + Sync + 'static {
    const TO: VisitState;
    const EVENT: VisitEventKind;

    fn may(viewer: &Viewer, visit: &visit::Model) -> bool;
}

/// The record of a home visit goes to the supervisor (W-08).
#[derive(Clone, Debug)]
pub struct Reporting;

/// The record of a return visit is checked (V-09).
#[derive(Clone, Debug)]
pub struct Checking;

/// The record of a return visit is filed.
#[derive(Clone, Debug)]
pub struct Archiving;

impl Settling for Reporting {
    const TO: VisitState = VisitState::Reported;
    const EVENT: VisitEventKind = VisitEventKind::Reported;

    fn may(viewer: &Viewer, visit: &visit::Model) -> bool {
        access::may_go(viewer, visit)
    }
}

impl Settling for Checking {
    const TO: VisitState = VisitState::Checked;
    const EVENT: VisitEventKind = VisitEventKind::Checked;

    fn may(viewer: &Viewer, visit: &visit::Model) -> bool {
        access::may_check(viewer, visit)
    }
}

impl Settling for Archiving {
    const TO: VisitState = VisitState::Archived;
    const EVENT: VisitEventKind = VisitEventKind::Archived;

    fn may(viewer: &Viewer, visit: &visit::Model) -> bool {
        access::may_archive(viewer, visit)
    }
}

/// Takes the record of a visit one step on.
#[derive(Clone, Debug)]
pub struct SettleVisit<S> {
    pub id: VisitId,
    /// Of the event that tells of it; none for one of the server's.
    pub event_id: Option<VisitEventId>,
    pub note: String,
    step: PhantomData<S>,
}

impl<S: Settling> SettleVisit<S> {
    pub fn new(id: VisitId, event_id: Option<VisitEventId>, note: String) -> Self {
        Self {
            id,
            event_id,
            note,
            step: PhantomData,
        }
    }
}

impl<S: Settling> Command for SettleVisit<S> {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|settle| settle.event_id);
        load(write, batch.iter().map(|settle| settle.id), events).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let visit = find(write, viewer, self.id)?;
        if !S::may(viewer, &visit) {
            return Err(ApiError::forbidden());
        }
        let movement = step(
            &policy(write, visit.community_id),
            visit.kind,
            visit.state,
            S::TO,
        )?;
        let mut event = event(write, viewer, occasion, &visit, S::EVENT);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(visit.state);
        event.to_state = (movement == Movement::Step).then_some(S::TO);
        event.note = text("note", &self.note, TEXT)?;
        event.is_internal = true;
        write.insert(event)?;
        if movement == Movement::Step {
            write.update::<visit::Model>(visit.id, |row| row.state = S::TO)?;
        }
        Ok(effect(&visit, movement))
    }
}
