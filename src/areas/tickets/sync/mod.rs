//! Tickets on phones: what they carry, and what they may send.

mod rows;

use chrono::{DateTime, Utc};
use entity::ids::{CommunityId, PartyId, StaffMemberId, TicketEventId, TicketId, UnitId, ZoneId};
use entity::sync::ObservedMark;
use entity::tickets::{
    Priority, RepairClass, TicketEventKind, TicketKind, TicketState, ticket, ticket_event,
};
use sea_orm::Condition;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::access::{events_on_phones, on_phones, shown_events};
use super::rules::is_settled;
use super::write::{
    AdvanceTicket, AssignTicket, Complaint, EditTicket, NoteTicket, OpenTicket, TestWater,
};
use crate::auth::Viewer;
use crate::database::Reach;
use crate::database::sealed::{Keyring, Purpose};
use crate::error::ApiError;
use crate::sync::collection::Synced;
use crate::sync::registry::{About, Replayed};

/// A ticket on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketDocument {
    id: TicketId,
    community_id: CommunityId,
    kind: TicketKind,
    state: TicketState,
    priority: Priority,
    summary: String,
    description: String,
    convenient_time: String,
    unit_id: Option<UnitId>,
    zone_id: Option<ZoneId>,
    reporter_party_id: Option<PartyId>,
    contact_name: String,
    contact_phone_masked: Option<String>,
    /// In full only for whoever has the ticket in hand.
    contact_phone: Option<String>,
    assignee_id: Option<StaffMemberId>,
    observed_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    repair_class: Option<RepairClass>,
    water_tested_at: Option<DateTime<Utc>>,
}

/// Whether the viewer has the ticket in hand and needs the caller's number for it.
fn has_in_hand(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    let position = viewer.position(ticket.community_id);
    let open = !is_settled(ticket.state) && ticket.state != TicketState::Finished;
    open && position.is_some_and(|position| ticket.assignee_id == Some(position.staff_member_id))
}

impl Synced for ticket::Model {
    crate::sync::collection::synced_columns!(ticket, root "ticket" by Id);
    type Document = TicketDocument;

    fn carried() -> Condition {
        on_phones()
    }

    fn document(&self, viewer: &Viewer, keys: &Keyring) -> Result<TicketDocument, ApiError> {
        let phone = self
            .contact_phone
            .as_ref()
            .filter(|_| has_in_hand(viewer, self));
        Ok(TicketDocument {
            id: self.id,
            community_id: self.community_id,
            kind: self.kind,
            state: self.state,
            priority: self.priority,
            summary: self.summary.clone(),
            description: self.description.clone(),
            convenient_time: self.convenient_time.clone(),
            unit_id: self.unit_id,
            zone_id: self.zone_id,
            reporter_party_id: self.reporter_party_id,
            contact_name: self.contact_name.clone(),
            contact_phone_masked: self.contact_phone_masked.clone(),
            contact_phone: phone
                .map(|phone| keys.open(Purpose::Phone, phone))
                .transpose()?,
            assignee_id: self.assignee_id,
            observed_at: self.observed_at,
            finished_at: self.finished_at,
            closed_at: self.closed_at,
            repair_class: self.repair_class,
            water_tested_at: self.water_tested_at,
        })
    }

    fn shows_personal_value(&self, viewer: &Viewer) -> bool {
        self.contact_phone.is_some() && has_in_hand(viewer, self)
    }
}

/// One step of a ticket on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketEventDocument {
    id: TicketEventId,
    community_id: CommunityId,
    ticket_id: TicketId,
    kind: TicketEventKind,
    from_state: Option<TicketState>,
    to_state: Option<TicketState>,
    assignee_id: Option<StaffMemberId>,
    note: String,
    is_internal: bool,
    author_name: String,
    observed_at: DateTime<Utc>,
    observed_mark: ObservedMark,
    received_at: DateTime<Utc>,
}

impl Synced for ticket_event::Model {
    crate::sync::collection::synced_columns!(ticket_event, root "ticket" by TicketId);
    type Document = TicketEventDocument;

    fn within_root(reach: &Reach) -> Condition {
        shown_events(reach)
    }

