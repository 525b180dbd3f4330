//! Where a phone stands: the inside of the opaque cursor.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::ids::AccountId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::auth::Viewer;
use crate::database::reach::RealmReach;
use crate::database::{Audience, Heads, Reach, Saved, Span};

/// Everything a phone has been given so far. Sealed, so that nobody can claim to have seen what he
/// has not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cursor {
    /// Of the database; another one after a restore.
    pub epoch: Uuid,
    pub account: AccountId,
    /// The collections the phone carries; all when empty.
    pub collections: BTreeSet<String>,
    pub realms: BTreeMap<Uuid, Standing>,
    /// What waits until the unsent edits of its record have come, by collection and id. An id need
    /// not be one of ours: a phone may have made it up.
    #[serde(with = "as_entries")]
    pub withheld: BTreeMap<(String, String), Withheld>,
    /// When it was last known what had become of what the phone sent. Cursors of before this was
    /// noted know nothing of it.
    #[serde(default)]
    pub made_at: DateTime<Utc>,
    /// Whether the client goes on from here at once, because it was given as much as it had asked for.
    #[serde(default)]
    pub goes_on: bool,
    /// The last mutation that was echoed, by when it was resolved, while there are more.
    #[serde(default)]
    pub echoed: Option<(DateTime<Utc>, String)>,
    /// What was echoed and is recent enough to be looked up again: it is not told twice.
    #[serde(default)]
    pub told: BTreeSet<(DateTime<Utc>, String)>,
    /// The event of a stream that brought it to the client, directly or by pulls in between.
    #[serde(default)]
    pub event: Option<Uuid>,
}

/// How many echoed mutations a cursor names at most; of more, the oldest may be told again.
const MOST_TOLD: usize = 64;

/// What is withheld of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withheld {
    /// The version that the phone has: it was given everything up to here.
    pub base: i64,
    /// The run of pulls in which it was withheld from a phone that does not tell what it has not
    /// sent; none where it did.
    pub run: Option<i64>,
    /// When that was, in seconds since 1970.
    pub since: i64,
}

/// Where a phone stands in one realm.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Standing {
    /// The audiences it was given, with the day since when where that counts.
    #[serde(with = "as_list")]
    pub reach: RealmReach,
    /// Everything up to here was complete when the present run of pages began.
    pub base: i64,
    /// The feed was read up to here.
    pub at: i64,
    /// The rest of a root that did not fit into the page before.
    pub rest: Option<Rest>,
    /// Audiences that came into reach or went out of it, and are being walked.
    pub walks: Vec<Walk>,
}

/// A walk through everything that an audience sees.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Walk {
    pub audiences: Vec<Audience>,
    pub purpose: WalkPurpose,
    pub at: i64,
    /// The head of the realm when the walk began.
    pub until: i64,
    pub rest: Option<Rest>,
}

/// What a walk does with the roots it comes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WalkPurpose {
    /// The audience came into reach: give all that the viewer may see.
    Gained,
    /// It went out of reach: take away what no other audience lets him see.
    Lost,
    /// He sees records in another light now: take away all, before a walk that gives them anew.
    Cleared,
}

/// Where inside a root the page before ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Rest {
    pub root: Uuid,
    /// The place of the collection in the registry.
    pub collection: usize,
    /// Its last row that was given.
    pub row: Uuid,
    /// The head of the realm on that page: rows past it have changed since and come again.
    pub head: i64,
    /// Whether the root was being given; else it was being taken away. When that has changed since,
    /// it begins anew.
    pub given: bool,
}

impl Cursor {
    /// Of a phone that has nothing yet.
    pub fn fresh(
        epoch: Uuid,
        account: AccountId,
        collections: BTreeSet<String>,
        made_at: DateTime<Utc>,
    ) -> Self {
        Self {
            epoch,
            account,
            collections,
            realms: BTreeMap::new(),
            withheld: BTreeMap::new(),
            made_at,
            goes_on: false,
            echoed: None,
            told: BTreeSet::new(),
            event: None,
        }
    }

