//! What goes around every request: its id and span, the time limit, and the words of a refusal.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::time::{Instant, sleep_until};
use tracing::{Instrument, field};

use super::Http;
use super::bodies::Lender;
use super::connections::Running;
use super::media::Media;
use super::refusal::{Refusal, answer, language_of};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Runs the request inside its span and its time, and sees to it that whatever comes out has a
/// code and is in the caller's language.
pub async fn envelope(State(http): State<Http>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let language = language_of(request.headers());
    let id =
        request_id(request.headers()).unwrap_or_else(|| http.app().clock().new_id().to_string());
    let path: String = request.uri().path().chars().take(100).collect();
    let is_probe = path.starts_with("/health/");
    let span = tracing::info_span!(
        "request",
        request.id = id,
        http.method = %known(request.method()),
        http.path = path,
        graphql.operation = field::Empty,
        graphql.kind = field::Empty,
    );

    let asks_first = asks_first(request.headers());
    let running = request.extensions().get::<Arc<Running>>().cloned();
    let (parts, body) = request.into_parts();
    let (body, lender) = Lender::lend(body);
    let request = Request::from_parts(parts, body);
    let answered = async {
        match http.count(request.headers(), request.extensions()) {
            Ok(()) => next.run(request).await,
            // Another connection of that account would be taken for this one.
            Err(refusal) => ([(header::CONNECTION, "close")], refusal).into_response(),
        }
    };
    let answered = AssertUnwindSafe(answered).catch_unwind();
    let response = async {
        tokio::select! {
            biased;
            answered = answered => {
                answered.unwrap_or_else(|_| Refusal::Panicked.into_response())
            }
            () = time_is_over(&http, &lender) => Refusal::TooSlow.into_response(),
        }
    };
    let response = response.instrument(span.clone()).await;
    lender.drop_rest(&http, asks_first, running);
    let mut response = coded(response, language);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));

    let status = response.status();
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        if status.is_server_error() && !is_probe {
            tracing::error!(status = status.as_u16(), elapsed_ms, "request failed");
        } else if is_probe {
            tracing::debug!(status = status.as_u16(), elapsed_ms, "request answered");
        } else {
            tracing::info!(status = status.as_u16(), elapsed_ms, "request answered");
        }
    });
    response
}

/// Ends when the time for a request is over. It runs from when the last of the body came: how slowly that
/// may come is looked at elsewhere.
async fn time_is_over(http: &Http, lender: &Lender) {
    loop {
        let due = lender.moved_at() + http.patience().request;
        if due <= Instant::now() {
            return;
        }
        sleep_until(due).await;
    }
}

/// Whether the client waits to be told before it sends the body.
fn asks_first(headers: &HeaderMap) -> bool {
    let expects = headers.get(header::EXPECT);
    expects.is_some_and(|what| what.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// Puts a code on refusals, ours and axum's own.
fn coded(response: Response, language: crate::error::Language) -> Response {
    let status = response.status();
    if let Some(refusal) = response.extensions().get::<Refusal>() {
        let mut answer = answer(*refusal, language);
        if let Some(close) = response.headers().get(header::CONNECTION) {
            let headers = answer.headers_mut();
            headers.insert(header::CONNECTION, close.clone());
        }
        return answer;
    }
    let is_worded = Media::is_told_by(response.headers());
    if is_worded || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut answer = answer(Refusal::of_status(status), language);
    *answer.status_mut() = status;
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

/// The caller's own id of the request, when it is one that a log can bear.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    ((1..=64).contains(&id.len()) && id.chars().all(is_plain)).then(|| id.to_owned())
}

/// A method is text from the caller too.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::tests::http;

    #[tokio::test]
    async fn a_panic_is_answered_without_its_inside() {
        async fn panics() -> &'static str {
            panic!("the password is 123")
        }
        let (http, _folder) = http().await;
        let router = Router::new()
            .route("/", get(panics))
            .layer(from_fn_with_state(http, envelope));
        let request = Request::get("/").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 500);
        let body = to_bytes(response.into_body(), 1_000).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            body.contains("\"INTERNAL\"") && !body.contains("123"),
            "{body}"
        );
    }
}