    fn carried() -> Condition {
        events_on_phones()
    }

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<TicketEventDocument, ApiError> {
        Ok(TicketEventDocument {
            id: self.id,
            community_id: self.community_id,
            ticket_id: self.ticket_id,
            kind: self.kind,
            from_state: self.from_state,
            to_state: self.to_state,
            assignee_id: self.assignee_id,
            note: self.note.clone(),
            is_internal: self.is_internal,
            author_name: self.author_name.clone(),
            observed_at: self.observed_at,
            observed_mark: self.observed_mark,
            received_at: self.received_at,
        })
    }
}

/// Payload of `ticket.open`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenPayload {
    community_id: CommunityId,
    unit_id: Option<UnitId>,
    reporter_party_id: Option<PartyId>,
    summary: String,
    #[serde(default)]
    description: String,
    priority: Option<Priority>,
    #[serde(default)]
    convenient_time: String,
    contact_name: Option<String>,
    contact_phone: Option<String>,
    repair_class: Option<RepairClass>,
}

impl Replayed for OpenTicket {
    const KIND: &'static str = "ticket.open";
    type Payload = OpenPayload;

    fn from_mutation(about: About, payload: OpenPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: TicketId(about.record_id),
            community_id: payload.community_id,
            kind: TicketKind::Repair,
            unit_id: payload.unit_id,
            reporter_party_id: payload.reporter_party_id,
            summary: payload.summary,
            description: payload.description,
            priority: payload.priority.unwrap_or(Priority::Normal),
            convenient_time: payload.convenient_time,
            contact_name: payload.contact_name,
            contact_phone: payload.contact_phone,
            repair_class: payload.repair_class,
            complaint: Complaint::default(),
        })
    }
}

impl Replayed for EditTicket {
    const KIND: &'static str = "ticket.edit";
    /// The changed fields by name; which there are is checked by the command.
    type Payload = Map<String, Value>;

    fn from_mutation(about: About, changes: Map<String, Value>) -> Result<Self, ApiError> {
        let id = TicketId(about.record_id);
        Ok(Self {
            id,
            base_seq: about.base_seq,
            base: about.base,
            changes,
        })
    }
}

/// Payload of `ticket.advance`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdvancePayload {
    event_id: Option<TicketEventId>,
    to: TicketState,
    #[serde(default)]
    note: String,
}

impl Replayed for AdvanceTicket {
    const KIND: &'static str = "ticket.advance";
    type Payload = AdvancePayload;

    fn from_mutation(about: About, payload: AdvancePayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: TicketId(about.record_id),
            event_id: payload.event_id,
            to: payload.to,
            note: payload.note,
        })
    }
}

/// Payload of `ticket.assign`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignPayload {
    event_id: Option<TicketEventId>,
    assignee_id: StaffMemberId,
    #[serde(default)]
    note: String,
}

impl Replayed for AssignTicket {
    const KIND: &'static str = "ticket.assign";
    type Payload = AssignPayload;

    fn from_mutation(about: About, payload: AssignPayload) -> Result<Self, ApiError> {
        let id = TicketId(about.record_id);
        Ok(Self {
            id,
            event_id: payload.event_id,
            assignee_id: payload.assignee_id,
            note: payload.note,
        })
    }
}

/// Payload of `ticket.note`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotePayload {
    event_id: Option<TicketEventId>,
    note: String,
    #[serde(default)]
    is_internal: bool,
}

impl Replayed for NoteTicket {
    const KIND: &'static str = "ticket.note";
    type Payload = NotePayload;

    fn from_mutation(about: About, payload: NotePayload) -> Result<Self, ApiError> {
        let id = TicketId(about.record_id);
        Ok(Self {
            id,
            event_id: payload.event_id,
            note: payload.note,
            is_internal: payload.is_internal,
        })
    }
}

/// Payload of `ticket.test_water`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestWaterPayload {
    event_id: Option<TicketEventId>,
    #[serde(default)]
    note: String,
}

impl Replayed for TestWater {
    const KIND: &'static str = "ticket.test_water";
    type Payload = TestWaterPayload;

    fn from_mutation(about: About, payload: TestWaterPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: TicketId(about.record_id),
            event_id: payload.event_id,
            note: payload.note,
        })
    }
}
