//! `GET` and `POST /sync/pull`: WatermelonDB's `pullChanges`.

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use chrono::DateTime;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::Http;
use super::admission::{read_body, token_of};
use super::refusal::{Refusal, language_of, refuse};
use crate::auth::viewer::SessionError;
use crate::sync::pull::PhoneClock;
use crate::sync::watermelon::protocol::PullArguments;
use crate::sync::watermelon::pull::{self, Answer, Broken};

/// The phone's clocks: `<bootId>;<wall clock>`.
pub const CLOCK: HeaderName = HeaderName::from_static("xunfang-clock");
/// Names the contact in which they were told.
pub const CONTACT: HeaderName = HeaderName::from_static("xunfang-contact");

/// How many pieces of an answer wait for a slow reader.
const PIECES: usize = 2;

/// What an answer that broke off ends with: the connection is closed, so that nobody takes it for
/// whole.
type Piece = Result<Bytes, io::Error>;

/// Answers with what changed, while it is read. What goes wrong before the first byte is an HTTP
/// status; after it, the connection ends.
pub async fn pull(State(http): State<Http>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let arguments = if parts.method == Method::POST {
        PullArguments::from_body(&read_body(&http, body).await?)
    } else {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(query) = query.map_err(|_| Refusal::Unreadable)?;
        PullArguments::from_query(query)
    };
    let language = language_of(&parts.headers);
    let Ok(turn) = http.requests().clone().try_acquire_owned() else {
        return Err(Refusal::TooBusy);
    };
    let token = token_of(&parts.headers).map(str::to_owned);
    let clock = phone_clock(&parts.headers);
    let tells_clock = clock.is_some();
    let patience = http.patience().request;
    // Tasks of their own, because a statement must not be dropped half-way when the caller hangs up.
    let begun = tokio::spawn(
        async move {
            let token = token.ok_or(SessionError::Unauthenticated)?;
            let viewer = http.admit(&token).await?.viewer;
            let clock = clock.unwrap_or_default();
            let (app, registry, viewers) = (http.app(), http.registry(), http.viewers());
            Answer::begin(app, registry, viewers, viewer, arguments?, &clock).await
        }
        .in_current_span(),
    );
    let answer = match begun.await.map_err(|_| Refusal::Panicked)? {
        Ok(answer) => answer,
        Err(error) => return Ok(refuse(&error, language)),
    };
    let contact = HeaderValue::from_str(answer.contact_id()).ok();
    let (pieces, arriving) = mpsc::channel(PIECES);
    let written = tokio::spawn(
        async move {
            let body = pull::Body { pieces, patience };
            let written = answer.write(&body).await;
            drop(turn);
            written
        }
        .in_current_span(),
    );
    let body = Body::from_stream(read(arriving, written));
    let mut response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
    if let Some(contact) = contact.filter(|_| tells_clock) {
        response.headers_mut().insert(CONTACT, contact);
    }
    Ok(response)
}

/// The pieces of an answer; an error at the end of one that broke off.
fn read(
    mut arriving: mpsc::Receiver<Vec<u8>>,
    written: JoinHandle<Result<(), Broken>>,
) -> impl Stream<Item = Piece> {
    async_stream::stream! {
        while let Some(piece) = arriving.recv().await {
            yield Ok(Bytes::from(piece));
        }
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(Broken::HungUp)) => yield Err(io::ErrorKind::TimedOut.into()),
            Ok(Err(Broken::Moved)) => yield Err(io::Error::other("the viewer has moved")),
            Ok(Err(Broken::Failed(error))) => {
                tracing::error!(cause = error.causes(), "a pull broke off");
                yield Err(io::Error::other("the answer broke off"));
            }
            Err(_) => yield Err(io::Error::other("the answer broke off")),
        }
    }
}

/// The phone's clocks, if it told them. What cannot be read is as good as not told.
pub fn phone_clock(headers: &HeaderMap) -> Option<PhoneClock> {
    let (boot_id, wall_clock) = headers.get(CLOCK)?.to_str().ok()?.split_once(';')?;
    let boot_id = Some(boot_id.trim()).filter(|id| !id.is_empty());
    let wall_clock = DateTime::parse_from_rfc3339(wall_clock.trim()).ok();
    Some(PhoneClock {
        boot_id: boot_id.map(str::to_owned),
        wall_clock: wall_clock.map(|at| at.to_utc()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_of_a_phone_are_read_as_far_as_they_can_be() {
        for (value, expected) in [
            ("b1;2026-09-01T01:00:00Z", Some((Some("b1"), true))),
            ("b1; nonsense", Some((Some("b1"), false))),
            (";2026-09-01T09:00:00+08:00", Some((None, true))),
            ("b1", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CLOCK, HeaderValue::from_static(value));
            let clock = phone_clock(&headers);
            let found = clock
                .as_ref()
                .map(|clock| (clock.boot_id.as_deref(), clock.wall_clock.is_some()));
            assert_eq!(found, expected, "{value}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_is_not_taken_for_whole() {
        use futures_util::StreamExt as _;
        for breaks in [false, true] {
            let (pieces, arriving) = mpsc::channel(PIECES);
            let written = tokio::spawn(async move {
                pieces.send(b"{".to_vec()).await.unwrap();
                if breaks {
                    return Err(crate::error::ApiError::internal("the database has gone").into());
                }
                Ok(())
            });
            let read: Vec<Piece> = read(arriving, written).collect().await;
            assert_eq!(read.last().unwrap().is_err(), breaks);
        }
    }
}
