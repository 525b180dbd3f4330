//! What happens while an answer is written, and to whoever's reach changes between two pulls.

use axum::http::Request;
use entity::kinds::PostKind;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Watermelon, assert_lawful};
use crate::support::TestApp;
use crate::sync::mutation;
use crate::sync::push::opening;

#[tokio::test]
async fn what_changes_while_an_answer_is_written_comes_with_the_next_pull() {
    let app = TestApp::with(|settings| settings.sync.pull_limit = 5).await;
    let bijiang = app.community("bijiang").await;
    let (east, west) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&bijiang, "西苑").await,
    );
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let (li, wang) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let opened = (1..=40).map(|id| opening(&format!("m{id}"), Uuid::from_u128(id), &bijiang));
    li.outcomes(opened.collect()).await;
    for ticket in 1..=30 {
        app.set_zone(Uuid::from_u128(ticket), east.id).await;
    }

    let mut phone = Watermelon::new(&app, &wang);
    let address = "/sync/pull?dirtyIds=%7B%7D\
        &tables=%5B%22parties%22,%22tickets%22,%22ticket_events%22,%22sync_issues%22%5D";
    let response = phone.respond(Request::get(address));
    let mut pieces = response.await.into_body().into_data_stream();
    let mut text = Vec::new();
    let mut changed = 0;
    while let Some(piece) = pieces.next().await {
        text.extend_from_slice(&piece.unwrap());
        if changed < 8 {
            // One is edited, one goes out of sight, one comes into it.
            let edited = Uuid::from_u128(30 - changed).to_string();
            let change = json!({ "summary": "改" });
            let edit = mutation(&format!("e{changed}"), "ticket.edit", &edited, change);
            li.outcomes(vec![edit]).await;
            app.set_zone(Uuid::from_u128(1 + 2 * changed), west.id)
                .await;
            app.set_zone(Uuid::from_u128(31 + changed), east.id).await;
            changed += 1;
        }
    }
    assert_eq!(changed, 8, "it was written in pieces");
    let answer: Value = serde_json::from_slice(&text).unwrap();
    assert_lawful(&answer);
    assert_eq!(answer["hasMore"], true);
    phone.take(&answer);
    let answer = phone.pull_with(json!({ "dirtyIds": {} })).await;
    assert_eq!(answer["hasMore"], false);
    let mut fresh = Watermelon::new(&app, &wang);
    fresh.pull().await;
    assert_eq!(phone.rows, fresh.rows);
}

#[tokio::test]
async fn after_every_change_of_post_a_phone_ends_with_what_a_new_one_gets() {
    let app = TestApp::with(|settings| settings.sync.pull_limit = 7).await;
    let estate = crate::estate::estate(&app, "bijiang").await;
    let place = &estate.community;
    let li = crate::households::office(&app, &estate, "li").await;
    let (east, west) = (
        app.zone(place, "东苑二").await,
        app.zone(place, "西苑二").await,
    );
    // Somebody leads while he does not.
    app.staff("chen", PostKind::EstateManager).at(place).await;
    let staff = app.staff("wang", PostKind::MaintenanceWorker);
    let staff = staff.in_zone(&east).await;
    let wang = app.sign_in("wang", "d1").await;
    let opened = (1..=20).map(|id| opening(&format!("m{id}"), Uuid::from_u128(id), place));
    li.outcomes(opened.collect()).await;
    for ticket in 1..=20 {
        let zone = if ticket % 2 == 0 { &east } else { &west };
        app.set_zone(Uuid::from_u128(ticket), zone.id).await;
    }
    let (mut plain, mut telling) = (Watermelon::new(&app, &wang), Watermelon::new(&app, &wang));
    plain.pull().await;
    for (post, zone) in [
        (PostKind::MaintenanceWorker, &west),
        (PostKind::Supervisor, &west),
        (PostKind::MaintenanceWorker, &east),
        (PostKind::SecurityGuard, &west),
    ] {
        app.move_to(&staff, post, zone).await;
        plain.pull().await;
        plain.push_nothing().await;
        plain.pull().await;
        loop {
            let answer = telling
                .pull_with(json!({ "dirtyIds": {}, "limit": 3 }))
                .await;
            if answer["hasMore"] == false {
                break;
            }
        }
        let mut fresh = Watermelon::new(&app, &wang);
        fresh.pull().await;
        assert_eq!(telling.rows, fresh.rows, "{post:?}");
        assert_eq!(plain.rows, fresh.rows, "{post:?}");
    }
}
