//! Shifts, the roster, handovers and their events as the row faces carry them.

use entity::duty::{duty, handover, handover_event, shift};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::ApiError;
use crate::sync::rows::column::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, ELAPSED_MS, OBSERVED_AT, OBSERVED_MARK, RECEIVED_AT,
};
use crate::sync::rows::{Carried, Column, Meaning, Shape, Step, payload_of, step_of};

impl Carried for shift::Model {
    const COLLECTION: &'static str = "shift";
    const TABLE: &'static str = "shifts";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new(
            "code",
            Shape::Text,
            "`A` to `E`, `noon`, `night`, or another name.",
        ),
        Column::new("fromTime", Shape::Text, "Local time of day, `22:00`."),
        Column::new(
            "toTime",
            Shape::Text,
            "Local time of day; on the next one when it is not after `fromTime`.",
        ),
        Column::new(
            "hasNoonBreak",
            Shape::Flag,
            "Whether it is interrupted at noon.",
        ),
        Column::new("post", Shape::Word, "The post that works it.").optional(),
        Column::new(
            "retiredAt",
            Shape::Moment,
            "Since when it is no longer worked.",
        )
        .optional(),
    ];
}

impl Carried for duty::Model {
    const COLLECTION: &'static str = "duty";
    const TABLE: &'static str = "duties";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("staffMemberId", Shape::Id, "Who works it."),
        Column::new("shiftId", Shape::Id, "The shift."),
        Column::new(
            "onDay",
            Shape::Text,
            "The day on which the shift begins, `2026-09-01`.",
        ),
    ];
}

impl Carried for handover::Model {
    const COLLECTION: &'static str = "handover";
    const TABLE: &'static str = "handovers";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID.once(),
        Column::new("zoneId", Shape::Id, "The zone of the outgoing person.").optional(),
        Column::new("post", Shape::Word, "The post that is handed over."),
        Column::new("shiftId", Shape::Id, "The shift that begins with it.")
            .optional()
            .once(),
        Column::new(
            "outgoingId",
            Shape::Id,
            "Who hands over: whoever wrote the row.",
        ),
        Column::new(
            "incomingId",
            Shape::Id,
            "The successor: the one who was named, or the one who came instead.",
        )
        .optional()
        .once(),
        Column::new(
            "state",
            Shape::Word,
            "`prepared`, `checked`, `rejected` or `signed`; follows from the events.",
        ),
        Column::new(
            "openMatters",
            Shape::Json,
            "`[{kind, text, ticketId?}]`, the kind `repair`, `complaint` or `other`.",
        )
        .optional()
        .once(),
        Column::new(
            "equipment",
            Shape::Json,
            "`[{name, count, counted?}]`; counted by the successor.",
        )
        .optional()
        .once(),
        Column::new(
            "isEnvironmentFine",
            Shape::Flag,
            "What the successor found.",
        )
        .optional(),
        Column::new("note", Shape::Text, "What else there is to say.").once(),
        OBSERVED_AT.holding("preparedAt"),
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        Column::new(
            "arriveBy",
            Shape::Moment,
            "When the successor should be there.",
        )
        .optional(),
        Column::new(
            "arrivedAt",
            Shape::Moment,
            "The earliest step of the successor: from then on he is known to have been there; null before.",
        )
        .optional(),
        Column::new("checkedAt", Shape::Moment, "When it was checked.").optional(),
        Column::new(
            "outgoingSignedAt",
            Shape::Moment,
            "When the outgoing person signed.",
        )
        .optional(),
        Column::new(
            "incomingSignedAt",
            Shape::Moment,
            "When the successor signed.",
        )
        .optional(),
        Column::new(
            "outgoingSignature",
            Shape::Text,
            "SHA-256 of the signature as a picture, or a name that was typed.",
        )
        .optional(),
        Column::new(
            "incomingSignature",
            Shape::Text,
            "The same of the successor.",
        )
        .optional(),
        Column::new(
            "passedAt",
            Shape::Moment,
            "From when on the successor is responsible.",
        )
        .optional(),
    ];

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
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("handoverId", Shape::Id, "The handover it is a step of.").once(),
        Column::new(
            "kind",
            Shape::Word,
            "`prepared`, `checked`, `rejected`, `put_right`, `signed` or `noted`; phones insert all but the first.",
        )
        .once(),
        Column::new("note", Shape::Text, "What was seen or done.").once(),
        Column::new(
            "equipment",
            Shape::Json,
            "`[{name, count, counted}]`; written with `checked`.",
        )
        .optional()
        .once(),
        Column::new(
            "signature",
            Shape::Text,
            "SHA-256 of the signature as a picture, or a name that was typed; written with `signed`.",
        )
        .optional()
        .once(),
        Column::new(
            "incomingId",
            Shape::Id,
            "Another successor; written with `noted`.",
        )
        .optional()
        .once(),
        Column::new("authorStaffId", Shape::Id, "Who took the step.").optional(),
        Column::new("authorName", Shape::Text, "His name."),
        OBSERVED_AT,
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        OBSERVED_MARK,
        RECEIVED_AT,
    ];

    fn inserted(id: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        step_of(STEPS, (Self::COLUMNS, "handoverId"), id, row)
    }
}
