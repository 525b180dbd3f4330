//! What an edit changed, in the events that tell of edits.

use async_graphql::{Json, SimpleObject};
use entity::changes;
use serde_json::Value;

/// One field that an edit changed.
#[derive(SimpleObject)]
pub struct FieldChange {
    /// `summary`, `priority`, …, as the edit names it.
    field: String,
    /// The value before.
    old: Json<Value>,
    /// The value after.
    new: Json<Value>,
}

impl From<&changes::FieldChange> for FieldChange {
    fn from(change: &changes::FieldChange) -> Self {
        Self {
            field: change.field.clone(),
            old: Json(change.old.clone()),
            new: Json(change.new.clone()),
        }
    }
}
