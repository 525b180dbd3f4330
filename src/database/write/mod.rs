//! `Write`: a change in progress. It is saved as a whole or it never happened.
//!
//! Commands load what they need (and so lock it), decide without waiting for anything, and stage
//! rows. `save` takes the numbers of the realm, stamps, and flushes each table in one statement:
//! records, feed, audit, and whatever else was appended. The number of statements follows the
//! kinds of things in a change and never their number.

mod save;

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Database;
use super::appended::AnyAppended;
use super::feed::Touched;
use super::reach::{Audience, Reach};
use super::record::{Appended, Heads, Record};
use super::retry::{TRIES, pause};
use super::scope::Scope;
use super::sealed::Keyring;
use super::table::{AnyTable, Table};
use super::transaction::Transaction;
use crate::clock::SharedClock;
use crate::error::{ApiError, ErrorCode};

/// On whose behalf something changes.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account_id: Option<Uuid>,
    pub session_id: Option<Uuid>,
    pub name: String,
}

/// What a saved change moved: the heads of its realms, and who should look again.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    pub heads: Heads,
    /// The numbers it took, in the order it took them.
    pub spans: Vec<Span>,
    /// The roots it touched; none where they are too many to name, or are not known.
    pub touched: Option<Vec<Touched>>,
    pub audiences: BTreeSet<(Uuid, Audience)>,
    /// The kinds of the roots that changed.
    pub kinds: BTreeSet<Cow<'static, str>>,
    /// Accounts that may reach more or less than before.
    pub accounts: BTreeSet<Uuid>,
    /// Sessions whose mutations it decided.
    pub sessions: BTreeSet<Uuid>,
    /// Realms in which it is not known who should look.
    pub anybody: BTreeSet<Uuid>,
    /// Another process saved it.
    pub is_elsewhere: bool,
    /// It left work to be done.
    pub has_work: bool,
}

/// The numbers that a change took in a realm: all after one, up to and with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub realm: Uuid,
    pub after: i64,
    pub until: i64,
}

impl Saved {
    /// Whether there is nothing to tell of it.
    pub fn is_silent(&self) -> bool {
        self.is_private() && !self.has_work
    }

    /// Whether there is nothing to tell other processes of it.
    pub fn is_private(&self) -> bool {
        self.heads.is_empty() && self.accounts.is_empty() && self.sessions.is_empty()
    }
}

/// A place to come back to when a command is refused and its neighbours go on.
pub struct Savepoint {
    tables: HashMap<TypeId, usize>,
    appended: usize,
    reasons: usize,
}

type Tables = HashMap<TypeId, Box<dyn AnyTable>>;

/// A change in progress.
pub struct Write {
    transaction: Transaction,
    clock: SharedClock,
    keys: Keyring,
    actor: Actor,
    /// Why there is this change at all, and why this part of it.
    why_at_all: &'static str,
    why: &'static str,
    /// Why rows were changed that have a reason of their own, by table and id, in that order.
    reasons: Vec<(TypeId, Uuid, &'static str)>,
    now: DateTimeUtc,
    tables: Tables,
    appended: Vec<Box<dyn AnyAppended>>,
    watcher: Option<Watcher>,
}

/// Told how many rows of a large change are written, and of how many.
pub type Watcher = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// A change that has been tried for so long is not run again.
const PATIENCE: Duration = Duration::from_secs(10);

impl Database {
    /// Runs `change` and saves it; runs it again when the database asks for that. Whatever it
    /// fails with, nothing of it remains.
    pub async fn write<T>(
        &self,
        (clock, keys): (&SharedClock, &Keyring),
        actor: &Actor,
        why: &'static str,
        change: impl AsyncFnOnce(&mut Write) -> Result<T, ApiError> + Clone,
    ) -> Result<(T, Saved), ApiError> {
        let (begun, mut tries) = (Instant::now(), 1);
        loop {
            match self
                .try_write((clock, keys), actor, why, change.clone())
                .await
            {
                Err(error)
                    if error.is_transient() && tries < TRIES && begun.elapsed() < PATIENCE =>
                {
                    tracing::debug!(why, tries, cause = error.causes(), "change is run again");
                    pause(tries).await;
                    tries += 1;
                }
                Err(error) if matches!(error.code(), ErrorCode::OVERLOADED) => {
                    let cause = error.causes();
                    tracing::warn!(why, tries, cause, "the database could not take a change");
                    self.health().note_trouble();
                    if let Some(cause) = error.cause() {
                        self.health().note_damage(cause);
                    }
                    return Err(error);
                }
                outcome => return outcome,
            }
        }
    }

