//! The few pages for people, and what they load.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{Html, IntoResponse};
use entity::duty::HandoverState;
use entity::kinds::PostKind;
use entity::patrol::PatrolTaskState;
use entity::tickets::{Priority, TicketKind, TicketState};
use entity::visits::{VisitKind, VisitState};
use entity::words::Word;
use serde_json::{Map, Value, json};

use super::Http;
use super::refusal::language_of;
use crate::error::Language;

/// Runs and loads only what this server serves, and talks to it alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The same for the editor, which brings its fonts inside its style and styles its parts as it goes.
const EDITOR_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:; connect-src 'self'; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Every browser unpacks it.
const PACKED: [(HeaderName, &str); 1] = [(header::CONTENT_ENCODING, "gzip")];

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
    static WORDS: LazyLock<String> = LazyLock::new(|| {
        let [chinese, english] = [true, false].map(closed_lists);
        let own = include_str!("page/words.js");
        format!("{own}Object.assign(WORDS.zh, {chinese});\nObject.assign(WORDS.en, {english});\n")
    });
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (CAUTION, kind, WORDS.as_str())
}

/// What the words of closed lists are called.
fn closed_lists(in_chinese: bool) -> Value {
    json!({
        "ticket": names::<TicketState>(in_chinese),
        // The names of fields have no order that holds.
        "ticketOrder": TicketState::NAMES.iter().map(|(state, ..)| state.in_api()).collect::<Vec<_>>(),
        "visit": names::<VisitState>(in_chinese),
        "round": names::<PatrolTaskState>(in_chinese),
        "handover": names::<HandoverState>(in_chinese),
        "priority": names::<Priority>(in_chinese),
        "post": names::<PostKind>(in_chinese),
        "ticketKind": names::<TicketKind>(in_chinese),
        "visitKind": names::<VisitKind>(in_chinese),
    })
}

/// By the word as the API says it.
fn names<W: Word>(in_chinese: bool) -> Map<String, Value> {
    let name = |(word, english, chinese): &(W, &str, &str)| {
        let shown = if in_chinese {
            (*chinese).to_owned()
        } else {
            capitalised(english)
        };
        (word.in_api(), shown.into())
    };
    W::NAMES.iter().map(name).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
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

/// An editor for queries, served only where settings ask for it.
pub async fn graphiql() -> impl IntoResponse {
    let policy = [(header::CONTENT_SECURITY_POLICY, EDITOR_POLICY)];
    (CAUTION, policy, Html(GRAPHIQL))
}

/// How the examples come into the editor.
pub async fn graphiql_script() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (CAUTION, kind, include_str!("page/graphiql.js"))
}

/// The packages of the editor, made by `clients/scripts/graphiql.mjs`.
pub async fn editor_script() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    let script: &[u8] = include_bytes!("page/graphiql/editor.js.gz");
    (CAUTION, kind, PACKED, script)
}

/// How the packages of the editor look.
pub async fn editor_style() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    let style: &[u8] = include_bytes!("page/graphiql/editor.css.gz");
    (CAUTION, kind, PACKED, style)
}

/// The operations that the editor begins with.
pub async fn examples() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (CAUTION, kind, include_str!("page/examples.js"))
}
