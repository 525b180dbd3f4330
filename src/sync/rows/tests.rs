//! What rows say, as a table: what the phone had, what it wrote, what that stands for.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::told::{Before, Here, SentRow, told};
use super::{Meaning, RowFace, payload_of};
use crate::command::record::{BOOT_ID, Column, OBSERVED_AT, Shape};
use crate::error::ApiError;

/// Rounds, which are opened, edited, and begun by a step.
struct Rounds;

const COLUMNS: &[Column] = &[
    Column::new("title", Shape::Text, "").edited(),
    Column::new("zoneId", Shape::Id, "").optional().once(),
    Column::new("state", Shape::Word, "").by_step("planned"),
    Column::new("guardId", Shape::Id, "").optional().by_step(""),
    Column::new("authorName", Shape::Text, ""),
    OBSERVED_AT,
    BOOT_ID,
];

impl RowFace for Rounds {
    fn name(&self) -> &'static str {
        "round"
    }

    fn root(&self) -> &'static str {
        "round"
    }

    fn collection(&self) -> &'static str {
        "round"
    }

    fn table(&self) -> &'static str {
        "rounds"
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn edit(&self) -> Option<&'static str> {
        Some("round.edit")
    }

    fn inserted(&self, _: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        Ok(Meaning::new("round.open", payload_of(COLUMNS, row)))
    }

    fn step(&self, changes: &Map<String, Value>) -> Option<Meaning> {
        let to = changes.get("state").filter(|_| changes.len() == 1)?;
        let payload = object(json!({ "to": to }));
        Some(Meaning::new("round.advance", payload))
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "tests write the value where they call it"
)]
fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

const ID: &str = "00000000-0000-0000-0000-000000000001";

/// What a row says, in short: kind and payload of each command; `!` before those kept out, `=` before
/// those that stand.
fn says(row: Value, before: Before, here: Here<'_>) -> Vec<(String, Value)> {
    let mut row = object(row);
    row.insert("id".to_owned(), ID.into());
    let is_deleted = row.remove("deleted") == Some(Value::Bool(true));
    let sent = SentRow {
        id: ID.to_owned(),
        row,
        before,
        is_deleted,
    };
    let told = told(&Rounds, &sent, here).into_iter();
    let short = told.map(|told| {
        let mark = match told.refusal {
            Some(_) => "!",
            None if told.is_done => "=",
            None => "",
        };
        (format!("{mark}{}", told.kind), Value::Object(told.payload))
    });
    short.collect()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "tests write the value where they call it"
)]
fn expected(all: Value) -> Vec<(String, Value)> {
    let all = all.as_array().cloned().unwrap_or_default().into_iter();
    let pair = |said: Value| {
        (
            said[0].as_str().unwrap_or_default().to_owned(),
            said[1].clone(),
        )
    };
    all.map(pair).collect()
}

#[test]
fn an_inserted_row_opens_and_what_it_cannot_begin_with_is_kept_out() {
    let cases = [
        (
            json!({ "title": "夜巡" }),
            json!([["round.open", { "title": "夜巡" }]]),
        ),
        // What the server fills, and what says nothing, is not looked at.
        (
            json!({ "title": "夜巡", "zoneId": "", "state": "planned", "guardId": null, "authorName": "李", "seq": 9 }),
            json!([["round.open", { "title": "夜巡" }]]),
        ),
        (
            json!({ "title": "夜巡", "state": "begun", "guardId": "g", "colour": "red" }),
            json!([
                ["round.open", { "title": "夜巡" }],
                ["!round.row", { "colour": "red", "guardId": "g", "state": "begun" }],
            ]),
        ),
        (json!({ "title": "夜巡", "deleted": true }), json!([])),
    ];
    for (row, all) in cases {
        let said = says(row.clone(), Before::Nothing, Here::default());
        assert_eq!(said, expected(all), "{row}");
    }
}

