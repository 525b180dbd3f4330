//! Visits on phones: what they carry, and what they may send.

mod kinds;
mod rows;

use chrono::{DateTime, Utc};
use entity::ids::{
    CommunityId, PartyId, StaffMemberId, TicketId, UnitId, VisitEventId, VisitId, ZoneId,
};
use entity::sync::ObservedMark;
use entity::visits::{Photos, VisitChannel, VisitDetails, VisitEventKind, VisitKind};
use entity::visits::{VisitOutcome, VisitState, visit, visit_event};
use serde::Serialize;

use super::access::SHOWN_EVENTS;
use crate::auth::Viewer;
use crate::database::Within;
use crate::database::sealed::Keyring;
use crate::error::ApiError;
use crate::sync::collection::Synced;

/// A visit on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VisitDocument {
    id: VisitId,
    community_id: CommunityId,
    kind: VisitKind,
    state: VisitState,
    unit_id: Option<UnitId>,
    zone_id: Option<ZoneId>,
    party_id: Option<PartyId>,
    ticket_id: Option<TicketId>,
    purpose: String,
    due_at: Option<DateTime<Utc>>,
    due_rule: Option<String>,
    overdue_at: Option<DateTime<Utc>>,
    channel: Option<VisitChannel>,
    appointed_at: Option<DateTime<Utc>>,
    is_inside: bool,
    visitor_id: Option<StaffMemberId>,
    companion_id: Option<StaffMemberId>,
    opinion: String,
    handling: String,
    result: String,
    outcome: Option<VisitOutcome>,
    reply_promised_at: Option<DateTime<Utc>>,
    signature: Option<String>,
    new_ticket_id: Option<TicketId>,
    observed_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

impl Synced for visit::Model {
    crate::sync::collection::synced_columns!(visit, leaving root "visit");
    type Document = VisitDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<VisitDocument, ApiError> {
        Ok(VisitDocument {
            id: self.id,
            community_id: self.community_id,
            kind: self.kind,
            state: self.state,
            unit_id: self.unit_id,
            zone_id: self.zone_id,
            party_id: self.party_id,
            ticket_id: self.ticket_id,
            purpose: self.purpose.clone(),
            due_at: self.due_at,
            due_rule: self.due_rule.clone(),
            overdue_at: self.overdue_at,
            channel: self.channel,
            appointed_at: self.appointed_at,
            is_inside: self.is_inside,
            visitor_id: self.visitor_id,
            companion_id: self.companion_id,
            opinion: self.opinion.clone(),
            handling: self.handling.clone(),
            result: self.result.clone(),
            outcome: self.outcome,
            reply_promised_at: self.reply_promised_at,
            signature: self.signature.clone(),
            new_ticket_id: self.new_ticket_id,
            observed_at: self.observed_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
        })
    }
}

/// One step of a visit on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VisitEventDocument {
    id: VisitEventId,
    community_id: CommunityId,
    visit_id: VisitId,
    kind: VisitEventKind,
    from_state: Option<VisitState>,
    to_state: Option<VisitState>,
    note: String,
    details: VisitDetails,
    photos: Photos,
    signature: Option<String>,
    is_internal: bool,
    author_name: String,
    observed_at: DateTime<Utc>,
    observed_mark: ObservedMark,
    received_at: DateTime<Utc>,
}

impl Synced for visit_event::Model {
    crate::sync::collection::synced_columns!(visit_event, root "visit" by VisitId, of leaving visit);
    type Document = VisitEventDocument;

    const WITHIN: Within<visit_event::Column> = SHOWN_EVENTS;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<VisitEventDocument, ApiError> {
        Ok(VisitEventDocument {
            id: self.id,
            community_id: self.community_id,
            visit_id: self.visit_id,
            kind: self.kind,
            from_state: self.from_state,
            to_state: self.to_state,
            note: self.note.clone(),
            details: self.details.shown(),
            photos: self.photos.clone(),
            signature: self.signature.clone(),
            is_internal: self.is_internal,
            author_name: self.author_name.clone(),
            observed_at: self.observed_at,
            observed_mark: self.observed_mark,
            received_at: self.received_at,
        })
    }
}
