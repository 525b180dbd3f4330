//! Visits and their events as the row faces carry them.

use entity::visits::{visit, visit_event};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::ApiError;
use crate::sync::rows::column::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, ELAPSED_MS, OBSERVED_AT, OBSERVED_MARK, RECEIVED_AT,
};
use crate::sync::rows::{
    Carried, Column, Meaning, RowError, Shape, Step, payload_of, step_of, unreadable,
};

impl Carried for visit::Model {
    const COLLECTION: &'static str = "visit";
    const TABLE: &'static str = "visits";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID.once(),
        Column::new("kind", Shape::Word, "`home` or `return`.").once(),
        Column::new(
            "state",
            Shape::Word,
            "`planned`, `appointed`, `at_door`, `refused`, `absent`, `in_talk`, `done`, `reported`, `checked`, `archived` or `cancelled`.",
        )
        .by_step("planned"),
        Column::new("unitId", Shape::Id, "The unit that is visited.")
            .optional()
            .once(),
        Column::new("zoneId", Shape::Id, "The zone of that unit.").optional(),
        Column::new("partyId", Shape::Id, "The party that is visited.")
            .optional()
            .once(),
        Column::new("ticketId", Shape::Id, "The ticket that a return visit follows.")
            .optional()
            .once(),
        Column::new("purpose", Shape::Text, "What it is for, in a line.").edited(),
        Column::new("dueAt", Shape::Moment, "By when it is to be made.")
            .optional()
            .once(),
        Column::new("dueRule", Shape::Text, "The rule that says so: `V-02`, `V-03`, `V-04`.")
            .optional(),
        Column::new("overdueAt", Shape::Moment, "When it became overdue, also of a visit that was made too late; null when it was not.")
            .optional(),
        Column::new("channel", Shape::Word, "`home` or `phone`, once it is done.").optional(),
        Column::new("appointedAt", Shape::Moment, "The time that was agreed.").optional(),
        Column::new("isInside", Shape::Flag, "Whether the visitors go into the home."),
        Column::new("visitorId", Shape::Id, "The staff member who goes.")
            .optional()
            .once(),
        Column::new("companionId", Shape::Id, "Who goes with him.")
            .optional()
            .once(),
        Column::new("opinion", Shape::Text, "What the resident said.").edited(),
        Column::new("handling", Shape::Text, "What was answered or is to be done.").edited(),
        Column::new("result", Shape::Text, "What was achieved.").edited(),
        Column::new("outcome", Shape::Word, "`satisfied`, `new_opinion` or `defect`.").optional(),
        Column::new("replyPromisedAt", Shape::Moment, "When an answer was promised.").optional(),
        Column::new("signature", Shape::Text, "SHA-256 of the picture of the signature.")
            .optional(),
        Column::new("newTicketId", Shape::Id, "The ticket opened for a new opinion.").optional(),
        OBSERVED_AT,
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        Column::new("startedAt", Shape::Moment, "When somebody first knocked or called.")
            .optional(),
        Column::new("finishedAt", Shape::Moment, "When it was over.").optional(),
    ];
    const EDIT: Option<&'static str> = Some("visit.edit");

    fn inserted(_: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        let mut payload = payload_of(Self::COLUMNS, row);
        // What it is for is said when it is planned, what was said only afterwards.
        payload.retain(|name, value| {
            !matches!(name.as_str(), "opinion" | "handling" | "result") || value != ""
        });
        Ok(Meaning::new("visit.plan", payload))
    }

    /// A state alone says all there is to say of a knock or an admission, and of what happens to the
    /// record; an appointment and an end do not, and are events.
    fn step(changes: &Map<String, Value>) -> Option<Meaning> {
        let to = changes.get("state")?.clone();
        let (kind, payload) = match to.as_str()? {
            "reported" => ("visit.report", Map::new()),
            "checked" => ("visit.check", Map::new()),
            "archived" => ("visit.archive", Map::new()),
            "cancelled" => ("visit.cancel", Map::new()),
            "at_door" | "refused" | "in_talk" => {
                ("visit.step", Map::from_iter([("to".to_owned(), to)]))
            }
            _ => return None,
        };
        (changes.len() == 1).then(|| Meaning::new(kind, payload))
    }
}

