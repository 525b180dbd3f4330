//! What waits until the phone's unsent edits have come.

use axum::http::Request;
use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::json;
use uuid::Uuid;
use xunfang::sync::watermelon::StoredCursor;

use super::{Watermelon, deleted, updated};
use crate::support::{Community, Phone, Staff, TestApp, Zone};
use crate::sync::mutation;
use crate::sync::push::opening;
use crate::sync::rxdb::with;

/// A worker who has one ticket in his zone.
struct Place {
    bijiang: Community,
    wang: Staff,
    west: Zone,
    ticket: Uuid,
}

async fn place(app: &TestApp) -> Place {
    let bijiang = app.community("bijiang").await;
    let (east, west) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&bijiang, "西苑").await,
    );
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let wang = app.staff("wang", PostKind::MaintenanceWorker);
    let wang = wang.in_zone(&east).await;
    let li = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(1);
    li.push(vec![opening("m1", ticket, &bijiang)]).await;
    app.set_zone(ticket, east.id).await;
    Place {
        bijiang,
        wang,
        west,
        ticket,
    }
}

/// The version on which an edit was made that is pushed under the number a phone holds.
async fn base_seq(app: &TestApp, phone: &Phone<'_>, held: i64, place: &Place) -> Option<i64> {
    let token = phone.access_token.as_deref().unwrap();
    let viewer = app.viewer(token).await.unwrap();
    let db = app.app.db().reader();
    let person = viewer.person().unwrap();
    let stored = StoredCursor::find(db, app.app.keys(), person, held).await;
    let realm = place.bijiang.id.into();
    let id = place.ticket.to_string();
    stored.unwrap().unwrap().base_seq(realm, "ticket", &id)
}

#[tokio::test]
async fn a_removal_waits_for_the_push_of_a_client_that_does_not_tell_what_is_unsent() {
    let app = TestApp::start().await;
    let place = place(&app).await;
    let wang = app.sign_in("wang", "d1").await;
    let (mut plain, mut telling) = (Watermelon::new(&app, &wang), Watermelon::new(&app, &wang));
    plain.pull().await;
    telling.pull_with(json!({ "dirtyIds": {} })).await;
    assert!(plain.has("tickets", place.ticket) && telling.has("tickets", place.ticket));

    app.move_to(&place.wang, PostKind::MaintenanceWorker, &place.west)
        .await;
    // However often its pushes are lost.
    for _ in 0..7 {
        plain.pull().await;
        assert!(plain.has("tickets", place.ticket), "its edits come first");
    }
    plain.push_nothing().await;
    let lost = plain.last_pulled_at.clone();
    plain.pull().await;
    assert!(!plain.has("tickets", place.ticket) && !plain.has("ticket_events", place.ticket));
    plain.last_pulled_at = lost;
    let again = plain.pull().await;
    assert_eq!(deleted(&again, "tickets"), [place.ticket.to_string()]);
    assert_eq!(deleted(&plain.pull().await, "tickets").len(), 0);

    telling.pull_with(json!({ "dirtyIds": {} })).await;
    assert!(!telling.has("tickets", place.ticket));
}

#[tokio::test]
async fn a_phone_that_never_pushes_is_given_a_removal_when_nothing_waits_any_longer() {
    let app = TestApp::start().await;
    let place = place(&app).await;
    let wang = app.sign_in("wang", "d1").await;
    let mut phone = Watermelon::new(&app, &wang);
    phone.pull().await;
    app.move_to(&place.wang, PostKind::MaintenanceWorker, &place.west)
        .await;
    for (days, is_there) in [(0, true), (4, true), (2, false)] {
        app.wait(TimeDelta::days(days));
        // The same session, with a new token.
        let wang = app.sign_in("wang", "d1").await;
        phone.token = wang.access_token.clone().unwrap();
        phone.pull().await;
        assert_eq!(phone.has("tickets", place.ticket), is_there, "{days}");
    }
}

