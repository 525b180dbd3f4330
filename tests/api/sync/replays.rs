//! Sent again, or said again: what row clients repeat, and what only looks like it.

use axum::http::Request;
use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::mutation;
use super::rxdb::{change, insert, inserted, with};
use super::watermelon::{Watermelon, updated};
use crate::support::{Community, Phone, TestApp};

const TICKET: Uuid = Uuid::from_u128(0x7001);

async fn desk(app: &TestApp) -> Community {
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    bijiang
}

/// A ticket at the desk, and whoever recorded it.
async fn recorded<'a>(app: &'a TestApp, at: &Community, device: &str) -> Phone<'a> {
    let phone = app.sign_in("li", device).await;
    let row = insert(&inserted(TICKET, at));
    assert!(phone.push_rows("ticket", vec![row]).await.is_empty());
    phone
}

async fn row(phone: &Phone<'_>) -> Value {
    phone.row("ticket", TICKET).await
}

/// The row with one column written anew, as RxDB sends it.
fn edit(base: &Value, columns: Value) -> Vec<Value> {
    vec![change(base, &with(base, columns))]
}

/// The same as WatermelonDB sends it.
fn edited(at: &Community, column: &str, value: &str) -> Value {
    json!({ "id": TICKET, "_status": "updated", "_changed": column, "community_id": at.id, column: value })
}

async fn push(phone: &Watermelon, list: &str, row: Value) {
    let mut tickets = json!({ "created": [], "updated": [], "deleted": [] });
    tickets[list] = json!([row]);
    let body = json!({ "changes": { "tickets": tickets }, "lastPulledAt": phone.last_pulled_at });
    let (status, answer) = phone.send(Request::post("/sync/push"), body).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn a_row_that_is_deleted_a_second_time_comes_back_a_second_time() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let phone = recorded(&app, &at, "d1").await;
    let mut other = Watermelon::new(&app, &phone);
    other.pull().await;
    let base = row(&phone).await;
    let mut head = None;
    for _ in 0..2 {
        app.wait(TimeDelta::minutes(2));
        let answer = phone.pull_rows("ticket", head.as_ref(), 100).await;
        head = Some(answer.data("pullTicket.checkpoint").clone());
        let told = phone
            .push_rows("ticket", edit(&base, json!({ "deleted": true })))
            .await;
        let next = phone.pull_rows("ticket", head.as_ref(), 100).await;
        let given = next.data("pullTicket.documents").as_array().unwrap().len();
        assert!(told.len() + given > 0, "it is gone from the phone for good");
    }
    for _ in 0..2 {
        app.wait(TimeDelta::minutes(2));
        other.pull().await;
        push(&other, "deleted", json!(TICKET)).await;
        app.wait(TimeDelta::minutes(1));
        let answer = other.pull().await;
        assert_eq!(updated(&answer, "tickets").len(), 1);
    }
}

#[tokio::test]
async fn a_step_that_was_refused_when_it_came_too_early_may_be_taken_later() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let worker = app
        .staff("zhao", PostKind::MaintenanceWorker)
        .at(&at)
        .await
        .id;
    let phone = recorded(&app, &at, "d1").await;
    let base = row(&phone).await;
    let told = phone
        .push_rows("ticket", edit(&base, json!({ "state": "on_site" })))
        .await;
    assert_eq!(told[0]["state"], "recorded");

    let office = app.sign_in("li", "d2").await;
    let step =
        |id: &str, kind: &str, payload: Value| mutation(id, kind, &TICKET.to_string(), payload);
    let steps = vec![
        step("s1", "ticket.advance", json!({ "to": "ordered" })),
        step("s2", "ticket.assign", json!({ "assigneeId": worker })),
    ];
    for (outcome, code) in office.outcomes(steps).await {
        assert_eq!(outcome, "APPLIED", "{code:?}");
    }
    let base = row(&phone).await;
    let told = phone
        .push_rows("ticket", edit(&base, json!({ "state": "on_site" })))
        .await;
    assert!(told.is_empty());
    assert_eq!(row(&phone).await["state"], "on_site");
}

