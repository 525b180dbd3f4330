//! What phones may send about tickets.

use chrono::{DateTime, Utc};
use entity::ids::{CommunityId, PartyId, TicketId, UnitId};
use entity::tickets::{ComplaintChannel, Priority, RepairClass, TicketKind};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::write::{
    AdvanceTicket, AssignTicket, Complaint, EscalateTicket, GradeTicket, NoteTicket, OpenTicket,
    ResolveTicket, RouteTicket, TestWater,
};
use crate::error::ApiError;
use crate::sync::registry::{About, Reference, Replayed, as_it_is};

/// Payload of `ticket.open`: what is asked of complaints stands beside the rest.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenPayload {
    /// The community it belongs to.
    community_id: CommunityId,
    /// The unit it is about. A resident names one of his own; staff may leave it out.
    unit_id: Option<UnitId>,
    /// The party that reports, named by staff. Ignored of residents, who report for themselves.
    reporter_party_id: Option<PartyId>,
    /// What it is about, in one line of 1 to 200 characters.
    summary: String,
    /// What it is about, at length; at most 4000 characters.
    #[serde(default)]
    description: String,
    /// How urgent it is, `normal` when left out. Of residents it is only written into the history.
    priority: Option<Priority>,
    /// When it suits the resident, in his own words; at most 200 characters.
    #[serde(default)]
    convenient_time: String,
    /// Whom to ask for, at most 200 characters; the name of the reporter when left out.
    contact_name: Option<String>,
    /// The number to call, written out; that of the reporter when left out.
    contact_phone: Option<String>,
    /// `repair`, also when left out, or `complaint`.
    kind: Option<TicketKind>,
    /// What is to be repaired; left out when it is not known yet.
    repair_class: Option<RepairClass>,
    /// Of a complaint: how it came in; counts as `spoken` when left out.
    channel: Option<ComplaintChannel>,
    /// Of a complaint: when the matter happened.
    occurred_at: Option<DateTime<Utc>>,
    /// Of a complaint: where it happened; at most 200 characters.
    #[serde(default)]
    place: String,
    /// The person complained about; at most 200 characters.
    #[serde(default)]
    person_concerned: String,
    /// The departments complained about; at most 200 characters.
    #[serde(default)]
    departments_concerned: String,
    /// What the complainant demands; at most 4000 characters.
    #[serde(default)]
    demand: String,
    /// By when the complainant asks for a solution.
    wanted_by: Option<DateTime<Utc>>,
    /// Whether the complainant gives no name; only staff write such a complaint down.
    #[serde(default)]
    is_anonymous: bool,
}

impl Replayed for OpenTicket {
    const CREATES: bool = true;
    const REFERENCES: &'static [Reference] = &[
        ("communityId", "community"),
        ("unitId", "unit"),
        ("reporterPartyId", "party"),
    ];
    type Payload = OpenPayload;

    fn from_mutation(about: About, payload: OpenPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: Some(TicketId(about.record_id)),
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
            complaint: Some(Complaint {
                channel: payload.channel,
                occurred_at: payload.occurred_at,
                place: payload.place,
                person_concerned: payload.person_concerned,
                departments_concerned: payload.departments_concerned,
                demand: payload.demand,
                wanted_by: payload.wanted_by,
                is_anonymous: payload.is_anonymous,
            }),
        })
    }
}

impl Replayed for AssignTicket {
    as_it_is!();
    const REFERENCES: &'static [Reference] = &[("assigneeId", "staff_member")];
}

impl Replayed for RouteTicket {
    as_it_is!();
    const REFERENCES: &'static [Reference] = &[("responsibleId", "staff_member")];
}

impl Replayed for AdvanceTicket {
    as_it_is!();
}

impl Replayed for NoteTicket {
    as_it_is!();
}

impl Replayed for TestWater {
    as_it_is!();
}

impl Replayed for GradeTicket {
    as_it_is!();
}

impl Replayed for EscalateTicket {
    as_it_is!();
}

impl Replayed for ResolveTicket {
    as_it_is!();
}
