//! A row as RxDB carries it: its fields are the declared columns.
//!
//! What is null is left out, wherever a row is given. The schema of an app says `string` and not `string
//! or null`, a modifier of the client takes nulls out of what it pulls and not out of what comes back
//! from a push, and a row that its validator refuses would stop its collection for good.

use async_graphql::Value as GraphqlValue;
use serde_json::{Map, Value, json};

use super::asked::Asked;
use crate::command::record::{Column, Shape};
use crate::sync::collection::SyncRow;
use crate::sync::protocol;
use crate::sync::rows::RowFace;

/// A row as RxDB carries it. A tombstone has nothing but its id.
pub struct RowDocument {
    id: String,
    seq: Option<i64>,
    fields: Option<Map<String, Value>>,
}

impl RowDocument {
    /// A row that must go, without a word about it.
    pub fn tombstone(id: String) -> Self {
        Self::new(id, None, None)
    }

    fn new(id: String, seq: Option<i64>, document: Option<Value>) -> Self {
        let fields = match document {
            Some(Value::Object(fields)) => Some(fields),
            _ => None,
        };
        Self { id, seq, fields }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// What was asked for of it, as an object of this type.
    pub fn answer(&self, face: &dyn RowFace, type_name: &str, asked: &Asked) -> GraphqlValue {
        let mut row = asked.object(type_name, |name, _| self.field(face, name));
        if let GraphqlValue::Object(fields) = &mut row {
            fields.retain(|_, value| *value != GraphqlValue::Null);
        }
        row
    }

    fn field(&self, face: &dyn RowFace, name: &str) -> GraphqlValue {
        match name {
            "id" => return self.id.clone().into(),
            "deleted" => return self.fields.is_none().into(),
            "seq" => return self.seq.map_or(GraphqlValue::Null, Into::into),
            _ => {}
        }
        let column = face.columns().iter().find(|column| column.name == name);
        let cell = column.zip(self.fields.as_ref());
        let cell = cell.and_then(|(column, fields)| cell_of(column, fields));
        let value = cell.map(|value| GraphqlValue::from_json(value).unwrap_or_default());
        value.unwrap_or_default()
    }
}

impl From<protocol::Document> for RowDocument {
    fn from(document: protocol::Document) -> Self {
        Self::new(document.id, Some(document.seq), document.document)
    }
}

impl From<SyncRow> for RowDocument {
    fn from(row: SyncRow) -> Self {
        Self::new(row.id.to_string(), Some(row.seq), row.document)
    }
}

/// What a row holds in this column, if it is not null.
fn cell_of(column: &Column, fields: &Map<String, Value>) -> Option<Value> {
    let value = fields.get(column.field).filter(|value| !value.is_null())?;
    Some(match column.shape {
        Shape::Json => value.to_string().into(),
        _ => value.clone(),
    })
}

/// A row with all of its columns; without one a tombstone of this id.
pub fn whole_row(face: &dyn RowFace, id: String, row: Option<SyncRow>) -> Value {
    let Some((seq, Value::Object(fields))) = row.and_then(|row| Some((row.seq, row.document?)))
    else {
        return json!({ "id": id, "deleted": true });
    };
    let columns = face.columns().iter();
    let columns = columns.filter_map(|column| {
        let value = cell_of(column, &fields)?;
        Some((column.name.to_owned(), value))
    });
    let own = [
        ("id".to_owned(), id.into()),
        ("deleted".to_owned(), false.into()),
        ("seq".to_owned(), seq.into()),
    ];
    columns.chain(own).collect()
}
