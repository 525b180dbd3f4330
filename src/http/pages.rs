//! The few pages for people, and what they load.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{Html, IntoResponse};

use super::Http;
use super::refusal::language_of;
use crate::error::Language;

/// Runs and loads only what this server serves, and talks to it alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// How a browser treats what it is given.
const CAUTION: [(HeaderName, &str); 2] = [
    (header::REFERRER_POLICY, "no-referrer"),
    // A new version of the program is a new version of its pages.
    (header::CACHE_CONTROL, "no-cache"),
];

const BOARD: &str = include_str!("page/board.html");
const GRAPHIQL: &str = include_str!("page/graphiql.html");

/// What goes on, for whoever signs in. Everything on it comes from the public API.
pub async fn home(State(http): State<Http>, headers: HeaderMap) -> impl IntoResponse {
    let lang = match language_of(&headers) {
        Language::English => "en",
        Language::Chinese => "zh",
    };
    let graphiql = http.app().settings().http.graphiql;
    let page = BOARD
        .replace("{{lang}}", lang)
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{graphiql}}", &graphiql.to_string());
    let policy = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::VARY, "Accept-Language"),
    ];
    (CAUTION, policy, Html(page))
}

/// How the board works.
pub async fn board_script() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (CAUTION, kind, include_str!("page/board.js"))
}

/// The words of the board, in both languages.
pub async fn board_words() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (CAUTION, kind, include_str!("page/words.js"))
}

/// How the board looks.
pub async fn board_style() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (CAUTION, kind, include_str!("page/board.css"))
}

/// The mark of the product.
pub async fn icon() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    (CAUTION, kind, include_str!("page/icon.svg"))
}

/// An editor for queries. Its scripts come from a public CDN, so it needs the internet and is
/// served only where settings ask for it.
pub async fn graphiql() -> impl IntoResponse {
    let policy = "frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(GRAPHIQL))
}

/// The operations that the editor begins with.
pub async fn examples() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (CAUTION, kind, include_str!("page/examples.js"))
}
