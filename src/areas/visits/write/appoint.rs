//! Agreeing on a time (W-01).

use entity::ids::{StaffMemberId, VisitEventId, VisitId};
use entity::organisation::staff_member;
use entity::visits::{VisitDetails, VisitEventKind, VisitState, visit};
use sea_orm::prelude::DateTimeUtc;

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::{Movement, is_in_vain, step};
use super::{effect, event, event_id, find, load, policy, suitable};
use crate::auth::Viewer;
use crate::clock::moment;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Agrees on a time, and on who goes; again after nobody was let in.
#[derive(Clone, Debug)]
pub struct AppointVisit {
    pub id: VisitId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<VisitEventId>,
    pub appointed_at: DateTimeUtc,
    /// Stays as it is when left out; whoever appoints goes himself when nobody is named at all.
    pub visitor_id: Option<StaffMemberId>,
    pub companion_id: Option<StaffMemberId>,
    /// Whether they go into the home.
    pub is_inside: Option<bool>,
    pub note: String,
}

impl Command for AppointVisit {
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
        let visit = find(write, viewer, self.id)?;
        if !access::may_appoint(viewer, &visit) {
            return Err(ApiError::forbidden());
        }
        for person in [self.visitor_id, self.companion_id].into_iter().flatten() {
            suitable(write, visit.community_id, person)?;
        }
        let movement = self.movement(occasion, write, &visit)?;
        let (visitor_id, companion_id) = match movement {
            Movement::Step => self.people(viewer, &visit)?,
            Movement::Beside => (self.visitor_id, self.companion_id),
        };
        let is_inside = self.is_inside.unwrap_or(visit.is_inside);
        let mut event = event(write, viewer, occasion, &visit, VisitEventKind::Appointed);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(visit.state);
        event.to_state = (movement == Movement::Step).then_some(VisitState::Appointed);
        event.note = text("note", &self.note, TEXT)?;
        event.details = VisitDetails {
            appointed_at: Some(self.appointed_at),
            visitor_id,
            companion_id,
            is_inside: Some(is_inside),
            ..VisitDetails::default()
        };
        write.insert(event)?;
        if movement == Movement::Beside {
            return Ok(effect(&visit, movement));
        }
        let was_there = is_in_vain(visit.state);
        let at = Some(occasion.observed_at);
        write.update::<visit::Model>(visit.id, |row| {
            row.state = VisitState::Appointed;
            row.appointed_at = Some(self.appointed_at);
            row.visitor_id = visitor_id;
            row.companion_id = companion_id;
            row.is_inside = is_inside;
            row.moved_at = at;
            if was_there {
                row.reappointed_at = at;
            }
        })?;
        Ok(effect(&visit, movement))
    }
}

impl AppointVisit {
    /// What was agreed on before another time was, or before somebody stood at the door, is of the past: it
    /// is kept beside and moves nothing.
    fn movement(
        &self,
        occasion: &Occasion,
        write: &Write,
        visit: &visit::Model,
    ) -> Result<Movement, ApiError> {
        moment("appointedAt", self.appointed_at)?;
        if occasion.is_before(visit.moved_at) {
            return Ok(Movement::Beside);
        }
        let policy = policy(write, visit.community_id);
        Ok(step(
            &policy,
            visit.kind,
            visit.state,
            VisitState::Appointed,
        )?)
    }

    /// Who goes, and who with him.
    fn people(
        &self,
        viewer: &Viewer,
        visit: &visit::Model,
    ) -> Result<(Option<StaffMemberId>, Option<StaffMemberId>), VisitError> {
        let own = viewer
            .position(visit.community_id)
            .map(|position| position.staff_member_id);
        let visitor = self.visitor_id.or(visit.visitor_id).or(own);
        let companion = self.companion_id.or(visit.companion_id);
        // Who was to go with another and goes himself now takes nobody's place twice.
        let companion = companion.filter(|_| self.companion_id.is_some() || companion != visitor);
        if companion.is_some() && companion == visitor {
            return Err(VisitError::CompanionMissing);
        }
        Ok((visitor, companion))
    }
}
