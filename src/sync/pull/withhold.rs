//! What is withheld from a phone until its unsent edits have come.
//!
//! A removal that arrives before the edits were sent destroys them, and so may a change. Clients that
//! tell which records they have not sent are given nothing of those until they have. Clients that do
//! not pull before they push, and a push may be lost again and again: they are given a removal once a
//! push has come that they made after it was withheld, because it brought whatever was unsent. One that
//! never pushes is given it when nothing waits any longer.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use uuid::Uuid;

use super::Pull;
use crate::error::ApiError;
use crate::sync::collection::SyncRow;
use crate::sync::cursor::Withheld;

/// How many removals wait for the next run at most; a phone that loses more has lost its post, and a
/// cursor must not grow without end.
const MOST_REMOVALS: usize = 2_000;

/// How long a removal waits for the push of a phone that sends none: as long as anything waits.
const PATIENCE: TimeDelta = TimeDelta::days(5);

/// How many are looked up at once: a statement takes so many ids and no more.
const AT_ONCE: usize = 500;

/// What is withheld.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Withhold {
    /// Removals of dirty records: such a phone lays its own edits over what it is given.
    #[default]
    Removals,
    /// Whatever concerns dirty records: such a phone keeps one row.
    Everything,
    /// Any removal until a push has come, from a phone that does not tell what is dirty.
    UntilPush {
        /// The run of pulls that ended last.
        run: i64,
        /// The one after which the last push came.
        settled: i64,
    },
}

impl Pull<'_> {
    /// Whether a change waits. What waits already goes on waiting, whatever else comes.
    pub(super) fn withholds_change(&mut self, name: &str, id: &str) -> bool {
        let is_dirty = self.page.dirty.contains(id);
        match self.page.withhold {
            Withhold::Everything if is_dirty => {
                self.withhold(name, id, None);
                true
            }
            Withhold::UntilPush { .. } => {
                // It has come back before its removal was told.
                self.cursor
                    .withheld
                    .remove(&(name.to_owned(), id.to_owned()));
                false
            }
            Withhold::Everything | Withhold::Removals => false,
        }
    }

    /// Whether a removal waits.
    pub(super) fn withholds_removal(&mut self, name: &str, id: &str) -> bool {
        let is_dirty = self.page.dirty.contains(id);
        match self.page.withhold {
            Withhold::UntilPush { run, .. } if self.cursor.withheld.len() < MOST_REMOVALS => {
                self.withhold(name, id, Some(run));
                true
            }
            Withhold::Removals | Withhold::Everything if is_dirty => {
                self.withhold(name, id, None);
                true
            }
            _ => false,
        }
    }

    /// Keeps the oldest version: that is the one the phone has.
    fn withhold(&mut self, name: &str, id: &str, run: Option<i64>) {
        let held = Withheld {
            base: self.page.version,
            run,
            since: self.app.clock().now().timestamp(),
        };
        let key = (name.to_owned(), id.to_owned());
        self.cursor.withheld.entry(key).or_insert(held);
    }

    /// Gives what was withheld for unsent edits that have come meanwhile.
    pub(super) async fn release_withheld(&mut self) -> Result<(), ApiError> {
        let (dirty, withhold) = (&self.page.dirty, self.page.withhold);
        let too_long_ago = (self.app.clock().now() - PATIENCE).timestamp();
        let is_released = |id: &str, held: &Withheld| match withhold {
            Withhold::Removals | Withhold::Everything => !dirty.contains(id),
            Withhold::UntilPush { settled, .. } => {
                let is_sent = held.run.is_none_or(|run| settled > run);
                is_sent || held.since < too_long_ago
            }
        };
        let mut by_collection: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for ((name, id), held) in &self.cursor.withheld {
            if is_released(id, held) {
                by_collection
                    .entry(name.clone())
                    .or_default()
                    .push(id.clone());
            }
        }
        for (name, ids) in by_collection {
            for ids in ids.chunks(AT_ONCE) {
                if self.page.room() == 0 {
                    self.page.is_cut = true;
                    return Ok(());
                }
                self.release(&name, ids.to_vec()).await?;
            }
        }
        Ok(())
    }

    async fn release(&mut self, name: &str, ids: Vec<String>) -> Result<(), ApiError> {
        let Some(collection) = self.registry.find_collection(name).cloned() else {
            return Ok(());
        };
        let name = collection.name();
        let wanted = ids
            .iter()
            .filter_map(|id| Uuid::try_parse(id).ok())
            .collect();
        // What a phone was given already need only be told to be there still.
        let carried = collection
            .carried(&self.snapshot, self.viewer, &wanted)
            .await?;
        let visible: BTreeMap<Uuid, Option<SyncRow>> = if self.page.withhold == Withhold::Removals {
            carried.into_iter().map(|id| (id, None)).collect()
        } else {
            let keys = self.app.keys();
            let rows = collection
                .documents(&self.snapshot, self.viewer, keys, &carried)
                .await?;
            let rows = rows.into_iter().filter(|(_, row)| row.document.is_some());
            rows.map(|(id, row)| (id, Some(row))).collect()
        };
        let mut visible = visible;
        for id in ids {
            let found = Uuid::try_parse(&id).ok().and_then(|id| visible.remove(&id));
            let is_told = !matches!(found, Some(None));
            if is_told && self.page.room() == 0 {
                self.page.is_cut = true;
                continue;
            }
            match found {
                Some(Some(row)) => self.page.put_change(name, id.clone(), row),
                Some(None) => {}
                None => self.page.put_removal(name, id.clone()),
            }
            self.cursor.withheld.remove(&(name.to_owned(), id));
        }
        Ok(())
    }
}
