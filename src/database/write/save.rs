//! Saving: numbers are taken, rows stamped, each table flushed in one statement.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use entity::ledger::{audit, feed};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{Saved, Span, Tables, Write};
use crate::database::appended::flush_appended;
use crate::database::error::{OutcomeUnknown, is_duplicate, may_be_committed};
use crate::database::feed::Touched;
use crate::database::record::{Heads, Stamp};
use crate::database::retry::again;
use crate::database::table::{AnyTable, Change, insert};
use crate::database::transaction::Transaction;
use crate::database::{Database, sequence};
use crate::error::ApiError;

/// Of so many roots a change tells by name. Of more, as an import has them, listeners read for themselves.
const MOST_TOUCHED: usize = 200;

impl Write {
    pub(super) async fn save(mut self, db: &Database) -> Result<Saved, ApiError> {
        let changes = self.changes();
        let (spans, touched) = self.stamp(&changes).await?;
        let heads: Heads = spans.iter().map(|span| (span.realm, span.until)).collect();
        let feed: Vec<_> = touched.iter().flat_map(Touched::entries).collect();
        let sessions = self.appended.iter().filter_map(|row| row.decided_for());
        let sessions = sessions.collect();
        let accounts = self.accounts(&changes);
        let audits = changes.iter().filter(|(_, change)| !change.is_fact);
        let mut reasons: HashMap<(TypeId, Uuid), Vec<&str>> = HashMap::new();
        for (table, id, why) in &self.reasons {
            let of_row = reasons.entry((*table, *id)).or_default();
            if !of_row.contains(why) {
                of_row.push(why);
            }
        }
        let audits: Vec<_> = audits
            .map(|(table, change)| {
                let why = reasons.get(&(*table, change.id)).map(|why| why.join(", "));
                self.audit(table, change, why)
            })
            .collect();

        let (saved, total) = (
            AtomicUsize::new(0),
            changes.len() + feed.len() + audits.len(),
        );
        let told = |rows: usize| {
            if let Some(watcher) = &self.watcher {
                watcher(saved.fetch_add(rows, Ordering::Relaxed) + rows, total);
            }
        };
        let mut tables: Vec<_> = self.tables.values().collect();
        tables.sort_by_key(|table| (table.rank(), table.name()));
        for table in tables {
            table.flush(&self.transaction, &told).await?;
        }
        insert::<feed::Model>(&self.transaction, feed, None, &told).await?;
        let trace = audits.first().cloned();
        insert::<audit::Model>(&self.transaction, audits, None, &told).await?;
        let has_work = self.appended.iter().any(|row| row.is_work());
        flush_appended(&self.transaction, self.appended, &heads).await?;
        if let Err(error) = self.transaction.commit().await
            && !was_committed(db, &error, trace, &self.tables).await?
        {
            return Err(error.into());
        }
        let audiences = touched.iter().flat_map(|root| {
            let audiences = root.audiences.keys().cloned();
            audiences.map(|audience| (root.realm, audience))
        });
        Ok(Saved {
            heads,
            spans,
            audiences: audiences.collect(),
            kinds: touched.iter().map(|root| root.kind.clone()).collect(),
            touched: Some(touched).filter(|touched| touched.len() <= MOST_TOUCHED),
            accounts,
            sessions,
            has_work,
            ..Saved::default()
        })
    }

    /// Every changed row with its table, in an order that does not depend on hashing.
    fn changes(&self) -> Vec<(TypeId, Change)> {
        let mut tables: Vec<_> = self.tables.iter().collect();
        tables.sort_by_key(|(_, table)| (table.rank(), table.name()));
        let changes = tables
            .into_iter()
            .flat_map(|(id, table)| table.changes().into_iter().map(move |change| (*id, change)));
        changes.collect()
    }

    /// Takes the numbers of each realm, in the order of the realms, and gives them out so that the
    /// rows of one root lie together: the entry of a root then names the last of its rows.
    async fn stamp(
        &mut self,
        changes: &[(TypeId, Change)],
    ) -> Result<(Vec<Span>, Vec<Touched>), ApiError> {
        type Roots<'a> = BTreeMap<(&'static str, Uuid, TypeId), Vec<&'a (TypeId, Change)>>;
        let mut realms: BTreeMap<Uuid, Roots> = BTreeMap::new();
        for appended in &self.appended {
            if let Some(realm) = appended.realm() {
                realms.entry(realm).or_default();
            }
        }
        for change in changes {
            let (
                table,
                Change {
                    id, realm, root, ..
                },
            ) = change;
            let Some(root) = root else {
                self.stamp_row(*table, *id, 0);
                continue;
            };
            let name = self
                .tables
                .get(&root.table)
                .map_or("", |table| table.name());
            realms
                .entry(*realm)
                .or_default()
                .entry((name, root.id, root.table))
                .or_default()
                .push(change);
        }

