//! What happens to the record of a visit: to the supervisor, checked, filed.

use std::fmt::Debug;
use std::marker::PhantomData;

use async_graphql::InputObject;
use entity::ids::{VisitEventId, VisitId};
use entity::visits::{VisitEventKind, VisitState, visit, visit_event};
use schemars::JsonSchema;
use serde::Deserialize;

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
    const KIND: &'static str;
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
    const KIND: &'static str = "visit.report";
    const TO: VisitState = VisitState::Reported;
    const EVENT: VisitEventKind = VisitEventKind::Reported;

    fn may(viewer: &Viewer, visit: &visit::Model, then: &Course) -> bool {
        access::might_go(viewer, visit, then)
    }
}

impl Settling for Checking {
    const KIND: &'static str = "visit.check";
    const TO: VisitState = VisitState::Checked;
    const EVENT: VisitEventKind = VisitEventKind::Checked;

    fn may(viewer: &Viewer, visit: &visit::Model, _: &Course) -> bool {
        access::may_check(viewer, visit)
    }
}

impl Settling for Archiving {
    const KIND: &'static str = "visit.archive";
    const TO: VisitState = VisitState::Archived;
    const EVENT: VisitEventKind = VisitEventKind::Archived;

    fn may(viewer: &Viewer, visit: &visit::Model, _: &Course) -> bool {
        access::may_archive(viewer, visit)
    }
}

/// A visit that is reported, checked, filed or called off, and what is said with it.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "SettleVisitInput")]
pub struct Settled {
    /// The visit.
    #[serde(skip)]
    pub id: VisitId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<VisitEventId>,
    /// At most 4000 characters.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
}

/// Takes the record of a visit one step on.
#[derive(Clone, Debug)]
pub struct SettleVisit<S>(Settled, PhantomData<S>);

impl<S> From<Settled> for SettleVisit<S> {
    fn from(settled: Settled) -> Self {
        Self(settled, PhantomData)
    }
}

impl<S: Settling> Command for SettleVisit<S> {
    const KIND: &'static str = S::KIND;
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|settle| settle.0.id);
        let events = batch.iter().filter_map(|settle| settle.0.event_id);
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
        let acted_on = act_on(write, viewer, occasion, self.0.id)?;
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
        event.id = event_id(write, self.0.event_id)?;
        event.from_state = Some(then.state);
        event.note = text("note", &self.0.note, TEXT)?;
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
