//! What a phone keeps of what it was given. Nothing here speaks to anybody.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

/// Collection and id.
pub type Key = (String, String);

/// A record with the version it has here.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub seq: i64,
    pub document: Arc<Value>,
}

/// A document off the wire; none means that it is not for this viewer.
#[derive(Clone, Debug, Deserialize)]
pub struct Change {
    pub collection: String,
    pub id: String,
    pub seq: i64,
    pub document: Option<Value>,
}

/// A record to remove.
#[derive(Clone, Debug, Deserialize)]
pub struct Removal {
    pub collection: String,
    pub id: String,
}

/// One page of a pull.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub changes: Vec<Change>,
    pub removals: Vec<Removal>,
    pub cursor: String,
    pub has_more: bool,
    pub reset_required: bool,
    pub server_time: chrono::DateTime<chrono::Utc>,
    pub contact_id: String,
}

/// Documents that many phones hold, each in memory once: they are all in one process here.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<Versions>);

/// By id and version; not everybody is shown a record alike.
type Versions = HashMap<(String, i64), Vec<Arc<Value>>>;

impl Shelf {
    /// This very document, from the shelf if somebody holds it.
    fn share(&self, id: &str, seq: i64, document: &Value) -> Arc<Value> {
        let mut versions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = versions.entry((id.to_owned(), seq)).or_default();
        if let Some(held) = known.iter().find(|held| ***held == *document) {
            return held.clone();
        }
        let document = Arc::new(document.clone());
        known.push(document.clone());
        document
    }
}

/// A phone's own store.
#[derive(Clone, Debug, Default)]
pub struct Store {
    shelf: Arc<Shelf>,
    records: Arc<BTreeMap<Key, Record>>,
    pub cursor: Option<String>,
    pub resets: u64,
}

impl Store {
    /// One that has nothing yet.
    pub fn beside(shelf: &Arc<Shelf>) -> Self {
        Self {
            shelf: shelf.clone(),
            ..Self::default()
        }
    }

    /// All that it holds.
    pub fn records(&self) -> &BTreeMap<Key, Record> {
        &self.records
    }

    /// Takes a record for what it is now.
    pub fn put(&mut self, key: Key, seq: i64, document: &Value) {
        let document = self.shelf.share(&key.1, seq, document);
        Arc::make_mut(&mut self.records).insert(key, Record { seq, document });
    }

    pub fn remove(&mut self, key: &Key) {
        Arc::make_mut(&mut self.records).remove(key);
    }

    /// Takes a page in, as one transaction.
    pub fn take(&mut self, page: &Page) {
        if page.reset_required {
            self.records = Arc::default();
            self.resets += 1;
        }
        for change in &page.changes {
            let key = (change.collection.clone(), change.id.clone());
            if let Some(document) = &change.document {
                self.put(key, change.seq, document);
            }
        }
        for removal in &page.removals {
            let key = (removal.collection.clone(), removal.id.clone());
            self.remove(&key);
        }
        self.cursor = Some(page.cursor.clone());
    }

    /// The records of a collection.
    pub fn of<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = (&'a str, &'a Record)> {
        let from = self.records.range((collection.to_owned(), String::new())..);
        from.take_while(move |((name, _), _)| name == collection)
            .map(|((_, id), record)| (id.as_str(), record))
    }

    /// A record of this collection.
    pub fn get(&self, collection: &str, id: &str) -> Option<&Record> {
        self.records.get(&(collection.to_owned(), id.to_owned()))
    }
}

/// What is wrong with a page in itself: more than was asked for, or a record both given and taken.
pub fn faults_of(page: &Page, limit: usize) -> Vec<String> {
    let mut faults = Vec::new();
    let size = page.changes.len() + page.removals.len();
    if size > limit {
        faults.push(format!("a page of {limit} holds {size}"));
    }
    let taken: BTreeSet<(&str, &str)> = page
        .removals
        .iter()
        .map(|removal| (&*removal.collection, &*removal.id))
        .collect();
    for change in &page.changes {
        if taken.contains(&(&*change.collection, &*change.id)) {
            let Change { collection, id, .. } = change;
            faults.push(format!("{collection} {id} is given and taken by one page"));
        }
        if change.document.is_none() {
            let Change { collection, id, .. } = change;
            faults.push(format!("{collection} {id} is a change without document"));
        }
    }
    faults
}

/// The collection that a kind of mutation writes on.
pub fn collection_of(kind: &str) -> &'static str {
    match kind.split_once('.').map_or(kind, |(area, _)| area) {
        "patrol" => "patrol_result",
        "visit" => "visit",
        "handover" => "handover",
        _ => "ticket",
    }
}

/// The community that a document belongs to.
pub fn community_of<'a>(collection: &str, id: &'a str, document: &'a Value) -> Option<&'a str> {
    if collection == "community" {
        Some(id)
    } else {
        document.get("communityId").and_then(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(
        clippy::needless_pass_by_value,
        reason = "tests write the rows where they call it"
    )]
    fn page(changes: Value, removals: Value) -> Page {
        serde_json::from_value(
            json!({ "changes": changes, "removals": removals, "cursor": "c",
            "hasMore": false, "resetRequired": false, "serverTime": "2026-01-01T00:00:00Z",
            "contactId": "k" }),
        )
        .unwrap()
    }

    #[test]
    fn pages_add_replace_and_remove() {
        let given = |seq: i64, state: &str| json!([{ "collection": "ticket", "id": "t", "seq": seq, "document": { "state": state } }]);
        let mut store = Store::default();
        store.take(&page(given(1, "recorded"), json!([])));
        store.take(&page(given(2, "ordered"), json!([])));
        assert_eq!(store.get("ticket", "t").unwrap().seq, 2);
        assert_eq!(store.of("ticket").count(), 1);
        let gone = page(json!([]), json!([{ "collection": "ticket", "id": "t" }]));
        store.take(&gone);
        assert!(store.records().is_empty());
        let mut reset = page(given(3, "ordered"), json!([]));
        reset.reset_required = true;
        store.take(&page(given(1, "recorded"), json!([])));
        store.take(&reset);
        assert_eq!((store.records().len(), store.resets), (1, 1));
    }

    #[test]
    fn a_page_that_contradicts_itself_is_noticed() {
        let both = page(
            json!([{ "collection": "ticket", "id": "t", "seq": 1, "document": {} }]),
            json!([{ "collection": "ticket", "id": "t" }]),
        );
        assert_eq!(faults_of(&both, 2).len(), 1);
        assert_eq!(faults_of(&both, 1).len(), 2);
        let empty = page(
            json!([{ "collection": "t", "id": "t", "seq": 1, "document": null }]),
            json!([]),
        );
        assert_eq!(faults_of(&empty, 5).len(), 1);
    }
}