    async fn try_write<T>(
        &self,
        (clock, keys): (&SharedClock, &Keyring),
        actor: &Actor,
        why: &'static str,
        change: impl AsyncFnOnce(&mut Write) -> Result<T, ApiError>,
    ) -> Result<(T, Saved), ApiError> {
        let mut write = Write::begin(self, (clock, keys), actor, why).await?;
        let value = change(&mut write).await?;
        Ok((value, write.save(self).await?))
    }
}

impl Write {
    async fn begin(
        db: &Database,
        (clock, keys): (&SharedClock, &Keyring),
        actor: &Actor,
        why: &'static str,
    ) -> Result<Self, DbErr> {
        Ok(Self {
            transaction: Transaction::begin(db).await?,
            clock: clock.clone(),
            keys: keys.clone(),
            actor: actor.clone(),
            why_at_all: why,
            why,
            reasons: Vec::new(),
            now: clock.now(),
            tables: HashMap::new(),
            appended: Vec::new(),
            watcher: None,
        })
    }

    /// The one time of this change.
    pub fn now(&self) -> DateTimeUtc {
        self.now
    }

    pub fn new_id(&self) -> Uuid {
        self.clock.new_id()
    }

    /// For sealing what a command writes.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// For the lookups of an area's `read.rs` that must see this change's moment.
    pub fn connection(&self) -> &Transaction {
        &self.transaction
    }

    /// Loads rows that may be changed, and locks them in the order of their ids.
    pub async fn load<R: Record>(
        &mut self,
        ids: impl IntoIterator<Item = impl Into<Uuid>>,
    ) -> Result<(), DbErr> {
        self.fetch::<R>(ids, true).await
    }

    /// Loads rows that will only be looked at.
    pub async fn see<R: Record>(
        &mut self,
        ids: impl IntoIterator<Item = impl Into<Uuid>>,
    ) -> Result<(), DbErr> {
        self.fetch::<R>(ids, false).await
    }

    async fn fetch<R: Record>(
        &mut self,
        ids: impl IntoIterator<Item = impl Into<Uuid>>,
        lock: bool,
    ) -> Result<(), DbErr> {
        let table = self.table_mut::<R>();
        let ids: BTreeSet<Uuid> = ids
            .into_iter()
            .map(Into::into)
            .filter(|id| !table.knows(*id, lock))
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        self.load_where::<R>(
            Condition::all().add(R::id_column().is_in(ids.clone())),
            lock,
        )
        .await?;
        let table = self.table_mut::<R>();
        for id in ids {
            table.missing(id);
        }
        Ok(())
    }

    /// Loads (and locks, if asked) the rows that a condition names.
    pub async fn load_where<R: Record>(
        &mut self,
        condition: Condition,
        lock: bool,
    ) -> Result<(), DbErr> {
        let mut rows = R::Entity::find()
            .filter(condition)
            .order_by_asc(R::id_column());
        if lock {
            rows = rows.lock(LockType::NoKeyUpdate);
        }
        let rows = rows.all(&self.transaction).await?;
        let table = self.table_mut::<R>();
        for row in rows {
            table.loaded(row, lock);
        }
        Ok(())
    }

    /// A row that was loaded or staged before.
    pub fn get<R: Record>(&self, id: impl Into<Uuid>) -> Option<&R> {
        self.table::<R>()?.get(id.into())
    }

    /// Whether a row was loaded, and not staged as a new one.
    pub fn is_stored<R: Record>(&self, id: Uuid) -> bool {
        self.table::<R>().is_some_and(|table| table.is_stored(id))
    }

