//! Queries that are meant to cost more than they say, over both transports: each is refused with a code,
//! in a small answer.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::sockets::{hear_json, say, signed_in};
use crate::support::{Server, code, start, start_with};

/// Far longer than an answer takes, and shorter than for ever.
const LONG: Duration = Duration::from_mins(1);

/// The largest answer to a request that is refused, in bytes.
const ANSWER: usize = 16 << 10;

/// `count` fragments on a type, each of which spreads the next one twice.
fn doubling(on: &str, count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let next = number + 1;
        write!(text, " fragment A{number} on {on}{{...A{next} ...A{next}}}").unwrap();
    }
    write!(text, " fragment A{count} on {on}{{__typename}}").unwrap();
    text
}

/// What is wrong with any operation on this type.
fn hostile(operation: &str, on: &str) -> Vec<(String, &'static str)> {
    let of = |body: &str| format!("{operation} {body}");
    let spreads = "...A ".repeat(1_000);
    let wide = format!(
        "{operation}{{{spreads}}} fragment A on {on}{{{}}}",
        "__typename ".repeat(50)
    );
    let nested = "...{".repeat(40) + "__typename" + &"}".repeat(40);
    let mut definitions = of("A{__typename}");
    for number in 0..100 {
        write!(definitions, " fragment B{number} on {on}{{__typename}}").unwrap();
    }
    vec![
        (of(&format!("{{...A0}}{}", doubling(on, 22))), "TOO_COMPLEX"),
        (of(&format!("{{...A0}}{}", doubling(on, 30))), "TOO_COMPLEX"),
        (of(&format!("{{...A0}}{}", doubling(on, 98))), "TOO_COMPLEX"),
        // Spread by nobody, and walked all the same.
        (
            of(&format!("{{__typename}}{}", doubling(on, 30))),
            "TOO_COMPLEX",
        ),
        (wide, "TOO_COMPLEX"),
        (of(&format!("{{{nested}}}")), "TOO_COMPLEX"),
        (definitions, "TOO_COMPLEX"),
        (
            of(&format!(
                "{{...A}} fragment A on {on}{{...B}} fragment B on {on}{{...A}}"
            )),
            "TOO_COMPLEX",
        ),
        (
            of(&format!("({}){{__typename}}", "$v:Int ".repeat(9_000))),
            "TOO_COMPLEX",
        ),
        (
            of(&format!("({}){{__typename}}", "$v:Int ".repeat(101))),
            "TOO_COMPLEX",
        ),
        (
            of(&format!("({}){{__typename}}", "$v:Int ".repeat(100))),
            "INVALID_REQUEST",
        ),
        (
            of(&format!("{}{{__typename}}", "@a ".repeat(101))),
            "TOO_COMPLEX",
        ),
        (
            of(&format!("{{{}}}", "__typename @a @b ".repeat(60))),
            "TOO_COMPLEX",
        ),
        (of(&format!("{{{}}}", "a ".repeat(2_000))), "TOO_COMPLEX"),
        (of(&format!("{{{}}}", "a ".repeat(9_000))), "TOO_COMPLEX"),
        (of(&format!("{{{}}}", "a".repeat(50_000))), "TOO_COMPLEX"),
        (
            of(&format!("{{a(b:{})}}", "[".repeat(50_000))),
            "TOO_COMPLEX",
        ),
        (
            of(&format!("{{a(b:{})}}", "1".repeat(50_000))),
            "TOO_COMPLEX",
        ),
        (
            of(&format!("{{a(b:\"{}\")}}", "长".repeat(15_000))),
            "INVALID_REQUEST",
        ),
        (
            of(&format!("{{a(b:\"\"\"{}\"\"\")}}", " a\n".repeat(15_000))),
            "INVALID_REQUEST",
        ),
        (of("{a(b:1e999)}"), "INVALID_REQUEST"),
        (of(&"{a".repeat(20_000)), "TOO_COMPLEX"),
    ]
}