/// The steps that phones insert as events.
const STEPS: &[Step] = &[
    Step {
        words: &["appointed"],
        kind: "visit.appoint",
        carries: &[("details", "details"), ("note", "note")],
    },
    Step {
        words: &["at_door", "refused", "absent", "in_talk"],
        kind: "visit.step",
        carries: &[
            ("details", "details"),
            ("photos", "photos"),
            ("note", "note"),
        ],
    },
    Step {
        words: &["opinion", "noted"],
        kind: "visit.note",
        carries: &[
            ("photos", "photos"),
            ("isInternal", "isInternal"),
            ("note", "note"),
        ],
    },
    Step {
        words: &["finished"],
        kind: "visit.finish",
        carries: &[
            ("details", "details"),
            ("signature", "signature"),
            ("note", "note"),
        ],
    },
    Step {
        words: &["reported"],
        kind: "visit.report",
        carries: &[("note", "note")],
    },
    Step {
        words: &["checked"],
        kind: "visit.check",
        carries: &[("note", "note")],
    },
    Step {
        words: &["archived"],
        kind: "visit.archive",
        carries: &[("note", "note")],
    },
    Step {
        words: &["cancelled"],
        kind: "visit.cancel",
        carries: &[("note", "note")],
    },
];

impl Carried for visit_event::Model {
    const COLLECTION: &'static str = "visitEvent";
    const TABLE: &'static str = "visit_events";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("visitId", Shape::Id, "The visit it is a step of.").once(),
        Column::new(
            "kind",
            Shape::Word,
            "`planned`, `appointed`, `at_door`, `refused`, `absent`, `in_talk`, `opinion`, `noted`, `finished`, `reported`, `checked`, `archived`, `reopened`, `cancelled` or `edited`; phones insert all but `planned`, `reopened` and `edited`.",
        )
        .once(),
        Column::new("fromState", Shape::Word, "The state before.").optional(),
        Column::new(
            "toState",
            Shape::Word,
            "The state after; null when the step moved nothing, because a colleague had reported it first.",
        )
        .optional(),
        Column::new("note", Shape::Text, "What was seen or said.").once(),
        Column::new(
            "details",
            Shape::Json,
            "What else `appointed`, `at_door`, `in_talk` and `finished` say, as far as it was said: the fields of `visit.appoint`, `visit.step` and `visit.finish`.",
        )
        .optional()
        .once(),
        Column::new("photos", Shape::Json, "SHA-256 of at most 9 photos.")
            .optional()
            .once(),
        Column::new("signature", Shape::Text, "SHA-256 of the picture of the signature; written with `finished`.")
            .optional()
            .once(),
        Column::new("isInternal", Shape::Flag, "Not shown to residents; written with `noted` and `opinion`.").once(),
        Column::new("authorName", Shape::Text, "Who took the step."),
        OBSERVED_AT,
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        OBSERVED_MARK,
        RECEIVED_AT,
    ];

    fn inserted(id: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        let mut meaning = step_of(STEPS, (Self::COLUMNS, "visitId"), id, row)?;
        let payload = &mut meaning.payload;
        // Which of its steps it is, of commands that take several.
        let word = row.get("kind").cloned().unwrap_or_default();
        match meaning.kind {
            "visit.step" => drop(payload.insert("to".to_owned(), word)),
            "visit.note" => {
                drop(payload.insert("isOpinion".to_owned(), (word == "opinion").into()));
            }
            _ => {}
        }
        take_apart(payload)?;
        Ok(meaning)
    }
}

/// What stands in `details` are fields of the command. None stands in a column too.
fn take_apart(payload: &mut Map<String, Value>) -> Result<(), ApiError> {
    let details = match payload.remove("details") {
        None => return Ok(()),
        Some(Value::Object(details)) => details,
        Some(_) => return Err(unreadable("details must be an object")),
    };
    for (name, value) in details {
        if payload.contains_key(&name) {
            return Err(RowError::NotWritable(format!("details.{name}")).into());
        }
        payload.insert(name, value);
    }
    Ok(())
}
