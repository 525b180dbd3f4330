//! The rows of one table that a change has seen and touched, without their type.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use sea_orm::prelude::Json;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IdenStatic, Iterable};
use serde_json::Value;
use uuid::Uuid;

use super::reach::Audience;
use super::record::{Record, Root, Stamp};
use super::transaction::Transaction;

/// A row as it was found and as it is to be.
#[derive(Clone)]
pub(super) struct Slot<R> {
    before: Option<R>,
    after: R,
    /// Held until the change ends, so that it may be replaced.
    is_locked: bool,
    /// In the order in which the change came upon its rows.
    place: usize,
}

/// All that a change knows of one table.
pub(super) struct Table<R> {
    slots: BTreeMap<Uuid, Slot<R>>,
    /// The rows of each root, but for the root itself.
    of_roots: HashMap<Uuid, BTreeSet<Uuid>>,
    /// Asked for and not there.
    absent: BTreeSet<Uuid>,
    /// What each touched row was before, newest last, to take a refused command back.
    undo: Vec<(Uuid, Option<R>)>,
}

/// One changed row.
pub(super) struct Change {
    pub id: Uuid,
    pub realm: Uuid,
    pub root: Option<Root>,
    pub is_fact: bool,
}

/// Told how many rows have been written since it was told last.
pub(super) type Told<'a> = dyn Fn(usize) + Send + Sync + 'a;

/// A table whose row type is not known here.
#[async_trait]
pub(super) trait AnyTable: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    fn name(&self) -> &'static str;
    fn rank(&self) -> u8;
    fn realm(&self, id: Uuid) -> Option<Uuid>;
    fn changes(&self) -> Vec<Change>;
    /// Whether rows that never change are added to it.
    fn has_new_facts(&self) -> bool;
    fn audiences(&self, id: Uuid) -> Option<(BTreeSet<Audience>, BTreeSet<Audience>)>;
    fn accounts(&self, id: Uuid) -> Vec<Uuid>;
    fn stamp(&mut self, id: Uuid, stamp: Stamp);
    fn differences(&self, id: Uuid) -> (Option<Json>, Option<Json>);
    fn mark(&self) -> usize;
    fn rollback_to(&mut self, mark: usize);
    async fn flush(&self, transaction: &Transaction, told: &Told<'_>) -> Result<(), DbErr>;
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            slots: BTreeMap::new(),
            of_roots: HashMap::new(),
            absent: BTreeSet::new(),
            undo: Vec::new(),
        }
    }
}

impl<R: Record> Table<R> {
    /// Whether the row need not be fetched: it is here, locked if that is asked, or is not there.
    pub fn knows(&self, id: Uuid, lock: bool) -> bool {
        let held = |slot: &Slot<R>| slot.is_locked || !lock;
        self.slots.get(&id).is_some_and(held) || self.absent.contains(&id)
    }

    /// Takes in a row from the database, unless this change holds it already.
    pub fn loaded(&mut self, row: R, is_locked: bool) {
        let id = row.id();
        self.absent.remove(&id);
        let held = self
            .slots
            .get(&id)
            .is_some_and(|slot| slot.is_locked || !is_locked);
        if !held {
            let before = Some(row.clone());
            self.hold(before, row, is_locked);
        }
    }

    fn hold(&mut self, before: Option<R>, after: R, is_locked: bool) {
        let (id, place) = (after.id(), self.slots.len());
        if let Some(root) = after.root().filter(|root| root.id != id) {
            self.of_roots.entry(root.id).or_default().insert(id);
        }
        let slot = Slot {
            before,
            after,
            is_locked,
            place,
        };
        self.slots.insert(id, slot);
    }

    pub fn missing(&mut self, id: Uuid) {
        if !self.slots.contains_key(&id) {
            self.absent.insert(id);
        }
    }

    pub fn get(&self, id: Uuid) -> Option<&R> {
        self.slots.get(&id).map(|slot| &slot.after)
    }

    pub fn rows(&self) -> impl Iterator<Item = &R> {
        self.slots.values().map(|slot| &slot.after)
    }

    pub fn is_stored(&self, id: Uuid) -> bool {
        self.slots
            .get(&id)
            .is_some_and(|slot| slot.before.is_some())
    }

    /// The other rows of a root, in the order in which the change came upon them.
    pub fn of_root(&self, root: Uuid) -> Vec<&R> {
        let ids = self.of_roots.get(&root).into_iter().flatten();
        let mut slots: Vec<_> = ids.filter_map(|id| self.slots.get(id)).collect();
        slots.sort_by_key(|slot| slot.place);
        slots.into_iter().map(|slot| &slot.after).collect()
    }

    /// Stages a new row; false when the id is taken.
    pub fn insert(&mut self, row: R) -> bool {
        let id = row.id();
        if self.slots.contains_key(&id) {
            return false;
        }
        self.undo.push((id, None));
        self.hold(None, row, true);
        true
    }

    /// Stages a changed row; false when it was never loaded for that.
    pub fn update(&mut self, id: Uuid, change: impl FnOnce(&mut R)) -> bool {
        let Some(slot) = self.slots.get_mut(&id).filter(|slot| slot.is_locked) else {
            return false;
        };
        self.undo.push((id, Some(slot.after.clone())));
        change(&mut slot.after);
        true
    }
}