#[tokio::test]
async fn what_was_pulled_since_the_last_push_that_came_was_not_seen_by_whoever_edited() {
    let app = TestApp::start().await;
    let place = place(&app).await;
    let (li, wang) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let mut phone = Watermelon::new(&app, &wang);
    let id = place.ticket.to_string();
    let key = ("tickets".to_owned(), id.clone());
    for (round, field) in ["description", "summary"].into_iter().enumerate() {
        phone.pull().await;
        phone.push_nothing().await;
        // He edits without a network, the desk edits too; then some of his pushes are lost.
        let desk = json!({ field: format!("desk {round}") });
        li.push(vec![mutation(
            &format!("e{round}"),
            "ticket.edit",
            &id,
            desk,
        )])
        .await;
        for _ in 0..=round {
            phone.pull().await;
        }
        let written = json!({ field: "phone", "_status": "updated", "_changed": field });
        let row = with(&phone.rows[&key], written);
        let changes = json!({ "tickets": { "created": [], "updated": [row], "deleted": [] } });
        let body = json!({ "changes": changes, "lastPulledAt": phone.last_pulled_at });
        let (status, _) = phone.send(Request::post("/sync/push"), body).await;
        assert_eq!(status, 200);
        let query = format!("query ($id: UUID!) {{ ticket(id: $id) {{ {field} }} }}");
        let answer = li.run(&query, json!({ "id": id })).await;
        assert_eq!(
            answer.text(&format!("ticket.{field}")),
            format!("desk {round}")
        );
        let issues = li.issues().await;
        let of_field = issues.iter().filter(|issue| issue["field"] == field);
        let lost: Vec<_> = of_field.map(|issue| issue["lostValue"].clone()).collect();
        assert_eq!(lost, [json!("\"phone\"")]);
        // What he writes over it after he has said that nothing is unsent he has seen.
        phone.pull().await;
        phone.push_nothing().await;
        let written = json!({ field: "phone again", "_status": "updated", "_changed": field });
        let row = with(&phone.rows[&key], written);
        let changes = json!({ "tickets": { "created": [], "updated": [row], "deleted": [] } });
        phone.pull().await;
        let body = json!({ "changes": changes, "lastPulledAt": phone.last_pulled_at });
        phone.send(Request::post("/sync/push"), body).await;
        let answer = li.run(&query, json!({ "id": id })).await;
        assert_eq!(answer.text(&format!("ticket.{field}")), "phone again");
    }
}

#[tokio::test]
async fn what_comes_back_before_its_removal_was_told_stays() {
    let app = TestApp::start().await;
    let place = place(&app).await;
    let east = app.zone_of(&place.bijiang, "东苑").await;
    let wang = app.sign_in("wang", "d1").await;
    let mut phone = Watermelon::new(&app, &wang);
    phone.pull().await;
    for zone in [&place.west, &east] {
        app.move_to(&place.wang, PostKind::MaintenanceWorker, zone)
            .await;
        phone.pull().await;
        assert!(phone.has("tickets", place.ticket));
    }
    phone.pull().await;
    assert!(phone.has("tickets", place.ticket));
}

#[tokio::test]
async fn a_row_with_unsent_edits_is_not_touched_and_keeps_its_version() {
    let app = TestApp::start().await;
    let place = place(&app).await;
    let (li, wang) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let id = place.ticket.to_string();
    let edit = async |number: u32, text: &str| {
        let change = json!({ "description": text });
        let edit = mutation(&format!("e{number}"), "ticket.edit", &id, change);
        li.results(vec![edit]).await[0]["seq"].as_i64().unwrap()
    };
    let mut phone = Watermelon::new(&app, &wang);
    phone.pull_with(json!({ "dirtyIds": {} })).await;
    let key = ("tickets".to_owned(), id.clone());
    let known = phone.rows[&key]["seq"].as_i64().unwrap();
    let first = edit(1, "甲").await;
    assert!(first > known);

    let dirty = json!({ "dirtyIds": { "tickets": [id] } });
    for (number, text) in [(2, "乙"), (3, "丙")] {
        let answer = phone.pull_with(dirty.clone()).await;
        assert_eq!(updated(&answer, "tickets").len(), 0);
        assert!(!updated(&answer, "ticket_events").is_empty());
        let base = base_seq(&app, &wang, phone.number(), &place).await.unwrap();
        assert!((known..first).contains(&base), "{known} {base} {first}");
        edit(number, text).await;
    }
    let answer = phone.pull_with(json!({ "dirtyIds": {} })).await;
    assert_eq!(updated(&answer, "tickets").len(), 1);
    assert_eq!(phone.rows[&key]["description"], "丙");
    // What is edited from now on is pushed under the next number.
    let answer = phone.pull_with(json!({ "dirtyIds": {} })).await;
    assert_eq!(updated(&answer, "tickets").len(), 0);
    let base = base_seq(&app, &wang, phone.number(), &place).await.unwrap();
    assert!(base > first);
}

