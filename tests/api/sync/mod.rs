//! Offline work comes home: phones, a server, and orders of arrival.

mod faces;
mod failure;
mod given_back;
mod invariants;
mod meant;
mod mended;
mod news;
mod office;
mod oracle;
mod pull;
pub mod push;
mod quota;
mod reference;
mod replays;
pub mod rxdb;
mod shared;
mod spoilt;
mod waiting;
pub mod watermelon;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Answer, Phone};

/// A phone's own store: what it was given and has not been told to remove.
#[derive(Default)]
pub struct Store {
    pub cursor: Option<String>,
    pub records: BTreeMap<(String, String), Value>,
    pub contact: String,
    pub pages: usize,
}

/// A mutation as a phone makes it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "tests write the payload where they call it"
)]
pub fn mutation(id: &str, kind: &str, record: &str, payload: Value) -> Value {
    json!({ "mutationId": id, "kind": kind, "recordId": record, "payload": payload })
}

/// A mutation that came about some minutes after a contact.
pub fn after(contact: &str, minutes: i64, mut mutation: Value) -> Value {
    mutation["observed"] = json!({
        "contactId": contact, "bootId": "b1", "elapsedMs": minutes * 60_000,
        // Nobody set the clock of this phone.
        "wallClock": "2001-01-01T00:00:00Z",
    });
    mutation
}

/// Pulls, telling the run of the phone's system.
pub async fn contact(phone: &Phone<'_>) -> String {
    let query = "query { syncPull(clock: { bootId: \"b1\", wallClock: \"2001-01-01T00:00:00Z\" }) { contactId } }";
    phone.run(query, json!({})).await.text("syncPull.contactId")
}

impl Phone<'_> {
    pub async fn push(&self, mutations: Vec<Value>) -> Answer {
        let operation = "mutation ($mutations: [JSON!]!) {
            syncPush(mutations: $mutations) {
                wipe
                results { mutationId outcome duplicate code message seq record { collection id seq document } }
            }
        }";
        self.run(operation, json!({ "mutations": mutations })).await
    }

    /// The results of a push.
    pub async fn results(&self, mutations: Vec<Value>) -> Vec<Value> {
        let answer = self.push(mutations).await;
        answer.data("syncPush.results").as_array().unwrap().clone()
    }

    /// Outcome and code of each.
    pub async fn outcomes(&self, mutations: Vec<Value>) -> Vec<(String, Option<String>)> {
        let results = self.results(mutations).await.into_iter();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        results
            .map(|result| (text(&result["outcome"]).unwrap(), text(&result["code"])))
            .collect()
    }

    pub async fn pull_page(&self, cursor: Option<&str>, limit: i32, dirty: &[&str]) -> Answer {
        let operation = "query ($cursor: String, $limit: Int, $dirty: [String!]!) {
            syncPull(cursor: $cursor, limit: $limit, dirtyIds: $dirty) {
                changes { collection id seq document } removals { collection id }
                cursor hasMore resetRequired contactId
            }
        }";
        self.run(
            operation,
            json!({ "cursor": cursor, "limit": limit, "dirty": dirty }),
        )
        .await
    }

    /// Pulls into a store until nothing is left.
    pub async fn pull_into(&self, store: &mut Store, limit: i32) {
        loop {
            let answer = self.pull_page(store.cursor.as_deref(), limit, &[]).await;
            let page = answer.data("syncPull").clone();
            store.take(&page, limit);
            if page["hasMore"] == false && page["resetRequired"] == false {
                return;
            }
        }
    }

    /// A store that was filled from nothing.
    pub async fn first_sync(&self) -> Store {
        let mut store = Store::default();
        self.pull_into(&mut store, 500).await;
        store
    }
}

impl Store {
    /// Takes a page, as a phone does in one transaction.
    pub fn take(&mut self, page: &Value, limit: i32) {
        let changes = page["changes"].as_array().unwrap();
        let removals = page["removals"].as_array().unwrap();
        assert!(
            changes.len() + removals.len() <= usize::try_from(limit).unwrap(),
            "the limit is honoured"
        );
        let key = |row: &Value| {
            (
                row["collection"].as_str().unwrap().to_owned(),
                row["id"].as_str().unwrap().to_owned(),
            )
        };
        if page["resetRequired"] == true {
            self.records.clear();
        }
        for change in changes {
            self.records.insert(key(change), change["document"].clone());
        }
        for removal in removals {
            self.records.remove(&key(removal));
        }
        self.cursor = Some(page["cursor"].as_str().unwrap().to_owned());
        page["contactId"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.contact);
        self.pages += 1;
    }

    pub fn get(&self, collection: &str, id: &str) -> Option<&Value> {
        self.records.get(&(collection.to_owned(), id.to_owned()))
    }

    pub fn count(&self, collection: &str) -> usize {
        self.records
            .keys()
            .filter(|(name, _)| name == collection)
            .count()
    }
}
