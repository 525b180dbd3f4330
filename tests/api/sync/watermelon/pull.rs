//! What a pull brings.

use std::collections::BTreeSet;

use axum::http::Request;
use chrono::{DateTime, TimeDelta};
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{TABLES, Watermelon, deleted, size, updated};
use crate::estate::estate;
use crate::households::{office, owner};
use crate::support::{Community, Phone, TestApp};
use crate::sync::mutation;
use crate::sync::push::opening;

/// A desk with one community; the number of its openings goes on from call to call.
async fn open(phone: &Phone<'_>, at: &Community, tickets: std::ops::RangeInclusive<u128>) {
    let tickets: Vec<_> = tickets.collect();
    for tickets in tickets.chunks(500) {
        let openings = tickets
            .iter()
            .map(|ticket| opening(&format!("m{ticket}"), Uuid::from_u128(*ticket), at));
        let outcomes = phone.outcomes(openings.collect()).await;
        assert!(outcomes.iter().all(|(outcome, _)| outcome == "APPLIED"));
    }
}

async fn desk(app: &TestApp) -> (Community, Phone<'_>) {
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    (bijiang, app.sign_in("li", "d1").await)
}

/// A field of a native document as WatermelonDB holds it.
fn cell(value: &Value) -> Value {
    let moment = value.as_str().map(DateTime::parse_from_rfc3339);
    match moment {
        Some(Ok(moment)) => json!(moment.timestamp_millis()),
        _ => value.clone(),
    }
}

#[tokio::test]
async fn a_first_sync_brings_what_a_native_one_brings() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let li = office(&app, &estate, "li").await;
    owner(&li, &app, &estate, "qin").await;
    open(&li, &estate.community, 1..=5).await;
    let wrong = mutation(
        "w1",
        "ticket.note",
        &Uuid::from_u128(1).to_string(),
        json!({ "?": 1 }),
    );
    assert_eq!(li.outcomes(vec![wrong]).await[0].0, "QUARANTINED");

    let native = li.first_sync().await;
    let mut phone = Watermelon::new(&app, &li);
    let answer = phone.pull().await;
    assert_eq!((size(&answer).1, &answer["hasMore"]), (0, &json!(false)));
    let mut compared = 0;
    for ((collection, id), document) in &native.records {
        let table = match &**collection {
            "party" => "parties",
            "ticket" => "tickets",
            "ticket_event" => "ticket_events",
            "sync_issue" => "sync_issues",
            _ => continue,
        };
        let row = &phone.rows[&(table.to_owned(), id.clone())];
        for (name, value) in document.as_object().unwrap() {
            let name = match &**name {
                "collection" => "recordCollection",
                name => name,
            };
            let name = xunfang::sync::watermelon::protocol::snake_case(name);
            let is_json = name.ends_with("_value") && !value.is_null();
            let expected = if is_json {
                json!(value.to_string())
            } else {
                cell(value)
            };
            assert_eq!(row[&name], expected, "{name} in {row}");
        }
        compared += 1;
    }
    assert_eq!(compared, phone.rows.len());
    let filled = TABLES
        .iter()
        .filter(|table| !updated(&answer, table).is_empty());
    assert_eq!(filled.count(), TABLES.len());
}

#[tokio::test]
async fn the_next_pull_brings_only_what_changed() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=5).await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    assert_eq!(size(&phone.pull().await), (0, 0));

    let ticket = Uuid::from_u128(3).to_string();
    li.push(vec![mutation(
        "e1",
        "ticket.edit",
        &ticket,
        json!({ "summary": "新" }),
    )])
    .await;
    let answer = phone.pull().await;
    assert_eq!(updated(&answer, "tickets").len(), 1);
    assert_eq!(updated(&answer, "tickets")[0]["summary"], "新");
    assert_eq!(updated(&answer, "ticket_events").len(), 1);
    assert_eq!(phone.number(), 3);
    assert_eq!(size(&phone.pull().await), (0, 0));
}

#[tokio::test]
async fn three_thousand_rows_come_in_one_answer_and_none_twice() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=1_600).await;
    let mut phone = Watermelon::new(&app, &li);
    let answer = phone.pull().await;
    assert_eq!(size(&answer), (3_200, 0));
    assert_eq!(size(&phone.pull().await), (0, 0));

    let mut slowly = Watermelon::new(&app, &li);
    let mut answers = 0;
    loop {
        let answer = slowly
            .pull_with(json!({ "limit": 700, "dirtyIds": {} }))
            .await;
        assert!(size(&answer).0 <= 700);
        answers += 1;
        if answer["hasMore"] == false {
            break;
        }
    }
    assert!(answers >= 5);
    assert_eq!(slowly.rows, phone.rows);
}

