//! P-11: inspections that nobody knows of before they begin.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::json;
use uuid::Uuid;

use super::{act, ground, night_round, point, points, report, tasks};
use crate::support::TestApp;
use crate::sync::mutation;

#[tokio::test]
async fn an_unannounced_inspection_reaches_nobody_it_concerns_before_it_begins() {
    let app = TestApp::start().await;
    let ground = ground(&app).await;
    app.staff("desk", PostKind::Assistant)
        .at(&ground.community)
        .await;
    app.staff("inspector", PostKind::Inspector)
        .in_zone(&ground.zone)
        .await;
    let boss = app.sign_in("boss", "d1").await;
    points(&boss, &ground, [1, 2]).await;
    let (guard, desk, inspector) = (
        app.sign_in("guard", "d2").await,
        app.sign_in("desk", "d3").await,
        app.sign_in("inspector", "d4").await,
    );
    let task = Uuid::from_u128(0x77);
    let tomorrow = app.app.clock().now() + TimeDelta::hours(20);
    let payload = json!({
        "communityId": ground.community.id, "zoneId": ground.zone.id, "name": "专查",
        "post": "inspector", "pointIds": [point(1), point(2)],
        "from": tomorrow, "to": tomorrow + TimeDelta::hours(2),
    });
    let order = mutation("o1", "patrol.order", &task.to_string(), payload);
    assert_eq!(boss.outcomes(vec![order]).await[0].0, "APPLIED");
    // Its route tells the days to come.
    let mut route = night_round(&ground);
    route["post"] = json!("INSPECTOR");
    act(&boss, "putPatrolRoute", route)
        .await
        .data("putPatrolRoute");

    let routes = "query ($id: UUID!) { patrolRoutes(communityId: $id) { nodes { id } } }";
    let mut stores = Vec::new();
    for phone in [&guard, &desk] {
        assert!(tasks(phone).await.is_empty());
        let store = phone.first_sync().await;
        let seen = (store.count("patrol_task"), store.count("patrol_route"));
        assert_eq!(seen, (0, 0));
        let listed = phone
            .run(routes, json!({ "id": ground.community.id }))
            .await;
        assert_eq!(listed.data("patrolRoutes.nodes"), &json!([]));
        stores.push(store);
    }
    for phone in [&boss, &inspector] {
        let store = phone.first_sync().await;
        assert!(store.get("patrol_task", &task.to_string()).is_some());
        assert_eq!(store.count("patrol_route"), 1);
    }

    // It begins with the first thing that is seen.
    app.wait(TimeDelta::hours(21));
    let mut inspector = inspector;
    inspector.refresh().await;
    let outcomes = inspector
        .outcomes(vec![report(1, &task.to_string(), 1)])
        .await;
    assert_eq!(outcomes[0].0, "APPLIED");
    for (name, store) in ["guard", "desk"].into_iter().zip(&mut stores) {
        let phone = app.sign_in(name, "again").await;
        assert!(
            phone
                .first_sync()
                .await
                .get("patrol_task", &task.to_string())
                .is_some()
        );
        let mut phone = app
            .sign_in(name, if name == "guard" { "d2" } else { "d3" })
            .await;
        phone.refresh().await;
        phone.pull_into(store, 100).await;
        assert_eq!(store.count("patrol_task"), 1, "{name}");
        assert_eq!(store.count("patrol_route"), 0, "{name}");
    }
}

#[tokio::test]
async fn an_inspection_that_was_missed_is_no_secret_any_more() {
    let app = TestApp::start().await;
    let ground = ground(&app).await;
    app.staff("desk", PostKind::Assistant)
        .at(&ground.community)
        .await;
    let boss = app.sign_in("boss", "d1").await;
    points(&boss, &ground, [1]).await;
    let from = app.app.clock().now();
    let order = json!({
        "communityId": ground.community.id, "name": "专查", "post": "INSPECTOR",
        "pointIds": [point(1)], "from": from, "to": from + TimeDelta::hours(1),
    });
    act(&boss, "orderPatrol", order).await.data("orderPatrol");
    let desk = app.sign_in("desk", "d2").await;
    assert!(tasks(&desk).await.is_empty());
    app.wait(TimeDelta::hours(2));
    app.do_jobs().await;
    let desk = app.sign_in("desk", "d2").await;
    assert_eq!(tasks(&desk).await[0]["state"], "MISSED");
}
