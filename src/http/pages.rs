//! The few pages for people.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse};

use super::Http;
use super::refusal::language_of;
use crate::error::Language;

/// Runs nothing and loads nothing from elsewhere.
const HOME_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Names the product and where to go on.
pub async fn home(State(http): State<Http>, headers: HeaderMap) -> impl IntoResponse {
    let (lang, what, graphiql, ready, keys) = match language_of(&headers) {
        Language::English => (
            "en",
            "Back end for the customer-service department of a property company.",
            "try the API",
            "is the server ready?",
            "keys to check its tokens with",
        ),
        Language::Chinese => (
            "zh",
            "物业公司客户服务部门的后台服务。",
            "试用接口",
            "服务器是否就绪",
            "校验令牌的公钥",
        ),
    };
    let graphiql = if http.app().settings().http.graphiql {
        format!("<li><a href=\"/graphiql\">/graphiql</a>: {graphiql}</li>")
    } else {
        String::new()
    };
    let version = env!("CARGO_PKG_VERSION");
    let page = format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Xunfang 巡访</title>\
         <style>body{{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}}</style>\
         <h1>Xunfang 巡访 <small>{version}</small></h1><p>{what}</p><ul>{graphiql}\
         <li><code>POST /graphql</code></li><li><code>GET /graphql/ws</code> (graphql-transport-ws)</li>\
         <li><a href=\"/health/ready\">/health/ready</a>: {ready}</li>\
         <li><a href=\"/.well-known/jwks.json\">/.well-known/jwks.json</a>: {keys}</li></ul></html>"
    );
    ([(header::CONTENT_SECURITY_POLICY, HOME_POLICY)], Html(page))
}

/// An editor for queries. Its scripts come from a public CDN, so it needs the internet and is
/// served only where settings ask for it.
pub async fn graphiql() -> impl IntoResponse {
    let policy = "frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(GRAPHIQL))
}

const GRAPHIQL: &str = include_str!("graphiql.html");