#[tokio::test]
async fn a_value_that_is_changed_there_and_back_ends_as_it_was_written_last() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let office = recorded(&app, &at, "d2").await;
    let mut phone = Watermelon::new(&app, &app.sign_in("li", "d1").await);
    phone.pull_with(json!({ "dirtyIds": {} })).await;
    for value in ["high", "normal", "high"] {
        app.wait(TimeDelta::minutes(2));
        phone
            .pull_with(json!({ "dirtyIds": { "tickets": [TICKET] } }))
            .await;
        push(&phone, "updated", edited(&at, "priority", value)).await;
        assert_eq!(row(&office).await["priority"], value);
    }
}

#[tokio::test]
async fn the_same_value_over_somebody_elses_is_a_conflict_and_no_replay() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let phone = recorded(&app, &at, "d1").await;
    let office = app.sign_in("li", "d2").await;
    let first = row(&phone).await["summary"].clone();
    for summary in [json!("水管爆裂"), first] {
        let base = row(&phone).await;
        let told = phone
            .push_rows("ticket", edit(&base, json!({ "summary": summary })))
            .await;
        assert!(told.is_empty());
    }
    let base = row(&phone).await;
    let told = office
        .push_rows("ticket", edit(&base, json!({ "summary": "阳台漏水" })))
        .await;
    assert!(told.is_empty());

    let again = edit(&base, json!({ "summary": "水管爆裂" }));
    for _ in 0..2 {
        let told = phone.push_rows("ticket", again.clone()).await;
        assert_eq!(told[0]["summary"], "阳台漏水");
        assert_eq!(phone.issues().await.len(), 1, "kept, once");
    }
}

#[tokio::test]
async fn an_id_that_no_database_takes_is_kept_out_like_any_other() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let phone = recorded(&app, &at, "d1").await;
    let other = Watermelon::new(&app, &phone);
    push(&other, "deleted", json!("a\0b")).await;
    let odd = with(&inserted(TICKET, &at), json!({ "id": "a\0b" }));
    for list in ["created", "updated"] {
        push(&other, list, odd.clone()).await;
    }
    let told = phone.push_rows("ticket", vec![insert(&odd)]).await;
    assert_eq!(told[0]["deleted"], true);
}

#[tokio::test]
async fn a_client_with_small_pages_comes_to_an_end() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let rows = (0..5).map(|number| insert(&inserted(Uuid::from_u128(0x8000 + number), &at)));
    phone.push_rows("ticket", rows.collect()).await;
    app.wait(TimeDelta::seconds(5));
    let mut checkpoint: Option<Value> = None;
    for _ in 0..3 {
        let answer = phone.pull_rows("ticket", checkpoint.as_ref(), 5).await;
        if answer
            .data("pullTicket.documents")
            .as_array()
            .unwrap()
            .len()
            < 5
        {
            return;
        }
        checkpoint = Some(answer.data("pullTicket.checkpoint").clone());
    }
    panic!("it pulls for ever");
}

// 1.3 #8: also of a client that has lost what it knew of the server.
#[tokio::test]
async fn a_row_that_says_what_stands_says_nothing() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let office = recorded(&app, &at, "d2").await;
    let base = row(&office).await;
    office
        .push_rows("ticket", edit(&base, json!({ "state": "ordered" })))
        .await;

    let phone = app.sign_in("li", "d1").await;
    assert!(
        phone
            .push_rows("ticket", vec![insert(&row(&phone).await)])
            .await
            .is_empty()
    );
    let events = phone.pull_rows("ticketEvent", None, 100).await;
    let events = events.data("pullTicketEvent.documents").as_array().unwrap();
    let told = phone
        .push_rows("ticketEvent", events.iter().map(insert).collect())
        .await;
    assert!(told.is_empty() && phone.issues().await.is_empty());
}

