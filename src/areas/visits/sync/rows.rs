//! Visits and their events as the row faces carry them.

use entity::visits::{visit, visit_event};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::command::record::{Column, Edited, columns_of};
use crate::error::ApiError;
use crate::sync::rows::{Carried, Meaning, RowError, Step, payload_of, step_of, unreadable};

impl Carried for visit::Model {
    const COLLECTION: &'static str = "visit";
    const TABLE: &'static str = "visits";
    const COLUMNS: &'static [Column] = columns_of!(visit::Model);
    const EDIT: Option<&'static str> = Some(<Self as Edited>::EDIT);

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
    const COLUMNS: &'static [Column] = columns_of!(visit_event::Model);

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