async fn post(server: &Server, body: Value, token: Option<&str>) -> (u16, Value) {
    let authorization = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(authorization.as_deref().map(|it| ("authorization", it)));
    let answer = server.post_with(body.to_string(), &headers);
    let answer = timeout(LONG, answer).await.expect("it is answered");
    assert!(answer.1.to_string().len() < ANSWER, "{:.300}", answer.1);
    answer
}

#[tokio::test]
async fn a_query_that_means_more_than_it_says_is_refused() {
    let server = start().await;
    let mut all = hostile("query", "Query");
    all.extend(hostile("mutation", "Mutation"));
    for (query, expected) in all {
        let (status, answer) = post(&server, json!({ "query": query }), None).await;
        assert_eq!(
            (status, code(&answer)),
            (200, expected),
            "{query:.100}: {answer:.300}"
        );
    }
}

#[tokio::test]
async fn the_same_is_refused_over_a_socket() {
    let server = start().await;
    let session = server.session().await;
    let mut socket = signed_in(&server, &server.token(session, 900)).await;
    let mut all = hostile("subscription", "Subscription");
    let two = "subscription{a:syncPoke{seq} b:syncPoke{seq}}";
    all.push((two.to_owned(), "TOO_COMPLEX"));
    for (query, expected) in all {
        let payload = json!({ "query": query });
        let subscribe = json!({ "type": "subscribe", "id": "1", "payload": payload });
        say(&mut socket, subscribe).await;
        let told = timeout(LONG, hear_json(&mut socket))
            .await
            .expect("it is answered");
        assert_eq!(told["type"], "error", "{query:.100}: {told:.300}");
        let answer = json!({ "errors": told["payload"] });
        assert_eq!(code(&answer), expected, "{query:.100}: {told:.300}");
        assert!(told.to_string().len() < ANSWER);
    }
}

#[tokio::test]
async fn what_is_repeated_in_errors_is_cut_and_counted() {
    let server = start().await;
    let token = server.token(server.session().await, 900);
    let long = "x".repeat(1 << 20);
    let many: serde_json::Map<_, _> = (0..20_000).map(|it| (format!("x{it}"), json!(1))).collect();
    let fields = |count: usize, field: &str| {
        let mut query = String::new();
        for number in 0..count {
            write!(query, " a{number}: {field}").unwrap();
        }
        query
    };
    let order = format!(
        "query($x: TicketOrder) {{{}}}",
        fields(5, "tickets(order: $x) { nodes { id } }")
    );
    let filter = format!(
        "query($x: VisitsFilter!) {{{}}}",
        fields(5, "visits(filter: $x) { nodes { id } }")
    );
    for (query, variables, expected) in [
        (
            format!("{{{}}}", fields(50, "nothing")),
            json!({}),
            "INVALID_REQUEST",
        ),
        (
            format!("{{server{{{}}}}}", fields(1_900, "nothing")),
            json!({}),
            "INVALID_REQUEST",
        ),
        (order.clone(), json!({ "x": long }), "INVALID_REQUEST"),
        (
            filter.clone(),
            json!({ "x": { (long.clone()): 1 } }),
            "INVALID_REQUEST",
        ),
        (filter, json!({ "x": many }), "INVALID_REQUEST"),
        // A field takes a copy of its argument.
        (
            format!(
                "query($x: TicketOrder) {{{}}}",
                fields(50, "tickets(order: $x) { nodes { id } }")
            ),
            json!({ "x": long }),
            "TOO_COMPLEX",
        ),
        ("{server{version}}".to_owned(), json!({ (long): 1 }), "none"),
        (order, json!({ "x": 1e300 }), "INVALID_REQUEST"),
    ] {
        let body = json!({ "query": query, "variables": variables });
        let (status, answer) = post(&server, body, Some(&token)).await;
        assert_eq!(
            (status, code(&answer)),
            (200, expected),
            "{query:.100}: {answer:.300}"
        );
        let errors = answer["errors"].as_array().map_or(0, Vec::len);
        assert!(errors <= 11, "{errors} errors to {query:.100}");
    }
    // As many values as fit into a body would take a hundred times its size.
    let empty = "[],".repeat(300_000);
    let body =
        format!("{{\"query\": \"{{server{{version}}}}\", \"variables\": {{\"x\": [{empty}1]}}}}");
    let authorization = format!("Bearer {token}");
    let headers = [
        ("content-type", "application/json"),
        ("authorization", &*authorization),
    ];
    let (status, answer) = server.post_with(body, &headers).await;
    assert_eq!((status, code(&answer)), (413, "BODY_TOO_LARGE"));
}

