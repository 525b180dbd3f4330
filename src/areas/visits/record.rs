//! What is declared of visits and their steps.

use entity::visits::{visit, visit_event};

use crate::command::record::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, Column, Declared, ELAPSED_MS, Field, OBSERVED_AT,
    OBSERVED_MARK, RECEIVED_AT, Shape, edited_text, field,
};
use crate::text::{LINE, TEXT};

impl Declared for visit::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID).once(),
        field!(kind, Word, "`home` or `return`.").once(),
        field!(
            state,
            Word,
            "`planned`, `appointed`, `at_door`, `refused`, `absent`, `in_talk`, `done`, \
             `reported`, `checked`, `archived` or `cancelled`."
        )
        .by_step("planned"),
        field!(unit_id, Id, "The unit that is visited.")
            .optional()
            .once(),
        field!(zone_id, Id, "The zone of that unit.").optional(),
        field!(party_id, Id, "The party that is visited.")
            .optional()
            .once(),
        field!(ticket_id, Id, "The ticket that a return visit follows.")
            .optional()
            .once(),
        edited_text!(purpose, LINE, StoredWins, "What it is for, in a line.").required(),
        field!(due_at, Moment, "By when it is to be made.")
            .optional()
            .once(),
        field!(
            due_rule,
            Text,
            "The rule that says so: `V-02`, `V-03`, `V-04`."
        )
        .optional(),
        field!(
            overdue_at,
            Moment,
            "When it became overdue, also of a visit that was made too late; null when it was \
             not."
        )
        .optional(),
        field!(channel, Word, "`home` or `phone`, once it is done.").optional(),
        field!(appointed_at, Moment, "The time that was agreed.").optional(),
        field!(is_inside, Flag, "Whether the visitors go into the home."),
        field!(visitor_id, Id, "The staff member who goes.")
            .optional()
            .once(),
        field!(companion_id, Id, "Who goes with him.")
            .optional()
            .once(),
        edited_text!(opinion, TEXT, Append, "What the resident said."),
        edited_text!(
            handling,
            TEXT,
            Manual,
            "What was answered or is to be done."
        ),
        edited_text!(result, TEXT, Manual, "What was achieved."),
        field!(outcome, Word, "`satisfied`, `new_opinion` or `defect`.").optional(),
        field!(reply_promised_at, Moment, "When an answer was promised.").optional(),
        field!(signature, Text, "SHA-256 of the picture of the signature.").optional(),
        field!(new_ticket_id, Id, "The ticket opened for a new opinion.").optional(),
        field!(observed_at, OBSERVED_AT),
        Field::only_written(CONTACT_ID),
        Field::only_written(BOOT_ID),
        Field::only_written(ELAPSED_MS),
        field!(started_at, Moment, "When somebody first knocked or called.").optional(),
        field!(finished_at, Moment, "When it was over.").optional(),
    ];
}

impl Declared for visit_event::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(visit_id, Id, "The visit it is a step of.").once(),
        field!(
            kind,
            Word,
            "`planned`, `appointed`, `at_door`, `refused`, `absent`, `in_talk`, `opinion`, \
             `noted`, `finished`, `reported`, `checked`, `archived`, `reopened`, `cancelled` or \
             `edited`; phones insert all but `planned`, `reopened` and `edited`."
        )
        .once(),
        field!(from_state, Word, "The state before.").optional(),
        field!(
            to_state,
            Word,
            "The state after; null when the step moved nothing, because a colleague had reported \
             it first."
        )
        .optional(),
        field!(note, Text, "What was seen or said.").once(),
        Field::new(
            Column::new(
                "details",
                Shape::Json,
                "What else `appointed`, `at_door`, `in_talk` and `finished` say, as far as it was \
             said: the fields of `visit.appoint`, `visit.step` and `visit.finish`.",
            ),
            |row: &Self, _| serde_json::to_value(row.details.shown()),
        )
        .optional()
        .once(),
        field!(photos, Json, "SHA-256 of at most 9 photos.")
            .optional()
            .once(),
        field!(
            signature,
            Text,
            "SHA-256 of the picture of the signature; written with `finished`."
        )
        .optional()
        .once(),
        field!(
            is_internal,
            Flag,
            "Not shown to residents; written with `noted` and `opinion`."
        )
        .once(),
        field!(author_name, Text, "Who took the step."),
        field!(observed_at, OBSERVED_AT),
        Field::only_written(CONTACT_ID),
        Field::only_written(BOOT_ID),
        Field::only_written(ELAPSED_MS),
        field!(observed_mark, OBSERVED_MARK),
        field!(received_at, RECEIVED_AT),
    ];
}