#[tokio::test]
async fn an_edit_of_a_client_that_has_lost_what_it_knew_is_taken_or_kept() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let office = recorded(&app, &at, "d2").await;
    let phone = app.sign_in("li", "d1").await;
    let base = row(&phone).await;
    let written = |text: &str| vec![insert(&with(&base, json!({ "description": text })))];
    for _ in 0..2 {
        let told = phone.push_rows("ticket", written("三楼也漏")).await;
        assert!(told.is_empty() && phone.issues().await.is_empty());
    }
    assert_eq!(row(&office).await["description"], "三楼也漏");

    // It was on its phone when the desk wrote too: no version tells whether it is newer.
    let now = row(&office).await;
    let by_desk = json!({ "description": "只有二楼", "state": "ordered" });
    office.push_rows("ticket", edit(&now, by_desk)).await;
    for _ in 0..2 {
        let told = phone.push_rows("ticket", written("四楼也漏")).await;
        assert_eq!(told[0]["description"], "只有二楼");
        let issues = phone.issues().await;
        assert_eq!(issues.len(), 1, "kept, once");
        assert_eq!(
            (&issues[0]["mutationKind"], &issues[0]["code"]),
            (&json!("ticket.edit"), &json!("CONFLICT"))
        );
    }

    // Said once more on what stands, it is a change like any other.
    let now = with(&row(&phone).await, json!({ "description": "三楼也漏" }));
    assert!(
        phone
            .push_rows("ticket", vec![insert(&now)])
            .await
            .is_empty()
    );
    assert_eq!(row(&office).await["description"], "三楼也漏");
}

#[tokio::test]
async fn a_clock_that_counts_fractions_or_nonsense_costs_no_row() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    for (number, clock) in [
        (1, json!({ "elapsedMs": 12.5, "bootId": "b1" })),
        (
            2,
            json!({ "elapsedMs": "soon", "observedAt": "yesterday", "contactId": 7 }),
        ),
        (3, json!({ "elapsedMs": 1e300, "observedAt": 12 })),
    ] {
        let new = with(&inserted(Uuid::from_u128(number), &at), clock);
        assert!(
            phone
                .push_rows("ticket", vec![insert(&new)])
                .await
                .is_empty()
        );
    }
}

#[tokio::test]
async fn an_insert_that_was_refused_and_mended_is_taken() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let other = Watermelon::new(&app, &phone);
    let new = |summary: &str| {
        json!({ "id": TICKET, "_status": "created", "_changed": "", "community_id": at.id,
            "summary": summary, "state": "recorded" })
    };
    for summary in ["", "水管漏水", "水管漏水"] {
        push(&other, "created", new(summary)).await;
    }
    assert_eq!(row(&phone).await["summary"], "水管漏水");
    assert_eq!(phone.issues().await.len(), 1);
}

#[tokio::test]
async fn an_edit_of_what_was_seen_is_taken_wherever_the_community_stands() {
    let app = TestApp::start().await;
    let at = desk(&app).await;
    let office = recorded(&app, &at, "d2").await;
    let base = row(&office).await;
    office
        .push_rows("ticket", edit(&base, json!({ "summary": "阳台漏水" })))
        .await;
    // Something else happens there.
    let elsewhere = insert(&inserted(Uuid::from_u128(0x7002), &at));
    office.push_rows("ticket", vec![elsewhere]).await;
    let mut phone = Watermelon::new(&app, &app.sign_in("li", "d1").await);
    for _ in 0..3 {
        phone.pull().await;
    }
    push(&phone, "updated", edited(&at, "summary", "阳台漏水，很急")).await;
    assert_eq!(row(&office).await["summary"], "阳台漏水，很急");
}

#[tokio::test]
async fn a_push_of_more_rows_than_a_phone_makes_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    desk(&app).await;
    let phone = Watermelon::new(&app, &app.sign_in("li", "d1").await);
    let rows = vec![Value::from(1); 50_001];
    let body = json!({ "changes": { "tickets": { "created": rows } }, "lastPulledAt": 1 });
    let (status, answer) = phone.send(Request::post("/sync/push"), body).await;
    let code = &answer["errors"][0]["extensions"]["code"];
    assert_eq!((status, code), (400, &json!("INVALID_INPUT")));
}
