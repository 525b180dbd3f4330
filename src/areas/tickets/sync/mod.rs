//! Tickets on phones: what they carry, and what they may send.

mod kinds;
mod rows;

use chrono::{DateTime, Utc};
use entity::changes::FieldChanges;
use entity::ids::{CommunityId, PartyId, StaffMemberId, TicketEventId, TicketId, UnitId, ZoneId};
use entity::sync::ObservedMark;
use entity::tickets::{
    ComplaintChannel, Priority, RepairClass, Severity, TicketEventKind, TicketKind, TicketState,
    ticket, ticket_event,
};
use serde::Serialize;

use super::access::{SHOWN_EVENTS, sees_handling};
use super::rules::is_settled;
use crate::auth::Viewer;
use crate::database::Within;
use crate::database::sealed::{Keyring, Purpose};
use crate::error::ApiError;
use crate::sync::collection::Synced;

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
    severity: Option<Severity>,
    channel: Option<ComplaintChannel>,
    occurred_at: Option<DateTime<Utc>>,
    place: String,
    person_concerned: String,
    departments_concerned: String,
    demand: String,
    wanted_by: Option<DateTime<Utc>>,
    is_anonymous: bool,
    is_second: bool,
    department: String,
    responsible_id: Option<StaffMemberId>,
    escalated_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    due_rule: Option<String>,
    breached_at: Option<DateTime<Utc>>,
}

/// Whether the viewer has the ticket in hand and needs the caller's number for it.
fn has_in_hand(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    let position = viewer.position(ticket.community_id);
    let open = !is_settled(ticket.state) && ticket.state != TicketState::Finished;
    let own = position.map(|position| position.staff_member_id);
    open && own.is_some() && (ticket.assignee_id == own || ticket.responsible_id == own)
}

impl Synced for ticket::Model {
    crate::sync::collection::synced_columns!(ticket, leaving root "ticket");
    type Document = TicketDocument;

    fn document(&self, viewer: &Viewer, keys: &Keyring) -> Result<TicketDocument, ApiError> {
        let is_shown = sees_handling(viewer, self);
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
            contact_phone: phone.and_then(|phone| keys.open_if_possible(Purpose::Phone, phone)),
            assignee_id: self.assignee_id,
            observed_at: self.observed_at,
            finished_at: self.finished_at,
            closed_at: self.closed_at,
            repair_class: self.repair_class,
            water_tested_at: self.water_tested_at,
            severity: self.severity.filter(|_| is_shown),
            channel: self.channel,
            occurred_at: self.occurred_at,
            place: self.place.clone(),
            person_concerned: self.person_concerned.clone(),
            departments_concerned: self.departments_concerned.clone(),
            demand: self.demand.clone(),
            wanted_by: self.wanted_by,
            is_anonymous: self.is_anonymous,
            is_second: is_shown && self.is_second,
            department: if is_shown {
                self.department.clone()
            } else {
                String::new()
            },
            responsible_id: self.responsible_id.filter(|_| is_shown),
            escalated_at: self.escalated_at.filter(|_| is_shown),
            due_at: self.due_at.filter(|_| is_shown),
            due_rule: self.due_rule.clone().filter(|_| is_shown),
            breached_at: self.breached_at.filter(|_| is_shown),
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
    severity: Option<Severity>,
    promised_at: Option<DateTime<Utc>>,
    note: String,
    changes: Option<FieldChanges>,
    is_internal: bool,
    author_name: String,
    observed_at: DateTime<Utc>,
    observed_mark: ObservedMark,
    received_at: DateTime<Utc>,
}

impl Synced for ticket_event::Model {
    crate::sync::collection::synced_columns!(ticket_event, root "ticket" by TicketId, of leaving ticket);
    type Document = TicketEventDocument;

    const WITHIN: Within<ticket_event::Column> = SHOWN_EVENTS;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<TicketEventDocument, ApiError> {
        Ok(TicketEventDocument {
            id: self.id,
            community_id: self.community_id,
            ticket_id: self.ticket_id,
            kind: self.kind,
            from_state: self.from_state,
            to_state: self.to_state,
            assignee_id: self.assignee_id,
            severity: self.severity,
            promised_at: self.promised_at,
            note: self.note.clone(),
            changes: self.changes.clone(),
            is_internal: self.is_internal,
            author_name: self.author_name.clone(),
            observed_at: self.observed_at,
            observed_mark: self.observed_mark,
            received_at: self.received_at,
        })
    }
}
