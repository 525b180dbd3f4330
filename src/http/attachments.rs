//! `/attachments/{sha256}`: photos come and go here, one by one, never in front of data.

use std::io;
use std::ops::Range;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

use super::Http;
use super::admission::token_of;
use super::range::{Asked, asked};
use super::refusal::{Refusal, language_of, refuse};
use super::source::Source;
use super::turns::Turn;
use crate::areas::{Piece, Progress, Taken};
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::error::{ApiError, ErrorCode};
use crate::sha256::Sha256;
use crate::storage::Content;

/// Where the next piece begins.
pub const OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// How many photos of one account come in at a time, and as many go out: slow readers of one account shall
/// not keep photos from all others.
const OF_ONE: usize = 2;

/// How many pieces of a photo wait for a slow reader.
const PIECES: usize = 4;

/// `PUT`: takes a photo or a piece of it.
pub async fn put(
    State(http): State<Http>,
    Path(hash): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    // A task of its own keeps what has come when the caller hangs up.
    let answered = tokio::spawn(
        async move {
            // One that is cut off may go on later, so its whole time is short.
            let end = Instant::now() + http.patience().photo;
            let most = http.app().settings().attachments.limit_bytes;
            let body = Box::pin(http.paced(body, most, Some(end)));
            receive(&http, &parts, &hash, body).await
        }
        .in_current_span(),
    );
    answered.await.map_err(|_| Refusal::Panicked)?
}

async fn receive(
    http: &Http,
    parts: &Parts,
    hash: &str,
    body: impl Stream<Item = io::Result<Bytes>> + Send + Unpin,
) -> Result<Response, Refusal> {
    let headers = &parts.headers;
    let piece = announced(headers)?;
    let source = http.source(headers, &parts.extensions);
    let turn = http.photos_in().take(&source, 1, OF_ONE)?;
    let taken = take(http, headers, hash, piece, body, turn).await;
    Ok(taken.unwrap_or_else(|error| refuse(&error, language_of(headers))))
}

async fn take(
    http: &Http,
    headers: &HeaderMap,
    hash: &str,
    piece: Piece,
    body: impl Stream<Item = io::Result<Bytes>> + Send + Unpin,
    _turn: Turn<Source>,
) -> Result<Response, ApiError> {
    let (viewer, hash) = (viewer(http, headers).await?, named(hash)?);
    match http.photos().take(&viewer, &hash, piece, body).await {
        Ok(Taken::Whole { content, was_here }) => {
            let status = if was_here {
                StatusCode::OK
            } else {
                StatusCode::CREATED
            };
            let told = json!({
                "sha256": content.sha256, "size": content.size, "mediaType": content.media_type,
            });
            Ok((status, [(header::ETAG, tag(&hash))], Json(told)).into_response())
        }
        Ok(Taken::Part { offset }) => Ok(at(offset, StatusCode::NO_CONTENT.into_response())),
        Err(error) if error.code() == ErrorCode::ATTACHMENT_OFFSET => {
            let offset = match http.photos().progress(&viewer, &hash).await? {
                Progress::Part { offset } => offset,
                Progress::Whole(_) | Progress::Nothing => 0,
            };
            Ok(at(offset, refuse(&error, language_of(headers))))
        }
        Err(error) => Err(error),
    }
}

/// `GET`: a photo that is here and that the viewer may see, or a part of it.
pub async fn get(
    State(http): State<Http>,
    Path(hash): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let (
        Parts {
            headers,
            extensions,
            ..
        },
        _,
    ) = request.into_parts();
    let source = http.source(&headers, &extensions);
    let turn = http.photos_out().take(&source, 1, OF_ONE)?;
    let language = language_of(&headers);
    // A task of its own, because a statement must not be dropped half-way.
    let answer =
        tokio::spawn(async move { send(&http, &headers, &hash, turn).await }.in_current_span());
    match answer.await.map_err(|_| Refusal::Panicked)? {
        Ok(response) => Ok(response),
        Err(error) => Ok(refuse(&error, language)),
    }
}

async fn send(
    http: &Http,
    headers: &HeaderMap,
    hash: &str,
    turn: Turn<Source>,
) -> Result<Response, ApiError> {
    let (viewer, hash) = (viewer(http, headers).await?, named(hash)?);
    let missing = || ApiError::not_found("attachment");
    let found = http.photos().find_whole(&viewer, &hash).await?;
    let found = found.ok_or_else(missing)?;
    let size = u64::try_from(found.size).unwrap_or(0);
    let (status, range) = match asked(headers, &tag(&hash), size) {
        Asked::Unchanged => {
            return Ok(described(
                StatusCode::NOT_MODIFIED.into_response(),
                &hash,
                &found.media_type,
            ));
        }
        Asked::Nothing => {
            let refused = ApiError::invalid("Range", "asks for no byte of it", "超出内容的范围");
            let mut refused = refuse(&refused, language_of(headers));
            *refused.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            let told = format!("bytes */{size}");
            return Ok(with(refused, header::CONTENT_RANGE, told));
        }
        Asked::Whole => (StatusCode::OK, 0..size),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
    };
    let content = http.app().storage()?.read(&hash, range.clone()).await?;
    let body = Body::from_stream(going(http, content.ok_or_else(missing)?, turn));
    let mut response = described((status, body).into_response(), &hash, &found.media_type);
    let length = range.end - range.start;
    response = with(response, header::CONTENT_LENGTH, length.to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        let Range { start, end } = range;
        let told = format!("bytes {start}-{}/{size}", end - 1);
        response = with(response, header::CONTENT_RANGE, told);
    }
    Ok(response)
}

