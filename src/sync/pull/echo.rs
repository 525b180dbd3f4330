//! The echo: what has become of what a phone sent, where no number of the feed tells it.
//!
//! A client that sends rows believes from then on that the server holds them. Where an edit lost or
//! was kept out the record did not change, so no feed names it; its author is given it once more, as
//! it stands, or told to remove what has never been.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::SessionId;
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::Pull;
use crate::error::ApiError;

/// Gives, once the end is reached, the records of what this session sent: a client that sends rows
/// believes that the server holds them, and no number tells it otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Echo {
    /// How long before its cursor was made a mutation may have been resolved.
    pub margin: TimeDelta,
    /// To whoever goes on within this time because his page was not short the margin does not count, or he
    /// would not come to an end.
    pub pause: TimeDelta,
    /// Whether what was simply applied is given too, with what the server has filled in.
    pub applied: bool,
    /// Each only once, to a client that takes an answer and its cursor together. Others may pass over
    /// what comes while they push, and are given it as long as the margin lasts.
    pub once: bool,
}

/// What the ledger says of a mutation.
#[derive(FromQueryResult)]
struct Entry {
    mutation_id: String,
    kind: String,
    record_id: String,
    resolved_at: DateTime<Utc>,
}

impl Pull<'_> {
    /// Puts on the page what has become of this session's mutations. When it does not all fit, the
    /// page is full and the next one goes on: a client may take a page that is not full for the last.
    /// Tells whether there was anything to look up.
    pub(super) async fn echo(&mut self, session: SessionId, echo: Echo) -> Result<bool, ApiError> {
        let mut has_echo = false;
        let mut known = self.on_page();
        let mut named: Vec<(&'static str, String)> = Vec::new();
        loop {
            let room = self.page.room().saturating_sub(named.len());
            if room == 0 {
                self.page.is_cut = true;
                break;
            }
            let resolved = self.resolved(session, echo, room as u64).await?;
            let is_last = resolved.len() < room;
            has_echo |= !resolved.is_empty();
            for mutation in resolved {
                let key = (mutation.resolved_at, mutation.mutation_id.clone());
                if !echo.once || self.cursor.told.insert(key.clone()) {
                    for record in self.records_of(&mutation) {
                        if known.insert((record.0.to_owned(), record.1.clone())) {
                            named.push(record);
                        }
                    }
                }
                self.cursor.echoed = Some(key);
            }
            if is_last && named.len() < self.page.room() {
                self.cursor.echoed = None;
                break;
            }
        }
        self.put_records(named).await?;
        Ok(has_echo)
    }

    fn on_page(&self) -> BTreeSet<(String, String)> {
        let changes = self.page.changes.iter();
        let changes = changes.map(|change| (change.collection.to_owned(), change.id.clone()));
        let removals = self.page.removals.iter();
        let removals = removals.map(|removal| (removal.collection.clone(), removal.id.clone()));
        changes.chain(removals).collect()
    }

    /// The oldest mutations that have not been echoed.
    async fn resolved(
        &self,
        session: SessionId,
        echo: Echo,
        limit: u64,
    ) -> Result<Vec<Entry>, ApiError> {
        use MutationOutcome::{Applied, ConflictKept, Discarded, Merged, Quarantined};
        use sync_mutation::Column::{Kind, MutationId, Outcome, RecordId, ResolvedAt, SessionId};
        let made_at = self.cursor.made_at;
        let is_soon = self.app.clock().now() - made_at < echo.pause;
        let is_going_on = self.cursor.goes_on && is_soon;
        let earlier = made_at.checked_sub_signed(echo.margin);
        let since = earlier.filter(|_| !is_going_on).unwrap_or(made_at);
        let outcomes = [Merged, ConflictKept, Quarantined, Discarded].into_iter();
        let outcomes = outcomes.chain(echo.applied.then_some(Applied));
        let mut which = Condition::all()
            .add(SessionId.eq(session))
            .add(Outcome.is_in(outcomes))
            .add(ResolvedAt.gte(since));
        if let Some((at, id)) = &self.cursor.echoed {
            let same_moment = Condition::all()
                .add(ResolvedAt.eq(*at))
                .add(MutationId.gt(id.as_str()));
            which = which.add(Condition::any().add(ResolvedAt.gt(*at)).add(same_moment));
        }
        let resolved = sync_mutation::Entity::find()
            .select_only()
            .columns([MutationId, Kind, RecordId, ResolvedAt])
            .filter(which)
            .order_by_asc(ResolvedAt)
            .order_by_asc(MutationId)
            .limit(limit)
            .into_model();
        Ok(resolved.all(&self.snapshot).await?)
    }

    /// The records that a mutation stands for on a phone that sends rows: the one it is about, and
    /// the row under its own id where that is another one, an inserted event.
    fn records_of(&self, mutation: &Entry) -> Vec<(&'static str, String)> {
        let kind = self.registry.collection_of(&mutation.kind);
        let about = (kind, &mutation.record_id);
        let faces = self.registry.faces();
        let is_edit = faces
            .iter()
            .any(|face| face.edit() == Some(&*mutation.kind));
        let is_inserted = !is_edit && mutation.mutation_id != mutation.record_id;
        let inserted = faces.iter().filter_map(|face| {
            let collection = self.registry.find_collection(face.name())?;
            let belongs = collection.root() == kind && collection.name() != kind;
            (is_inserted && belongs).then_some((collection.name(), &mutation.mutation_id))
        });
        let named = inserted.chain([about]).filter(|(_, id)| !id.is_empty());
        let carried = named.filter(|(name, _)| self.cursor.carries(name));
        let known = carried.filter_map(|(name, id)| {
            Some((self.registry.find_collection(name)?.name(), id.clone()))
        });
        known.collect()
    }

    /// Puts these records on the page as the viewer may see them now.
    async fn put_records(&mut self, named: Vec<(&'static str, String)>) -> Result<(), ApiError> {
        let mut by_collection: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (name, id) in named {
            by_collection.entry(name).or_default().push(id);
        }
        for (name, ids) in by_collection {
            let Some(collection) = self.registry.find_collection(name).cloned() else {
                continue;
            };
            let wanted = ids
                .iter()
                .filter_map(|id| Uuid::try_parse(id).ok())
                .collect();
            let keys = self.app.keys();
            let mut rows = collection
                .documents(&self.snapshot, self.viewer, keys, &wanted)
                .await?;
            for id in ids {
                let row = Uuid::try_parse(&id).ok().and_then(|id| rows.remove(&id));
                let row = row.filter(|row| row.document.is_some());
                // An id that is written in another way is another record to the phone.
                let is_as_written = row.as_ref().is_some_and(|row| row.id.to_string() == id);
                if !is_as_written {
                    self.put_removal(name, id);
                }
                if let Some(row) = row {
                    let standing = self.cursor.realms.get(&row.realm);
                    self.page.version = standing.map_or(0, |standing| standing.at);
                    self.put_row(name, row);
                }
            }
        }
        Ok(())
    }
}
