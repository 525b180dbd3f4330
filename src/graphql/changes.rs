//! Edits: what the desk wants to change, and what an edit changed.

use async_graphql::{Json, SimpleObject};
use entity::changes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::ApiError;

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

/// The fields that an input says something in, by their names; what is left out or null stays as it is.
pub fn changes(input: &impl Serialize) -> Result<Map<String, Value>, ApiError> {
    let fields = serde_json::to_value(input);
    let fields = fields.map_err(|error| ApiError::internal(error.to_string()))?;
    let fields = fields.as_object().into_iter().flatten();
    let said = fields.filter(|(_, value)| !value.is_null());
    Ok(said
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect())
}
