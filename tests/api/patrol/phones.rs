//! Patrols on phones without a network.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::sha256::Sha256;

use super::{
    ROUTE, act, contact, first_task, ground, night, night_round, point, points, report, seen, tasks,
};
use crate::support::{TestApp, statements};
use crate::sync::mutation;

// Domain 16.2: missed in the eyes of the server, done by what was seen.
#[tokio::test]
async fn a_night_round_over_midnight_with_a_wrong_clock_is_done_in_time() {
    let app = TestApp::start().await;
    night(&app).await;
    let mut phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;

    // At 21:50 he goes down, with a clock that is five hours behind, and comes up at nine.
    app.wait(TimeDelta::minutes(12 * 60 + 50));
    phone.refresh().await;
    let wrong = app.app.clock().now() - TimeDelta::hours(5);
    let contact = contact(&phone, wrong).await;
    app.wait(TimeDelta::minutes(11 * 60 + 10));
    phone.refresh().await;
    app.do_jobs().await;
    let missed = &tasks(&phone).await[0];
    assert_eq!(missed["state"], "MISSED");
    assert_eq!(missed["missedPoints"].as_array().unwrap().len(), 2);
    assert_eq!(missed["missedAt"], "2026-09-01T18:00:00+00:00");

    // At 23:00 and at 01:00 he was there.
    let first = seen(&contact, 70, report(1, &task, 1));
    let outcomes = phone.outcomes(vec![first]).await;
    assert_eq!(outcomes, [("APPLIED".to_owned(), None)]);
    let half = &tasks(&phone).await[0];
    assert_eq!(half["state"], "MISSED");
    assert_eq!(half["missedPoints"], json!([{ "id": point(2) }]));

    let second = seen(&contact, 190, report(2, &task, 2));
    phone.outcomes(vec![second]).await;
    let done = &tasks(&phone).await[0];
    assert_eq!(done["state"], "DONE");
    assert_eq!(done["startedAt"], "2026-09-01T15:00:00+00:00");
    assert_eq!(done["finishedAt"], "2026-09-01T17:00:00+00:00");
    assert_eq!(
        (&done["missedAt"], &done["missedPoints"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(done["results"][1]["observedMark"], "MONOTONIC");

    let store = phone.first_sync().await;
    assert_eq!(store.get("patrol_task", &task).unwrap()["state"], "done");
    assert_eq!(store.count("patrol_result"), 2);
}

#[tokio::test]
async fn what_does_not_count_is_kept_and_marked() {
    let app = TestApp::start().await;
    night(&app).await;
    let mut phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;
    app.wait(TimeDelta::hours(12));
    phone.refresh().await;
    let contact = contact(&phone, app.app.clock().now()).await;
    app.wait(TimeDelta::hours(8));
    phone.refresh().await;

    let mut unread = report(2, &task, 1);
    unread["payload"]["codeRead"] = Value::Null;
    let mut wrong = report(3, &task, 1);
    wrong["payload"]["codeRead"] = json!("code 2");
    let mut unanswered = report(4, &task, 1);
    unanswered["payload"]["answers"] = json!({ "pressure": 0.35 });
    let sent = [
        // Before ten, and after two.
        seen(&contact, 30, report(1, &task, 1)),
        seen(&contact, 70, unread),
        seen(&contact, 71, wrong),
        seen(&contact, 72, unanswered),
        seen(&contact, 301, report(5, &task, 1)),
    ];
    for outcome in phone.outcomes(sent.to_vec()).await {
        assert_eq!(outcome, ("APPLIED".to_owned(), None));
    }
    let task = &tasks(&phone).await[0];
    assert_eq!(task["state"], "IN_PROGRESS");
    let results = task["results"].as_array().unwrap().iter();
    let told: Vec<Value> = results
        .map(|result| {
            json!([
                result["isInWindow"],
                result["codeMatches"],
                result["missingEvidence"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!([false, true, []]),
            json!([true, null, ["CODE"]]),
            json!([true, false, ["CODE"]]),
            json!([true, true, ["ANSWERS"]]),
            json!([false, true, []]),
        ]
    );
}

#[tokio::test]
async fn only_nonsense_is_refused() {
    let app = TestApp::start().await;
    night(&app).await;
    let cuihu = app.community("cuihu").await;
    app.staff("far", PostKind::Supervisor).at(&cuihu).await;
    let far = app.sign_in("far", "desk").await;
    let foreign = json!({ "communityId": cuihu.id, "name": "点位" });
    let elsewhere = act(&far, "putPatrolPoint", foreign).await;
    let elsewhere = elsewhere.text("putPatrolPoint.patrolPoint.id");
    let phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;
    let with = |result, field: &str, value: Value| {
        let mut report = report(result, &task, 1);
        report["payload"][field] = value;
        report
    };
    for (sent, code) in [
        (with(1, "taskId", json!(Uuid::from_u128(404))), "NOT_FOUND"),
        (
            with(2, "pointId", json!(elsewhere)),
            "PATROL_POINT_NOT_OF_TASK",
        ),
        (
            with(3, "pointId", json!(point(404))),
            "PATROL_POINT_NOT_OF_TASK",
        ),
        (
            with(4, "answers", json!({ "colour": [1] })),
            "INVALID_INPUT",
        ),
        (
            with(5, "answers", json!({ "clean": { "very": true } })),
            "INVALID_INPUT",
        ),
        (with(6, "photos", json!(["holiday.jpg"])), "INVALID_INPUT"),
        (with(9, "mood", json!("good")), "MUTATION_MALFORMED"),
    ] {
        let refused = ("QUARANTINED".to_owned(), Some(code.to_owned()));
        assert_eq!(phone.outcomes(vec![sent]).await, [refused]);
    }
    // A ticket may come later than what names it.
    let early = with(8, "ticketId", json!(Uuid::from_u128(404)));
    let waits = ("DEFERRED".to_owned(), Some("NOT_FOUND".to_owned()));
    assert_eq!(phone.outcomes(vec![early]).await, [waits]);
    let issues = phone.issues().await;
    assert_eq!(issues.len(), 7);
    assert!(
        issues
            .iter()
            .all(|issue| issue["recordCollection"] == "patrol_result")
    );
    assert_eq!(tasks(&phone).await[0]["state"], "DUE");
}

#[tokio::test]
async fn answers_to_a_checklist_that_was_changed_meanwhile_are_kept_and_marked() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    let phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;
    // While he is underground the desk asks for other things.
    let changed = json!({
        "id": point(1), "communityId": ground.community.id, "zoneId": ground.zone.id, "name": "点位 1",
        "checklist": [
            { "key": "clean", "title": "环境卫生", "kind": "TEXT", "isRequired": true },
            { "key": "light", "title": "照明", "kind": "CHECK", "isRequired": false },
        ],
    });
    act(&boss, "putPatrolPoint", changed)
        .await
        .data("putPatrolPoint");
    let mut report = report(1, &task, 1);
    report["payload"]["answers"] = json!({ "clean": true, "pressure": 0.35 });
    let outcomes = phone.outcomes(vec![report]).await;
    assert_eq!(outcomes, [("APPLIED".to_owned(), None)]);
    assert!(phone.issues().await.is_empty());
    let result = tasks(&boss).await[0]["results"][0].clone();
    assert_eq!(
        result["answers"],
        json!({ "clean": true, "pressure": 0.35 })
    );
    assert_eq!(result["unaskedAnswers"], json!(["clean", "pressure"]));
    assert_eq!(result["missingEvidence"], json!(["ANSWERS"]));
}

// Domain 16.2: what was walked was walked, whatever the desk changes meanwhile.
#[tokio::test]
async fn what_was_walked_while_the_route_was_changed_is_kept() {
    let app = TestApp::start().await;
    let (ground, mut boss) = night(&app).await;
    points(&boss, &ground, 3..=3).await;
    let mut phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;

    // He goes down at 21:50 with two rounds on his phone; at 21:55 one loses point 2, and then the
    // route ends.
    app.wait(TimeDelta::minutes(12 * 60 + 50));
    phone.refresh().await;
    boss.refresh().await;
    let contact = contact(&phone, app.app.clock().now()).await;
    app.wait(TimeDelta::minutes(5));
    let mut changed = night_round(&ground);
    changed["pointIds"] = json!([point(1), point(3)]);
    act(&boss, "putPatrolRoute", changed)
        .await
        .data("putPatrolRoute");
    act(&boss, "retirePatrolRoute", json!({ "id": ROUTE }))
        .await
        .data("retirePatrolRoute");
    assert!(tasks(&phone).await.is_empty());
    let other = app.zone(&ground.community, "凤凰苑").await;
    app.staff("sun", PostKind::SecurityGuard)
        .in_zone(&other)
        .await;
    let stranger = app.sign_in("sun", "d2").await;
    let refused = stranger.outcomes(vec![report(9, &task, 1)]).await;
    assert_eq!(refused[0].1.as_deref(), Some("NOT_FOUND"));

    app.wait(TimeDelta::hours(5));
    phone.refresh().await;
    let walked = [
        seen(&contact, 70, report(1, &task, 1)),
        seen(&contact, 80, report(2, &task, 2)),
        seen(&contact, 90, report(3, &task, 3)),
    ];
    let outcomes = phone.outcomes(walked.to_vec()).await;
    let outcomes: Vec<_> = outcomes.iter().map(|(outcome, _)| &**outcome).collect();
    assert_eq!(outcomes, ["MERGED", "MERGED", "APPLIED"]);
    let back = tasks(&phone).await;
    assert_eq!(back.len(), 1);
    assert_eq!(
        (&back[0]["id"], &back[0]["state"]),
        (&json!(task), &json!("DONE"))
    );
    assert_eq!(back[0]["zone"]["name"], "江畔苑");
    let marks = |mark: &str| -> Vec<Value> {
        let results = back[0]["results"].as_array().unwrap().iter();
        results.map(|result| result[mark].clone()).collect()
    };
    assert_eq!(marks("isOnRound"), [true, false, true]);
    assert_eq!(marks("isInWindow"), [true, true, true]);
    assert_eq!(phone.first_sync().await.count("patrol_result"), 3);

    // It stays when the route is walked again.
    boss.refresh().await;
    act(&boss, "putPatrolRoute", night_round(&ground))
        .await
        .data("putPatrolRoute");
    assert_eq!(tasks(&phone).await[0]["state"], "DONE");
}

#[tokio::test]
async fn a_position_is_at_its_point_or_counts_for_nothing() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    app.staff("chen", PostKind::EstateManager)
        .at(&ground.community)
        .await;
    let gate = json!({
        "id": point(1), "communityId": ground.community.id, "name": "东门", "code": "code 1",
        "latitudeE7": 227_000_000, "longitudeE7": 1_132_000_000,
    });
    act(&boss, "putPatrolPoint", gate)
        .await
        .data("putPatrolPoint");
    let order = json!({
        "id": Uuid::from_u128(7), "communityId": ground.community.id, "zoneId": ground.zone.id,
        "name": "东门巡查", "pointIds": [point(1), point(2)], "needsPosition": true,
    });
    act(&boss, "orderPatrol", order).await.data("orderPatrol");
    let task = Uuid::from_u128(7).to_string();
    let phone = app.sign_in("guard", "d1").await;
    let at = |result, number, place: Value| {
        let mut report = report(result, &task, number);
        report["payload"]["latitudeE7"] = place[0].clone();
        report["payload"]["longitudeE7"] = place[1].clone();
        report["payload"]["accuracyM"] = place[2].clone();
        report
    };
    let sent = vec![
        // On the spot; a hundred metres off; so, but unsure; without a position; where none is known.
        at(1, 1, json!([227_000_100, 1_132_000_000, null])),
        at(2, 1, json!([227_009_000, 1_132_000_000, 5])),
        at(3, 1, json!([227_009_000, 1_132_000_000, 60.5])),
        at(4, 1, json!([null, null, null])),
        at(5, 2, json!([0, 0, null])),
    ];
    for (outcome, _) in phone.outcomes(sent).await {
        assert_eq!(outcome, "APPLIED");
    }
    let told = async || {
        let tasks = tasks(&phone).await;
        let ordered = tasks.iter().find(|it| it["id"] == task).unwrap();
        let results = ordered["results"].as_array().unwrap().iter();
        let told = results.map(|it| json!([it["isNear"], it["missingEvidence"]]));
        told.collect::<Vec<_>>()
    };
    let near = [
        json!([true, []]),
        json!([false, ["POSITION"]]),
        json!([true, []]),
        json!([null, ["POSITION"]]),
        json!([null, []]),
    ];
    assert_eq!(told().await, near);
    let row = phone.row("patrolResult", Uuid::from_u128(2)).await;
    assert_eq!(
        (&row["isNear"], &row["isOnRound"]),
        (&json!(false), &json!(true))
    );

    // An estate whose gates are far apart wants otherwise.
    let chen = app.sign_in("chen", "d3").await;
    let policy =
        "mutation ($input: SetPolicyInput!) { setPolicy(input: $input) { community { id } } }";
    let own = json!({
        "communityId": ground.community.id, "key": "patrol", "own": { "nearMetres": 150 },
    });
    chen.run(policy, json!({ "input": own }))
        .await
        .data("setPolicy");
    phone
        .outcomes(vec![at(6, 1, json!([227_009_000, 1_132_000_000, 5]))])
        .await;
    assert_eq!(told().await[5], json!([true, []]));
}

// P-15, P-16: a problem found on patrol is a ticket at once.
#[tokio::test]
async fn a_finding_becomes_a_ticket_in_one_group_all_or_nothing() {
    let app = TestApp::start().await;
    let (ground, _) = night(&app).await;
    let phone = app.sign_in("guard", "d1").await;
    let task = first_task(&phone).await;
    let group = |number: u128, answers: Value| {
        let ticket = Uuid::from_u128(0x7000 + number);
        let payload = json!({ "communityId": ground.community.id, "summary": "消防栓漏水" });
        let mut open = mutation(
            &format!("open {number}"),
            "ticket.open",
            &ticket.to_string(),
            payload,
        );
        let mut report = report(number, &task, 1);
        report["payload"]["finding"] = json!("消防栓漏水");
        report["payload"]["ticketId"] = json!(ticket);
        report["payload"]["answers"] = answers;
        open["group"] = json!(format!("g{number}"));
        report["group"] = json!(format!("g{number}"));
        vec![open, report]
    };

    let faulty = phone.outcomes(group(1, json!({ "colour": [1] }))).await;
    let codes: Vec<_> = faulty.iter().map(|(_, code)| code.as_deref()).collect();
    assert_eq!(codes, [Some("GROUP_FAILED"), Some("INVALID_INPUT")]);
    let store = phone.first_sync().await;
    assert_eq!(
        (store.count("ticket"), store.count("patrol_result")),
        (0, 0)
    );

    let good = group(2, json!({ "clean": false }));
    for _ in 0..2 {
        for (outcome, code) in phone.outcomes(good.clone()).await {
            assert_eq!((&*outcome, code), ("APPLIED", None));
        }
    }
    let task = &tasks(&phone).await[0];
    assert_eq!(task["findingCount"], 1);
    assert_eq!(task["results"][0]["ticket"]["summary"], "消防栓漏水");
}

#[tokio::test]
async fn who_does_not_see_a_patrol_cannot_report_on_it_and_nobody_learns_a_code() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    let other = app.zone(&ground.community, "凤凰苑").await;
    let sun = app
        .staff("sun", PostKind::SecurityGuard)
        .in_zone(&other)
        .await;
    let elsewhere = app.community("cuihu").await;
    app.staff("desk", PostKind::Supervisor).at(&elsewhere).await;
    let (guard, foreign, far) = (
        app.sign_in("guard", "d1").await,
        app.sign_in("sun", "d2").await,
        app.sign_in("desk", "d3").await,
    );
    let task = first_task(&guard).await;

    for (number, phone) in [(1, &foreign), (2, &far)] {
        assert!(tasks(phone).await.is_empty());
        let outcomes = phone.outcomes(vec![report(number, &task, 1)]).await;
        let refused = ("QUARANTINED".to_owned(), Some("NOT_FOUND".to_owned()));
        assert_eq!(outcomes, [refused]);
        assert_eq!(phone.first_sync().await.count("patrol_task"), 0);
    }
    // Points are for all who work there, routes for those who walk them.
    let store = foreign.first_sync().await;
    assert_eq!(
        (store.count("patrol_point"), store.count("patrol_route")),
        (2, 0)
    );
    assert_eq!(far.first_sync().await.count("patrol_point"), 0);

    // It is given to him.
    let assign = json!({ "id": task, "assigneeId": sun.id });
    assert_eq!(
        act(&guard, "assignPatrolTask", assign.clone()).await.code(),
        "FORBIDDEN"
    );
    let assigned = act(&boss, "assignPatrolTask", assign).await;
    assert_eq!(
        assigned.text("assignPatrolTask.patrolTask.assignee.name"),
        "sun"
    );
    let results = foreign.results(vec![report(3, &task, 1)]).await;
    assert_eq!(results[0]["outcome"], "APPLIED");
    assert_eq!(results[0]["record"]["document"]["codeRead"], "code 1");

    // What he read is not for his colleague, who may not have been there.
    let store = guard.first_sync().await;
    let result = store
        .get("patrol_result", &Uuid::from_u128(3).to_string())
        .unwrap();
    assert_eq!(result["codeRead"], Value::Null);
    let known = store.get("patrol_point", &point(1).to_string()).unwrap();
    assert_eq!(known["codeHash"], json!(Sha256::of(b"code 1").as_str()));
    let code = "query ($id: UUID!) { patrolPoints(communityId: $id) { nodes { code } } }";
    let id = json!({ "id": ground.community.id });
    let shown = guard.run(code, id.clone()).await;
    assert_eq!(shown.data("patrolPoints.nodes.0.code"), &Value::Null);
    let shown = boss.run(code, id).await;
    assert_eq!(shown.text("patrolPoints.nodes.0.code"), "code 2");
}

// Not at the office of the other community, which could not retry it.
#[tokio::test]
async fn a_report_that_was_kept_out_lies_where_the_patrol_is() {
    let app = TestApp::start().await;
    let other = app.community("cuihu").await;
    let (ground, boss) = night(&app).await;
    assert!(
        other.id < ground.community.id,
        "the other one comes to mind first"
    );
    app.staff("guard", PostKind::SecurityGuard)
        .joining(&other)
        .await;
    app.staff("far", PostKind::Supervisor).at(&other).await;
    let far = app.sign_in("far", "d2").await;
    let phone = app.sign_in("guard", "d1").await;
    let mut wrong = report(1, &first_task(&phone).await, 1);
    wrong["payload"]["pointId"] = json!(point(404));
    let refused = (
        "QUARANTINED".to_owned(),
        Some("PATROL_POINT_NOT_OF_TASK".to_owned()),
    );
    assert_eq!(phone.outcomes(vec![wrong]).await, [refused]);
    assert_eq!(
        (boss.issues().await.len(), far.issues().await.len()),
        (1, 0)
    );
}

#[tokio::test]
async fn two_on_one_round_share_its_points_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let (ground, _) = night(&app).await;
    app.staff("ma", PostKind::SecurityGuard)
        .in_zone(&ground.zone)
        .await;
    let (mut guard, mut ma) = (
        app.sign_in("guard", "d1").await,
        app.sign_in("ma", "d2").await,
    );
    let task = first_task(&guard).await;
    app.wait(TimeDelta::hours(14));
    guard.refresh().await;
    ma.refresh().await;
    let outcomes = guard.outcomes(vec![report(1, &task, 1)]).await;
    assert_eq!(outcomes[0].0, "APPLIED");
    let both = vec![report(2, &task, 1), report(3, &task, 2)];
    let outcomes: Vec<_> = ma.outcomes(both).await.into_iter().map(|it| it.0).collect();
    assert_eq!(outcomes, ["MERGED", "APPLIED"]);
    let task = &tasks(&guard).await[0];
    assert_eq!(
        (&task["state"], task["results"].as_array().unwrap().len()),
        (&json!("DONE"), 3)
    );
}

// P-09: before and after heavy rain.
#[tokio::test]
async fn a_supervisor_orders_a_patrol_because_of_rain_and_nobody_else_does() {
    let app = TestApp::start().await;
    let ground = ground(&app).await;
    let boss = app.sign_in("boss", "desk").await;
    points(&boss, &ground, 1..=1).await;
    let order = |task: u128| {
        let payload = json!({
            "communityId": ground.community.id, "zoneId": ground.zone.id, "name": "托管房户外巡查",
            "pointIds": [point(1)], "reason": "rain",
        });
        let id = Uuid::from_u128(task).to_string();
        mutation(&format!("o-{id}"), "patrol.order", &id, payload)
    };
    let guard = app.sign_in("guard", "d1").await;
    let refused = ("QUARANTINED".to_owned(), Some("FORBIDDEN".to_owned()));
    assert_eq!(guard.outcomes(vec![order(1)]).await, [refused]);

    // Ordered and walked by the supervisor himself, all of it without a network.
    let task = Uuid::from_u128(2).to_string();
    let results = boss.results(vec![order(2), report(3, &task, 1)]).await;
    assert_eq!(results[0]["record"]["document"]["reason"], "rain");
    assert_eq!(results[1]["outcome"], "APPLIED");
    let seen = &tasks(&guard).await[0];
    assert_eq!(
        (&seen["reason"], &seen["state"]),
        (&json!("RAIN"), &json!("DONE"))
    );
    assert_eq!(seen["windowTo"], "2026-09-01T05:00:00+00:00");
}

#[tokio::test]
async fn fifty_reports_take_as_many_statements_as_one() {
    let app = TestApp::start().await;
    let ground = ground(&app).await;
    let boss = app.sign_in("boss", "desk").await;
    points(&boss, &ground, 1..=50).await;
    let all: Vec<_> = (1..=50).map(point).collect();
    for number in 1..=2 {
        let order = json!({
            "id": Uuid::from_u128(number), "communityId": ground.community.id, "zoneId": ground.zone.id,
            "name": "全园巡查", "pointIds": all,
        });
        act(&boss, "orderPatrol", order).await.data("orderPatrol");
    }
    let phone = app.sign_in("guard", "d1").await;
    let mut counts = Vec::new();
    for (task, numbers) in [(1, 1..=1), (1, 2..=50), (2, 1..=50)] {
        let task = Uuid::from_u128(task).to_string();
        let reports = numbers.clone().map(|number| {
            let result = number + 0x100 * Uuid::parse_str(&task).unwrap().as_u128();
            report(result, &task, number)
        });
        let (outcomes, heard) = statements::of(phone.outcomes(reports.collect())).await;
        assert!(
            outcomes.iter().all(|(outcome, _)| outcome == "APPLIED"),
            "{outcomes:?}"
        );
        counts.push(heard.len());
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
    assert_eq!(counts[0], counts[2], "{counts:?}");

    let one = "{ patrolTasks(first: 1) { nodes { id points { name } missedPoints { id } results { point { name } ticket { id } } } } }";
    let (_, of_one) = statements::of(phone.run(one, json!({}))).await;
    let (answer, of_two) =
        statements::of(phone.run(&one.replace("first: 1", "first: 2"), json!({}))).await;
    assert_eq!(
        answer
            .data("patrolTasks.nodes.1.results")
            .as_array()
            .unwrap()
            .len(),
        50
    );
    assert_eq!(of_one.len(), of_two.len(), "{of_two:#?}");
}
