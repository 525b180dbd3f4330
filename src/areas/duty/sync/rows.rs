//! Shifts, the roster, handovers and their events as the row faces carry them.

use entity::duty::{duty, handover, handover_event, shift};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::command::record::{Column, columns_of};
use crate::error::ApiError;
use crate::sync::rows::{Carried, Meaning, Step, payload_of, step_of};

impl Carried for shift::Model {
    const COLLECTION: &'static str = "shift";
    const TABLE: &'static str = "shifts";
    const COLUMNS: &'static [Column] = columns_of!(shift::Model);
}

impl Carried for duty::Model {
    const COLLECTION: &'static str = "duty";
    const TABLE: &'static str = "duties";
    const COLUMNS: &'static [Column] = columns_of!(duty::Model);
}

impl Carried for handover::Model {
    const COLLECTION: &'static str = "handover";
    const TABLE: &'static str = "handovers";
    const COLUMNS: &'static [Column] = columns_of!(handover::Model);

    fn inserted(_: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        let payload = payload_of(Self::COLUMNS, row);
        Ok(Meaning::new("handover.prepare", payload))
    }
}

/// The steps that phones insert as events.
const STEPS: &[Step] = &[
    Step {
        words: &["checked"],
        kind: "handover.check",
        carries: &[("equipment", "equipment"), ("note", "note")],
    },
    Step {
        words: &["rejected"],
        kind: "handover.reject",
        carries: &[("note", "note")],
    },
    Step {
        words: &["put_right"],
        kind: "handover.put_right",
        carries: &[("note", "note")],
    },
    Step {
        words: &["signed"],
        kind: "handover.sign",
        carries: &[("signature", "signature")],
    },
    Step {
        words: &["noted"],
        kind: "handover.note",
        carries: &[("note", "note"), ("incomingId", "incomingId")],
    },
];

impl Carried for handover_event::Model {
    const COLLECTION: &'static str = "handoverEvent";
    const TABLE: &'static str = "handover_events";
    const COLUMNS: &'static [Column] = columns_of!(handover_event::Model);

    fn inserted(id: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        step_of(STEPS, (Self::COLUMNS, "handoverId"), id, row)
    }
}
