//! Rows that come in another order than they were made in.

use axum::http::Request;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Watermelon, updated};
use crate::support::{Community, TestApp};
use crate::sync::push::opening;
use crate::sync::rxdb::insert;

/// The id that a phone makes as its n-th.
fn id(number: u64) -> Uuid {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000, &bytes).into_uuid()
}

async fn push_created(phone: &Watermelon, table: &str, rows: Vec<Value>) {
    let changes = json!({ table: { "created": rows, "updated": [], "deleted": [] } });
    let body = json!({ "changes": changes, "lastPulledAt": phone.last_pulled_at });
    let (status, answer) = phone.send(Request::post("/sync/push"), body).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn new_rows_count_in_the_order_their_ids_tell() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let li = app.sign_in("li", "d1").await;
    li.outcomes(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    let step = |number, to: &str| {
        json!({ "id": id(number), "_status": "created", "_changed": "",
            "ticket_id": Uuid::from_u128(1), "kind": "advanced", "to_state": to, "note": "" })
    };
    // As LokiJS gives them: the last first.
    let steps = vec![step(2, "cancelled"), step(1, "ordered")];
    push_created(&phone, "ticket_events", steps).await;
    let answer = phone.pull().await;
    assert_eq!(updated(&answer, "tickets")[0]["state"], "cancelled");
    assert_eq!(updated(&answer, "ticket_events").len(), 2);
    assert!(li.issues().await.is_empty());
}

/// Two guards of one gate.
async fn guards(app: &TestApp) -> Community {
    let community = app.community("bijiang").await;
    let zone = app.zone(&community, "江畔苑").await;
    for name in ["zhao", "qian"] {
        let guard = app.staff(name, PostKind::SecurityGuard);
        guard.in_zone(&zone).await;
    }
    community
}

const HANDOVER: Uuid = Uuid::from_u128(0xd1);

fn prepared(community: &Community) -> Value {
    json!({ "id": HANDOVER, "communityId": community.id, "state": "prepared", "note": "", "deleted": false })
}

// A client that carries rows sends none once its rows have come: its pull tries what waits.
#[tokio::test]
async fn a_row_that_waited_for_another_phone_counts_with_the_next_pull() {
    for is_rxdb in [true, false] {
        let app = TestApp::start().await;
        let community = guards(&app).await;
        let (zhao, qian) = (
            app.sign_in("zhao", "d1").await,
            app.sign_in("qian", "d2").await,
        );
        let phone = Watermelon::new(&app, &qian);
        let (event, note) = (id(1), "钱已到岗");
        if is_rxdb {
            let row = json!({ "id": event, "handoverId": HANDOVER, "kind": "noted", "note": note, "deleted": false });
            qian.push_rows("handoverEvent", vec![insert(&row)]).await;
        } else {
            let row = json!({ "id": event, "_status": "created", "_changed": "",
                "handover_id": HANDOVER, "kind": "noted", "note": note });
            push_created(&phone, "handover_events", vec![row]).await;
        }
        zhao.push_rows("handover", vec![insert(&prepared(&community))])
            .await;
        let given = if is_rxdb {
            qian.row("handoverEvent", event).await["note"].clone()
        } else {
            let first = json!({ "lastPulledAt": null, "schemaVersion": 1 });
            let answer = phone.ask_for(&["handover_events"], first).await;
            let mut rows = updated(&answer, "handover_events").iter();
            let row = rows.find(|row| row["id"] == event.to_string());
            row.map_or(Value::Null, |row| row["note"].clone())
        };
        assert_eq!(given, note, "rxdb: {is_rxdb}");
        assert_eq!(zhao.row("handoverEvent", event).await["note"], note);
        assert!(zhao.issues().await.is_empty());
    }
}