/// `HEAD`: whether a photo is here, or how much of it the caller has sent.
pub async fn head(
    State(http): State<Http>,
    Path(hash): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let (
        Parts {
            headers,
            extensions,
            ..
        },
        _,
    ) = request.into_parts();
    let turn = http.turn(&http.source(&headers, &extensions))?;
    let language = language_of(&headers);
    let answer = tokio::spawn(
        async move {
            let answer = describe(&http, &headers, &hash).await;
            drop(turn);
            answer
        }
        .in_current_span(),
    );
    match answer.await.map_err(|_| Refusal::Panicked)? {
        Ok(response) => Ok(response),
        Err(error) => Ok(refuse(&error, language)),
    }
}

async fn describe(http: &Http, headers: &HeaderMap, hash: &str) -> Result<Response, ApiError> {
    let (viewer, hash) = (viewer(http, headers).await?, named(hash)?);
    match http.photos().progress(&viewer, &hash).await? {
        Progress::Whole(found) => {
            let response = described(StatusCode::OK.into_response(), &hash, &found.media_type);
            let size = found.size.to_string();
            let response = with(response, header::CONTENT_LENGTH, size.clone());
            Ok(with(response, OFFSET, size))
        }
        Progress::Part { offset } => Ok(at(offset, StatusCode::NO_CONTENT.into_response())),
        Progress::Nothing => Err(ApiError::not_found("attachment")),
    }
}

async fn viewer(http: &Http, headers: &HeaderMap) -> Result<Viewer, ApiError> {
    let token = token_of(headers).ok_or(SessionError::Unauthenticated)?;
    Ok(http.admit(token).await?.viewer)
}

/// The hash that an address names; one that is none names nothing.
fn named(hash: &str) -> Result<Sha256, ApiError> {
    hash.parse().map_err(|_| ApiError::not_found("attachment"))
}

/// The piece that a request brings, by its headers.
fn announced(headers: &HeaderMap) -> Result<Piece, Refusal> {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str());
    let length = match text(header::CONTENT_LENGTH) {
        Some(Ok(length)) => Some(length.parse::<u64>().map_err(|_| Refusal::Unreadable)?),
        Some(Err(_)) => return Err(Refusal::Unreadable),
        None => None,
    };
    let piece = match text(header::CONTENT_RANGE) {
        Some(range) => range.ok().and_then(Piece::from_header),
        None => length.map(Piece::whole),
    };
    let fits = |piece: &Piece| length.is_none_or(|length| length == piece.length);
    piece.filter(fits).ok_or(Refusal::Unreadable)
}

/// A content on its way out; its turn ends with it, or when its time is over, or when nobody takes the
/// next piece. What is missing then may be asked for.
fn going(
    http: &Http,
    mut content: Content,
    turn: Turn<Source>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
    let (pieces, mut arriving) = mpsc::channel::<io::Result<Bytes>>(PIECES);
    let patience = http.patience();
    let end = Instant::now() + patience.photo;
    let sending = async move {
        while let Some(piece) = content.next().await {
            let piece = piece.map_err(io::Error::other);
            let is_broken = piece.is_err();
            let until = end.min(Instant::now() + patience.request);
            let sent = timeout_at(until, pieces.send(piece)).await;
            if is_broken || !matches!(sent, Ok(Ok(()))) {
                break;
            }
        }
        drop(turn);
    };
    tokio::spawn(sending.in_current_span());
    async_stream::stream! {
        while let Some(piece) = arriving.recv().await {
            yield piece;
        }
    }
}

/// The tag of a content, which never changes.
fn tag(hash: &Sha256) -> String {
    format!("\"{hash}\"")
}

fn at(offset: u64, response: Response) -> Response {
    with(response, OFFSET, offset.to_string())
}

/// With what a browser must know of a content. It may keep it for itself, and never run it.
fn described(response: Response, hash: &Sha256, media_type: &str) -> Response {
    let response = with(response, header::ETAG, tag(hash));
    let response = with(response, header::CONTENT_TYPE, media_type);
    let response = with(response, header::ACCEPT_RANGES, "bytes");
    let response = with(
        response,
        header::CACHE_CONTROL,
        "private, max-age=31536000, immutable",
    );
    with(
        response,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox",
    )
}

fn with(mut response: Response, name: HeaderName, value: impl Into<String>) -> Response {
    if let Ok(value) = HeaderValue::from_str(&value.into()) {
        response.headers_mut().insert(name, value);
    }
    response
}
