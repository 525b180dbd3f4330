//! P-04, P-11: rounds that nobody knows of before they begin.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::json;
use uuid::Uuid;

use super::{act, ground, night_round, point, points, report, tasks};
use crate::support::{Phone, TestApp};
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

// P-04: the supervisor comes when nobody expects him; from his route his hours could be told.
#[tokio::test]
async fn a_round_at_irregular_times_reaches_nobody_it_concerns_before_it_begins() {
    let app = TestApp::start().await;
    let ground = ground(&app).await;
    app.staff("desk", PostKind::Assistant)
        .at(&ground.community)
        .await;
    let boss = app.sign_in("boss", "d1").await;
    points(&boss, &ground, [1, 2]).await;
    let (guard, desk) = (
        app.sign_in("guard", "d2").await,
        app.sign_in("desk", "d3").await,
    );
    let round = |id: u128, post: Option<&str>, irregular: bool| {
        json!({
            "id": Uuid::from_u128(id), "communityId": ground.community.id, "zoneId": ground.zone.id,
            "key": if post.is_none() { "estate_supervisor" } else { "a round of their own" },
            "post": post, "name": format!("巡视 {id}"), "pointIds": [point(1), point(2)],
            "plan": { "per": "DAY", "times": 2, "windows": [], "weekdays": [], "irregular": irregular },
        })
    };
    // The supervisor's; a guard must know of his own; and the supervisor's at fixed hours is no secret.
    for route in [
        round(1, None, true),
        round(2, Some("SECURITY_GUARD"), true),
        round(3, Some("SUPERVISOR"), false),
    ] {
        act(&boss, "putPatrolRoute", route)
            .await
            .data("putPatrolRoute");
    }
    let open = async |phone: &Phone<'_>| {
        let mut names: Vec<_> = tasks(phone)
            .await
            .iter()
            .map(|it| it["name"].clone())
            .collect();
        names.dedup();
        names.sort_by_key(ToString::to_string);
        names.dedup();
        names
    };
    for phone in [&guard, &desk] {
        assert_eq!(open(phone).await, ["巡视 2", "巡视 3"]);
        assert_eq!(phone.first_sync().await.count("patrol_route"), 2);
    }
    assert_eq!(open(&boss).await, ["巡视 1", "巡视 2", "巡视 3"]);

    // Out of its turn it is as secret, and it begins with the first thing that is seen.
    let task = Uuid::from_u128(0x77);
    let payload = json!({
        "communityId": ground.community.id, "routeId": Uuid::from_u128(1), "name": "加巡",
    });
    let order = mutation("o1", "patrol.order", &task.to_string(), payload);
    assert_eq!(boss.outcomes(vec![order]).await[0].0, "APPLIED");
    assert_eq!(open(&desk).await, ["巡视 2", "巡视 3"]);
    let seen = boss.outcomes(vec![report(1, &task.to_string(), 1)]).await;
    assert_eq!(seen[0].0, "APPLIED");
    assert_eq!(open(&desk).await, ["加巡", "巡视 2", "巡视 3"]);
}
