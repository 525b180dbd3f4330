//! What an edit changed, in the events that tell of edits.

use async_graphql::{Json, SimpleObject};
use entity::changes;
use serde_json::Value;

/// One field that was edited.
#[derive(SimpleObject)]
pub struct FieldChange {
    /// `summary`, `priority`, …, as the edit names it.
    field: String,
    /// As it was.
    old: Json<Value>,
    /// As it is since.
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
