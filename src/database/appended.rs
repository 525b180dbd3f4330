//! Rows that are only ever added, of any type, flushed one statement per table.

use std::any::TypeId;
use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use sea_orm::DbErr;
use uuid::Uuid;

use super::record::{Appended, Heads};
use super::table::insert;
use super::transaction::Transaction;

/// An appended row whose type is not known here.
#[async_trait]
pub(super) trait AnyAppended: Send + Sync {
    fn as_any(&self) -> &(dyn std::any::Any + Send + Sync);
    fn realm(&self) -> Option<Uuid>;
    fn type_id(&self) -> TypeId;
    fn is_work(&self) -> bool;
    fn decided_for(&self) -> Option<Uuid>;
    async fn flush(
        &self,
        transaction: &Transaction,
        rows: &[Box<dyn AnyAppended>],
        heads: &Heads,
    ) -> Result<(), DbErr>;
}

#[async_trait]
impl<R: Appended> AnyAppended for R {
    fn as_any(&self) -> &(dyn std::any::Any + Send + Sync) {
        self
    }

    fn realm(&self) -> Option<Uuid> {
        Appended::realm(self)
    }

    fn type_id(&self) -> TypeId {
        TypeId::of::<R>()
    }

    fn is_work(&self) -> bool {
        R::IS_WORK
    }

    fn decided_for(&self) -> Option<Uuid> {
        Appended::decided_for(self)
    }

    /// Flushes all rows of its own type among `rows`.
    async fn flush(
        &self,
        transaction: &Transaction,
        rows: &[Box<dyn AnyAppended>],
        heads: &Heads,
    ) -> Result<(), DbErr> {
        let mut own: Vec<R> = rows
            .iter()
            .filter_map(|row| row.as_any().downcast_ref::<R>().cloned())
            .collect();
        let last: HashMap<String, usize> = own
            .iter()
            .enumerate()
            .filter_map(|(place, row)| Some((row.key()?, place)))
            .collect();
        let mut place = 0;
        own.retain(|row| {
            place += 1;
            row.key()
                .is_none_or(|key| last.get(&key) == Some(&(place - 1)))
        });
        for row in &mut own {
            row.stamp(heads);
        }
        insert(transaction, own, R::on_conflict(), &|_| {}).await
    }
}

pub(super) async fn flush_appended(
    transaction: &Transaction,
    rows: Vec<Box<dyn AnyAppended>>,
    heads: &Heads,
) -> Result<(), DbErr> {
    let mut done = BTreeSet::new();
    for row in &rows {
        if done.insert(row.as_ref().type_id()) {
            row.flush(transaction, &rows, heads).await?;
        }
    }
    Ok(())
}
