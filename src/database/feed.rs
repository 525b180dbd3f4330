//! Which audience must look at which root again.
//!
//! The feed is append-only, in sequence order per realm and audience. It names roots; what belongs
//! to a root travels with it. A pull reads the entries of the viewer's audiences past its cursor.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use entity::ledger::feed;
pub use entity::ledger::feed::FeedKind;
use sea_orm::sea_query::{Asterisk, Order, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult as _, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait as _,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::reach::Audience;

/// One entry: at `seq`, something happened to `root_id` of collection `root_kind`.
pub type Entry = feed::Model;

/// A root that a change touched, and what happened to it in the eyes of each audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    pub realm: Uuid,
    /// The collection of the root.
    pub kind: Cow<'static, str>,
    pub id: Uuid,
    /// The last number that the change gave to a row of it.
    pub seq: i64,
    pub audiences: BTreeMap<Audience, FeedKind>,
}

impl Touched {
    /// A root, given who saw it before and who sees it now.
    pub(super) fn new(
        realm: Uuid,
        seq: i64,
        (kind, id): (&'static str, Uuid),
        before: &BTreeSet<Audience>,
        after: &BTreeSet<Audience>,
    ) -> Self {
        let all = before.union(after).cloned();
        let audiences = all.map(|audience| {
            let kind = match (before.contains(&audience), after.contains(&audience)) {
                (true, true) => FeedKind::Changed,
                (true, false) => FeedKind::Left,
                (false, _) => FeedKind::Entered,
            };
            (audience, kind)
        });
        Self {
            realm,
            kind: kind.into(),
            id,
            seq,
            audiences: audiences.collect(),
        }
    }

    /// What the feed says of it.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.audiences.iter().map(|(audience, kind)| feed::Model {
            realm: self.realm,
            audience: audience.to_string(),
            seq: self.seq,
            kind: *kind,
            root_kind: self.kind.clone().into_owned(),
            root_id: self.id,
        })
    }
}

/// Which part of the feed to read.
#[derive(Clone, Debug)]
pub struct Range<'a> {
    pub realm: Uuid,
    pub audiences: &'a [Audience],
    /// Entries after this one…
    pub after: i64,
    /// … up to and with this one.
    pub until: i64,
    /// Only entries that brought a root into sight: enough to walk a whole audience.
    pub entered_only: bool,
    /// Only roots of these kinds; all when left out.
    pub kinds: Option<&'a [&'static str]>,
    pub limit: u64,
}

/// A part of a range.
pub struct Entries {
    entries: Vec<Entry>,
    /// There may be more after the last one.
    pub is_full: bool,
}

impl std::ops::Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.entries
    }
}

/// The most audiences that one statement asks one by one: a compound statement has a limited number of parts.
const ONE_BY_ONE: usize = 100;

/// The oldest entries of the range, in sequence order; about `limit` of them, and never only some
/// of those that share a number.
pub async fn read(db: &impl ConnectionTrait, range: &Range<'_>) -> Result<Entries, DbErr> {
    // One number may stand once for each audience.
    let limit = range.limit + range.audiences.len() as u64;
    let mut parts = range
        .audiences
        .chunks(range.audiences.len().div_ceil(ONE_BY_ONE).max(1))
        .map(|audiences| oldest(range, audiences, limit));
    let Some(mut all) = parts.next() else {
        return Ok(Entries {
            entries: Vec::new(),
            is_full: false,
        });
    };
    for part in parts {
        all.union(UnionType::All, part);
    }
    let oldest = Query::select()
        .column(Asterisk)
        .from_subquery(all, "told")
        .order_by(feed::Column::Seq, Order::Asc)
        .limit(limit)
        .to_owned();
    let statement = db.get_database_backend().build(&oldest);
    let mut entries = Entry::find_by_statement(statement).all(db).await?;
    let is_full = entries.len() as u64 == limit;
    if let Some(last) = entries.last().map(|entry| entry.seq).filter(|_| is_full) {
        entries.retain(|entry| entry.seq < last);
    }
    Ok(Entries { entries, is_full })
}

/// The oldest entries of some audiences. Asked for one audience, a database reads as many as are
/// wanted in the order of the key; asked for several at once, it reads and sorts all that follow.
fn oldest(range: &Range<'_>, audiences: &[Audience], limit: u64) -> SelectStatement {
    let mut entries = feed::Entity::find()
        .filter(feed::Column::Realm.eq(range.realm))
        .filter(feed::Column::Audience.is_in(audiences.iter().map(ToString::to_string)))
        .filter(feed::Column::Seq.gt(range.after))
        .filter(feed::Column::Seq.lte(range.until));
    if range.entered_only {
        entries = entries.filter(feed::Column::Kind.eq(FeedKind::Entered));
    }
    if let Some(kinds) = range.kinds {
        entries = entries.filter(feed::Column::RootKind.is_in(kinds.iter().copied()));
    }
    let entries = entries
        .order_by_asc(feed::Column::Seq)
        .limit(limit)
        .into_query();
    // SQLite takes an order and a limit only inside of a part.
    Query::select()
        .column(Asterisk)
        .from_subquery(entries, "oldest")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entering_changing_and_leaving_are_told_to_whom_they_concern() {
        let (old, new) = (
            Audience::Zone(Uuid::from_u128(1)),
            Audience::Zone(Uuid::from_u128(2)),
        );
        let before = BTreeSet::from([Audience::Office, old.clone()]);
        let after = BTreeSet::from([Audience::Office, new.clone()]);
        let touched = Touched::new(Uuid::nil(), 7, ("ticket", Uuid::nil()), &before, &after);
        let told: Vec<_> = touched
            .entries()
            .map(|entry| (entry.audience, entry.kind))
            .collect();
        let expected = vec![
            (Audience::Office.to_string(), FeedKind::Changed),
            (old.to_string(), FeedKind::Left),
            (new.to_string(), FeedKind::Entered),
        ];
        assert_eq!(told, expected);
    }
}
