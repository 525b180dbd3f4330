//! What happens to the record of a visit: to the supervisor, checked, filed.

use std::fmt::Debug;
use std::marker::PhantomData;

use entity::ids::{VisitEventId, VisitId};
use entity::visits::{VisitEventKind, VisitState, visit, visit_event};

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::{Course, leads_on, must_be_signed, step};
use super::{act_on, ends, event, event_id, load, policy, record};
use crate::areas::attachments::{has_sent, load_holders};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// One of the steps of a record.
pub trait Settling: Clone + Debug + Send + Sync + 'static {
    const TO: VisitState;
    const EVENT: VisitEventKind;

    fn may(viewer: &Viewer, visit: &visit::Model, then: &Course) -> bool;
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

    fn may(viewer: &Viewer, visit: &visit::Model, then: &Course) -> bool {
        access::might_go(viewer, visit, then)
    }
}

impl Settling for Checking {
    const TO: VisitState = VisitState::Checked;
    const EVENT: VisitEventKind = VisitEventKind::Checked;

    fn may(viewer: &Viewer, visit: &visit::Model, _: &Course) -> bool {
        access::may_check(viewer, visit)
    }
}

impl Settling for Archiving {
    const TO: VisitState = VisitState::Archived;
    const EVENT: VisitEventKind = VisitEventKind::Archived;

    fn may(viewer: &Viewer, visit: &visit::Model, _: &Course) -> bool {
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
        let ids = batch.iter().map(|settle| settle.id);
        let events = batch.iter().filter_map(|settle| settle.event_id);
        load(write, ids.clone(), events).await?;
        let ends = ids.flat_map(|id| ends(write, id));
        let signatures: Vec<_> = ends.filter_map(|end| end.signature.clone()).collect();
        load_holders(write, signatures).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (visit, then) = (&acted_on.row, &acted_on.state.then);
        if !S::may(viewer, visit, then) {
            return Err(ApiError::forbidden());
        }
        let policy = policy(write, visit.community_id);
        let must_be_signed = |channel| must_be_signed(&policy, visit.kind, channel);
        let moves = leads_on(visit.kind, then.state, S::TO);
        if moves && then.channel.is_some_and(must_be_signed) && awaits_signature(write, visit) {
            return Err(VisitError::SignatureAwaited.into());
        }
        let mut event = event(write, viewer, occasion, visit, S::EVENT);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(then.state);
        event.note = text("note", &self.note, TEXT)?;
        event.is_internal = true;
        let verdict = step(&policy, visit.kind, then.state, S::TO);
        record(write, occasion, &acted_on, event, verdict)
    }
}

/// Whether the ends of a visit name signatures, and nobody has sent the picture of his.
fn awaits_signature(write: &Write, visit: &visit::Model) -> bool {
    let signed: Vec<_> = ends(write, visit.id)
        .filter(|end| end.signature.is_some())
        .collect();
    let is_here = |end: &&visit_event::Model| {
        let named = end.author_account_id.zip(end.signature.as_deref());
        named.is_some_and(|(author, hash)| has_sent(write, author, hash))
    };
    !signed.is_empty() && !signed.iter().any(is_here)
}