#[tokio::test]
async fn an_address_asks_what_a_body_asks() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=3).await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    open(&li, &bijiang, 4..=5).await;

    let migration = json!({ "from": 1, "tables": ["parties"], "columns": [] });
    let arguments = json!({ "lastPulledAt": 1, "schemaVersion": 1, "migration": migration });
    let of_body = phone.ask(arguments).await;
    let address = "/sync/pull?lastPulledAt=1&schemaVersion=1&migration=%7B%22tables%22%3A%5B%22parties%22%5D%7D\
        &tables=%5B%22parties%22,%22tickets%22,%22ticket_events%22,%22sync_issues%22%5D";
    let (status, of_address) = phone.send(Request::get(address), Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(of_body["changes"], of_address["changes"]);
    assert_eq!(updated(&of_body, "tickets").len(), 2);
    assert_ne!(of_body["timestamp"], of_address["timestamp"]);
}

#[tokio::test]
async fn after_an_update_of_the_app_its_new_tables_and_columns_come_whole() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=4).await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    open(&li, &bijiang, 5..=5).await;

    let columns = json!([{ "table": "tickets", "columns": ["priority"] }]);
    let migration = json!({ "from": 1, "tables": ["nothing_of_ours"], "columns": columns });
    let answer = phone
        .pull_with(json!({ "migration": migration, "limit": 1 }))
        .await;
    assert_eq!(updated(&answer, "tickets").len(), 5);
    assert_eq!(updated(&answer, "ticket_events").len(), 1);
    assert_eq!(size(&phone.pull().await), (0, 0));
}

#[tokio::test]
async fn a_number_that_nobody_knows_begins_anew() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let wang = app.sign_in("wang", "d1").await;
    open(&li, &bijiang, 1..=4).await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    phone.pull().await;
    let mut other = Watermelon::new(&app, &wang);
    for foreign in [json!(2), json!(77), json!(-1), json!(1.5), json!("x")] {
        other.last_pulled_at = foreign;
        let answer = other.pull().await;
        assert_eq!(updated(&answer, "tickets").len(), 4);
        assert!(answer.get("experimentalStrategy").is_none());
        other.last_pulled_at = json!(77);
        let answer = other
            .pull_with(json!({ "dirtyIds": { "tickets": [] }, "limit": 1 }))
            .await;
        assert_eq!(answer["experimentalStrategy"], "replacement");
        assert_eq!(updated(&answer, "tickets").len(), 4);
    }
    let dirty = json!({ "tickets": [Uuid::from_u128(1)] });
    other.last_pulled_at = json!(77);
    let answer = other.pull_with(json!({ "dirtyIds": dirty })).await;
    assert!(answer.get("experimentalStrategy").is_none());
    assert_eq!(answer["begunAnew"], true);
    assert_eq!(updated(&answer, "tickets").len(), 3);
}

#[tokio::test]
async fn a_number_that_a_phone_holds_is_not_given_again() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=4).await;
    // It comes from before a restore, and the answers to it are lost.
    let mut phone = Watermelon::new(&app, &li);
    phone.last_pulled_at = json!(2);
    for lost in 0..4 {
        let arguments = json!({ "lastPulledAt": 2, "schemaVersion": 1 });
        let answer = phone.ask(arguments).await;
        assert_eq!(answer["timestamp"], 3 + lost);
        assert_eq!(updated(&answer, "tickets").len(), 4);
    }
    phone.pull().await;
    assert!(phone.has("tickets", Uuid::from_u128(1)));
    assert_eq!(size(&phone.pull().await), (0, 0));
}

#[tokio::test]
async fn an_edit_of_what_its_author_had_seen_is_no_clash() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=1).await;
    let of_phone = app.sign_in("li", "d9").await;
    let mut phone = Watermelon::new(&app, &of_phone);
    phone.pull().await;
    let id = Uuid::from_u128(1).to_string();
    let edit = json!({ "summary": "前台" });
    li.outcomes(vec![mutation("e1", "ticket.edit", &id, edit)])
        .await;
    open(&li, &bijiang, 2..=3).await;
    phone.pull().await;
    phone.push_nothing().await;
    // Now he writes, and syncs.
    phone.pull().await;
    let mut row = phone.rows[&("tickets".to_owned(), id.clone())].clone();
    row["summary"] = json!("看过再改");
    row["_status"] = json!("updated");
    row["_changed"] = json!("summary");
    let body = json!({
        "changes": { "tickets": { "created": [], "updated": [row], "deleted": [] } },
        "lastPulledAt": phone.last_pulled_at,
    });
    let (status, _) = phone.send(Request::post("/sync/push"), body).await;
    assert_eq!(status, 200);
    let answer = phone.pull().await;
    assert_eq!(updated(&answer, "tickets")[0]["summary"], "看过再改");
    assert_eq!(updated(&answer, "sync_issues").len(), 0);
}

