//! What phones may send about visits.

use chrono::{DateTime, Utc};
use entity::ids::{CommunityId, PartyId, StaffMemberId, TicketId, UnitId, VisitEventId, VisitId};
use entity::visits::{VisitChannel, VisitKind, VisitOutcome, VisitState};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::write::{
    AppointVisit, Archiving, CancelVisit, Checking, EditVisit, FinishVisit, NoteVisit, PlanVisit,
    Reporting, SettleVisit, StepVisit,
};
use crate::error::ApiError;
use crate::sync::registry::{About, Reference, Replayed};

/// Payload of `visit.plan`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanPayload {
    community_id: CommunityId,
    kind: VisitKind,
    ticket_id: Option<TicketId>,
    unit_id: Option<UnitId>,
    party_id: Option<PartyId>,
    purpose: String,
    due_at: Option<DateTime<Utc>>,
    visitor_id: Option<StaffMemberId>,
    companion_id: Option<StaffMemberId>,
}

impl Replayed for PlanVisit {
    const KIND: &'static str = "visit.plan";
    const CREATES: bool = true;
    const REFERENCES: &'static [Reference] = &[
        ("communityId", "community"),
        ("ticketId", "ticket"),
        ("unitId", "unit"),
        ("partyId", "party"),
        ("visitorId", "staff_member"),
        ("companionId", "staff_member"),
    ];
    type Payload = PlanPayload;

    fn from_mutation(about: About, payload: PlanPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: VisitId(about.record_id),
            community_id: payload.community_id,
            kind: payload.kind,
            ticket_id: payload.ticket_id,
            unit_id: payload.unit_id,
            party_id: payload.party_id,
            purpose: payload.purpose,
            due_at: payload.due_at,
            visitor_id: payload.visitor_id,
            companion_id: payload.companion_id,
        })
    }
}

/// Payload of `visit.appoint`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointPayload {
    event_id: Option<VisitEventId>,
    appointed_at: DateTime<Utc>,
    visitor_id: Option<StaffMemberId>,
    companion_id: Option<StaffMemberId>,
    is_inside: Option<bool>,
    #[serde(default)]
    note: String,
}

impl Replayed for AppointVisit {
    const KIND: &'static str = "visit.appoint";
    const REFERENCES: &'static [Reference] = &[
        ("visitorId", "staff_member"),
        ("companionId", "staff_member"),
    ];
    type Payload = AppointPayload;

    fn from_mutation(about: About, payload: AppointPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: VisitId(about.record_id),
            event_id: payload.event_id,
            appointed_at: payload.appointed_at,
            visitor_id: payload.visitor_id,
            companion_id: payload.companion_id,
            is_inside: payload.is_inside,
            note: payload.note,
        })
    }
}

/// Payload of `visit.step`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepPayload {
    event_id: Option<VisitEventId>,
    to: VisitState,
    companion_id: Option<StaffMemberId>,
    is_inside: Option<bool>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    photos: Vec<String>,
}

impl Replayed for StepVisit {
    const KIND: &'static str = "visit.step";
    const REFERENCES: &'static [Reference] = &[("companionId", "staff_member")];
    type Payload = StepPayload;

    fn from_mutation(about: About, payload: StepPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: VisitId(about.record_id),
            event_id: payload.event_id,
            to: payload.to,
            companion_id: payload.companion_id,
            is_inside: payload.is_inside,
            note: payload.note,
            photos: payload.photos,
        })
    }
}

/// Payload of `visit.note`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotePayload {
    event_id: Option<VisitEventId>,
    note: String,
    #[serde(default)]
    is_opinion: bool,
    #[serde(default)]
    is_internal: bool,
    #[serde(default)]
    photos: Vec<String>,
}

impl Replayed for NoteVisit {
    const KIND: &'static str = "visit.note";
    type Payload = NotePayload;

    fn from_mutation(about: About, payload: NotePayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: VisitId(about.record_id),
            event_id: payload.event_id,
            is_opinion: payload.is_opinion,
            note: payload.note,
            is_internal: payload.is_internal,
            photos: payload.photos,
        })
    }
}

/// Payload of `visit.finish`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FinishPayload {
    event_id: Option<VisitEventId>,
    channel: VisitChannel,
    outcome: Option<VisitOutcome>,
    #[serde(default)]
    opinion: String,
    #[serde(default)]
    handling: String,
    #[serde(default)]
    result: String,
    #[serde(default)]
    note: String,
    signature: Option<String>,
    reply_promised_at: Option<DateTime<Utc>>,
    new_ticket_id: Option<TicketId>,
}

impl Replayed for FinishVisit {
    const KIND: &'static str = "visit.finish";
    const REFERENCES: &'static [Reference] = &[("newTicketId", "ticket")];
    type Payload = FinishPayload;

    fn from_mutation(about: About, payload: FinishPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: VisitId(about.record_id),
            event_id: payload.event_id,
            channel: payload.channel,
            outcome: payload.outcome,
            opinion: payload.opinion,
            handling: payload.handling,
            result: payload.result,
            note: payload.note,
            signature: payload.signature,
            reply_promised_at: payload.reply_promised_at,
            new_ticket_id: payload.new_ticket_id,
        })
    }
}

impl Replayed for EditVisit {
    const KIND: &'static str = "visit.edit";
    /// The changed texts by name; which there are is checked by the command.
    type Payload = Map<String, Value>;

    fn from_mutation(about: About, changes: Map<String, Value>) -> Result<Self, ApiError> {
        Ok(Self {
            id: VisitId(about.record_id),
            base_seq: about.base_seq,
            base: about.base,
            changes,
        })
    }
}

/// Payload of the steps that say no more than a note.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotedPayload {
    event_id: Option<VisitEventId>,
    #[serde(default)]
    note: String,
}

impl Replayed for CancelVisit {
    const KIND: &'static str = "visit.cancel";
    type Payload = NotedPayload;

    fn from_mutation(about: About, payload: NotedPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: VisitId(about.record_id),
            event_id: payload.event_id,
            note: payload.note,
        })
    }
}

impl Replayed for SettleVisit<Reporting> {
    const KIND: &'static str = "visit.report";
    type Payload = NotedPayload;

    fn from_mutation(about: About, payload: NotedPayload) -> Result<Self, ApiError> {
        let id = VisitId(about.record_id);
        Ok(Self::new(id, payload.event_id, payload.note))
    }
}

impl Replayed for SettleVisit<Checking> {
    const KIND: &'static str = "visit.check";
    type Payload = NotedPayload;

    fn from_mutation(about: About, payload: NotedPayload) -> Result<Self, ApiError> {
        let id = VisitId(about.record_id);
        Ok(Self::new(id, payload.event_id, payload.note))
    }
}

impl Replayed for SettleVisit<Archiving> {
    const KIND: &'static str = "visit.archive";
    type Payload = NotedPayload;

    fn from_mutation(about: About, payload: NotedPayload) -> Result<Self, ApiError> {
        let id = VisitId(about.record_id);
        Ok(Self::new(id, payload.event_id, payload.note))
    }
}