#[tokio::test]
async fn who_has_not_signed_in_sends_little() {
    let server = start().await;
    let session = server.session().await;
    let query = "{server{version}}";
    let small = json!({ "query": query, "variables": { "x": "x".repeat(60_000) } });
    let large = json!({ "query": query, "variables": { "x": "x".repeat(70_000) } });
    for (token, expected) in [
        (None, (413, "BODY_TOO_LARGE")),
        (Some("x.y.z".to_owned()), (401, "UNAUTHENTICATED")),
        (Some(server.forged(session)), (401, "UNAUTHENTICATED")),
        // Who has to refresh must hear so.
        (Some(server.token(session, 0)), (200, "none")),
        (Some(server.token(session, 900)), (200, "none")),
    ] {
        let (status, answer) = post(&server, small.clone(), token.as_deref()).await;
        assert_eq!((status, code(&answer)), (200, "none"), "{token:?}");
        let (status, answer) = post(&server, large.clone(), token.as_deref()).await;
        assert_eq!((status, code(&answer)), expected, "{token:?}");
    }
}

#[tokio::test]
async fn what_only_looks_ends_with_the_time_of_its_request() {
    let soon = Duration::from_millis(200);
    let server = start_with(
        |settings| settings.http.requests = 1,
        move |patience| patience.request = soon,
    )
    .await;
    let token = server.token(server.session().await, 900);
    // The one connection for reading is busy for as long as this lives.
    let snapshot = server.app.db().snapshot().await.unwrap();
    let body = json!({ "query": "{communities{id}}" });
    let (status, answer) = post(&server, body, Some(&token)).await;
    assert_eq!((status, code(&answer)), (503, "OVERLOADED"));
    is_free_again(&server).await;
    drop(snapshot);
}

/// Waits until the one place for requests is free again: long before a connection of the database would
/// have been given up on.
async fn is_free_again(server: &Server) {
    let again = async {
        loop {
            let (status, _) = post(server, json!({ "query": "{server{version}}" }), None).await;
            if status == 200 {
                break;
            }
        }
    };
    timeout(Duration::from_secs(5), again)
        .await
        .expect("the work has ended");
}

#[tokio::test]
async fn a_pull_ends_with_the_time_of_its_request_and_when_its_caller_hangs_up() {
    for hangs_up in [false, true] {
        let patience = Duration::from_millis(if hangs_up { 60_000 } else { 200 });
        let server = start_with(
            |settings| settings.http.requests = 1,
            move |it| it.request = patience,
        )
        .await;
        let token = server.token(server.session().await, 900);
        // The one connection for reading is busy for as long as this lives.
        let snapshot = server.app.db().snapshot().await.unwrap();
        let url = server.url("/sync/pull?lastPulledAt=null");
        let pull = move || reqwest::Client::new().get(&url).bearer_auth(&token).send();
        if hangs_up {
            let pull = tokio::spawn(async move { while pull().await.is_ok() {} });
            // It has begun when it has the place.
            while post(&server, json!({ "query": "{server{version}}" }), None)
                .await
                .0
                == 200
            {
                tokio::task::yield_now().await;
            }
            pull.abort();
        } else {
            assert_eq!(pull().await.unwrap().status(), 503);
        }
        is_free_again(&server).await;
        drop(snapshot);
    }
}
