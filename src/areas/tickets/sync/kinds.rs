//! What phones may send about tickets.

use chrono::{DateTime, Utc};
use entity::ids::{CommunityId, PartyId, StaffMemberId, TicketEventId, TicketId, UnitId};
use entity::tickets::{ComplaintChannel, Priority, RepairClass, Severity, TicketKind, TicketState};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::write::{
    AdvanceTicket, AssignTicket, Complaint, EditTicket, EscalateTicket, GradeTicket, NoteTicket,
    OpenTicket, ResolveTicket, RouteTicket, TestWater,
};
use crate::error::ApiError;
use crate::sync::registry::{About, Reference, Replayed};

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
    kind: Option<TicketKind>,
    repair_class: Option<RepairClass>,
    channel: Option<ComplaintChannel>,
    occurred_at: Option<DateTime<Utc>>,
    #[serde(default)]
    place: String,
    #[serde(default)]
    person_concerned: String,
    #[serde(default)]
    departments_concerned: String,
    #[serde(default)]
    demand: String,
    wanted_by: Option<DateTime<Utc>>,
    #[serde(default)]
    is_anonymous: bool,
}

impl Replayed for OpenTicket {
    const KIND: &'static str = "ticket.open";
    const CREATES: bool = true;
    const REFERENCES: &'static [Reference] = &[
        ("communityId", "community"),
        ("unitId", "unit"),
        ("reporterPartyId", "party"),
    ];
    type Payload = OpenPayload;

    fn from_mutation(about: About, payload: OpenPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: TicketId(about.record_id),
            community_id: payload.community_id,
            kind: payload.kind.unwrap_or(TicketKind::Repair),
            unit_id: payload.unit_id,
            reporter_party_id: payload.reporter_party_id,
            summary: payload.summary,
            description: payload.description,
            priority: payload.priority.unwrap_or(Priority::Normal),
            convenient_time: payload.convenient_time,
            contact_name: payload.contact_name,
            contact_phone: payload.contact_phone,
            repair_class: payload.repair_class,
            complaint: Complaint {
                channel: payload.channel,
                occurred_at: payload.occurred_at,
                place: payload.place,
                person_concerned: payload.person_concerned,
                departments_concerned: payload.departments_concerned,
                demand: payload.demand,
                wanted_by: payload.wanted_by,
                is_anonymous: payload.is_anonymous,
            },
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
    reply_promised_at: Option<DateTime<Utc>>,
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
            reply_promised_at: payload.reply_promised_at,
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
    const REFERENCES: &'static [Reference] = &[("assigneeId", "staff_member")];
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

/// Payload of `ticket.grade`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GradePayload {
    event_id: Option<TicketEventId>,
    severity: Severity,
    is_second: Option<bool>,
    #[serde(default)]
    note: String,
}

impl Replayed for GradeTicket {
    const KIND: &'static str = "ticket.grade";
    type Payload = GradePayload;

    fn from_mutation(about: About, payload: GradePayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: TicketId(about.record_id),
            event_id: payload.event_id,
            severity: payload.severity,
            is_second: payload.is_second,
            note: payload.note,
        })
    }
}

/// Payload of `ticket.route`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoutePayload {
    event_id: Option<TicketEventId>,
    #[serde(default)]
    department: String,
    responsible_id: StaffMemberId,
    #[serde(default)]
    note: String,
}

impl Replayed for RouteTicket {
    const KIND: &'static str = "ticket.route";
    const REFERENCES: &'static [Reference] = &[("responsibleId", "staff_member")];
    type Payload = RoutePayload;

    fn from_mutation(about: About, payload: RoutePayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: TicketId(about.record_id),
            event_id: payload.event_id,
            department: payload.department,
            responsible_id: payload.responsible_id,
            note: payload.note,
        })
    }
}

/// Payload of `ticket.escalate`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EscalatePayload {
    event_id: Option<TicketEventId>,
    staff_member_id: StaffMemberId,
    note: String,
}

impl Replayed for EscalateTicket {
    const KIND: &'static str = "ticket.escalate";
    type Payload = EscalatePayload;

    fn from_mutation(about: About, payload: EscalatePayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: TicketId(about.record_id),
            event_id: payload.event_id,
            staff_member_id: payload.staff_member_id,
            note: payload.note,
        })
    }
}

/// Payload of `ticket.resolve`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResolvePayload {
    event_id: Option<TicketEventId>,
    note: String,
}

impl Replayed for ResolveTicket {
    const KIND: &'static str = "ticket.resolve";
    type Payload = ResolvePayload;

    fn from_mutation(about: About, payload: ResolvePayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: TicketId(about.record_id),
            event_id: payload.event_id,
            note: payload.note,
        })
    }
}