        let (mut spans, mut touched) = (Vec::new(), Vec::new());
        for (realm, roots) in realms {
            let count: usize = roots.values().map(Vec::len).sum();
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let head = sequence::take(&self.transaction, realm, count).await?;
            let after = head - count;
            let mut seq = after;
            for ((name, root, root_table), rows) in roots {
                for (table, change) in rows {
                    seq += 1;
                    self.stamp_row(*table, change.id, seq);
                }
                let seen = self
                    .tables
                    .get(&root_table)
                    .and_then(|table| table.audiences(root));
                let Some((before, now)) = seen else {
                    return Err(ApiError::internal(format!(
                        "a row changed without its root {root}"
                    )));
                };
                touched.push(Touched::new(realm, seq, (name, root), &before, &now));
            }
            spans.push(Span {
                realm,
                after,
                until: head,
            });
        }
        Ok((spans, touched))
    }

    /// Whose reach follows from a row that changed, or from the root of one.
    fn accounts(&self, changes: &[(TypeId, Change)]) -> BTreeSet<Uuid> {
        let rows = changes.iter().flat_map(|(table, change)| {
            let root = change.root.map(|root| (root.table, root.id));
            [Some((*table, change.id)), root]
        });
        let tables = rows
            .flatten()
            .filter_map(|(table, id)| Some((self.tables.get(&table)?, id)));
        tables.flat_map(|(table, id)| table.accounts(id)).collect()
    }

    fn stamp_row(&mut self, table: TypeId, id: Uuid, seq: i64) {
        let stamp = Stamp { seq, at: self.now };
        if let Some(table) = self.tables.get_mut(&table) {
            table.stamp(id, stamp);
        }
    }

    fn audit(&self, table: &TypeId, change: &Change, why: Option<String>) -> audit::Model {
        let table = self.tables.get(table);
        let (before, after) = table
            .map(|table| table.differences(change.id))
            .unwrap_or_default();
        let subject = table.map_or("", |table| table.name());
        audit::Model {
            before,
            after,
            why: why.unwrap_or_else(|| self.why.to_owned()),
            ..self.audit_row(subject, change.realm, change.id)
        }
    }

    pub(super) fn audit_row(
        &self,
        subject: &'static str,
        realm: Uuid,
        record_id: Uuid,
    ) -> audit::Model {
        audit::Model {
            id: self.clock.new_id(),
            realm,
            at: self.now,
            account_id: self.actor.account_id,
            session_id: self.actor.session_id,
            why: self.why.to_owned(),
            subject: subject.to_owned(),
            record_id,
            before: None,
            after: None,
        }
    }
}

/// Whether a change was saved though the answer to its commit was lost. A change that leaves neither a
/// trace nor a fact may be run again in any case.
async fn was_committed(
    db: &Database,
    error: &DbErr,
    trace: Option<audit::Model>,
    tables: &Tables,
) -> Result<bool, ApiError> {
    let mut tables = tables.values().map(|table| &**table);
    let facts = tables.find(|table| table.has_new_facts());
    if !may_be_committed(error) || (trace.is_none() && facts.is_none()) {
        return Ok(false);
    }
    let found = again(|| is_there(db, trace.clone(), facts)).await;
    found.map_err(|error| OutcomeUnknown(error).into())
}

/// Whether a row of the change is there, by writing it again, which is then taken back. A commit that is
/// still under way is waited for.
async fn is_there(
    db: &Database,
    trace: Option<audit::Model>,
    facts: Option<&dyn AnyTable>,
) -> Result<bool, DbErr> {
    let transaction = Transaction::begin(db).await?;
    let written = match (trace, facts) {
        (None, Some(facts)) => facts.flush(&transaction, &|_| {}).await,
        (trace, _) => {
            let rows = trace.into_iter().collect();
            insert::<audit::Model>(&transaction, rows, None, &|_| {}).await
        }
    };
    match written {
        Ok(()) => Ok(false),
        Err(error) if is_duplicate(&error) => Ok(true),
        Err(error) => Err(error),
    }
}