    /// The row, if this reach may see it; else the same answer as for none.
    pub fn visible<R: Record>(
        &self,
        scope: &Scope<R>,
        reach: &Reach,
        id: impl Into<Uuid>,
    ) -> Result<&R, ApiError> {
        self.get::<R>(id)
            .filter(|row| scope.allows(reach, row))
            .ok_or_else(|| ApiError::not_found(R::NAME))
    }

    /// The realm of a row that was loaded or staged before, by the name of its table.
    pub fn realm_of(&self, table: &str, id: Uuid) -> Option<Uuid> {
        let table = self.tables.values().find(|known| known.name() == table)?;
        table.realm(id)
    }

    /// All rows of a table that were loaded or staged so far.
    pub fn rows<R: Record>(&self) -> impl Iterator<Item = &R> {
        self.table::<R>().into_iter().flat_map(Table::rows)
    }

    /// The other rows of a root that were loaded or staged so far, in that order.
    pub fn of_root<R: Record>(&self, root: impl Into<Uuid>) -> Vec<&R> {
        let table = self.table::<R>();
        table.map_or_else(Vec::new, |table| table.of_root(root.into()))
    }

    /// Stages a new row. An id that is taken is refused.
    pub fn insert<R: Record>(&mut self, row: R) -> Result<(), ApiError> {
        self.note_reason::<R>(row.id());
        if self.table_mut::<R>().insert(row) {
            Ok(())
        } else {
            Err(ApiError::conflict(R::NAME))
        }
    }

    /// Stages a change of a loaded row.
    pub fn update<R: Record>(
        &mut self,
        id: impl Into<Uuid>,
        change: impl FnOnce(&mut R),
    ) -> Result<(), ApiError> {
        let id = id.into();
        self.note_reason::<R>(id);
        if self.table_mut::<R>().update(id, change) {
            Ok(())
        } else {
            Err(ApiError::internal(format!(
                "{} changed without being loaded",
                R::NAME
            )))
        }
    }

    /// Does something that has a reason of its own in the audit trail: one of several commands of a change.
    pub fn because<T>(&mut self, why: &'static str, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.why, why);
        let done = act(self);
        self.why = before;
        done
    }

    fn note_reason<R: Record>(&mut self, id: Uuid) {
        if self.why != self.why_at_all {
            self.reasons.push((TypeId::of::<R>(), id, self.why));
        }
    }

    /// Notes that somebody was shown something that is kept from others.
    pub fn audit_reading(&mut self, subject: &'static str, realm: Uuid, record: Uuid) {
        let row = self.audit_row(subject, realm, record);
        self.append(row);
    }

    /// Stages a row that has neither version nor audit.
    pub fn append<R: Appended>(&mut self, row: R) {
        self.appended.push(Box::new(row));
    }

    /// For a change that is large enough for somebody to watch it being saved.
    pub fn watch(&mut self, watcher: Watcher) {
        self.watcher = Some(watcher);
    }

    pub fn savepoint(&self) -> Savepoint {
        let tables = self
            .tables
            .iter()
            .map(|(id, table)| (*id, table.mark()))
            .collect();
        Savepoint {
            tables,
            appended: self.appended.len(),
            reasons: self.reasons.len(),
        }
    }

    /// Takes back everything that was staged since. What was loaded stays loaded.
    pub fn rollback_to(&mut self, savepoint: &Savepoint) {
        for (id, table) in &mut self.tables {
            table.rollback_to(savepoint.tables.get(id).copied().unwrap_or(0));
        }
        self.appended.truncate(savepoint.appended);
        self.reasons.truncate(savepoint.reasons);
    }

    fn table<R: Record>(&self) -> Option<&Table<R>> {
        self.tables.get(&TypeId::of::<R>())?.as_any().downcast_ref()
    }

    #[expect(
        clippy::expect_used,
        reason = "the key of the map is the type of its value"
    )]
    fn table_mut<R: Record>(&mut self) -> &mut Table<R> {
        let table = self.tables.entry(TypeId::of::<R>());
        let table = table.or_insert_with(|| Box::new(Table::<R>::default()));
        table
            .as_any_mut()
            .downcast_mut()
            .expect("a table under its own type")
    }
}