#[tokio::test]
async fn after_a_repeated_push_that_others_had_written_over_the_row_comes_as_it_is() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=1).await;
    let of_phone = app.sign_in("li", "d9").await;
    let mut phone = Watermelon::new(&app, &of_phone);
    phone.pull().await;
    phone.pull().await;
    let id = Uuid::from_u128(1).to_string();
    let mut row = phone.rows[&("tickets".to_owned(), id.clone())].clone();
    row["summary"] = json!("手机");
    row["_changed"] = json!("summary");
    let changes = json!({ "tickets": { "created": [], "updated": [row], "deleted": [] } });
    let body = json!({ "changes": changes, "lastPulledAt": phone.last_pulled_at });
    phone.send(Request::post("/sync/push"), body).await;
    // The answer is lost. The office reads the new value and writes over it.
    let edit = json!({ "summary": "前台" });
    li.outcomes(vec![mutation("e1", "ticket.edit", &id, edit)])
        .await;
    phone.pull().await;
    let body = json!({ "changes": changes, "lastPulledAt": phone.last_pulled_at });
    phone.send(Request::post("/sync/push"), body).await;
    let answer = phone.pull().await;
    assert_eq!(updated(&answer, "tickets")[0]["summary"], "前台");
    assert_eq!(size(&phone.pull().await), (0, 0));
}

#[tokio::test]
async fn what_was_kept_out_is_taken_back_from_the_phone() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=2).await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    app.wait(TimeDelta::minutes(5));

    // A step without its text, an edit that cannot be read, and an opening under an id of its own.
    let (first, second) = (
        Uuid::from_u128(1).to_string(),
        Uuid::from_u128(2).to_string(),
    );
    let event = Uuid::from_u128(101).to_string();
    let refused = vec![
        mutation(&event, "ticket.note", &first, json!({ "?": 1 })),
        mutation("e1", "ticket.edit", &second, json!({ "?": 1 })),
        mutation("my own", "ticket.open", "my own", json!({})),
    ];
    let outcomes = li.outcomes(refused).await;
    assert!(outcomes.iter().all(|(outcome, _)| outcome == "QUARANTINED"));
    let answer = phone.pull_with(json!({ "dirtyIds": {} })).await;
    let given: BTreeSet<_> = updated(&answer, "tickets")
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    assert_eq!(given, BTreeSet::from([&*first, &*second]));
    assert_eq!(deleted(&answer, "ticket_events"), [event]);
    assert_eq!(deleted(&answer, "tickets"), ["my own"]);
    let issues = updated(&answer, "sync_issues");
    assert_eq!(issues.len(), 3);
    assert!(issues.iter().all(|it| it["record_collection"] == "ticket"));

    app.wait(TimeDelta::minutes(5));
    let answer = phone.pull_with(json!({ "dirtyIds": {} })).await;
    let again = phone.pull_with(json!({ "dirtyIds": {} })).await;
    assert_eq!((size(&answer), size(&again)), ((0, 0), (0, 0)), "once");
}

#[tokio::test]
async fn however_much_was_kept_out_all_of_it_is_told_and_there_is_an_end() {
    let app = TestApp::start().await;
    let (_, li) = desk(&app).await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull_with(json!({ "dirtyIds": {} })).await;
    let ids: BTreeSet<String> = (1..=40).map(|id| format!("row {id}")).collect();
    let refused = ids
        .iter()
        .map(|id| mutation(id, "ticket.open", id, json!({})));
    li.outcomes(refused.collect()).await;
    // All at one moment, and more than a page holds; twenty rows are too few for an end.
    let mut told = BTreeSet::new();
    for pull in 1.. {
        let answer = phone
            .pull_with(json!({ "dirtyIds": {}, "limit": 20 }))
            .await;
        told.extend(deleted(&answer, "tickets"));
        let (given, taken) = size(&answer);
        if answer["hasMore"] == false {
            assert!(given + taken < 20, "a page that is full is not the last");
            break;
        }
        assert!(given + taken >= 20 && pull < 10);
    }
    assert_eq!(told, ids);
}