#[test]
fn a_changed_row_says_only_what_differs_from_what_the_phone_had() {
    let stored =
        object(json!({ "title": "夜巡", "zoneId": null, "state": "planned", "guardId": null }));
    let base =
        json!({ "title": "夜巡", "zoneId": null, "state": "planned", "guardId": null, "seq": 3 });
    let cases = [
        (json!({ "title": "夜巡" }), json!([])),
        (
            json!({ "title": "夜巡", "zoneId": "", "seq": 8 }),
            json!([]),
        ),
        // What the server fills is not the phone's to change.
        (
            json!({ "title": "夜巡", "authorName": "王" }),
            json!([["!round.row", { "authorName": "王" }]]),
        ),
        (
            json!({ "title": "早巡" }),
            json!([["round.edit", { "title": "早巡" }]]),
        ),
        (
            json!({ "title": null }),
            json!([["round.edit", { "title": "" }]]),
        ),
        (
            json!({ "state": "begun" }),
            json!([["round.advance", { "to": "begun" }]]),
        ),
        (
            json!({ "title": "早巡", "state": "begun", "zoneId": "z" }),
            json!([
                ["round.edit", { "title": "早巡" }],
                ["round.advance", { "to": "begun" }],
                ["!round.row", { "zoneId": "z" }],
            ]),
        ),
        // A step that needs more than a state is none.
        (
            json!({ "state": "begun", "guardId": "g" }),
            json!([["!round.row", { "guardId": "g", "state": "begun" }]]),
        ),
        (
            json!({ "title": "夜巡", "deleted": true }),
            json!([["!round.row", { "deleted": true }]]),
        ),
    ];
    for (row, all) in cases {
        let here = Here {
            stored: Some(&stored),
            ..Here::default()
        };
        let said = says(row.clone(), Before::Row(object(base.clone())), here);
        assert_eq!(said, expected(all), "{row}");
    }
}

