//! Whether the server lives and is ready, and the keys to check its tokens with.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Http;
use super::refusal::Refusal;

/// The process runs.
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// The process can do its work: the database takes changes, and it is not about to stop.
pub async fn ready(State(http): State<Http>) -> Result<Json<Value>, Refusal> {
    if *http.closing().borrow() {
        return Err(Refusal::NotReady);
    }
    if http.app().is_ready().await {
        Ok(Json(json!({ "status": "ready" })))
    } else {
        Err(Refusal::NotReady)
    }
}

/// The public keys of our tokens (RFC 7517).
pub async fn jwks(State(http): State<Http>) -> Json<Value> {
    Json(json!(http.tokens().public_keys()))
}
