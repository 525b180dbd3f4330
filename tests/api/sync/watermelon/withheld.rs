//! What waits until the phone's unsent edits have come.

use entity::kinds::PostKind;
use serde_json::json;
use uuid::Uuid;
use xunfang::sync::watermelon::StoredCursor;

use super::{Watermelon, deleted, updated};
use crate::support::{Community, Phone, Staff, TestApp, Zone};
use crate::sync::mutation;
use crate::sync::push::opening;

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
async fn a_removal_waits_one_pull_for_a_client_that_does_not_tell_what_is_unsent() {
    let app = TestApp::start().await;
    let place = place(&app).await;
    let wang = app.sign_in("wang", "d1").await;
    let (mut plain, mut telling) = (Watermelon::new(&app, &wang), Watermelon::new(&app, &wang));
    plain.pull().await;
    telling.pull_with(json!({ "dirtyIds": {} })).await;
    assert!(plain.has("tickets", place.ticket) && telling.has("tickets", place.ticket));

    app.move_to(&place.wang, PostKind::MaintenanceWorker, &place.west)
        .await;
    plain.pull().await;
    assert!(plain.has("tickets", place.ticket), "its edits come first");
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
    assert_eq!(base_seq(&app, &wang, phone.number(), &place).await, None);
    let id = place.ticket.to_string();
    let edit = mutation("e1", "ticket.edit", &id, json!({ "description": "甲" }));
    let edited = li.results(vec![edit]).await[0]["seq"].as_i64().unwrap();
    // He edits the ticket here, then syncs: the pull brings the change of the desk before his push.
    let answer = phone.pull().await;
    assert_eq!(updated(&answer, "tickets").len(), 1);
    let base = base_seq(&app, &wang, phone.number(), &place).await.unwrap();
    assert!(base < edited, "{base} {edited}");
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
    let place = place(&app).await;
    let wang = app.sign_in("wang", "d1").await;
    let mut phone = Watermelon::new(&app, &wang);
    for _ in 0..10 {
        phone.pull().await;
    }
    let kept = sync_cursor::Entity::find().order_by_asc(sync_cursor::Column::Number);
    let kept = kept.all(app.app.db().reader()).await.unwrap();
    let kept: Vec<_> = kept.into_iter().map(|row| row.number).collect();
    assert_eq!(
        kept,
        [8, 9, 10],
        "the one it holds, and what its edits were made on"
    );
    for number in [9, 10] {
        let base = base_seq(&app, &wang, number, &place).await;
        assert!(base.is_some(), "{number}");
    }
}
