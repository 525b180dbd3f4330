//! What is declared of patrols.

use entity::patrol::{patrol_point, patrol_result, patrol_route, patrol_task};

use super::access::sees_code_read;
use crate::command::record::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, Column, Declared, ELAPSED_MS, Field, OBSERVED_AT,
    OBSERVED_MARK, RECEIVED_AT, Shape, field,
};
use crate::sha256::Sha256;

impl Declared for patrol_point::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(zone_id, Id, "The zone it lies in.").optional(),
        field!(building_id, Id, "The building it lies in.").optional(),
        field!(name, Text, "What it is called."),
        field!(place, Text, "Where to find it, in words."),
        // A phone can tell a right code, and cannot make one up.
        Field::new(
            Column::new(
                "codeHash",
                Shape::Text,
                "SHA-256 of what its label says, in lower-case hex.",
            ),
            |row: &Self, _| serde_json::to_value(Sha256::of(row.code.as_bytes()).to_string()),
        ),
        field!(
            checklist,
            Json,
            "What is to be looked at: a list of `{key, title, kind, isRequired}`; `kind` is \
             `check`, `number` or `text`."
        ),
        field!(
            latitude_e7,
            Number,
            "In degrees × 10^7: 232345678 is 23.2345678°."
        )
        .optional(),
        field!(
            longitude_e7,
            Number,
            "In degrees × 10^7: 232345678 is 23.2345678°."
        )
        .optional(),
    ];
}

impl Declared for patrol_route::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(zone_id, Id, "The zone that walks it.").optional(),
        field!(
            key,
            Word,
            "Which patrol of the handbook it is: `estate`, `posts`, …"
        ),
        field!(name, Text, "What it is called."),
        field!(post, Word, "The post that walks it."),
        field!(assignee_id, Id, "Who walks it.").optional(),
        field!(point_ids, Json, "Its points in their order: a list of ids."),
        field!(
            plan,
            Json,
            "When it is walked: `{per, times, windows, weekdays, irregular}`."
        ),
        field!(needs_code, Flag, "The code of each point must be read."),
        field!(needs_photo, Flag, "Each point must be photographed."),
        field!(
            needs_position,
            Flag,
            "Each result must say where the phone was."
        ),
        field!(rule, Text, "The rule of the handbook it stands for."),
        field!(retired_at, Moment, "When it was ended.").optional(),
    ];
}

impl Declared for patrol_task::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(route_id, Id, "The route it is a turn of.").optional(),
        field!(zone_id, Id, "The zone that walks it.").optional(),
        field!(name, Text, "What it is called."),
        field!(post, Word, "The post that walks it."),
        field!(
            assignee_id,
            Id,
            "Who walks it; anybody of its zone when empty."
        )
        .optional(),
        field!(
            on_day,
            Text,
            "The day of the community on which it begins: `2026-11-22`."
        ),
        field!(
            number,
            Number,
            "Which turn of its route on that day; 0 for one that was ordered."
        ),
        field!(window_from, Moment, "From when on results count."),
        field!(window_to, Moment, "Until when results count."),
        field!(point_ids, Json, "Its points in their order: a list of ids."),
        field!(needs_code, Flag, "The code of each point must be read."),
        field!(needs_photo, Flag, "Each point must be photographed."),
        field!(
            needs_position,
            Flag,
            "Each result must say where the phone was."
        ),
        field!(reason, Word, "`plan`, `ordered` or `rain`."),
        field!(state, Word, "`due`, `in_progress`, `done` or `missed`."),
        field!(started_at, Moment, "When the first point was seen.").optional(),
        field!(finished_at, Moment, "When the last point was seen.").optional(),
        field!(
            missed_at,
            Moment,
            "When the server marked it as missed, after the end of its window; null while it is \
             not missed."
        )
        .optional(),
        field!(
            missed_point_ids,
            Json,
            "The points that were missed: a list of ids."
        ),
        field!(
            finding_count,
            Number,
            "How many results report something wrong."
        ),
    ];
}

impl Declared for patrol_result::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(task_id, Id, "The task it is of.").once(),
        field!(point_id, Id, "The point that was seen.").once(),
        field!(answers, Json, "The answers by the keys of the checklist.")
            .optional()
            .once(),
        field!(
            unasked_answers,
            Json,
            "Keys of answers that the checklist did not ask for, or not of that kind, because it \
             was changed meanwhile: a list."
        ),
        field!(finding, Text, "What is wrong; empty when nothing is.").once(),
        field!(ticket_id, Id, "The ticket that was opened for it.")
            .optional()
            .once(),
        field!(
            photos,
            Json,
            "A list of at most 9 photos, each by the SHA-256 of its bytes in lower-case hex."
        )
        .optional()
        .once(),
        field!(
            code_read,
            Text,
            "What was read at the point; shown to the office and to whoever read it."
        )
        .optional()
        .once()
        .shown_to(sees_code_read),
        field!(code_matches, Flag, "Whether that is the code of the point.").optional(),
        field!(
            latitude_e7,
            Number,
            "In degrees × 10^7: 232345678 is 23.2345678°."
        )
        .optional()
        .once(),
        field!(
            longitude_e7,
            Number,
            "In degrees × 10^7: 232345678 is 23.2345678°."
        )
        .optional()
        .once(),
        field!(accuracy_m, Number, "How exact the position is, in metres.")
            .optional()
            .once(),
        field!(
            is_near,
            Flag,
            "Whether the phone was at the point, given its accuracy; null when the phone or the \
             point has no position."
        )
        .optional(),
        field!(
            is_on_round,
            Flag,
            "Whether the point belonged to the task when the result arrived."
        ),
        field!(
            is_in_window,
            Flag,
            "Whether it was seen in the window of its task."
        ),
        field!(
            missing_evidence,
            Json,
            "What was asked for and is not there: a list of `code`, `photo`, `position` (also \
             when it is not near), `answers`. It counts when this is empty and it was seen in the \
             window."
        ),
        field!(author_staff_id, Id, "Who saw it.").optional(),
        field!(author_name, Text, "Who saw it, by name."),
        field!(observed_at, OBSERVED_AT),
        Field::only_written(CONTACT_ID),
        Field::only_written(BOOT_ID),
        Field::only_written(ELAPSED_MS),
        field!(observed_mark, OBSERVED_MARK),
        field!(received_at, RECEIVED_AT),
    ];
}
