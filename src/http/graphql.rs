//! `POST /graphql`.

use async_graphql::parser::types::{DocumentOperations, OperationType};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use tracing::{Instrument, Span};

use super::Http;
use super::admission::token_of;
use super::contact::{clock_of, named};
use super::refusal::{Refusal, language_of};
use crate::graphql::context;
use crate::graphql::errors::{in_language, too_nested};
use crate::graphql::limits;
use crate::json;

/// Answers one query or mutation. Only POST comes here: a link must never change anything.
pub async fn execute(State(http): State<Http>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        return Err(Refusal::MediaType);
    }
    let source = http.source(&parts.headers, &parts.extensions);
    let limit = http.app().settings().http.body_limit_bytes;
    let body = http.read(&source, body, limit).await?;
    let mut query = read(&body)?;
    drop(body);
    let language = language_of(&parts.headers);
    if limits::is_too_nested(&query.query) {
        return Ok(Json(too_nested(language)).into_response());
    }
    name_in_span(&mut query);

    let turn = http.turn(&source)?;
    let token = token_of(&parts.headers).map(str::to_owned);
    let caller = http.caller(&parts.headers, &parts.extensions);
    let clock = clock_of(&parts.headers);
    // A task of its own goes on when the caller hangs up in a lift: to drop a statement half-way
    // would hand its connection to the next one in the middle of a transaction.
    let answer = tokio::spawn(
        async move {
            let viewer = match token {
                None => Err(None),
                Some(token) => http.admit(&token).await.map(|it| it.viewer).map_err(Some),
            };
            let contact = http.contact(clock.as_ref(), viewer.as_ref().ok());
            let query = query.data(language);
            let mut response =
                context::execute(http.api(), query, http.app(), viewer, caller).await;
            in_language(&mut response, language);
            drop(turn);
            (response, contact)
        }
        .in_current_span(),
    );
    let (response, contact) = answer.await.map_err(|_| Refusal::Panicked)?;
    Ok(named(Json(response).into_response(), contact))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn read(body: &[u8]) -> Result<async_graphql::Request, Refusal> {
    let start = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if start == Some(&b'[') {
        return Err(Refusal::Batch);
    }
    json::read(body).map_err(|_| Refusal::Malformed)
}

/// Notes name and kind of the operation; the rest of a query is nobody's business.
fn name_in_span(query: &mut async_graphql::Request) {
    let wanted = query.operation_name.clone();
    let Ok(document) = query.parsed_query() else {
        return;
    };
    let (name, operation) = match &document.operations {
        DocumentOperations::Single(operation) => (None, Some(operation)),
        DocumentOperations::Multiple(operations) => {
            let found = operations.iter().find(|(name, _)| {
                wanted
                    .as_deref()
                    .is_none_or(|wanted| wanted == name.as_str())
            });
            (
                found.map(|(name, _)| name.as_str()),
                found.map(|(_, operation)| operation),
            )
        }
    };
    let kind = operation.map_or("none", |operation| match operation.node.ty {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    });
    let name: String = name.unwrap_or("").chars().take(64).collect();
    Span::current()
        .record("graphql.kind", kind)
        .record("graphql.operation", name);
}
