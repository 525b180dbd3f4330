//! Tickets and events for the tests of the rules.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{CommunityId, TicketEventId, TicketId};
use entity::stamps::FieldStamps;
use entity::sync::ObservedMark;
use entity::tickets::{Priority, TicketEventKind, TicketKind, TicketState, ticket, ticket_event};
use uuid::Uuid;

pub fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

/// A repair of which nothing is known.
pub fn blank_ticket() -> ticket::Model {
    ticket::Model {
        id: TicketId(Uuid::nil()),
        community_id: CommunityId(Uuid::nil()),
        kind: TicketKind::Repair,
        state: TicketState::Recorded,
        priority: Priority::Normal,
        summary: String::new(),
        description: String::new(),
        convenient_time: String::new(),
        unit_id: None,
        zone_id: None,
        reporter_party_id: None,
        recorded_by: None,
        contact_name: String::new(),
        contact_phone: None,
        contact_phone_masked: None,
        assignee_id: None,
        observed_at: DateTime::UNIX_EPOCH,
        finished_at: None,
        closed_at: None,
        repair_class: None,
        water_tested_at: None,
        severity: None,
        channel: None,
        occurred_at: None,
        place: String::new(),
        person_concerned: String::new(),
        departments_concerned: String::new(),
        demand: String::new(),
        wanted_by: None,
        is_anonymous: false,
        is_second: false,
        department: String::new(),
        responsible_id: None,
        escalated_at: None,
        due_at: None,
        due_rule: None,
        breached_at: None,
        left_phones_at: None,
        field_seq: FieldStamps::default(),
        seq: 0,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        deleted_at: None,
    }
}

/// A step that was taken in this minute.
pub fn event(at: i64, kind: TicketEventKind, to: Option<TicketState>) -> ticket_event::Model {
    let (place, at) = (u128::try_from(at).unwrap(), minute(at));
    ticket_event::Model {
        id: TicketEventId(Uuid::from_u128(place)),
        community_id: CommunityId(Uuid::nil()),
        ticket_id: TicketId(Uuid::nil()),
        kind,
        from_state: None,
        to_state: to,
        assignee_id: None,
        assignee_post: None,
        visit_id: None,
        severity: None,
        is_second: None,
        department: None,
        promised_at: None,
        note: String::new(),
        changes: None,
        is_internal: false,
        author_account_id: None,
        author_name: String::new(),
        observed_at: at,
        observed_mark: ObservedMark::Monotonic,
        received_at: at,
        seq: 0,
        created_at: at,
    }
}