    /// Of a phone that was given everything up to these heads.
    pub fn at_heads(
        epoch: Uuid,
        account: AccountId,
        collections: BTreeSet<String>,
        viewer: &Viewer,
        heads: &Heads,
        made_at: DateTime<Utc>,
    ) -> Self {
        let standing = |(realm, reach): (&Uuid, &RealmReach)| {
            let head = heads.get(realm).copied().unwrap_or(0);
            let standing = Standing {
                reach: reach.clone(),
                base: head,
                at: head,
                ..Standing::default()
            };
            (*realm, standing)
        };
        Self {
            realms: viewer.reach().realms().map(standing).collect(),
            ..Self::fresh(epoch, account, collections, made_at)
        }
    }

    /// The part of it that concerns one collection.
    #[must_use]
    pub fn of_collection(&self, collection: &str) -> Self {
        let mut part = self.clone();
        part.collections = BTreeSet::from([collection.to_owned()]);
        part.withheld.retain(|(name, _), _| name == collection);
        part
    }

    /// Everything is told up to now. What was resolved since then is looked up again.
    pub fn forget_told(&mut self, before: DateTime<Utc>) {
        self.told.retain(|(resolved_at, _)| *resolved_at >= before);
        while self.told.len() > MOST_TOLD {
            self.told.pop_first();
        }
    }

    /// Whether it can be continued here: same database, same account, and nowhere ahead of it.
    pub fn continues(&self, epoch: Uuid, account: AccountId, heads: &Heads) -> bool {
        let is_ahead = |(realm, standing): (&Uuid, &Standing)| {
            standing.at > heads.get(realm).copied().unwrap_or(0)
        };
        self.epoch == epoch && self.account == account && !self.realms.iter().any(is_ahead)
    }

    /// Whether the phone carries this collection.
    pub fn carries(&self, collection: &str) -> bool {
        self.collections.is_empty() || self.collections.contains(collection)
    }

    /// Compares what the phone was given with what the viewer reaches now, and plans a walk for
    /// exactly the audiences that came and went.
    pub fn follow(&mut self, viewer: &Viewer, heads: &Heads) {
        let Reach::Of(reach) = viewer.reach() else {
            return;
        };
        let head_of = |realm: &Uuid| heads.get(realm).copied().unwrap_or(0);
        for (realm, standing) in &mut self.realms {
            let now = reach.get(realm).cloned().unwrap_or_default();
            standing.move_to(now, head_of(realm));
        }
        for (realm, now) in reach {
            if !self.realms.contains_key(realm) {
                let head = head_of(realm);
                let mut standing = Standing {
                    base: head,
                    at: head,
                    ..Standing::default()
                };
                standing.move_to(now.clone(), head);
                self.realms.insert(*realm, standing);
            }
        }
    }

    /// Whether there is more to give.
    pub fn has_more(&self, heads: &Heads) -> bool {
        let open = |(realm, standing): (&Uuid, &Standing)| {
            let head = heads.get(realm).copied().unwrap_or(0);
            let reads = !standing.reach.is_empty();
            !standing.walks.is_empty() || (reads && standing.at < head)
        };
        self.realms.iter().any(open)
    }

    /// The numbers of a change that are new to a client which stands here, realm by realm; none where it
    /// lacks earlier changes, or reaches more or less than it did.
    pub fn steps(&self, viewer: &Viewer, saved: &Saved) -> Option<Vec<Span>> {
        let Reach::Of(reach) = viewer.reach() else {
            return None;
        };
        if !self.withheld.is_empty() || self.echoed.is_some() {
            return None;
        }
        let mut steps: Vec<Span> = Vec::new();
        for span in &saved.spans {
            let standing = match (self.realms.get(&span.realm), reach.get(&span.realm)) {
                (None, None) => continue,
                (Some(standing), Some(reach)) if standing.is_level(reach) => standing,
                _ => return None,
            };
            let before = steps.iter_mut().find(|step| step.realm == span.realm);
            let at = before.as_ref().map_or(standing.at, |step| step.until);
            if span.until <= at {
                continue;
            }
            if span.after != at {
                return None;
            }
            match before {
                Some(step) => step.until = span.until,
                None => steps.push(*span),
            }
        }
        Some(steps)
    }

    /// Stands behind a step, whose news were given.
    pub fn move_on(&mut self, step: Span) {
        if let Some(standing) = self.realms.get_mut(&step.realm) {
            standing.at = step.until;
            standing.base = step.until;
        }
    }