#[tokio::test]
async fn a_client_that_does_not_tell_what_is_unsent_hears_after_its_push_what_was_kept_out() {
    let app = TestApp::start().await;
    let (_, li) = desk(&app).await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    let row = Uuid::from_u128(7).to_string();
    li.outcomes(vec![mutation(&row, "ticket.open", &row, json!({}))])
        .await;
    let first = phone.pull().await;
    assert_eq!(updated(&first, "sync_issues").len(), 1);
    assert_eq!(
        deleted(&first, "tickets").len(),
        0,
        "it may be edited again"
    );
    phone.push_nothing().await;
    assert_eq!(deleted(&phone.pull().await, "tickets"), [row]);
}

#[tokio::test]
async fn a_number_shown_in_a_pull_leaves_a_trace() {
    use entity::ledger::audit;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    let east = app.zone(&bijiang, "东苑").await;
    let wang = app.staff("wang", PostKind::MaintenanceWorker);
    let worker = wang.in_zone(&east).await.id;
    let wang = app.sign_in("wang", "d1").await;
    let mut opened = opening("m1", Uuid::from_u128(1), &bijiang);
    opened["payload"]["contactPhone"] = json!("13000003336");
    let ticket = Uuid::from_u128(1).to_string();
    let given = mutation(
        "m2",
        "ticket.assign",
        &ticket,
        json!({ "assigneeId": worker }),
    );
    li.results(vec![opened, given]).await;
    let mut phone = Watermelon::new(&app, &wang);
    let answer = phone.pull().await;
    assert_eq!(
        updated(&answer, "tickets")[0]["contact_phone"],
        "13000003336"
    );
    let traces = audit::Entity::find().filter(audit::Column::Why.contains("personal value"));
    let traces = traces.all(app.app.db().reader()).await.unwrap();
    assert_eq!(traces.len(), 1);
    assert_eq!(traces[0].record_id, Uuid::from_u128(1));
}

#[tokio::test]
async fn a_phone_that_tells_its_clocks_is_told_the_name_of_this_contact() {
    let app = TestApp::start().await;
    let (_, li) = desk(&app).await;
    let phone = Watermelon::new(&app, &li);
    let silent = phone.respond(Request::get("/sync/pull")).await;
    assert!(silent.headers().get("xunfang-contact").is_none());
    let clock = "b1;2026-09-01T01:05:00Z";
    let request = Request::get("/sync/pull").header("xunfang-clock", clock);
    let response = phone.respond(request).await;
    let contact = response.headers()["xunfang-contact"].to_str().unwrap();
    let session = li.session_id().await.parse().unwrap();
    let contact = xunfang::sync::pull::find_contact(app.app.keys(), session, contact).unwrap();
    assert_eq!(contact.boot_id.as_deref(), Some("b1"));
    assert_eq!(contact.wall_offset_ms, Some(5 * 60 * 1_000));
}

#[tokio::test]
async fn pulls_of_one_session_at_once_get_numbers_of_their_own() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app).await;
    open(&li, &bijiang, 1..=3).await;
    let phone = Watermelon::new(&app, &li);
    let pulls = (0..8).map(|_| phone.ask(json!({})));
    let answers = futures_util::future::join_all(pulls).await;
    let numbers: BTreeSet<_> = answers
        .iter()
        .map(|answer| answer["timestamp"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=8).collect());
}

#[tokio::test]
async fn a_refusal_is_a_status_and_a_code() {
    let app = TestApp::start().await;
    let (_, mut li) = desk(&app).await;
    let phone = Watermelon::new(&app, &li);
    let post = || Request::post("/sync/pull").header("accept-language", "zh-CN");
    let (status, body) = phone.send(post(), json!({ "limit": "all" })).await;
    assert_eq!(
        (status, &body["errors"][0]["extensions"]["code"]),
        (400, &json!("INVALID_INPUT"))
    );
    let (status, _) = phone.send(Request::delete("/sync/pull"), Value::Null).await;
    assert_eq!(status, 405);
    li.access_token = Some("none".to_owned());
    let stranger = Watermelon::new(&app, &li);
    let (status, body) = stranger.send(post(), json!({})).await;
    assert_eq!(
        (status, &body["errors"][0]["extensions"]["code"]),
        (401, &json!("UNAUTHENTICATED"))
    );
    assert_eq!(body["errors"][0]["message"], "访问令牌无效");
}
