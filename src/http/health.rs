//! Whether the server lives and is ready, and the keys to check its tokens with.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Http;
use super::refusal::Refusal;

/// How long the database may take to answer.
const DATABASE: Duration = Duration::from_secs(1);

/// The process runs.
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// The process can do its work: the database answers, and it is not about to stop.
pub async fn ready(State(http): State<Http>) -> Result<Json<Value>, Refusal> {
    if *http.closing().borrow() {
        return Err(Refusal::NotReady);
    }
    match tokio::time::timeout(DATABASE, http.app().db().ping()).await {
        Ok(Ok(())) => Ok(Json(json!({ "status": "ready" }))),
        Ok(Err(cause)) => {
            tracing::warn!(%cause, "the database does not answer");
            Err(Refusal::NotReady)
        }
        Err(_) => {
            tracing::warn!("the database takes too long to answer");
            Err(Refusal::NotReady)
        }
    }
}

/// The public keys of our tokens (RFC 7517).
pub async fn jwks(State(http): State<Http>) -> Json<Value> {
    Json(json!(http.tokens().public_keys()))
}
