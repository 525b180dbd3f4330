//! Looking closely at the end: first syncs, replays of everything, the server's books.

use std::sync::Arc;

use serde_json::{Value, json};

use super::evidence::Ledger;
use super::phone::Phone;
use super::session::Session;
use super::store::{Key, Page, Shelf, Store};

const PULL: &str = "query ($cursor: String) {
    syncPull(cursor: $cursor, limit: 1000) {
        changes { collection id seq document } removals { collection id }
        cursor hasMore resetRequired serverTime contactId
    }
}";

const BOOKS: &str = "{ mySync { ledger {
    deliveries distinct duplicates applied merged conflictKept deferred quarantined discarded
} } }";

/// Pulls everything into an empty store.
pub async fn first_sync(mut session: Session, shelf: &Arc<Shelf>) -> Result<Store, String> {
    let mut store = Store::beside(shelf);
    loop {
        let answer = session.run(PULL, json!({ "cursor": store.cursor })).await;
        let mut answer = answer.map_err(|refused| refused.to_string())?;
        let page: Page =
            serde_json::from_value(answer["syncPull"].take()).map_err(|error| error.to_string())?;
        store.take(&page);
        if !page.has_more && !page.reset_required {
            return Ok(store);
        }
    }
}

/// What the server counted of this session.
pub async fn books(session: &mut Session) -> Option<Ledger> {
    let mut answer = session.run(BOOKS, json!({})).await.ok()?;
    serde_json::from_value(answer["mySync"]["ledger"].take()).ok()
}

/// Sends everything once more: nothing may come of it, and each answer shows the record as it is.
pub async fn replay_all(phone: &mut Phone) -> Vec<(String, Key, Option<Value>)> {
    let all: Vec<String> = phone.queue.made.keys().cloned().collect();
    let mut shown = Vec::new();
    for names in all.chunks(100) {
        phone.last_records.clear();
        phone.push(names, true).await;
        for (name, record) in std::mem::take(&mut phone.last_records) {
            shown.push((name, (record.collection, record.id), record.document));
        }
    }
    shown
}
