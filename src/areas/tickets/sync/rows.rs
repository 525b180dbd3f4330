//! Tickets and their events as the row faces carry them.

use entity::tickets::{ticket, ticket_event};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::command::record::{Column, Edited, columns_of};
use crate::error::ApiError;
use crate::sync::rows::{Carried, Meaning, Step, payload_of, step_of};

impl Carried for ticket::Model {
    const COLLECTION: &'static str = "ticket";
    const TABLE: &'static str = "tickets";
    const COLUMNS: &'static [Column] = columns_of!(ticket::Model);
    const EDIT: Option<&'static str> = Some(<Self as Edited>::EDIT);

    fn inserted(_: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        Ok(Meaning::new("ticket.open", payload_of(Self::COLUMNS, row)))
    }

    /// A state alone says all there is to say of an order, an arrival, an end; an assignment does
    /// not, because it names somebody and is an event.
    fn step(changes: &Map<String, Value>) -> Option<Meaning> {
        let to = changes.get("state")?.clone();
        let payload = Map::from_iter([("to".to_owned(), to)]);
        (changes.len() == 1).then(|| Meaning::new("ticket.advance", payload))
    }
}

/// The steps that phones insert as events.
const STEPS: &[Step] = &[
    Step {
        words: &["noted"],
        kind: "ticket.note",
        carries: &[("note", "note"), ("isInternal", "isInternal")],
    },
    Step {
        words: &["advanced"],
        kind: "ticket.advance",
        carries: &[
            ("toState", "to"),
            ("note", "note"),
            ("promisedAt", "replyPromisedAt"),
        ],
    },
    Step {
        words: &["assigned"],
        kind: "ticket.assign",
        carries: &[("assigneeId", "assigneeId"), ("note", "note")],
    },
    Step {
        words: &["water_tested"],
        kind: "ticket.test_water",
        carries: &[("note", "note")],
    },
    Step {
        words: &["graded"],
        kind: "ticket.grade",
        carries: &[("severity", "severity"), ("note", "note")],
    },
    Step {
        words: &["routed"],
        kind: "ticket.route",
        carries: &[("assigneeId", "responsibleId"), ("note", "note")],
    },
    Step {
        words: &["escalated"],
        kind: "ticket.escalate",
        carries: &[("assigneeId", "staffMemberId"), ("note", "note")],
    },
    Step {
        words: &["resolved"],
        kind: "ticket.resolve",
        carries: &[("note", "note")],
    },
];

impl Carried for ticket_event::Model {
    const COLLECTION: &'static str = "ticketEvent";
    const TABLE: &'static str = "ticket_events";
    const COLUMNS: &'static [Column] = columns_of!(ticket_event::Model);

    fn inserted(id: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        step_of(STEPS, (Self::COLUMNS, "ticketId"), id, row)
    }
}
