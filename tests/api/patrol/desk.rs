//! Patrols at the desk.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::areas::patrol::write::GeneratePatrols;

use super::{ROUTE, act, first_task, ground, night, night_round, point, points, tasks};
use crate::support::TestApp;

#[tokio::test]
async fn generating_twice_makes_one() {
    let app = TestApp::start().await;
    let (ground, mut boss) = night(&app).await;
    let generate = GeneratePatrols {
        community_id: ground.community.id,
    };
    // Laying out the route has made the patrols of today and tomorrow.
    assert_eq!(app.command(&generate).await, 0);
    assert_eq!(tasks(&boss).await.len(), 2);

    // The day after, the job does it at ten past midnight, and once when a server starts.
    app.wait(TimeDelta::minutes(15 * 60 + 10));
    boss.refresh().await;
    app.do_jobs().await;
    assert_eq!(app.command(&generate).await, 0);
    let tasks = tasks(&boss).await;
    let days: Vec<_> = tasks.iter().map(|task| &task["onDay"]).collect();
    assert_eq!(days, ["2026-09-01", "2026-09-02", "2026-09-03"]);
    assert_eq!(tasks[0]["windowFrom"], "2026-09-01T14:00:00+00:00");
    assert_eq!(tasks[0]["windowTo"], "2026-09-01T18:00:00+00:00");
}

// P-01, P-03, P-04: no route may be laid out that is walked less often than its rule wants.
#[tokio::test]
async fn a_route_must_be_walked_as_often_as_its_rule_wants() {
    let app = TestApp::start().await;
    let ground = ground(&app).await;
    let boss = app.sign_in("boss", "desk").await;
    points(&boss, &ground, 1..=1).await;
    for (key, per, times, irregular, code) in [
        ("estate", "WEEK", 3, false, "PATROL_PLAN_UNSUITABLE"),
        ("estate", "WEEK", 4, false, ""),
        ("posts", "DAY", 1, false, "PATROL_PLAN_UNSUITABLE"),
        ("posts", "DAY", 2, false, ""),
        (
            "estate_supervisor",
            "DAY",
            2,
            false,
            "PATROL_PLAN_UNSUITABLE",
        ),
        ("estate_supervisor", "DAY", 2, true, ""),
        (
            "estate_supervisor",
            "DAY",
            4,
            true,
            "PATROL_PLAN_UNSUITABLE",
        ),
        ("their_own", "MONTH", 0, false, "INVALID_INPUT"),
    ] {
        let input = json!({
            "communityId": ground.community.id, "key": key, "name": "巡查", "pointIds": [point(1)],
            "plan": { "per": per, "times": times, "windows": [], "weekdays": [], "irregular": irregular },
        });
        let answer = act(&boss, "putPatrolRoute", input).await;
        assert_eq!(answer.code(), code, "{key} {times}");
        if key == "estate" && code.is_empty() {
            assert_eq!(answer.text("putPatrolRoute.patrolRoute.rule"), "P-01");
            assert_eq!(
                answer.text("putPatrolRoute.patrolRoute.post"),
                "TEAM_LEADER"
            );
        }
    }
}

#[tokio::test]
async fn what_lies_ahead_follows_its_route_and_what_was_walked_stays() {
    let app = TestApp::start().await;
    let (ground, mut boss) = night(&app).await;
    points(&boss, &ground, 3..=3).await;
    // At eleven in the night of the first day, changed to two rounds from the evening on.
    app.wait(TimeDelta::hours(14));
    boss.refresh().await;
    let mut changed = night_round(&ground);
    changed["pointIds"] = json!([point(3)]);
    changed["plan"]["times"] = json!(2);
    changed["plan"]["windows"] = json!([{ "from": "20:00", "to": "22:00" }]);
    act(&boss, "putPatrolRoute", changed)
        .await
        .data("putPatrolRoute");
    let windows = |tasks: Vec<Value>| -> Vec<String> {
        let from = |task: Value| task["windowFrom"].as_str().unwrap().to_owned();
        tasks.into_iter().map(from).collect()
    };
    assert_eq!(
        windows(tasks(&boss).await),
        [
            "2026-09-01T14:00:00+00:00",
            "2026-09-02T12:00:00+00:00",
            "2026-09-02T13:00:00+00:00"
        ]
    );

    let retired = act(&boss, "retirePatrolRoute", json!({ "id": ROUTE })).await;
    assert!(
        retired
            .data("retirePatrolRoute.patrolRoute.retiredAt")
            .is_string()
    );
    assert_eq!(windows(tasks(&boss).await), ["2026-09-01T14:00:00+00:00"]);
    app.wait(TimeDelta::hours(24));
    boss.refresh().await;
    app.do_jobs().await;
    assert_eq!(tasks(&boss).await.len(), 1);

    // Back again, with what had been taken away.
    act(&boss, "putPatrolRoute", night_round(&ground))
        .await
        .data("putPatrolRoute");
    assert_eq!(
        windows(tasks(&boss).await),
        [
            "2026-09-01T14:00:00+00:00",
            "2026-09-02T14:00:00+00:00",
            "2026-09-03T14:00:00+00:00"
        ]
    );
}