fn is_changed<R: Record>(slot: &Slot<R>) -> bool {
    slot.before.as_ref() != Some(&slot.after)
}

#[async_trait]
impl<R: Record> AnyTable for Table<R> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn name(&self) -> &'static str {
        R::NAME
    }

    fn rank(&self) -> u8 {
        R::RANK
    }

    fn realm(&self, id: Uuid) -> Option<Uuid> {
        self.get(id).map(Record::realm)
    }

    /// In the order in which the change came upon them: new rows are numbered as they were staged.
    fn changes(&self) -> Vec<Change> {
        let changed = self.slots.values().filter(|slot| is_changed(slot));
        let mut changed: Vec<_> = changed.collect();
        changed.sort_by_key(|slot| slot.place);
        changed
            .into_iter()
            .map(|Slot { after, .. }| Change {
                id: after.id(),
                realm: after.realm(),
                root: after.root(),
                is_fact: R::IS_FACT,
            })
            .collect()
    }

    fn has_new_facts(&self) -> bool {
        R::IS_FACT && self.slots.values().any(|slot| slot.before.is_none())
    }

    fn audiences(&self, id: Uuid) -> Option<(BTreeSet<Audience>, BTreeSet<Audience>)> {
        let slot = self.slots.get(&id)?;
        let before = slot
            .before
            .as_ref()
            .map(Record::audiences)
            .unwrap_or_default();
        Some((before, slot.after.audiences()))
    }

    fn accounts(&self, id: Uuid) -> Vec<Uuid> {
        let slot = self.slots.get(&id);
        let rows = slot
            .into_iter()
            .flat_map(|slot| slot.before.iter().chain([&slot.after]));
        rows.filter_map(Record::reached_by).collect()
    }

    fn stamp(&mut self, id: Uuid, stamp: Stamp) {
        if let Some(slot) = self.slots.get_mut(&id) {
            slot.after.stamp(stamp);
        }
    }

    fn differences(&self, id: Uuid) -> (Option<Json>, Option<Json>) {
        let Some(slot) = self.slots.get(&id) else {
            return (None, None);
        };
        let after = serde_json::to_value(&slot.after).unwrap_or_default();
        let Some(before) = &slot.before else {
            return (None, Some(after));
        };
        let before = serde_json::to_value(before).unwrap_or_default();
        let (Value::Object(mut before), Value::Object(mut after)) = (before, after) else {
            return (None, None);
        };
        before.retain(|key, value| after.get(key) != Some(value));
        after.retain(|key, _| before.contains_key(key));
        (Some(Value::Object(before)), Some(Value::Object(after)))
    }

    fn mark(&self) -> usize {
        self.undo.len()
    }

    fn rollback_to(&mut self, mark: usize) {
        while self.undo.len() > mark {
            match self.undo.pop() {
                Some((id, Some(row))) => {
                    if let Some(slot) = self.slots.get_mut(&id) {
                        slot.after = row;
                    }
                }
                Some((id, None)) => {
                    self.slots.remove(&id);
                }
                None => {}
            }
        }
    }

    async fn flush(&self, transaction: &Transaction, told: &Told<'_>) -> Result<(), DbErr> {
        let changed = self.slots.values().filter(|slot| is_changed(slot));
        let (known, new): (Vec<_>, Vec<_>) = changed.partition(|slot| slot.before.is_some());
        let rows =
            |slots: Vec<&Slot<R>>| slots.into_iter().map(|slot| slot.after.clone()).collect();
        insert(transaction, rows(new), None, told).await?;
        insert(
            transaction,
            rows(known),
            Some(replace::<R::Entity>(&R::id_column())),
            told,
        )
        .await
    }
}

/// Replaces every column but the key. The rows were locked when they were loaded, so nothing of
/// anybody else's can be overwritten.
fn replace<E: EntityTrait>(key: &E::Column) -> OnConflict {
    let others = E::Column::iter().filter(|column| column.as_str() != key.as_str());
    OnConflict::column(*key).update_columns(others).to_owned()
}

/// Adds rows in as few statements as the limit of bound values allows.
pub(super) async fn insert<R>(
    transaction: &Transaction,
    rows: Vec<R>,
    on_conflict: Option<OnConflict>,
    told: &Told<'_>,
) -> Result<(), DbErr>
where
    R: sea_orm::ModelTrait<Entity: EntityTrait<Model = R, ActiveModel: Send>>
        + sea_orm::IntoActiveModel<<R::Entity as EntityTrait>::ActiveModel>
        + Clone
        + Send
        + Sync,
{
    /// Both databases take at least this many bound values in one statement.
    const BOUND_VALUES: usize = 30_000;
    let columns = <<R::Entity as EntityTrait>::Column as Iterable>::iter().count();
    for chunk in rows.chunks((BOUND_VALUES / columns).max(1)) {
        let models = chunk
            .iter()
            .map(|row| row.clone().into_active_model().reset_all());
        let mut statement = R::Entity::insert_many(models);
        if let Some(on_conflict) = &on_conflict {
            statement = statement.on_conflict(on_conflict.clone());
        }
        statement.exec_without_returning(transaction).await?;
        told(chunk.len());
    }
    Ok(())
}
