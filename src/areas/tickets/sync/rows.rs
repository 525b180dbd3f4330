//! Tickets and their events as the row faces carry them.

use entity::tickets::{ticket, ticket_event};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::ApiError;
use crate::sync::rows::column::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, ELAPSED_MS, OBSERVED_AT, OBSERVED_MARK, RECEIVED_AT,
};
use crate::sync::rows::{Carried, Column, Meaning, Shape, Step, payload_of, step_of};

impl Carried for ticket::Model {
    const COLLECTION: &'static str = "ticket";
    const TABLE: &'static str = "tickets";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID.once(),
        Column::new("kind", Shape::Word, "`repair` or `complaint`.").once(),
        Column::new(
            "state",
            Shape::Word,
            "Of a repair `recorded`, `ordered`, `dispatched`, `on_site`, `finished`; of a complaint `registered`, `graded`, `routed`, `contacted`, `planned`, `in_progress`, `informed`, `returned`, `cannot_solve`, `invalid`; of both `closed`, `cancelled`.",
        )
        .by_step("recorded registered"),
        Column::new(
            "priority",
            Shape::Word,
            "`low`, `normal`, `high` or `urgent`.",
        )
        .edited(),
        Column::new("summary", Shape::Text, "What is wrong, in a line.").edited(),
        Column::new("description", Shape::Text, "What is wrong, at length.").edited(),
        Column::new(
            "convenientTime",
            Shape::Text,
            "When the resident is at home, in his words.",
        )
        .edited(),
        Column::new("unitId", Shape::Id, "The unit it is about.")
            .optional()
            .once(),
        Column::new("zoneId", Shape::Id, "The zone of that unit.").optional(),
        Column::new("reporterPartyId", Shape::Id, "The party that reported it.")
            .optional()
            .once(),
        Column::new("contactName", Shape::Text, "Whom to ask for.").once(),
        Column::new(
            "contactPhoneMasked",
            Shape::Text,
            "His number with its middle hidden.",
        )
        .optional(),
        Column::new(
            "contactPhone",
            Shape::Text,
            "His number, for whoever has the ticket in hand.",
        )
        .optional()
        .once(),
        Column::new(
            "assigneeId",
            Shape::Id,
            "The staff member who is to do the work; changes with an event of kind `assigned`.",
        )
        .optional()
        .by_step(""),
        OBSERVED_AT,
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        Column::new("finishedAt", Shape::Moment, "When the work was finished.").optional(),
        Column::new(
            "closedAt",
            Shape::Moment,
            "When it was closed or cancelled.",
        )
        .optional(),
        Column::new(
            "repairClass",
            Shape::Word,
            "`safety_facility`, `leak_or_seepage` or `other`; decides when it is visited again.",
        )
        .optional()
        .edited(),
        Column::new(
            "waterTestedAt",
            Shape::Moment,
            "When a repaired leak was last tested with water; null when it was not.",
        )
        .optional(),
        Column::new("severity", Shape::Word, "`major`, `important` or `minor`; changes with an event of kind `graded`. Null to residents.").optional(),
        Column::new("channel", Shape::Word, "How a complaint came in: `spoken` or `letter`.").optional().once(),
        Column::new("occurredAt", Shape::Moment, "When what is complained about happened.").optional().once(),
        Column::new("place", Shape::Text, "Where it happened.").edited(),
        Column::new("personConcerned", Shape::Text, "The person complained about.").edited(),
        Column::new("departmentsConcerned", Shape::Text, "The departments complained about.").edited(),
        Column::new("demand", Shape::Text, "What the resident demands.").edited(),
        Column::new("wantedBy", Shape::Moment, "By when the complainant asked for a solution.").optional().once(),
        Column::new("isAnonymous", Shape::Flag, "Whether the complainant gave no name.").once(),
        Column::new("isSecond", Shape::Flag, "Whether it repeats an earlier complaint about the same matter. False to residents."),
        Column::new("department", Shape::Text, "The department it was routed to. Empty to residents."),
        Column::new("responsibleId", Shape::Id, "The staff member who answers for a complaint; changes with an event of kind `routed`. Null to residents.").optional(),
        Column::new("escalatedAt", Shape::Moment, "When it was last handed up. Null to residents.").optional(),
        Column::new("dueAt", Shape::Moment, "When the nearest of its open clocks runs out. Null to residents.").optional(),
        Column::new("dueRule", Shape::Word, "The rule of that clock: `T-17`. Null to residents.").optional(),
        Column::new("breachedAt", Shape::Moment, "When the server found that this clock had run out; null while it runs, and to residents.").optional(),
    ];
    const EDIT: Option<&'static str> = Some("ticket.edit");

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
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("ticketId", Shape::Id, "The ticket it is a step of.").once(),
        Column::new(
            "kind",
            Shape::Word,
            "`opened`, `edited`, `reopened`, `repeated`, `breached`, `assigned`, `advanced`, `noted`, `water_tested`, `graded`, `routed`, `escalated` or `resolved`; phones insert the last eight.",
        )
        .once(),
        Column::new("fromState", Shape::Word, "The state before; null when the step was heard of too late to move the ticket.").optional(),
        Column::new(
            "toState",
            Shape::Word,
            "The state after; written with `advanced`.",
        )
        .optional()
        .once(),
        Column::new(
            "assigneeId",
            Shape::Id,
            "Who is named by the step: with `assigned` the worker, with `routed` the person responsible, with `escalated` the one it is handed up to.",
        )
        .optional()
        .once(),
        Column::new("severity", Shape::Word, "What a complaint was graded; written with `graded`.")
            .optional()
            .once(),
        Column::new(
            "promisedAt",
            Shape::Moment,
            "When the complainant was promised the next answer; written with `advanced`.",
        )
        .optional()
        .once(),
        Column::new("note", Shape::Text, "What was seen or done.").once(),
        Column::new("changes", Shape::Json, "What `edited` changed: a list of `field`, `old` and `new`.").optional(),
        Column::new("isInternal", Shape::Flag, "Not shown to residents.").once(),
        Column::new("authorName", Shape::Text, "Who took the step."),
        OBSERVED_AT,
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        OBSERVED_MARK,
        RECEIVED_AT,
    ];

    fn inserted(id: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        step_of(STEPS, (Self::COLUMNS, "ticketId"), id, row)
    }
}