#[tokio::test]
async fn whom_the_desk_gave_a_patrol_to_keeps_it_when_its_route_is_changed() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    let mut staff = Vec::new();
    for name in ["ma", "sun", "wu"] {
        let guard = app.staff(name, PostKind::SecurityGuard);
        staff.push(guard.in_zone(&ground.zone).await.id);
    }
    let [ma, sun, wu] = staff[..] else {
        unreachable!("there are three")
    };
    let walked_by = |assignee: &Value, name: &str| {
        let mut round = night_round(&ground);
        round["assigneeId"] = assignee.clone();
        round["name"] = json!(name);
        round
    };
    let put = async |assignee: Value, name: &str| {
        let input = walked_by(&assignee, name);
        act(&boss, "putPatrolRoute", input)
            .await
            .data("putPatrolRoute");
        let told = tasks(&boss).await;
        let told = told.iter().map(|task| {
            assert_eq!(task["name"], name);
            task["assignee"]["name"].clone()
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(put(json!(ma), "夜巡").await, ["ma", "ma"]);
    let tonight = first_task(&boss).await;
    let assign = json!({ "id": tonight, "assigneeId": sun });
    act(&boss, "assignPatrolTask", assign)
        .await
        .data("assignPatrolTask");
    assert_eq!(put(json!(ma), "东区夜巡").await, ["sun", "ma"]);
    assert_eq!(put(json!(wu), "东区夜巡").await, ["sun", "wu"]);
    // Anybody of the zone is to walk tonight, although the route is somebody's own.
    let anybody = json!({ "id": tonight, "assigneeId": null });
    act(&boss, "assignPatrolTask", anybody)
        .await
        .data("assignPatrolTask");
    assert_eq!(put(json!(wu), "西区夜巡").await, [Value::Null, json!("wu")]);
}

#[tokio::test]
async fn a_route_that_stays_as_it_is_moves_no_patrol() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    let mut store = boss.first_sync().await;
    let told = async |store: &mut crate::sync::Store| {
        let page = boss.pull_page(store.cursor.as_deref(), 500, &[]).await;
        let page = page.data("syncPull").clone();
        store.take(&page, 500);
        let of_tasks = |kind: &str| {
            let rows = page[kind].as_array().unwrap().iter();
            rows.filter(|row| row["collection"] == "patrol_task")
                .count()
        };
        (of_tasks("changes"), of_tasks("removals"))
    };
    act(&boss, "putPatrolRoute", night_round(&ground))
        .await
        .data("putPatrolRoute");
    assert_eq!(told(&mut store).await, (0, 0));

    // What was taken away is taken away once.
    let retire = json!({ "id": ROUTE });
    act(&boss, "retirePatrolRoute", retire.clone())
        .await
        .data("retirePatrolRoute");
    assert_eq!(told(&mut store).await, (0, 2));
    act(&boss, "retirePatrolRoute", retire)
        .await
        .data("retirePatrolRoute");
    assert_eq!(told(&mut store).await, (0, 0));
}

#[tokio::test]
async fn supervisors_lay_out_patrols_and_nobody_else_does() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    app.staff("li", PostKind::Assistant)
        .at(&ground.community)
        .await;
    let elsewhere = app.community("cuihu").await;
    app.staff("far", PostKind::Supervisor).at(&elsewhere).await;
    let point_input = json!({ "communityId": ground.community.id, "name": "点位" });
    let order = json!({ "communityId": ground.community.id, "routeId": ROUTE });
    for (account, code) in [
        ("li", "FORBIDDEN"),
        ("guard", "FORBIDDEN"),
        ("far", "NOT_FOUND"),
    ] {
        let phone = app.sign_in(account, account).await;
        for (mutation, input) in [
            ("putPatrolPoint", point_input.clone()),
            ("putPatrolRoute", night_round(&ground)),
            ("retirePatrolRoute", json!({ "id": ROUTE })),
            ("orderPatrol", order.clone()),
        ] {
            let answer = act(&phone, mutation, input).await;
            assert_eq!(answer.code(), code, "{account} {mutation}");
        }
    }
    let ordered = act(&boss, "orderPatrol", order).await;
    assert_eq!(ordered.text("orderPatrol.patrolTask.name"), "夜间巡逻");
    assert_eq!(ordered.text("orderPatrol.patrolTask.reason"), "ORDERED");

    // What belongs to others is not there.
    for (mutation, wrong) in [
        ("putPatrolPoint", json!({ "zoneId": Uuid::from_u128(404) })),
        (
            "putPatrolRoute",
            json!({ "pointIds": [Uuid::from_u128(404)] }),
        ),
        ("orderPatrol", json!({ "routeId": Uuid::from_u128(404) })),
    ] {
        let mut input = match mutation {
            "putPatrolRoute" => night_round(&ground),
            _ => point_input.clone(),
        };
        input
            .as_object_mut()
            .unwrap()
            .extend(wrong.as_object().unwrap().clone());
        assert_eq!(
            act(&boss, mutation, input).await.code(),
            "NOT_FOUND",
            "{mutation}"
        );
    }
}

#[tokio::test]
async fn a_code_belongs_to_one_point() {
    let app = TestApp::start().await;
    let ground = ground(&app).await;
    let boss = app.sign_in("boss", "desk").await;
    points(&boss, &ground, 1..=1).await;
    for code in ["code 1", "ＣＯＤＥ－１"] {
        let input = json!({ "communityId": ground.community.id, "name": "点位", "code": code });
        let taken = act(&boss, "putPatrolPoint", input).await;
        assert_eq!(taken.code(), "INVALID_INPUT", "{code}");
    }
    let unnamed = json!({ "communityId": ground.community.id, "name": "点位" });
    let made = act(&boss, "putPatrolPoint", unnamed).await;
    let code = made.text("putPatrolPoint.patrolPoint.code");
    let id = made.text("putPatrolPoint.patrolPoint.id");
    assert_eq!(code.len(), 32);
    let again = json!({ "id": id, "communityId": ground.community.id, "name": "东门" });
    let kept = act(&boss, "putPatrolPoint", again).await;
    assert_eq!(kept.text("putPatrolPoint.patrolPoint.code"), code);
}
