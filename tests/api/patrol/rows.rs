//! Patrols through the faces that carry rows.

use axum::http::Request;
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{first_task, night, point, report, tasks};
use crate::support::TestApp;
use crate::sync::rxdb::{change, insert, with};
use crate::sync::watermelon::{Watermelon, updated};

const RESULT: Uuid = Uuid::from_u128(0xb001);

fn row(task: &str) -> Value {
    json!({
        "id": RESULT, "taskId": task, "pointId": point(1), "answers": "{\"clean\":true}",
        "finding": "灯不亮", "photos": "[]", "codeRead": "code 1", "deleted": false,
    })
}

#[tokio::test]
async fn a_report_is_an_inserted_row_in_rxdb() {
    let app = TestApp::start().await;
    night(&app).await;
    let mut phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;
    app.wait(TimeDelta::hours(14));
    phone.refresh().await;

    let row = row(&task);
    assert!(
        phone
            .push_rows("patrolResult", vec![insert(&row)])
            .await
            .is_empty()
    );
    let pulled = phone.row("patrolResult", RESULT).await;
    assert_eq!(pulled["answers"], json!("{\"clean\":true}"));
    assert_eq!(pulled["codeRead"], "code 1");
    assert_eq!(
        (&pulled["isInWindow"], &pulled["missingEvidence"]),
        (&json!(true), &json!("[]"))
    );
    let seen = &tasks(&phone).await[0];
    assert_eq!(
        (&seen["state"], &seen["findingCount"]),
        (&json!("IN_PROGRESS"), &json!(1))
    );

    // Sent again it is once; changed afterwards it is kept out.
    phone.push_rows("patrolResult", vec![insert(&row)]).await;
    let edited = with(&pulled, json!({ "finding": "灯都亮" }));
    let kept_out = phone
        .push_rows("patrolResult", vec![change(&pulled, &edited)])
        .await;
    assert_eq!(kept_out[0]["finding"], "灯不亮");
    assert_eq!(
        tasks(&phone).await[0]["results"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_row_that_is_nonsense_is_taken_back_from_the_phone() {
    let app = TestApp::start().await;
    night(&app).await;
    let phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;
    for wrong in [
        json!({ "answers": "{\"colour\":[1]}" }),
        json!({ "answers": "not json" }),
    ] {
        let row = with(&row(&task), wrong);
        let kept_out = phone.push_rows("patrolResult", vec![insert(&row)]).await;
        assert_eq!(kept_out[0]["deleted"], true);
    }
    // The rows of tasks are not written by phones.
    let known = phone.row("patrolTask", task.parse().unwrap()).await;
    let done = with(&known, json!({ "state": "done" }));
    let kept_out = phone
        .push_rows("patrolTask", vec![change(&known, &done)])
        .await;
    assert_eq!(kept_out[0]["state"], "due");
}

#[tokio::test]
async fn a_report_is_an_inserted_row_in_watermelon() {
    let app = TestApp::start().await;
    night(&app).await;
    let mut phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;
    app.wait(TimeDelta::hours(14));
    phone.refresh().await;
    let melon = Watermelon::new(&app, &phone);
    let tables = ["patrol_points", "patrol_tasks", "patrol_results"];
    let ask = |since: Value| json!({ "lastPulledAt": since, "schemaVersion": 1 });
    let first = melon.ask_for(&tables, ask(Value::Null)).await;
    assert_eq!(updated(&first, "patrol_points").len(), 2);
    assert!(updated(&first, "patrol_tasks")[0]["zone_id"].is_string());

    let row = json!({
        "id": RESULT, "_status": "created", "_changed": "", "task_id": task, "point_id": point(1),
        "answers": "{\"clean\":true}", "finding": "", "photos": null, "code_read": "code 1",
    });
    let changes = json!({ "patrol_results": { "created": [row], "updated": [], "deleted": [] } });
    let push = json!({ "changes": changes, "lastPulledAt": first["timestamp"] });
    let (status, body) = melon.send(Request::post("/sync/push"), push).await;
    assert_eq!(status, 200, "{body}");
    let pulled = melon
        .ask_for(&tables, ask(first["timestamp"].clone()))
        .await;
    let result = &updated(&pulled, "patrol_results")[0];
    assert_eq!(
        (&result["code_matches"], &result["is_in_window"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(tasks(&phone).await[0]["state"], "IN_PROGRESS");
}

/// What scanners, keyboards and copied texts put between the characters that somebody sees.
#[tokio::test]
async fn what_nobody_sees_says_nothing_through_any_face() {
    const CODE: &str = "\u{FEFF}CODE-1\r\n";
    const FINDING: &str = "\u{202D}灯不亮\u{202C}\u{0}👨\u{200D}🔧\u{B}漏\u{200B}水";
    let app = TestApp::start().await;
    night(&app).await;
    let mut phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;
    app.wait(TimeDelta::hours(14));
    phone.refresh().await;
    let hash = "0123456789abcdef".repeat(4);

    let mut native = report(1, &task, 1);
    native["payload"]["codeRead"] = json!(CODE);
    native["payload"]["finding"] = json!(FINDING);
    native["payload"]["photos"] = json!([hash.to_uppercase()]);
    let mut again = native.clone();
    again["mutationId"] = json!("again");
    for sent in [native, again] {
        let applied = phone.outcomes(vec![sent]).await;
        assert_eq!(applied, [("APPLIED".to_owned(), None)]);
    }

    let said = json!({ "codeRead": CODE, "finding": FINDING, "id": Uuid::from_u128(2),
        "photos": json!([hash.to_uppercase()]).to_string() });
    let rxdb = with(&row(&task), said);
    for _ in 0..2 {
        // A phone that sends it again is given what is stored.
        for stands in phone.push_rows("patrolResult", vec![insert(&rxdb)]).await {
            assert_eq!(stands["photos"], json!([hash]).to_string());
            assert_eq!(stands["deleted"], false);
        }
    }

    let melon = Watermelon::new(&app, &phone);
    let watermelon = json!({
        "id": Uuid::from_u128(3), "_status": "created", "_changed": "", "task_id": task,
        "point_id": point(1), "answers": "{\"clean\":true}", "finding": FINDING,
        "photos": json!([hash.to_uppercase()]).to_string(), "code_read": CODE,
    });
    let changes =
        json!({ "patrol_results": { "created": [watermelon], "updated": [], "deleted": [] } });
    let push = json!({ "changes": changes, "lastPulledAt": null });
    let (status, body) = melon.send(Request::post("/sync/push"), push).await;
    assert_eq!(status, 200, "{body}");

    let store = phone.first_sync().await;
    assert_eq!(
        (store.count("patrol_result"), store.count("sync_issue")),
        (3, 0)
    );
    for number in 1..=3 {
        let id = Uuid::from_u128(number).to_string();
        let result = store.get("patrol_result", &id).unwrap();
        assert_eq!(result["finding"], "灯不亮👨\u{200D}🔧\n漏水", "{number}");
        assert_eq!(result["codeRead"], "CODE-1", "{number}");
        assert_eq!(result["codeMatches"], true, "{number}");
        assert_eq!(result["photos"], json!([hash]), "{number}");
    }
}
