//! Agreeing on a time (W-01).

use entity::ids::{StaffMemberId, VisitEventId, VisitId};
use entity::organisation::staff_member;
use entity::visits::{VisitDetails, VisitEventKind, VisitState, visit};
use sea_orm::prelude::DateTimeUtc;

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::step;
use super::{effect, event, event_id, find, load, policy, suitable};
use crate::auth::Viewer;
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
        let movement = step(
            &policy(write, visit.community_id),
            visit.kind,
            visit.state,
            VisitState::Appointed,
        )?;
        let (visitor_id, companion_id) = self.people(viewer, write, &visit)?;
        let is_inside = self.is_inside.unwrap_or(visit.is_inside);
        let mut event = event(write, viewer, occasion, &visit, VisitEventKind::Appointed);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(visit.state);
        event.to_state = Some(VisitState::Appointed);
        event.note = text("note", &self.note, TEXT)?;
        event.details = VisitDetails {
            appointed_at: Some(self.appointed_at),
            visitor_id,
            companion_id,
            is_inside: Some(is_inside),
            ..VisitDetails::default()
        };
        write.insert(event)?;
        let was_there = matches!(visit.state, VisitState::Refused | VisitState::Absent);
        write.update::<visit::Model>(visit.id, |row| {
            row.state = VisitState::Appointed;
            row.appointed_at = Some(self.appointed_at);
            row.visitor_id = visitor_id;
            row.companion_id = companion_id;
            row.is_inside = is_inside;
            if was_there {
                row.reappointed_at = Some(occasion.observed_at);
            }
        })?;
        Ok(effect(&visit, movement))
    }
}

impl AppointVisit {
    /// Who goes, and who with him.
    fn people(
        &self,
        viewer: &Viewer,
        write: &Write,
        visit: &visit::Model,
    ) -> Result<(Option<StaffMemberId>, Option<StaffMemberId>), ApiError> {
        for person in [self.visitor_id, self.companion_id].into_iter().flatten() {
            suitable(write, visit.community_id, person)?;
        }
        let own = viewer
            .position(visit.community_id)
            .map(|position| position.staff_member_id);
        let visitor = self.visitor_id.or(visit.visitor_id).or(own);
        let companion = self.companion_id.or(visit.companion_id);
        // Who was to go with another and goes himself now takes nobody's place twice.
        let companion = companion.filter(|_| self.companion_id.is_some() || companion != visitor);
        if companion.is_some() && companion == visitor {
            return Err(VisitError::CompanionMissing.into());
        }
        Ok((visitor, companion))
    }
}
