//! The face for WatermelonDB, over HTTP and without a port.

mod meanwhile;
mod order;
mod pull;
mod withheld;

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::response::Response;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::support::{Phone, TestApp};

/// What these phones have of it all.
pub const TABLES: [&str; 4] = ["parties", "tickets", "ticket_events", "sync_issues"];

/// A phone with WatermelonDB: its store, and the number it holds.
pub struct Watermelon {
    router: Router,
    token: String,
    pub rows: BTreeMap<(String, String), Value>,
    pub last_pulled_at: Value,
}

impl Watermelon {
    pub fn new(app: &TestApp, phone: &Phone<'_>) -> Self {
        Self {
            router: xunfang::http::router(&app.app).unwrap(),
            token: phone.access_token.clone().unwrap(),
            rows: BTreeMap::new(),
            last_pulled_at: Value::Null,
        }
    }

    /// Status and body of a request.
    pub async fn send(&self, request: axum::http::request::Builder, body: Value) -> (u16, Value) {
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap());
        let response = response.await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// A response with its headers.
    pub async fn respond(&self, request: axum::http::request::Builder) -> Response {
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let request = request.body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// What a pull with these arguments answers.
    pub async fn ask(&self, arguments: Value) -> Value {
        let body = self.ask_for(&TABLES, arguments).await;
        assert_lawful(&body);
        body
    }

    /// Asks for other tables than the usual ones.
    pub async fn ask_for(&self, tables: &[&str], mut arguments: Value) -> Value {
        arguments["tables"] = json!(tables);
        let (status, body) = self.send(Request::post("/sync/pull"), arguments).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Pulls from where it stands and takes what it is given, as `synchronize` does.
    pub async fn pull(&mut self) -> Value {
        self.pull_with(json!({})).await
    }

    pub async fn pull_with(&mut self, mut arguments: Value) -> Value {
        arguments["lastPulledAt"] = self.last_pulled_at.clone();
        arguments["schemaVersion"] = json!(1);
        let answer = self.ask(arguments).await;
        self.take(&answer);
        answer
    }

    /// Takes an answer, as the client does in one transaction.
    pub fn take(&mut self, answer: &Value) {
        if answer["experimentalStrategy"] == "replacement" {
            self.rows.clear();
        }
        for table in TABLES {
            for row in updated(answer, table) {
                let id = row["id"].as_str().unwrap().to_owned();
                self.rows.insert((table.to_owned(), id), row.clone());
            }
            for id in deleted(answer, table) {
                self.rows.remove(&(table.to_owned(), id));
            }
        }
        self.last_pulled_at = answer["timestamp"].clone();
    }

    /// An empty push: nothing is unsent.
    pub async fn push_nothing(&self) {
        let body = json!({ "changes": {}, "lastPulledAt": self.last_pulled_at });
        let (status, answer) = self.send(Request::post("/sync/push"), body).await;
        assert_eq!((status, answer), (200, json!({ "wipe": false })));
    }

    pub fn has(&self, table: &str, id: Uuid) -> bool {
        self.rows.contains_key(&(table.to_owned(), id.to_string()))
    }

    pub fn number(&self) -> i64 {
        self.last_pulled_at.as_i64().unwrap()
    }
}

pub fn updated<'a>(answer: &'a Value, table: &str) -> &'a Vec<Value> {
    answer["changes"][table]["updated"].as_array().unwrap()
}

pub fn deleted(answer: &Value, table: &str) -> Vec<String> {
    let ids = answer["changes"][table]["deleted"].as_array().unwrap();
    ids.iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

/// How many rows an answer gives and takes away.
pub fn size(answer: &Value) -> (usize, usize) {
    let given = TABLES.map(|table| updated(answer, table).len());
    let taken = TABLES.map(|table| deleted(answer, table).len());
    (given.iter().sum(), taken.iter().sum())
}

/// What the client demands of every answer.
fn assert_lawful(answer: &Value) {
    let timestamp = answer["timestamp"].as_i64().unwrap();
    assert!((1..1 << 53).contains(&timestamp));
    assert!(answer["hasMore"].is_boolean() && answer["contactId"].is_string());
    let tables: BTreeSet<_> = answer["changes"].as_object().unwrap().keys().collect();
    assert_eq!(tables.len(), TABLES.len(), "{tables:?}");
    for table in TABLES {
        assert_eq!(answer["changes"][table]["created"], json!([]));
        let mut ids = BTreeSet::new();
        for row in updated(answer, table) {
            assert!(row.get("_status").is_none() && row["seq"].as_i64().unwrap() > 0);
            let is_new = ids.insert(row["id"].as_str().unwrap().to_owned());
            assert!(is_new, "twice: {row}");
        }
        for id in deleted(answer, table) {
            assert!(ids.insert(id.clone()), "twice: {id}");
        }
    }
}
