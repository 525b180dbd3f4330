//! `POST /graphql`.

use async_graphql::parser::types::OperationType;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use tokio::sync::oneshot;
use tracing::{Instrument, Span};

use super::Http;
use super::admission::token_of;
use super::contact::{clock_of, named};
use super::media::Media;
use super::refusal::{Refusal, language_of, refuse};
use super::source::Source;
use crate::app::while_wanted;
use crate::auth::token::TokenError;
use crate::auth::viewer::SessionError;
use crate::graphql::document::Measured;
use crate::graphql::errors::speak;
use crate::graphql::{context, limits, text};
use crate::json;

/// Answers one query or mutation. Only POST comes here: a link must never change anything.
pub async fn execute(State(http): State<Http>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        return Err(Refusal::MediaType);
    }
    let source = http.source(&parts.headers, &parts.extensions);
    let room = http.room_for(&parts.headers);
    let body = match http.read(&source, body, room).await {
        // Who means to be signed in should sign in again, and not send less.
        Err(Refusal::TooLarge) if http.has_bad_token(&parts.headers) => {
            let error = SessionError::Unauthenticated.into();
            return Ok(refuse(&error, language_of(&parts.headers)));
        }
        body => body?,
    };
    let request = read(&body)?;
    drop(body);
    run(http, &source, &parts, request).await
}

impl Http {
    /// How large a body may be. That costs no look at the database; a token that has run out must hear so.
    fn room_for(&self, headers: &HeaderMap) -> usize {
        let most = self.app().settings().http.body_limit_bytes;
        if token_of(headers).is_some() && !self.has_bad_token(headers) {
            most
        } else {
            most.min(limits::UNSIGNED)
        }
    }

    /// Whether there is a token that this server never gave out.
    fn has_bad_token(&self, headers: &HeaderMap) -> bool {
        let now = self.app().clock().now();
        token_of(headers).is_some_and(|token| {
            let checked = self.tokens().check(token, now);
            !matches!(checked, Ok(_) | Err(TokenError::Expired))
        })
    }
}

async fn run(
    http: Http,
    source: &Source,
    Parts {
        headers,
        extensions,
        ..
    }: &Parts,
    request: async_graphql::Request,
) -> Result<Response, Refusal> {
    let (media, language) = (Media::accepted(headers), language_of(headers));
    let measured = match Measured::read(request) {
        Ok(measured) => measured,
        Err(mut refused) => {
            speak(&mut refused, language);
            return Ok(media.write(&refused));
        }
    };
    name_in_span(&measured);

    let turn = http.turn(source)?;
    let token = token_of(headers).map(str::to_owned);
    let caller = http.caller(headers, extensions);
    let clock = clock_of(headers);
    let is_query = measured.kind == OperationType::Query;
    let (waiting, wanted) = oneshot::channel();
    let work = Box::pin(async move {
        let viewer = match token {
            None => Err(None),
            Some(token) => http.admit(&token).await.map(|it| it.viewer).map_err(Some),
        };
        let contact = http.contact(clock.as_ref(), viewer.as_ref().ok());
        let said = (caller, language);
        let response = context::execute(http.api(), measured, http.app(), viewer, said).await;
        (response, contact)
    });
    // A task of its own: what changes something goes on when the caller hangs up in a lift or the time
    // of his request is over, what only looks ends then.
    let answer = tokio::spawn(
        async move {
            let done = if is_query {
                while_wanted(wanted, work).await
            } else {
                Some(work.await)
            };
            drop(turn);
            done
        }
        .in_current_span(),
    );
    let answer = answer.await.map_err(|_| Refusal::Panicked)?;
    drop(waiting);
    // While this side waits, the work is wanted.
    let (response, contact) = answer.ok_or(Refusal::TooSlow)?;
    Ok(named(media.write(&response), contact))
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
    if text::count_values(body) > limits::VALUES {
        return Err(Refusal::TooLarge);
    }
    json::read(body).map_err(|_| Refusal::Malformed)
}

/// Notes name and kind of the operation; the rest of a query is nobody's business.
fn name_in_span(measured: &Measured) {
    let kind = match measured.kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    };
    let name = measured.name.iter().flat_map(|name| name.chars());
    let name: String = name.take(64).collect();
    Span::current()
        .record("graphql.kind", kind)
        .record("graphql.operation", name);
}
