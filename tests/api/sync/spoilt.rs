//! Bodies that hold one record which JSON readers choke on: its neighbours pass, on every face.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::support::{Community, TestApp};

/// Where the value of a case stands in a body.
const HERE: &str = "\"@\"";

/// What a phone puts into a text by mistake, and what it becomes; none where the record is kept out.
fn cases() -> Vec<(Vec<u8>, Option<&'static str>)> {
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    vec![
        (br#""a\ud83d""#.to_vec(), Some("a\u{FFFD}")),
        (br#""\ude31a""#.to_vec(), Some("\u{FFFD}a")),
        (b"\"a\xF0\x9Fb\"".to_vec(), Some("a\u{FFFD}b")),
        (b"\"a\nb\"".to_vec(), Some("a b")),
        (br#""a\u0000b""#.to_vec(), Some("ab")),
        (b"1e999".to_vec(), Some("1e999")),
        (b"[1e999]".to_vec(), None),
        (deep.into_bytes(), None),
        (br#"{"a": 1, "a": 2}"#.to_vec(), None),
        (b"null".to_vec(), None),
    ]
}

struct Caller {
    router: Router,
    token: String,
}

impl Caller {
    async fn post(&self, path: &str, body: Vec<u8>) -> Value {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.token));
        let response = self
            .router
            .clone()
            .oneshot(request.body(Body::from(body)).unwrap());
        let response = response.await.unwrap();
        assert_eq!(response.status(), 200);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer
    }
}

/// The body with the value in its place, and what other writers put before and between.
fn spoilt(body: &Value, value: &[u8]) -> Vec<u8> {
    let body = body.to_string();
    let (before, after) = body.split_once(HERE).unwrap();
    let mut spoilt = b"\xEF\xBB\xBF ".to_vec();
    spoilt.extend(before.as_bytes());
    spoilt.extend(value);
    spoilt.extend(after.as_bytes());
    spoilt
}

/// How a face pushes a good ticket, one whose summary is the value of a case, and another good one.
fn body_of(face: &str, ids: [Uuid; 3], at: &Community) -> (&'static str, Value) {
    let summaries = ["before", "@", "after"];
    let rows = ids.iter().zip(summaries);
    match face {
        "native" => {
            let mutations = rows.map(|(id, summary)| {
                let payload = json!({ "communityId": at.id, "summary": summary });
                json!({ "mutationId": id, "kind": "ticket.open", "recordId": id, "payload": payload })
            });
            let query =
                "mutation ($rows: [JSON]!) { syncPush(mutations: $rows) { results { outcome } } }";
            let variables = json!({ "rows": mutations.collect::<Vec<_>>() });
            (
                "/graphql",
                json!({ "query": query, "variables": variables }),
            )
        }
        "rxdb" => {
            let rows = rows.map(|(id, summary)| {
                json!({ "newDocumentState": {
                    "id": id, "communityId": at.id, "kind": "repair", "summary": summary, "deleted": false } })
            });
            let query = "mutation ($rows: [TicketInputPushRow!]) {
                pushTicket(ticketPushRow: $rows) { id deleted } }";
            let variables = json!({ "rows": rows.collect::<Vec<_>>() });
            (
                "/graphql",
                json!({ "query": query, "variables": variables }),
            )
        }
        _ => {
            let rows = rows.map(|(id, summary)| {
                json!({ "id": id, "_status": "created", "_changed": "", "community_id": at.id,
                    "kind": "repair", "summary": summary })
            });
            let tickets =
                json!({ "created": rows.collect::<Vec<_>>(), "updated": [], "deleted": [] });
            let changes = json!({ "tickets": tickets, "parties": null, "zones": { "created": null },
                "units": 7 });
            (
                "/sync/push",
                json!({ "changes": changes, "lastPulledAt": null }),
            )
        }
    }
}

#[tokio::test]
async fn one_record_that_json_readers_choke_on_spoils_no_other() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let li = app.sign_in("li", "d1").await;
    let caller = Caller {
        router: xunfang::http::router(&app.app).unwrap(),
        token: li.access_token.clone().unwrap(),
    };
    let mut number = 0;
    for face in ["native", "rxdb", "watermelon"] {
        for (value, expected) in cases() {
            let ids = [1, 2, 3].map(|place| Uuid::from_u128(number + place));
            number += 10;
            let shown = String::from_utf8_lossy(&value).into_owned();
            let shown = format!("{face} {}", shown.chars().take(40).collect::<String>());
            let (path, body) = body_of(face, ids, &bijiang);
            // Twice, as after a lost answer.
            for _ in 0..2 {
                caller.post(path, spoilt(&body, &value)).await;
            }
            for (id, expected) in ids.iter().zip([Some("before"), expected, Some("after")]) {
                let query = "query ($id: UUID!) { ticket(id: $id) { summary } }";
                let answer = li.run(query, json!({ "id": id })).await;
                let summary = answer.data("ticket").get("summary").and_then(Value::as_str);
                assert_eq!(summary, expected, "{shown}");
            }
            let issues = li.issues().await;
            let of_record = issues
                .iter()
                .filter(|issue| issue["recordId"] == ids[1].to_string());
            let open = of_record.filter(|issue| issue["state"] == "open").count();
            assert_eq!(open, usize::from(expected.is_none()), "{shown}: {issues:?}");
        }
    }
}

#[tokio::test]
async fn what_the_desk_writes_is_read_as_apps_write_it() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let li = app.sign_in("li", "d1").await;
    let caller = Caller {
        router: xunfang::http::router(&app.app).unwrap(),
        token: li.access_token.clone().unwrap(),
    };
    let query =
        "mutation ($input: OpenTicketInput!) { openTicket(input: $input) { ticket { summary } } }";
    let input = json!({ "communityId": bijiang.id, "summary": "@" });
    let body = json!({ "query": query, "variables": { "input": input } });
    let answer = caller
        .post("/graphql", spoilt(&body, br#""a\ud83d""#))
        .await;
    assert_eq!(
        answer["data"]["openTicket"]["ticket"]["summary"],
        "a\u{FFFD}"
    );
}