#[tokio::test]
async fn a_plain_client_edits_what_the_pull_before_had_left_behind() {
    let app = TestApp::start().await;
    let place = place(&app).await;
    let (li, wang) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let mut phone = Watermelon::new(&app, &wang);
    phone.pull().await;
    let first = base_seq(&app, &wang, phone.number(), &place).await;
    assert!(first.is_some(), "what it began with has no unsent edits");
    let id = place.ticket.to_string();
    let edit = mutation("e1", "ticket.edit", &id, json!({ "description": "甲" }));
    let edited = li.results(vec![edit]).await[0]["seq"].as_i64().unwrap();
    // He edits the ticket here, then syncs: the pull brings the change of the desk before his push.
    let answer = phone.pull().await;
    assert_eq!(updated(&answer, "tickets").len(), 1);
    let base = base_seq(&app, &wang, phone.number(), &place).await.unwrap();
    assert!(base < edited, "{base} {edited}");
    // Nobody knows whether that push was lost.
    phone.pull().await;
    let base = base_seq(&app, &wang, phone.number(), &place).await.unwrap();
    assert!(base < edited, "{base} {edited}");
    phone.push_nothing().await;
    phone.pull().await;
    let base = base_seq(&app, &wang, phone.number(), &place).await.unwrap();
    assert!(base >= edited, "{base} {edited}");
}

#[tokio::test]
async fn after_an_update_of_the_app_a_dirty_row_keeps_the_version_it_had() {
    let app = TestApp::start().await;
    let place = place(&app).await;
    let (li, wang) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let mut phone = Watermelon::new(&app, &wang);
    phone.pull_with(json!({ "dirtyIds": {} })).await;
    let id = place.ticket.to_string();
    let edit = mutation("e1", "ticket.edit", &id, json!({ "description": "甲" }));
    let edited = li.results(vec![edit]).await[0]["seq"].as_i64().unwrap();
    let arguments = json!({
        "dirtyIds": { "tickets": [id] },
        "migration": { "from": 1, "tables": [], "columns": [{ "table": "tickets", "columns": ["priority"] }] },
    });
    let answer = phone.pull_with(arguments).await;
    assert_eq!(updated(&answer, "tickets").len(), 0);
    let base = base_seq(&app, &wang, phone.number(), &place).await.unwrap();
    assert!(base < edited);
}

#[tokio::test]
async fn cursors_that_a_phone_is_past_are_forgotten() {
    use entity::sync::sync_cursor;
    use sea_orm::{EntityTrait, QueryOrder};
    let app = TestApp::start().await;
    place(&app).await;
    let wang = app.sign_in("wang", "d1").await;
    let mut phone = Watermelon::new(&app, &wang);
    for _ in 0..210 {
        phone.pull().await;
    }
    let kept = sync_cursor::Entity::find().order_by_asc(sync_cursor::Column::Number);
    let kept = kept.all(app.app.db().reader()).await.unwrap();
    let kept: Vec<_> = kept.into_iter().map(|row| row.number).collect();
    // What its edits were made on, the one it holds, and some for whoever is behind.
    let mut expected = vec![1];
    expected.extend(8..=210);
    assert_eq!(kept, expected);
}
