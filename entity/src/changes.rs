//! What an edit changed: shape of `changes` in events of edits.

use sea_orm::FromJsonQueryResult;
use sea_orm::prelude::Json;
use serde::{Deserialize, Serialize};

/// One field, as it was and as it is since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldChange {
    pub field: String,
    pub old: Json,
    pub new: Json,
}

/// `[{"field": "summary", "old": "厨房漏水", "new": "卫生间漏水"}]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct FieldChanges(pub Vec<FieldChange>);
