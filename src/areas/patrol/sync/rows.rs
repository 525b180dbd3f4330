//! Patrols as the row faces carry them. A report is an inserted `patrolResult`.

use entity::patrol::{patrol_point, patrol_result, patrol_route, patrol_task};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::ApiError;
use crate::sync::rows::column::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, ELAPSED_MS, OBSERVED_AT, OBSERVED_MARK, RECEIVED_AT,
};
use crate::sync::rows::{Carried, Column, Meaning, Shape, payload_of};

impl Carried for patrol_point::Model {
    const COLLECTION: &'static str = "patrolPoint";
    const TABLE: &'static str = "patrol_points";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("zoneId", Shape::Id, "The zone it lies in.").optional(),
        Column::new("buildingId", Shape::Id, "The building it lies in.").optional(),
        Column::new("name", Shape::Text, "What it is called."),
        Column::new("place", Shape::Text, "Where to find it, in words."),
        Column::new(
            "codeHash",
            Shape::Text,
            "SHA-256 of what its label says, in lower-case hex.",
        ),
        Column::new(
            "checklist",
            Shape::Json,
            "What is to be looked at: a list of `{key, title, kind, isRequired}`; `kind` is `check`, `number` or `text`.",
        ),
        Column::new(
            "latitudeE7",
            Shape::Number,
            "In degrees × 10^7: 232345678 is 23.2345678°.",
        )
        .optional(),
        Column::new(
            "longitudeE7",
            Shape::Number,
            "In degrees × 10^7: 232345678 is 23.2345678°.",
        )
        .optional(),
    ];
}

impl Carried for patrol_route::Model {
    const COLLECTION: &'static str = "patrolRoute";
    const TABLE: &'static str = "patrol_routes";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("zoneId", Shape::Id, "The zone that walks it.").optional(),
        Column::new(
            "key",
            Shape::Word,
            "Which patrol of the handbook it is: `estate`, `posts`, …",
        ),
        Column::new("name", Shape::Text, "What it is called."),
        Column::new("post", Shape::Word, "The post that walks it."),
        Column::new("assigneeId", Shape::Id, "Who walks it.").optional(),
        Column::new(
            "pointIds",
            Shape::Json,
            "Its points in their order: a list of ids.",
        ),
        Column::new(
            "plan",
            Shape::Json,
            "When it is walked: `{per, times, windows, weekdays, irregular}`.",
        ),
        Column::new(
            "needsCode",
            Shape::Flag,
            "The code of each point must be read.",
        ),
        Column::new(
            "needsPhoto",
            Shape::Flag,
            "Each point must be photographed.",
        ),
        Column::new(
            "needsPosition",
            Shape::Flag,
            "Each result must say where the phone was.",
        ),
        Column::new(
            "rule",
            Shape::Text,
            "The rule of the handbook it stands for.",
        ),
        Column::new("retiredAt", Shape::Moment, "When it was ended.").optional(),
    ];
}

