//! The contract of WatermelonDB 0.28: what its pull asks, and how a row looks there.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::command::record::Shape;
use crate::error::ApiError;
use crate::json;
use crate::sync::protocol::Document;
use crate::sync::registry::Registry;
use crate::sync::rows::RowFace;

/// How many unsent records are looked at.
const MOST_DIRTY: usize = 10_000;

/// What `pullChanges` asks. What is not named here is ignored: clients send more.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PullArguments {
    /// The timestamp of the pull before; null when there was none.
    pub last_pulled_at: Value,
    pub migration: Option<Migration>,
    /// The tables of ours that the app has; all when it does not tell.
    pub tables: Option<Vec<String>>,
    /// Rows with unsent edits, by table; left out by a client that does not tell.
    pub dirty_ids: Option<Map<String, Value>>,
    /// About how many rows the answer may hold; without it, all there are.
    pub limit: Option<u64>,
}

/// What an update of the app added to its schema.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Migration {
    tables: Vec<String>,
    columns: Vec<MigratedColumns>,
}

#[derive(Clone, Debug, Deserialize)]
struct MigratedColumns {
    table: String,
}

impl Migration {
    /// The tables of which the phone lacks something in rows that it has been given.
    pub fn tables(&self) -> BTreeSet<&str> {
        let new = self.tables.iter().map(|table| &**table);
        new.chain(self.columns.iter().map(|columns| &*columns.table))
            .collect()
    }
}

impl PullArguments {
    /// From a JSON body; an empty one asks for everything.
    pub fn from_body(body: &[u8]) -> Result<Self, ApiError> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let arguments = json::read(body).and_then(json::meant);
        arguments.map_err(|error| unreadable(&error))
    }

    /// From the parameters of an address: numbers as they are, the rest as JSON.
    pub fn from_query(query: impl IntoIterator<Item = (String, String)>) -> Result<Self, ApiError> {
        const NAMES: [&str; 5] = ["lastPulledAt", "migration", "tables", "dirtyIds", "limit"];
        let mut arguments = Map::new();
        for (name, text) in query {
            if NAMES.contains(&&*name) && !text.trim().is_empty() {
                // What an `undefined` of JavaScript becomes says as little as leaving it out.
                let value = match &*text {
                    "undefined" => Value::Null,
                    text => json::read(text.as_bytes()).map_err(|error| unreadable(&error))?,
                };
                arguments.insert(name, value);
            }
        }
        json::meant(Value::Object(arguments)).map_err(|error| unreadable(&error))
    }

    /// The number of the stored cursor it names. What is no number names none.
    pub fn number(&self) -> Option<i64> {
        json::whole(&self.last_pulled_at)
    }

    /// What the app carries, parents first. One that names nothing we know is given everything, as one
    /// that does not tell.
    pub fn faces(&self, registry: &Registry) -> Vec<Arc<dyn RowFace>> {
        let named = |face: &&Arc<dyn RowFace>| {
            let tables = self.tables.as_deref().unwrap_or_default();
            tables.iter().any(|table| table == face.table())
        };
        let faces: Vec<_> = registry.faces().iter().filter(named).cloned().collect();
        if faces.is_empty() {
            registry.faces().to_vec()
        } else {
            faces
        }
    }

    /// Records with unsent edits, as their ids are written here. Beyond a number that no phone reaches
    /// they are not looked at: to refuse the pull would keep the phone from its push.
    pub fn dirty(&self) -> BTreeSet<String> {
        let tables = self.dirty_ids.iter().flat_map(Map::values);
        let ids = tables.filter_map(Value::as_array).flatten();
        ids.filter_map(Value::as_str)
            .take(MOST_DIRTY)
            .map(|id| Uuid::try_parse(id).map_or_else(|_| id.to_owned(), |id| id.to_string()))
            .collect()
    }
}

pub fn unreadable(error: &serde_json::Error) -> ApiError {
    ApiError::invalid(
        "arguments",
        format!("cannot be read: {error}"),
        format!("无法读取：{error}"),
    )
}

/// A document as a row of its table.
pub fn row(face: &dyn RowFace, document: &Document) -> Value {
    let mut row = Map::new();
    row.insert("id".to_owned(), document.id.clone().into());
    row.insert("seq".to_owned(), document.seq.into());
    for column in face.columns() {
        let value = document.document.as_ref();
        let value = value.and_then(|fields| fields.get(column.field));
        let value = value.filter(|value| !value.is_null());
        let value = value.map_or(Value::Null, |value| cell(column.shape, value));
        row.insert(snake_case(column.name), value);
    }
    Value::Object(row)
}

fn cell(shape: Shape, value: &Value) -> Value {
    match shape {
        Shape::Moment => {
            let moment = value.as_str().map(DateTime::parse_from_rfc3339);
            let moment = moment.and_then(Result::ok);
            moment.map_or(Value::Null, |moment| moment.timestamp_millis().into())
        }
        Shape::Json => value.to_string().into(),
        Shape::Id | Shape::Text | Shape::Word | Shape::Number | Shape::Flag => value.clone(),
    }
}

/// `communityId` is `community_id` there.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_in_an_address_mean_what_they_mean_in_a_body() {
        let body = json!({
            "lastPulledAt": 7,
            "schemaVersion": 2,
            "migration": { "from": 1, "tables": ["tickets"], "columns": [{ "table": "parties", "columns": ["name"] }] },
            "dirtyIds": { "tickets": ["a", "00000000-0000-0000-0000-0000000000AB"] },
        });
        let of_body = PullArguments::from_body(body.to_string().as_bytes()).unwrap();
        let query = ["lastPulledAt", "schemaVersion", "migration", "dirtyIds"];
        let query = query.map(|name| (name.to_owned(), body[name].to_string()));
        let of_query = PullArguments::from_query(query).unwrap();
        for arguments in [of_body, of_query] {
            assert_eq!(arguments.number(), Some(7));
            let tables = arguments.migration.as_ref().unwrap().tables();
            assert_eq!(tables, BTreeSet::from(["parties", "tickets"]));
            let dirty = ["00000000-0000-0000-0000-0000000000ab", "a"];
            assert_eq!(arguments.dirty(), dirty.map(str::to_owned).into());
        }
    }

    #[test]
    fn a_timestamp_that_is_none_of_ours_names_no_cursor() {
        for text in ["null", "1.5", "\"x\"", "1e21", "{}"] {
            let body = format!("{{ \"lastPulledAt\": {text} }}");
            let arguments = PullArguments::from_body(body.as_bytes()).unwrap();
            assert_eq!(arguments.number(), None, "{text}");
        }
        for text in ["7", "7.0", "\"7\""] {
            let body = format!("{{ \"lastPulledAt\": {text}, \"limit\": {text} }}");
            let arguments = PullArguments::from_body(body.as_bytes()).unwrap();
            assert_eq!((arguments.number(), arguments.limit), (Some(7), Some(7)));
        }
        let nothing = PullArguments::from_query([("lastPulledAt".to_owned(), String::new())]);
        assert!(nothing.unwrap().last_pulled_at.is_null());
        assert!(PullArguments::from_body(b"[").is_err());
    }

    #[test]
    fn names_are_written_as_in_the_schema_of_the_app() {
        for (camel, snake) in [
            ("seq", "seq"),
            ("communityId", "community_id"),
            ("contactPhoneMasked", "contact_phone_masked"),
        ] {
            assert_eq!(snake_case(camel), snake);
        }
    }
}
