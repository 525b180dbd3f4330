//! Steps that phones insert as rows: an event stands for the command that would have made it.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Meaning, RowError, payload_of};
use crate::command::record::{Column, Shape};
use crate::error::ApiError;

/// A step that phones insert as an event.
pub struct Step {
    /// What the event may have as its `kind`.
    pub words: &'static [&'static str],
    /// The kind of mutation it stands for.
    pub kind: &'static str,
    /// The columns it carries, and the fields of the payload they become.
    pub carries: &'static [(&'static str, &'static str)],
}

/// The column of an event that says which step it is.
const KIND: &str = "kind";

/// What an inserted event stands for: the step that its `kind` names, of the record that the column `of`
/// names. Its id is the id of the event here too. A column that says something and is not of this step
/// is refused, so that nothing a phone wrote is dropped without a word.
pub fn step_of(
    steps: &'static [Step],
    (columns, of): (&[Column], &'static str),
    id: Uuid,
    row: &Map<String, Value>,
) -> Result<Meaning, ApiError> {
    let record_id = row.get(of).and_then(Value::as_str);
    let record_id = record_id.and_then(|id| Uuid::try_parse(id).ok());
    let record_id = record_id.ok_or_else(|| unreadable(&format!("{of} must be a UUID")))?;
    let word = row.get(KIND).and_then(Value::as_str);
    let step = steps
        .iter()
        .find(|step| word.is_some_and(|word| step.words.contains(&word)));
    let step = step.ok_or_else(|| unreadable("kind must be one that phones insert"))?;
    let mut said = said(columns, row)?;
    said.remove(of);
    said.remove(KIND);
    let mut payload = Map::new();
    for (column, field) in step.carries {
        if let Some(value) = said.remove(*column) {
            payload.insert((*field).to_owned(), value);
        }
    }
    said.retain(|_, value| *value != false);
    if !said.is_empty() {
        let names: Vec<_> = said.keys().map(String::as_str).collect();
        return Err(RowError::NotWritable(names.join(", ")).into());
    }
    payload.insert("eventId".to_owned(), id.to_string().into());
    Ok(Meaning {
        kind: step.kind,
        record_id: Some(record_id),
        payload,
    })
}

/// Those of a row's columns that say something. An empty list says nothing, and a text in a column of
/// JSON is what could not be read as JSON.
fn said(columns: &[Column], row: &Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let mut said = payload_of(columns, row);
    for column in columns.iter().filter(|column| column.shape == Shape::Json) {
        match said.get(column.name) {
            Some(Value::String(_)) => {
                return Err(unreadable(&format!("{} must be JSON", column.name)));
            }
            Some(value) if is_empty(value) => drop(said.remove(column.name)),
            _ => {}
        }
    }
    Ok(said)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A row, or a part of it, that cannot be read.
pub fn unreadable(why: &str) -> ApiError {
    RowError::Unreadable(why.to_owned()).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::Language;

    const COLUMNS: &[Column] = &[
        Column::new("roundId", Shape::Id, "").once(),
        Column::new("kind", Shape::Word, "").once(),
        Column::new("note", Shape::Text, "").once(),
        Column::new("photos", Shape::Json, "").optional().once(),
        Column::new("isInternal", Shape::Flag, "").once(),
    ];

    const STEPS: &[Step] = &[
        Step {
            words: &["seen"],
            kind: "round.see",
            carries: &[("note", "remark"), ("photos", "photos")],
        },
        Step {
            words: &["noted"],
            kind: "round.note",
            carries: &[("note", "note"), ("isInternal", "isInternal")],
        },
    ];

    #[test]
    fn an_event_stands_for_its_step_and_for_all_it_says_or_for_nothing() {
        let round = Uuid::from_u128(1);
        // The row beside its round, and the payload beside its event, or why it is refused.
        let cases = [
            (
                json!({ "kind": "seen", "note": "好" }),
                Ok(json!({ "remark": "好" })),
            ),
            (
                json!({ "kind": "seen", "photos": "[\"a\"]", "isInternal": false }),
                Ok(json!({ "photos": ["a"] })),
            ),
            (
                json!({ "kind": "seen", "photos": "[]", "note": "" }),
                Ok(json!({})),
            ),
            (
                json!({ "kind": "noted", "isInternal": false, "photos": {} }),
                Ok(json!({ "isInternal": false })),
            ),
            (
                json!({ "kind": "noted", "photos": ["a"] }),
                Err("these columns are not written by phones: photos"),
            ),
            (
                json!({ "kind": "seen", "isInternal": true }),
                Err("these columns are not written by phones: isInternal"),
            ),
            (
                json!({ "kind": "noted", "photos": "a, b" }),
                Err("the row cannot be read: photos must be JSON"),
            ),
            (
                json!({ "kind": "made" }),
                Err("the row cannot be read: kind must be one that phones insert"),
            ),
            (
                json!({ "kind": "seen", "roundId": "7" }),
                Err("the row cannot be read: roundId must be a UUID"),
            ),
        ];
        for (row, expected) in cases {
            let mut sent = Map::from_iter([("roundId".to_owned(), json!(round))]);
            sent.extend(row.as_object().unwrap().clone());
            let id = Uuid::from_u128(2);
            let meaning = step_of(STEPS, (COLUMNS, "roundId"), id, &sent);
            let payload = meaning.map(|mut meaning| {
                assert_eq!(meaning.record_id, Some(round));
                assert_eq!(meaning.payload.remove("eventId"), Some(json!(id)));
                Value::Object(meaning.payload)
            });
            let payload = payload.map_err(|refusal| refusal.message(Language::English));
            assert_eq!(payload, expected.map_err(str::to_owned), "{row}");
        }
    }
}
