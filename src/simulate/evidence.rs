//! All that is known after a run, for the checks to judge. Gathering is done elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::queue::Queue;
use super::store::{Key, Store};

/// The server's books of one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    pub deliveries: i64,
    pub distinct: i64,
    pub duplicates: i64,
    pub applied: i64,
    pub merged: i64,
    pub conflict_kept: i64,
    pub deferred: i64,
    pub quarantined: i64,
    pub discarded: i64,
}

/// What is known of one phone at the end.
#[derive(Clone, Debug)]
pub struct Witness {
    pub name: String,
    pub account: String,
    pub store: Store,
    pub queue: Queue,
    pub ledger: Option<Ledger>,
    pub is_quiet: bool,
    pub faults: Vec<String>,
    pub foreign: Vec<String>,
    pub thrown_out: Vec<String>,
    /// Records that came with the answers to replays at the very end, by name of the mutation.
    pub replayed: Vec<(String, Key, Option<Value>)>,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    pub phones: Vec<Witness>,
    /// A first sync of each account, on a new device.
    pub fresh: BTreeMap<String, Store>,
    /// Who each account is at the end, as `signIn` tells it.
    pub viewers: BTreeMap<String, Value>,
    /// The rounds that were ordered in this run.
    pub rounds: BTreeSet<String>,
    /// What is printed at the points of this run.
    pub codes: BTreeMap<String, String>,
    /// The account that sees the whole community.
    pub office: String,
}

impl Evidence {
    /// The documents of a collection that the office or the author of a phone sees.
    pub fn documents<'a>(
        &'a self,
        collection: &'a str,
        author: &str,
    ) -> BTreeMap<&'a str, &'a Value> {
        let stores = [self.fresh.get(&self.office), self.fresh.get(author)];
        let mut found = BTreeMap::new();
        for store in stores.into_iter().flatten() {
            let held = store.of(collection);
            found.extend(held.map(|(id, record)| (id, &*record.document)));
        }
        found
    }

    /// The texts in all histories that the office or the author of a phone sees, with what holds them.
    pub fn texts(&self, author: &str) -> Vec<(&Value, &str)> {
        let mut texts = Vec::new();
        for (collection, fields) in HISTORIES {
            for document in self.documents(collection, author).into_values() {
                let said = fields.iter().filter_map(|field| document[*field].as_str());
                texts.extend(said.filter(|it| !it.is_empty()).map(|it| (document, it)));
            }
        }
        texts
    }

    /// Whether the office or the author of a phone sees a record.
    pub fn has(&self, collection: &str, id: &str, author: &str) -> bool {
        let stores = [self.fresh.get(&self.office), self.fresh.get(author)];
        let mut stores = stores.into_iter().flatten();
        stores.any(|store| store.get(collection, id).is_some())
    }
}

/// What is only ever added to, and where its texts are.
const HISTORIES: [(&str, &[&str]); 4] = [
    ("ticket_event", &["note"]),
    ("patrol_result", &["finding"]),
    ("visit_event", &["note"]),
    ("handover_event", &["note", "signature"]),
];
