//! Agreeing on a time (W-01).

use async_graphql::InputObject;
use entity::ids::{StaffMemberId, VisitEventId, VisitId};
use entity::organisation::staff_member;
use entity::visits::{VisitDetails, VisitEventKind, VisitState, visit};
use schemars::JsonSchema;
use sea_orm::prelude::DateTimeUtc;
use serde::Deserialize;

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::step;
use super::{act_on, event, event_id, load, policy, record, suitable};
use crate::auth::Viewer;
use crate::clock::moment;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Agrees on a time, and on who goes; again after nobody was let in.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "AppointVisitInput")]
pub struct AppointVisit {
    /// The visit.
    #[serde(skip)]
    pub id: VisitId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<VisitEventId>,
    /// The time that was agreed.
    pub appointed_at: DateTimeUtc,
    /// Who makes the visit. When left out it stays as it is; when nobody was named before, the caller
    /// goes himself.
    pub visitor_id: Option<StaffMemberId>,
    /// Who comes with the visitor; stays as it is when left out.
    pub companion_id: Option<StaffMemberId>,
    /// Whether they go into the home, which takes two; stays as it is when left out.
    pub is_inside: Option<bool>,
    /// At most 4000 characters.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
}

impl Command for AppointVisit {
    const KIND: &'static str = "visit.appoint";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let events = batch.iter().filter_map(|appoint| appoint.event_id);
        load(write, batch.iter().map(|appoint| appoint.id), events).await?;
        let visitors = batch.iter().filter_map(|appoint| appoint.visitor_id);
        let companions = batch.iter().filter_map(|appoint| appoint.companion_id);
        let people: Vec<_> = visitors.chain(companions).collect();
        Ok(write.see::<staff_member::Model>(people).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (visit, then) = (&acted_on.row, &acted_on.state.then);
        if !access::might_appoint(viewer, visit, then) {
            return Err(ApiError::forbidden());
        }
        for person in [self.visitor_id, self.companion_id].into_iter().flatten() {
            suitable(write, visit.community_id, person)?;
        }
        moment("appointedAt", self.appointed_at)?;
        let said = self.said(viewer, visit);
        let (visitor, _) = then.who_goes(&said);
        if self.companion_id.is_some() && self.companion_id == visitor {
            return Err(VisitError::CompanionMissing.into());
        }
        let mut event = event(write, viewer, occasion, visit, VisitEventKind::Appointed);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(then.state);
        event.note = text("note", &self.note, TEXT)?;
        event.details = said;
        let policy = policy(write, visit.community_id);
        let verdict = step(&policy, visit.kind, then.state, VisitState::Appointed);
        record(write, occasion, &acted_on, event, verdict)
    }
}

impl AppointVisit {
    /// What is agreed on. What is left out stays as it is by all that is known, also of what is heard of later.
    fn said(&self, viewer: &Viewer, visit: &visit::Model) -> VisitDetails {
        let own = viewer.position(visit.community_id);
        VisitDetails {
            appointed_at: Some(self.appointed_at),
            visitor_id: self.visitor_id,
            companion_id: self.companion_id,
            appointed_by: own.map(|position| position.staff_member_id),
            is_inside: self.is_inside,
            ..VisitDetails::default()
        }
    }
}
