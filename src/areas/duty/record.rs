//! What is declared of shifts, the roster and handovers.

use entity::duty::{duty, handover, handover_event, shift};

use crate::command::record::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, Declared, ELAPSED_MS, Field, OBSERVED_AT, OBSERVED_MARK,
    RECEIVED_AT, field,
};

impl Declared for shift::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(code, Text, "`A` to `E`, `noon`, `night`, or another name."),
        field!(from_time, Text, "Local time of day, `22:00`."),
        field!(
            to_time,
            Text,
            "Local time of day; on the next one when it is not after `fromTime`."
        ),
        field!(has_noon_break, Flag, "Whether it is interrupted at noon."),
        field!(post, Word, "The post that works it.").optional(),
        field!(retired_at, Moment, "Since when it is no longer worked.").optional(),
    ];
}

impl Declared for duty::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(staff_member_id, Id, "Who works it."),
        field!(shift_id, Id, "The shift."),
        field!(
            on_day,
            Text,
            "The day on which the shift begins, `2026-09-01`."
        ),
    ];
}

impl Declared for handover::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID).once(),
        field!(zone_id, Id, "The zone of the outgoing person.").optional(),
        field!(post, Word, "The post that is handed over."),
        field!(shift_id, Id, "The shift that begins with it.")
            .optional()
            .once(),
        field!(outgoing_id, Id, "Who hands over: whoever wrote the row."),
        field!(
            incoming_id,
            Id,
            "The successor: the one who was named, or the one who came instead."
        )
        .optional()
        .once(),
        field!(
            state,
            Word,
            "`prepared`, `checked`, `rejected` or `signed`; follows from the events."
        ),
        field!(
            open_matters,
            Json,
            "`[{kind, text, ticketId?}]`, the kind `repair`, `complaint` or `other`."
        )
        .optional()
        .once(),
        field!(
            equipment,
            Json,
            "`[{name, count, counted?}]`; counted by the successor."
        )
        .optional()
        .once(),
        field!(is_environment_fine, Flag, "What the successor found.").optional(),
        field!(note, Text, "What else there is to say.").once(),
        field!(prepared_at, OBSERVED_AT.holding("preparedAt")),
        Field::only_written(CONTACT_ID),
        Field::only_written(BOOT_ID),
        Field::only_written(ELAPSED_MS),
        field!(arrive_by, Moment, "When the successor should be there.").optional(),
        field!(
            arrived_at,
            Moment,
            "The earliest step of the successor: from then on he is known to have been there; \
             null before."
        )
        .optional(),
        field!(checked_at, Moment, "When it was checked.").optional(),
        field!(
            outgoing_signed_at,
            Moment,
            "When the outgoing person signed."
        )
        .optional(),
        field!(incoming_signed_at, Moment, "When the successor signed.").optional(),
        field!(
            outgoing_signature,
            Text,
            "SHA-256 of the signature as a picture, or a name that was typed."
        )
        .optional(),
        field!(incoming_signature, Text, "The same of the successor.").optional(),
        field!(
            passed_at,
            Moment,
            "From when on the successor is responsible."
        )
        .optional(),
    ];
}

impl Declared for handover_event::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(handover_id, Id, "The handover it is a step of.").once(),
        field!(
            kind,
            Word,
            "`prepared`, `checked`, `rejected`, `put_right`, `signed` or `noted`; phones insert \
             all but the first."
        )
        .once(),
        field!(note, Text, "What was seen or done.").once(),
        field!(
            equipment,
            Json,
            "`[{name, count, counted}]`; written with `checked`."
        )
        .optional()
        .once(),
        field!(
            signature,
            Text,
            "SHA-256 of the signature as a picture, or a name that was typed; written with \
             `signed`."
        )
        .optional()
        .once(),
        field!(incoming_id, Id, "Another successor; written with `noted`.")
            .optional()
            .once(),
        field!(author_staff_id, Id, "Who took the step.").optional(),
        field!(author_name, Text, "His name."),
        field!(observed_at, OBSERVED_AT),
        Field::only_written(CONTACT_ID),
        Field::only_written(BOOT_ID),
        Field::only_written(ELAPSED_MS),
        field!(observed_mark, OBSERVED_MARK),
        field!(received_at, RECEIVED_AT),
    ];
}