#[test]
fn a_row_with_its_version_says_what_the_phone_says_it_changed() {
    let stored = object(json!({ "title": "夜巡", "state": "begun" }));
    let here = Here {
        stored: Some(&stored),
        ..Here::default()
    };
    let changed = |names: &[&str]| Before::Version {
        seq: 5,
        seen: 5,
        changed: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let row = json!({ "title": "早巡", "state": "begun", "zoneId": "z", "authorName": "我" });
    let cases = [
        (changed(&[]), json!([])),
        (
            changed(&["title"]),
            json!([["round.edit", { "title": "早巡" }]]),
        ),
        // Sent before, or it came to the same by another way.
        (
            changed(&["state"]),
            json!([["=round.advance", { "to": "begun" }]]),
        ),
        (
            changed(&["zoneId", "colour"]),
            json!([["!round.row", { "colour": null, "zoneId": "z" }]]),
        ),
        // It would go on believing what it wrote where only the server writes.
        (
            changed(&["authorName"]),
            json!([["!round.row", { "authorName": "我" }]]),
        ),
    ];
    for (before, all) in cases {
        let said = says(row.clone(), before.clone(), here);
        assert_eq!(said, expected(all), "{before:?}");
    }
}

#[test]
fn an_insert_that_came_before_is_a_replay_or_an_edit_of_itself() {
    let first = object(json!({ "title": "夜巡" }));
    let here = Here {
        stored: Some(&first),
        inserted: Some(&first),
        ..Here::default()
    };
    let cases = [
        (
            json!({ "title": "夜巡" }),
            json!([["round.open", { "title": "夜巡" }]]),
        ),
        (
            json!({ "title": "早巡" }),
            json!([["round.edit", { "title": "早巡" }]]),
        ),
        (
            json!({ "title": "夜巡", "zoneId": "z" }),
            json!([["!round.row", { "zoneId": "z" }]]),
        ),
    ];
    for (row, all) in cases {
        let said = says(row.clone(), Before::Nothing, here);
        assert_eq!(said, expected(all), "{row}");
    }
}

#[test]
fn a_repeated_insert_does_not_edit_what_was_filled_in_here() {
    let first = object(json!({ "title": "夜巡" }));
    let stored = object(json!({ "title": "夜巡", "zoneId": "z", "state": "planned" }));
    let here = Here {
        stored: Some(&stored),
        inserted: Some(&first),
        ..Here::default()
    };
    let row = json!({ "title": "夜巡", "zoneId": "z", "state": "planned" });
    let said = says(row, Before::Nothing, here);
    assert_eq!(said, expected(json!([["round.open", { "title": "夜巡" }]])));
}

#[test]
fn a_row_that_somebody_else_made_is_edited_by_whoever_shows_its_version() {
    let stored =
        object(json!({ "title": "夜巡", "zoneId": "z", "state": "planned", "authorName": "李" }));
    let here = Here {
        stored: Some(&stored),
        seq: Some(4),
        inserted: None,
    };
    let cases = [
        (
            json!({ "title": "早巡", "seq": 4, "state": "begun" }),
            json!([["round.edit", { "title": "早巡" }], ["round.advance", { "to": "begun" }]]),
        ),
        // Changed, or as it was once: nobody here can tell.
        (
            json!({ "title": "早巡", "seq": 3, "state": "begun" }),
            json!([["!round.edit", { "title": "早巡" }], ["!round.advance", { "to": "begun" }]]),
        ),
        (
            json!({ "title": "早巡", "seq": 9 }),
            json!([["!round.edit", { "title": "早巡" }]]),
        ),
        (
            json!({ "title": "早巡", "zoneId": "y" }),
            json!([["!round.edit", { "title": "早巡" }], ["!round.row", { "zoneId": "y" }]]),
        ),
        // What was left to the server to fill, and what only it writes.
        (
            json!({ "title": "夜巡", "zoneId": "", "guardId": null, "authorName": "王" }),
            json!([]),
        ),
    ];
    for (row, all) in cases {
        let said = says(row.clone(), Before::Nothing, here);
        assert_eq!(said, expected(all), "{row}");
    }
}

#[test]
fn a_place_in_the_feed_is_no_version_that_a_record_never_had() {
    let stored = object(json!({ "title": "夜巡" }));
    for (seq, here_seq, base) in [(9, 4, 4), (3, 4, 3)] {
        let here = Here {
            stored: Some(&stored),
            seq: Some(here_seq),
            ..Here::default()
        };
        let sent = SentRow {
            id: ID.to_owned(),
            row: object(json!({ "title": "早巡" })),
            before: Before::Version {
                seq,
                seen: seq,
                changed: ["title".to_owned()].into(),
            },
            is_deleted: false,
        };
        assert_eq!(told(&Rounds, &sent, here)[0].base_seq, Some(base));
    }
}

#[test]
fn a_new_row_tells_when_it_came_about() {
    let sent = |row: Value| SentRow {
        id: ID.to_owned(),
        row: object(row),
        before: Before::Nothing,
        is_deleted: false,
    };
    let at = "2026-11-21T08:00:00Z";
    let row = sent(json!({ "title": "夜巡", "observedAt": at, "bootId": "b1", "contactId": "" }));
    let told = told(&Rounds, &row, Here::default());
    let observed = object(json!({ "bootId": "b1", "wallClock": at }));
    assert_eq!(told[0].observed, Some(observed));
}

#[test]
fn an_id_that_is_no_uuid_is_kept_out_whole() {
    for id in ["", "local-7", "00000000-0000-0000-0000-0000000000AB"] {
        let sent = SentRow {
            id: id.to_owned(),
            row: object(json!({ "title": "夜巡" })),
            before: Before::Nothing,
            is_deleted: false,
        };
        let told = told(&Rounds, &sent, Here::default());
        assert!(told.len() == 1 && told[0].refusal.is_some(), "{id}");
        assert_eq!(told[0].payload, object(json!({ "title": "夜巡" })));
    }
}