    /// Forgets realms out of reach once everything from there has been taken away.
    pub fn tidy(&mut self, heads: &Heads) {
        self.realms
            .retain(|_, standing| !standing.reach.is_empty() || !standing.walks.is_empty());
        if !self.has_more(heads) {
            for standing in self.realms.values_mut() {
                standing.base = standing.at;
            }
        }
    }
}

impl Standing {
    /// Whether everything up to where it stands was given, of just this reach.
    fn is_level(&self, reach: &RealmReach) -> bool {
        let is_whole = self.walks.is_empty() && self.rest.is_none() && self.base == self.at;
        is_whole && self.reach == *reach
    }

    fn move_to(&mut self, now: RealmReach, head: i64) {
        let changed = |one: &RealmReach, other: &RealmReach| -> Vec<Audience> {
            let differs = one
                .iter()
                .filter(|(audience, since)| other.get(*audience) != Some(*since));
            differs.map(|(audience, _)| audience.clone()).collect()
        };
        // Of a record that both see, a colleague sees more than a resident.
        let works = |reach: &RealmReach| reach.contains_key(&Audience::Staff);
        let everything = |reach: &RealmReach| reach.keys().cloned().collect();
        let stays = !self.reach.is_empty() && !now.is_empty();
        let (lost, gained) = if stays && works(&self.reach) != works(&now) {
            let cleared = (WalkPurpose::Cleared, everything(&self.reach));
            (cleared, everything(&now))
        } else {
            let lost = (WalkPurpose::Lost, changed(&self.reach, &now));
            (lost, changed(&now, &self.reach))
        };
        // What is lost goes first: nobody should keep for long what he may no longer see.
        for (purpose, audiences) in [lost, (WalkPurpose::Gained, gained)] {
            if !audiences.is_empty() {
                self.walks.push(Walk {
                    audiences,
                    purpose,
                    at: 0,
                    until: head,
                    rest: None,
                });
            }
        }
        if self.reach.is_empty() && !now.is_empty() && self.at < head {
            self.at = head;
            self.base = head;
            self.rest = None;
        }
        self.reach = now;
    }
}

/// Audiences serialise as a list of pairs, because a key of JSON must be text.
mod as_list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::database::reach::RealmReach;

    pub fn serialize<S: Serializer>(reach: &RealmReach, serializer: S) -> Result<S::Ok, S::Error> {
        reach.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RealmReach, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

/// What is withheld serialises as a list, because a key of JSON must be text. Cursors of before the
/// base and the time were noted lack them.
mod as_entries {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Withheld;

    type Entries = BTreeMap<(String, String), Withheld>;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Entry {
        Known(String, String, i64, Option<i64>, i64),
        OfNoTime(String, String, i64, Option<i64>),
        Old(String, String),
    }

    pub fn serialize<S: Serializer>(entries: &Entries, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = entries.iter();
        let entries = entries.map(|((name, id), held)| (name, id, held.base, held.run, held.since));
        entries.collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Entries, D::Error> {
        let entries = Vec::<Entry>::deserialize(deserializer)?.into_iter();
        let read = |entry| match entry {
            Entry::Known(name, id, base, run, since) => ((name, id), Withheld { base, run, since }),
            Entry::OfNoTime(name, id, base, run) => (
                (name, id),
                Withheld {
                    base,
                    run,
                    since: 0,
                },
            ),
            Entry::Old(name, id) => ((name, id), Withheld::default()),
        };
        Ok(entries.map(read).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_before_the_row_faces_is_still_read() {
        let text = r#"{
            "epoch": "00000000-0000-0000-0000-000000000001",
            "account": "00000000-0000-0000-0000-000000000002",
            "collections": [],
            "realms": {},
            "withheld": [["ticket", "00000000-0000-0000-0000-000000000003"]]
        }"#;
        let cursor: Cursor = serde_json::from_str(text).unwrap();
        assert_eq!(cursor.made_at, DateTime::UNIX_EPOCH);
        let withheld: Vec<_> = cursor.withheld.keys().map(|(name, _)| &**name).collect();
        assert_eq!(withheld, ["ticket"]);
        let again = serde_json::to_string(&cursor).unwrap();
        let again: Cursor = serde_json::from_str(&again).unwrap();
        assert_eq!(again.withheld, cursor.withheld);
    }
}