impl Carried for patrol_task::Model {
    const COLLECTION: &'static str = "patrolTask";
    const TABLE: &'static str = "patrol_tasks";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("routeId", Shape::Id, "The route it is a turn of.").optional(),
        Column::new("zoneId", Shape::Id, "The zone that walks it.").optional(),
        Column::new("name", Shape::Text, "What it is called."),
        Column::new("post", Shape::Word, "The post that walks it."),
        Column::new(
            "assigneeId",
            Shape::Id,
            "Who walks it; anybody of its zone when empty.",
        )
        .optional(),
        Column::new(
            "onDay",
            Shape::Text,
            "The day of the community on which it begins: `2026-11-22`.",
        ),
        Column::new(
            "number",
            Shape::Number,
            "Which turn of its route on that day; 0 for one that was ordered.",
        ),
        Column::new("windowFrom", Shape::Moment, "From when on results count."),
        Column::new("windowTo", Shape::Moment, "Until when results count."),
        Column::new(
            "pointIds",
            Shape::Json,
            "Its points in their order: a list of ids.",
        ),
        Column::new(
            "needsCode",
            Shape::Flag,
            "The code of each point must be read.",
        ),
        Column::new(
            "needsPhoto",
            Shape::Flag,
            "Each point must be photographed.",
        ),
        Column::new(
            "needsPosition",
            Shape::Flag,
            "Each result must say where the phone was.",
        ),
        Column::new("reason", Shape::Word, "`plan`, `ordered` or `rain`."),
        Column::new(
            "state",
            Shape::Word,
            "`due`, `in_progress`, `done` or `missed`.",
        ),
        Column::new("startedAt", Shape::Moment, "When the first point was seen.").optional(),
        Column::new("finishedAt", Shape::Moment, "When the last point was seen.").optional(),
        Column::new("missedAt", Shape::Moment, "When the server marked it as missed, after the end of its window; null while it is not missed.").optional(),
        Column::new(
            "missedPointIds",
            Shape::Json,
            "The points that were missed: a list of ids.",
        ),
        Column::new(
            "findingCount",
            Shape::Number,
            "How many results report something wrong.",
        ),
    ];
}

impl Carried for patrol_result::Model {
    const COLLECTION: &'static str = "patrolResult";
    const TABLE: &'static str = "patrol_results";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("taskId", Shape::Id, "The task it is of.").once(),
        Column::new("pointId", Shape::Id, "The point that was seen.").once(),
        Column::new(
            "answers",
            Shape::Json,
            "The answers by the keys of the checklist.",
        )
        .optional()
        .once(),
        Column::new(
            "unaskedAnswers",
            Shape::Json,
            "Keys of answers that the checklist did not ask for, or not of that kind, because it was changed meanwhile: a list.",
        ),
        Column::new(
            "finding",
            Shape::Text,
            "What is wrong; empty when nothing is.",
        )
        .once(),
        Column::new("ticketId", Shape::Id, "The ticket that was opened for it.")
            .optional()
            .once(),
        Column::new(
            "photos",
            Shape::Json,
            "A list of at most 9 photos, each by the SHA-256 of its bytes in lower-case hex.",
        )
        .optional()
        .once(),
        Column::new(
            "codeRead",
            Shape::Text,
            "What was read at the point; shown to the office and to whoever read it.",
        )
        .optional()
        .once(),
        Column::new(
            "codeMatches",
            Shape::Flag,
            "Whether that is the code of the point.",
        )
        .optional(),
        Column::new(
            "latitudeE7",
            Shape::Number,
            "In degrees × 10^7: 232345678 is 23.2345678°.",
        )
        .optional()
        .once(),
        Column::new(
            "longitudeE7",
            Shape::Number,
            "In degrees × 10^7: 232345678 is 23.2345678°.",
        )
        .optional()
        .once(),
        Column::new(
            "accuracyM",
            Shape::Number,
            "How exact the position is, in metres.",
        )
        .optional()
        .once(),
        Column::new(
            "isNear",
            Shape::Flag,
            "Whether the phone was at the point, given its accuracy; null when the phone or the point has no position.",
        )
        .optional(),
        Column::new(
            "isOnRound",
            Shape::Flag,
            "Whether the point belonged to the task when the result arrived.",
        ),
        Column::new(
            "isInWindow",
            Shape::Flag,
            "Whether it was seen in the window of its task.",
        ),
        Column::new(
            "missingEvidence",
            Shape::Json,
            "What was asked for and is not there: a list of `code`, `photo`, `position` (also when it is not near), `answers`. It counts when this is empty and it was seen in the window.",
        ),
        Column::new("authorStaffId", Shape::Id, "Who saw it.").optional(),
        Column::new("authorName", Shape::Text, "Who saw it, by name."),
        OBSERVED_AT,
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        OBSERVED_MARK,
        RECEIVED_AT,
    ];

    fn inserted(_: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        let payload = payload_of(Self::COLUMNS, row);
        Ok(Meaning::new("patrol.report", payload))
    }
}
