//! `POST /sync/oversize`: one record that no push can carry, kept whole in quarantine.
//!
//! Without it an app with such a record repeats a push for ever that is refused for its size, and what
//! comes after it waits. The content is not looked into, so it costs no more than its bytes.

use axum::Json;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::Instrument;

use super::Http;
use super::refusal::{Refusal, language_of, refuse};
use super::source::Source;
use crate::error::ApiError;
use crate::sync::push::push;

/// The largest, in bytes: a photo that an app wrote into a text by mistake.
pub const LARGEST: usize = 16 << 20;

/// What the address says of the record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    /// The kind of the mutation; of a row `ticket.row`, with the name of its collection.
    kind: String,
    #[serde(default)]
    record_id: String,
    /// Where it has one; otherwise it is known by its content.
    mutation_id: Option<String>,
}

/// Takes the mutation or the row as it is, and answers as a push does. The same again is a duplicate.
pub async fn keep(State(http): State<Http>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let language = language_of(&parts.headers);
    let (token, source) = match http.good_token(&parts.headers) {
        Ok((token, claims)) => (token.to_owned(), Source::Account(claims.sub)),
        Err(error) => return Ok(refuse(&error, language)),
    };
    let about = Query::<About>::try_from_uri(&parts.uri);
    let Query(about) = about.map_err(|_| Refusal::Unreadable)?;
    let body = http.read(&source, body, LARGEST).await?;
    let turns = (http.turn(&source)?, http.turn_to_push(&source)?);
    let kept = async move {
        let viewer = http.admit(&token).await?.viewer;
        let envelope = envelope(about, &body);
        drop(body);
        let (app, registry) = (http.app(), http.registry());
        let results = push(app, registry, &viewer, language, &[envelope]).await?;
        drop(turns);
        let results: Vec<_> = results
            .into_iter()
            .map(|it| {
                // As the native face writes it.
                let outcome = json!(it.outcome);
                let outcome = outcome.as_str().map(str::to_ascii_uppercase);
                let outcome = outcome.filter(|_| it.is_taken);
                let outcome = outcome.unwrap_or_else(|| "NOT_TAKEN".to_owned());
                json!({
                    "mutationId": it.mutation_id, "outcome": outcome, "duplicate": it.duplicate,
                    "code": it.code, "message": it.message, "seq": it.seq,
                    "retryAfterMs": it.retry_after_ms,
                })
            })
            .collect();
        let wipe = viewer.person().is_some_and(|person| person.has_left);
        Ok::<_, ApiError>(json!({ "results": results, "wipe": wipe }))
    };
    // A task of its own, as for every request.
    let kept = tokio::spawn(kept.in_current_span()).await;
    Ok(match kept.map_err(|_| Refusal::Panicked)? {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => refuse(&error, language),
    })
}

/// A mutation whose payload is a text: it is kept whole and never applied.
fn envelope(about: About, content: &[u8]) -> Value {
    let payload = match std::str::from_utf8(content) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("base64:{}", BASE64_STANDARD.encode(content)),
    };
    let mut envelope = json!({
        "kind": about.kind, "recordId": about.record_id, "payload": payload,
    });
    if let Some(id) = about.mutation_id {
        envelope["mutationId"] = id.into();
    }
    envelope
}
