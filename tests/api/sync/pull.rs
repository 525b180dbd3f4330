//! Pulling.

use entity::kinds::PostKind;
use uuid::Uuid;

use super::Store;
use super::push::opening;
use crate::support::TestApp;

#[tokio::test]
async fn a_phone_that_pages_one_by_one_ends_where_one_page_ends() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    for ticket in 1..=7 {
        phone
            .push(vec![opening(
                &format!("m{ticket}"),
                Uuid::from_u128(ticket),
                &bijiang,
            )])
            .await;
    }
    let whole = phone.first_sync().await;
    let mut slowly = Store::default();
    phone.pull_into(&mut slowly, 1).await;
    assert_eq!(whole.count("ticket"), 7);
    assert_eq!(slowly.records, whole.records);
    assert!(slowly.pages >= whole.records.len());
}

#[tokio::test]
async fn another_community_is_never_seen() {
    let app = TestApp::start().await;
    let (bijiang, cuihu) = (app.community("bijiang").await, app.community("cuihu").await);
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("zhao", PostKind::Supervisor).at(&cuihu).await;
    let (li, zhao) = (
        app.sign_in("li", "d1").await,
        app.sign_in("zhao", "d1").await,
    );
    let ticket = Uuid::from_u128(7);
    li.push(vec![opening("m1", ticket, &bijiang)]).await;

    assert_eq!(zhao.first_sync().await.count("ticket"), 0);
    let outcomes = zhao
        .outcomes(vec![
            opening("m1", ticket, &cuihu),
            opening("m2", Uuid::from_u128(8), &bijiang),
        ])
        .await;
    assert_eq!(outcomes[0].1.as_deref(), Some("NOT_FOUND"));
    assert!(outcomes.iter().all(|(outcome, _)| outcome == "QUARANTINED"));
    assert_eq!(outcomes[1].1.as_deref(), Some("NOT_FOUND"));
}

#[tokio::test]
async fn a_worker_who_changes_his_zone_gets_exactly_the_difference() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let (east, west) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&bijiang, "西苑").await,
    );
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let wang = app
        .staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let (li, phone) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let (here, there) = (Uuid::from_u128(1), Uuid::from_u128(2));
    li.push(vec![
        opening("m1", here, &bijiang),
        opening("m2", there, &bijiang),
    ])
    .await;
    let zone = |ticket: Uuid, zone: entity::ids::ZoneId| {
        let app = &app;
        async move { app.set_zone(ticket, zone).await }
    };
    zone(here, east.id).await;
    zone(there, west.id).await;

    let mut store = phone.first_sync().await;
    assert!(store.get("ticket", &here.to_string()).is_some());
    assert!(store.get("ticket", &there.to_string()).is_none());

    app.move_to(&wang, PostKind::MaintenanceWorker, &west).await;
    phone.pull_into(&mut store, 2).await;
    assert!(store.get("ticket", &here.to_string()).is_none());
    assert!(store.get("ticket", &there.to_string()).is_some());
    assert_eq!(store.records, phone.first_sync().await.records);
}

#[tokio::test]
async fn a_cursor_at_given_heads_brings_what_came_after_them_up_to_others() {
    use xunfang::sync::cursor::Cursor;
    use xunfang::sync::pull::{Ask, Start, heads, page};
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let token = phone.access_token.clone().unwrap();
    let viewer = app.viewer(&token).await.unwrap();
    let account = viewer.person().unwrap().account_id;
    let registry = xunfang::areas::registry();
    let open = async |ticket: u128| {
        let opened = opening(&format!("m{ticket}"), Uuid::from_u128(ticket), &bijiang);
        phone.push(vec![opened]).await.data("syncPush");
        heads(&app.app, &viewer, None).await.unwrap()
    };
    let (history, first) = open(1).await;
    let (_, second) = open(2).await;
    open(3).await;

    let now = app.app.clock().now();
    let collections = std::collections::BTreeSet::from(["ticket".to_owned()]);
    let collection = collections.clone();
    let cursor = Cursor::at_heads(history.epoch, account, collection, &viewer, &first, now);
    let mut ask = Ask {
        limit: 10,
        collections,
        heads: Some(second),
        ..Ask::default()
    };
    let mut start = Start::At(Box::new(cursor));
    for ticket in [2, 3] {
        let given = page(&app.app, &registry, &viewer, start, ask.clone()).await;
        let given = given.unwrap();
        let ids: Vec<_> = given.changes.iter().map(|change| &*change.id).collect();
        assert_eq!(ids, [Uuid::from_u128(ticket).to_string()]);
        assert!(!given.has_more && given.removals.is_empty());
        start = Start::At(Box::new(given.cursor));
        ask.heads = None;
    }
}
