//! Pushing rows of one collection.

use serde_json::{Map, Value};

use super::RowDocument;
use crate::app::App;
use crate::auth::Viewer;
use crate::error::ApiError;
use crate::sync::collection::SyncRow;
use crate::sync::registry::Registry;
use crate::sync::rows::RowFace;
use crate::sync::rows::push::{Fate, not_taken, push_rows};
use crate::sync::rows::told::{Before, SentRow};

/// Takes rows as RxDB sends them, and gives those that the client must change its mind about.
pub async fn push(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    face: &dyn RowFace,
    rows: Vec<Value>,
) -> Result<Vec<RowDocument>, ApiError> {
    let (instead, _) = take(app, registry, viewer, face, rows, false).await?;
    let document = |(id, row): Instead| match row {
        None => RowDocument::tombstone(id),
        Some(row) => (*row).into(),
    };
    Ok(instead.into_iter().map(document).collect())
}

/// A row that the client must change its mind about, by its id as it was sent; nothing stands for a
/// tombstone.
pub(super) type Instead = (String, Option<Box<SyncRow>>);

/// Takes rows of any collection. Gives those that the client must change its mind about, and if `names`
/// the mutations that the rows stand for.
pub(super) async fn take(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    face: &dyn RowFace,
    rows: Vec<Value>,
    names: bool,
) -> Result<(Vec<Instead>, Vec<Value>), ApiError> {
    let sent: Vec<SentRow> = rows.into_iter().map(read).collect();
    let taken = push_rows(app, registry, viewer, face, &sent, names).await?;
    if taken.leaves_some() {
        return Err(not_taken());
    }
    let fates = sent.into_iter().zip(taken.fates);
    let instead = fates.filter_map(|(sent, fate)| match fate {
        Fate::Stands | Fate::NotTaken => None,
        Fate::Instead(instead) => Some((sent.id, instead)),
    });
    Ok((instead.collect(), taken.mutations))
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
