//! Pushing rows of one collection.

use serde_json::{Map, Value};

use super::RowDocument;
use crate::app::App;
use crate::auth::Viewer;
use crate::error::ApiError;
use crate::sync::registry::Registry;
use crate::sync::rows::push::{Fate, not_taken, push_rows};
use crate::sync::rows::told::{Before, SentRow};
use crate::sync::rows::{Carried, RowFaceOf};

/// Takes rows as RxDB sends them, and gives those that the client must change its mind about.
pub async fn push<M: Carried>(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    rows: Vec<Value>,
) -> Result<Vec<RowDocument<M>>, ApiError> {
    let sent: Vec<SentRow> = rows.into_iter().map(read).collect();
    let face = RowFaceOf::<M>::new();
    let fates = push_rows(app, registry, viewer, &face, &sent).await?;
    if fates.iter().any(|fate| matches!(fate, Fate::NotTaken)) {
        return Err(not_taken());
    }
    let conflicts = sent.into_iter().zip(fates).filter_map(|(sent, fate)| {
        let instead = match fate {
            Fate::Stands | Fate::NotTaken => return None,
            Fate::Instead(instead) => instead,
        };
        let tombstone = || RowDocument::tombstone(sent.id);
        Some(instead.map_or_else(tombstone, |row| (*row).into()))
    });
    Ok(conflicts.collect())
}

/// One row, whatever its shape.
fn read(row: Value) -> SentRow {
    let state = |name: &str| row.get(name).and_then(Value::as_object).cloned();
    let new = state("newDocumentState");
    let before = state("assumedMasterState").map_or(Before::Nothing, Before::Row);
    let id = |row: &Map<String, Value>| Some(row.get("id")?.as_str()?.to_owned());
    let row = new.unwrap_or_else(|| Map::from_iter([("unreadable".to_owned(), row)]));
    let deleted = row.get("deleted").or_else(|| row.get("_deleted"));
    SentRow {
        id: id(&row).unwrap_or_default(),
        is_deleted: deleted == Some(&Value::Bool(true)),
        row,
        before,
    }
}
