//! `/sync/pull` and `/sync/push`: WatermelonDB's `pullChanges` and `pushChanges`.

use std::io;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::Http;
use super::admission::token_of;
use super::contact::{clock_of, named};
use super::refusal::{Refusal, language_of, refuse};
use super::source::Source;
use crate::app::while_wanted;
use crate::auth::viewer::SessionError;
use crate::error::ApiError;
use crate::sync::watermelon::protocol::PullArguments;
use crate::sync::watermelon::pull::{self, Answer, Broken};
use crate::sync::watermelon::push::{self, PushArguments};

/// The largest push, in bytes: the client sends all it has at once and cannot send less.
pub const PUSH: usize = 8 << 20;

/// How many pieces of an answer wait for a slow reader.
const PIECES: usize = 2;

/// What an answer that broke off ends with: the connection is closed, so that nobody takes it for
/// whole.
type Piece = Result<Bytes, io::Error>;

/// Answers with what changed, while it is read. What goes wrong before the first byte is an HTTP
/// status; after it, the connection ends.
pub async fn pull(State(http): State<Http>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let source = http.source(&parts.headers, &parts.extensions);
    let arguments = if parts.method == Method::POST {
        let limit = http.app().settings().http.body_limit_bytes;
        PullArguments::from_body(&http.read(&source, body, limit).await?)
    } else {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(query) = query.map_err(|_| Refusal::Unreadable)?;
        PullArguments::from_query(query)
    };
    let language = language_of(&parts.headers);
    let turn = http.turn(&source)?;
    let token = token_of(&parts.headers).map(str::to_owned);
    let clock = clock_of(&parts.headers);
    let tells_clock = clock.is_some();
    let patience = http.patience().request;
    let (waiting, begun) = work(Box::pin(async move {
        let token = token.ok_or(SessionError::Unauthenticated)?;
        let viewer = http.admit(&token).await?.viewer;
        let clock = clock.unwrap_or_default();
        let (app, registry, viewers) = (http.app(), http.registry(), http.viewers());
        Answer::begin(app, registry, viewers, viewer, arguments?, &clock).await
    }));
    let begun = begun.await.map_err(|_| Refusal::Panicked)?;
    drop(waiting);
    // While this side waits, the work is wanted.
    let answer = match begun.ok_or(Refusal::TooSlow)? {
        Ok(answer) => answer,
        Err(error) => return Ok(refuse(&error, language)),
    };
    let contact = HeaderValue::from_str(answer.contact_id());
    let contact = contact.ok().filter(|_| tells_clock);
    let (pieces, arriving) = mpsc::channel(PIECES);
    let (reading, written) = work(Box::pin(async move {
        let body = pull::Body { pieces, patience };
        let written = answer.write(&body).await;
        drop(turn);
        written
    }));
    let body = Body::from_stream(read(arriving, written, reading));
    let response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
    Ok(named(response, contact))
}

/// `POST /sync/push`: takes the unsent rows of a whole database. What becomes of each is told by the next pull.
pub async fn push(State(http): State<Http>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let language = language_of(&parts.headers);
    // A large body is read of nobody who has no good token.
    let (token, source) = match http.good_token(&parts.headers) {
        Ok((token, claims)) => (token.to_owned(), Source::Account(claims.sub)),
        Err(error) => return Ok(refuse(&error, language)),
    };
    let body = http.read(&source, body, PUSH).await?;
    let turns = (http.turn(&source)?, http.turn_to_push(&source)?);
    let clock = clock_of(&parts.headers);
    // A task of its own, as for every request.
    let pushed = tokio::spawn(
        async move {
            let viewer = http.admit(&token).await?.viewer;
            let arguments = PushArguments::from_body(&body)?;
            drop(body);
            let contact = http.contact(clock.as_ref(), Some(&viewer));
            let pushed = push::push(http.app(), http.registry(), &viewer, arguments).await?;
            drop(turns);
            Ok::<_, ApiError>((pushed, contact))
        }
        .in_current_span(),
    );
    Ok(match pushed.await.map_err(|_| Refusal::Panicked)? {
        Ok((pushed, contact)) => named(Json(pushed).into_response(), contact),
        Err(error) => refuse(&error, language),
    })
}

/// Work in a task of its own, so that no change is dropped half-way. What only looks ends when what is
/// given with it is dropped: the caller has hung up, or his time is over.
fn work<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> (oneshot::Sender<()>, JoinHandle<Option<T>>) {
    let (waiting, wanted) = oneshot::channel();
    let work = while_wanted(wanted, work).in_current_span();
    (waiting, tokio::spawn(work))
}

/// The pieces of an answer; an error at the end of one that broke off. It is wanted as long as it is read.
fn read(
    mut arriving: mpsc::Receiver<Vec<u8>>,
    written: JoinHandle<Option<Result<(), Broken>>>,
    reading: oneshot::Sender<()>,
) -> impl Stream<Item = Piece> {
    async_stream::stream! {
        while let Some(piece) = arriving.recv().await {
            yield Ok(Bytes::from(piece));
        }
        match written.await {
            Ok(Some(Ok(()))) => {}
            Ok(Some(Err(Broken::HungUp))) => yield Err(io::ErrorKind::TimedOut.into()),
            Ok(Some(Err(Broken::Moved))) => yield Err(io::Error::other("the viewer has moved")),
            Ok(Some(Err(Broken::Failed(error)))) => {
                tracing::error!(cause = error.causes(), "a pull broke off");
                yield Err(io::Error::other("the answer broke off"));
            }
            Ok(None) | Err(_) => yield Err(io::Error::other("the answer broke off")),
        }
        drop(reading);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_that_breaks_off_is_not_taken_for_whole() {
        use futures_util::StreamExt as _;
        for breaks in [false, true] {
            let (pieces, arriving) = mpsc::channel(PIECES);
            let (reading, written) = work(async move {
                pieces.send(b"{".to_vec()).await.unwrap();
                if breaks {
                    return Err(ApiError::internal("the database has gone").into());
                }
                Ok(())
            });
            let read: Vec<Piece> = read(arriving, written, reading).collect().await;
            assert_eq!(read.last().unwrap().is_err(), breaks);
        }
    }

    #[tokio::test]
    async fn an_answer_that_nobody_reads_any_more_is_not_worked_out() {
        let (pieces, arriving) = mpsc::channel(PIECES);
        let (reading, written) = work(async move {
            let statement = std::future::pending::<Result<(), Broken>>();
            let _pieces = pieces;
            statement.await
        });
        let ended = written.abort_handle();
        drop(read(arriving, written, reading));
        while !ended.is_finished() {
            tokio::task::yield_now().await;
        }
    }
}
