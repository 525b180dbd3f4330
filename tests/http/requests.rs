//! `POST /graphql`, and what the other addresses answer.

use std::fmt::Write as _;
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{code, start, start_with};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

#[tokio::test]
async fn a_body_that_is_no_request_is_refused_with_a_code() {
    let server = start().await;
    for (headers, body, expected) in [
        (JSON, "", (400, "INVALID_REQUEST")),
        (JSON, "{", (400, "INVALID_REQUEST")),
        (JSON, "\u{feff}{", (400, "INVALID_REQUEST")),
        (
            JSON,
            "\u{feff}{\"query\": \"{server{version}}\"}",
            (200, "none"),
        ),
        (JSON, "null", (400, "INVALID_REQUEST")),
        (JSON, "\"{server{version}}\"", (400, "INVALID_REQUEST")),
        (JSON, r#"{"query": 5}"#, (400, "INVALID_REQUEST")),
        (
            JSON,
            r#"{"query": "{server{version}}", "variables": 7}"#,
            (400, "INVALID_REQUEST"),
        ),
        (
            JSON,
            r#"[{"query": "{server{version}}"}]"#,
            (400, "INVALID_REQUEST"),
        ),
        (JSON, " \n[]", (400, "INVALID_REQUEST")),
        (JSON, "{}", (200, "INVALID_REQUEST")),
        (
            &[],
            r#"{"query": "{server{version}}"}"#,
            (415, "INVALID_REQUEST"),
        ),
        (
            &[("content-type", "text/plain")],
            r#"{"query": "{server{version}}"}"#,
            (415, "INVALID_REQUEST"),
        ),
        (
            &[("content-type", "application/json-patch+json")],
            r#"{"query": "{server{version}}"}"#,
            (415, "INVALID_REQUEST"),
        ),
        (
            &[("content-type", "Application/JSON; charset=utf-8")],
            r#"{"query": "{server{version}}"}"#,
            (200, "none"),
        ),
    ] {
        let (status, answer) = server.post_with(body, headers).await;
        assert_eq!((status, code(&answer)), expected, "{body}: {answer}");
    }
    let deep = format!(
        "{{\"variables\": {}1{}}}",
        "[".repeat(9_999),
        "]".repeat(9_999)
    );
    let not_text = vec![b'{', b'"', 0xff, 0xfe, b'"', b'}'];
    for body in [deep.into_bytes(), not_text] {
        let (status, answer) = server.post(body).await;
        assert_eq!(
            (status, code(&answer)),
            (400, "INVALID_REQUEST"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_query_that_does_not_fit_the_schema_is_answered_with_a_code() {
    let server = start_with(|settings| settings.http.graphiql = true, |_| {}).await;
    let aliases = |count: u32, field: &str| {
        let mut query = String::from("{");
        for number in 0..count {
            write!(query, " a{number}: {field}").unwrap();
        }
        query + "}"
    };
    let of_type = "ofType{".repeat(20) + "name" + &"}".repeat(20);
    for (query, expected) in [
        ("{".to_owned(), "INVALID_REQUEST"),
        ("{ server".to_owned(), "INVALID_REQUEST"),
        ("{ server { nothing } }".to_owned(), "INVALID_REQUEST"),
        (
            "{ server(id: 5) { version } }".to_owned(),
            "INVALID_REQUEST",
        ),
        ("mutation { nothing }".to_owned(), "INVALID_REQUEST"),
        ("subscription { nothing }".to_owned(), "INVALID_REQUEST"),
        (
            "query A { server { version } } query B { server { version } }".to_owned(),
            "INVALID_REQUEST",
        ),
        (
            "query($x: Int!) { server @include(if: $x) { version } }".to_owned(),
            "INVALID_REQUEST",
        ),
        (
            "fragment A on Query { ...B } fragment B on Query { ...A } { ...A }".to_owned(),
            "TOO_COMPLEX",
        ),
        (aliases(50, "server { version }"), "none"),
        (aliases(51, "server { version }"), "TOO_COMPLEX"),
        (
            format!("{{ __schema {{ types {{ fields {{ type {{ {of_type} }} }} }} }} }}"),
            "TOO_COMPLEX",
        ),
        ("{a".repeat(30_000), "TOO_COMPLEX"),
        (
            format!("{{ server(a: {}) }}", "[".repeat(60_000)),
            "TOO_COMPLEX",
        ),
        (
            format!("{{ server(a: \"{}\") {{ version }} }}", "{".repeat(60_000)),
            "INVALID_REQUEST",
        ),
        (
            "{ server { version } } # \0\u{1}\u{7f}\u{2028}".to_owned(),
            "none",
        ),
        ("{ server { ver\0sion } }".to_owned(), "INVALID_REQUEST"),
    ] {
        let answer = server.query(&query).await;
        let start: String = query.chars().take(60).collect();
        assert_eq!(code(&answer), expected, "{start}: {answer:.300}");
    }
}

#[tokio::test]
async fn odd_text_in_a_variable_is_taken_or_refused_with_a_code() {
    let server = start().await;
    let token = server.token(server.session().await, 900);
    let authorization = format!("Bearer {token}");
    let headers = [JSON[0], ("authorization", &*authorization)];
    for text in [
        "\0",
        "a\u{1}\u{8}\u{1b}[31m",
        "\u{202e}\u{feff}",
        "业主\u{d7ff}",
        &"长".repeat(350_000),
    ] {
        for query in [
            "query($x: String!) { __type(name: $x) { name } }",
            "query($x: Int!) { __type(name: $x) { name } }",
        ] {
            let body = json!({ "query": query, "variables": { "x": text } });
            let (status, answer) = server.post_with(body.to_string(), &headers).await;
            assert_eq!(status, 200, "{answer:.300}");
            assert!(answer.to_string().len() < 5_000, "{answer:.300}");
            assert!(
                answer["data"].is_object() || code(&answer) != "none",
                "{answer:.300}"
            );
        }
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_however_it_is_sent() {
    let server = start_with(|settings| settings.http.body_limit_bytes = 10_000, |_| {}).await;
    let (status, answer) = server.post(vec![b' '; 10_001]).await;
    assert_eq!((status, code(&answer)), (413, "BODY_TOO_LARGE"));
    let (status, _) = server.post(vec![b' '; 10_000]).await;
    assert_eq!(status, 400);

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("2af8\r\n{}\r\n0\r\n\r\n", " ".repeat(0x2af8));
    stream.write_all(chunk.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("BODY_TOO_LARGE"), "{answer}");
}

#[tokio::test]
async fn nothing_but_post_reaches_the_api() {
    let server = start().await;
    let query = "/graphql?query=mutation%20%7B%20nothing%20%7D";
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = Client::new().request(method.clone(), server.url(query));
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 405, "{method}");
        assert_eq!(answer.headers()["allow"], "POST");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(code(&body), "INVALID_REQUEST");
    }
    let nowhere = reqwest::get(server.url("/nowhere")).await.unwrap();
    assert_eq!(nowhere.status(), 404);
    assert_eq!(code(&nowhere.json::<Value>().await.unwrap()), "NOT_FOUND");
}

#[tokio::test]
async fn what_is_public_stays_so_whatever_the_token() {
    let server = start().await;
    let session = server.session().await;
    let expired = server.token(session, 0);
    for token in [
        server.token(session, 900),
        expired,
        server.forged(session),
        "x.y.z".to_owned(),
    ] {
        let authorization = format!("Bearer {token}");
        let headers = [
            ("content-type", "application/json"),
            ("authorization", &*authorization),
        ];
        let body = r#"{"query": "{ server { version } }"}"#;
        let (status, answer) = server.post_with(body, &headers).await;
        assert_eq!((status, code(&answer)), (200, "none"), "{answer}");
    }
}

#[tokio::test]
async fn errors_are_told_in_the_language_asked_for() {
    let server = start().await;
    for body in [
        "{",
        "[]",
        r#"{"query": "{ nothing }"}"#,
        r#"{"query": "{"}"#,
    ] {
        for (language, is_ascii) in [("zh-CN,zh;q=0.9,en;q=0.8", false), ("en", true)] {
            let headers = [
                ("content-type", "application/json"),
                ("accept-language", language),
            ];
            let (_, answer) = server.post_with(body, &headers).await;
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert_eq!(message.is_ascii(), is_ascii, "{body}: {message}");
        }
    }
}

#[tokio::test]
async fn only_listed_origins_are_let_in_by_browsers() {
    let listed = "https://desk.example.com";
    let server = start_with(
        |settings| settings.http.origins = vec![format!("{listed}/")],
        |_| {},
    )
    .await;
    for (origin, allowed) in [(listed, Some(listed)), ("https://evil.example.com", None)] {
        let asked = Client::new()
            .request(Method::OPTIONS, server.url("/graphql"))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            );
        let answer = asked.send().await.unwrap();
        let header = answer.headers().get("access-control-allow-origin");
        assert_eq!(
            header.map(|value| value.to_str().unwrap()),
            allowed,
            "{origin}"
        );
    }
    let refused = Client::new()
        .post(server.url("/graphql"))
        .header("origin", listed);
    let refused = refused.send().await.unwrap();
    assert_eq!(refused.status(), 415);
    assert_eq!(refused.headers()["access-control-allow-origin"], listed);
}

#[tokio::test]
async fn apps_call_from_origins_of_their_own() {
    let origins = ["capacitor://localhost", "http://localhost", "null"];
    let listed = origins.map(str::to_owned).to_vec();
    let server = start_with(|settings| settings.http.origins = listed, |_| {}).await;
    for (origin, is_let_in) in origins
        .map(|origin| (origin, true))
        .into_iter()
        .chain([("ionic://localhost", false), ("https://localhost", false)])
    {
        let asked = Client::new().get(server.url("/health/live"));
        let answer = asked.header("origin", origin).send().await.unwrap();
        let header = answer.headers().get("access-control-allow-origin");
        let header = header.map(|value| value.to_str().unwrap());
        assert_eq!(header, is_let_in.then_some(origin));
    }
}

#[tokio::test]
async fn each_media_type_has_its_own_idea_of_status() {
    let server = start().await;
    let hash = json!({ "persistedQuery": { "version": 1, "sha256Hash": "0" } });
    let persisted = "PERSISTED_QUERY_NOT_SUPPORTED";
    for (body, status, expected) in [
        (json!({ "query": "{server{version}}" }), 200, "none"),
        (json!({ "query": "{" }), 400, "INVALID_REQUEST"),
        (json!({ "query": "{nothing}" }), 400, "INVALID_REQUEST"),
        (json!({ "query": "{me{name}}" }), 200, "UNAUTHENTICATED"),
        (json!({ "extensions": hash }), 200, persisted),
        (
            json!({ "query": "{server{version}}", "extensions": hash }),
            200,
            "none",
        ),
    ] {
        for (accept, status) in [
            ("application/json", 200),
            ("application/graphql-response+json", status),
        ] {
            let request = Client::new().post(server.url("/graphql"));
            let request = request.header("accept", accept).json(&body);
            let answer = request
                .header("accept-language", "zh")
                .send()
                .await
                .unwrap();
            let kind = answer.headers()["content-type"].to_str().unwrap();
            assert_eq!(kind, format!("{accept}; charset=utf-8"), "{body}");
            assert_eq!(answer.status(), status, "{accept}: {body}");
            let answer: Value = answer.json().await.unwrap();
            assert_eq!(code(&answer), expected, "{answer}");
            if expected == persisted {
                let message = &answer["errors"][0]["message"];
                assert_eq!(message, "PersistedQueryNotSupported");
            }
        }
    }
}

#[tokio::test]
async fn the_caller_finds_his_request_again_by_its_id() {
    let server = start().await;
    for (sent, kept) in [("phone-1_a", true), ("two words", false), ("", false)] {
        let request = Client::new()
            .get(server.url("/health/live"))
            .header("x-request-id", sent);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["x-request-id"] == sent, kept, "{sent}");
    }
}

#[tokio::test]
async fn the_server_tells_whether_it_is_well_and_publishes_its_keys() {
    let mut server = start().await;
    for path in ["/", "/health/live", "/health/ready"] {
        let answer = reqwest::get(server.url(path)).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    let keys = reqwest::get(server.url("/.well-known/jwks.json"))
        .await
        .unwrap();
    let keys: Value = keys.json().await.unwrap();
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
    assert!(
        keys["keys"][0].get("d").is_none(),
        "the private half is never shown"
    );
    let graphiql = reqwest::get(server.url("/graphiql")).await.unwrap();
    assert_eq!(graphiql.status(), 404);
    server.ask_to_stop();
    server.stopped().await;
}

#[tokio::test]
async fn readiness_needs_the_database() {
    let server = start().await;
    server.app.db().clone().close().await.unwrap();
    let answer = reqwest::get(server.url("/health/ready")).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(code(&answer.json::<Value>().await.unwrap()), "OVERLOADED");
    assert_eq!(
        reqwest::get(server.url("/health/live"))
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_told_to_come_back() {
    let soon = Duration::from_millis(50);
    let server = start_with(|_| {}, move |patience| patience.request = soon).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 10\r\nconnection: close\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    for part in ["retry-after: ", "\"OVERLOADED\"", "\"retryAfterMs\":"] {
        assert!(answer.contains(part), "{answer}");
    }
}

#[tokio::test]
async fn the_page_loads_nothing_but_what_this_server_serves() {
    let server = start().await;
    let client = Client::new();
    for (language, lang) in [("en-GB,en", "en"), ("zh-CN", "zh")] {
        let page = client
            .get(server.url("/"))
            .header("accept-language", language);
        let page = page.send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        let page = page.text().await.unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")), "{page}");
        assert!(!page.contains("{{") && !page.contains("//unpkg"), "{page}");
        let loaded: Vec<_> = page
            .split(['"', '\''])
            .filter(|part| part.starts_with("/page/"))
            .collect();
        assert!(loaded.len() >= 3, "{loaded:?}");
        for path in loaded.into_iter().chain(["/page/words.js"]) {
            let answer = reqwest::get(server.url(path)).await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        }
    }
}
