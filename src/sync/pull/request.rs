//! What a pull asks for, checked.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::app::App;
use crate::error::ApiError;
use crate::sync::registry::Registry;

/// The most ids of records with unsent edits that a pull may name.
const MOST_DIRTY: usize = 1_000;

/// How many rows a page may hold.
pub fn limit(app: &App, asked: Option<i32>) -> Result<usize, ApiError> {
    let most = app.settings().sync.pull_limit;
    let limit = asked.map_or(Some(most.min(500)), |asked| usize::try_from(asked).ok());
    limit
        .filter(|limit| (1..=most).contains(limit))
        .ok_or_else(|| {
            ApiError::invalid(
                "limit",
                format!("must be 1 to {most}"),
                format!("须在 1 至 {most} 之间"),
            )
        })
}

pub fn collections(
    registry: &Registry,
    asked: Option<Vec<String>>,
) -> Result<BTreeSet<String>, ApiError> {
    let asked: BTreeSet<String> = asked.unwrap_or_default().into_iter().collect();
    match asked
        .iter()
        .find(|name| registry.find_collection(name).is_none())
    {
        None => Ok(asked),
        Some(name) => Err(ApiError::invalid(
            "collections",
            format!("there is no collection {name:?}"),
            format!("没有名为 {name:?} 的数据集"),
        )),
    }
}

/// Ids that are no UUIDs name no record of ours, so nothing of theirs can be withheld.
pub fn dirty(ids: &[String]) -> Result<BTreeSet<String>, ApiError> {
    if ids.len() > MOST_DIRTY {
        return Err(ApiError::invalid(
            "dirtyIds",
            format!("at most {MOST_DIRTY}; push first"),
            format!("最多 {MOST_DIRTY} 个，请先上传"),
        ));
    }
    Ok(ids
        .iter()
        .filter_map(|id| Some(Uuid::try_parse(id).ok()?.to_string()))
        .collect())
}
