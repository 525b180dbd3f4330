//! What a community does otherwise than the handbooks, and what phones carry by one such policy.

use chrono::TimeDelta;
use entity::ids::UnitId;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::estate::{Estate, estate};
use crate::households::unit_of;
use crate::support::{Answer, Community, Phone, Staff, TestApp};
use crate::sync::push::opening;
use crate::sync::{Store, mutation};

const SET: &str = "mutation ($input: SetPolicyInput!) {
    setPolicy(input: $input) { community { policies { key default own inForce } } }
}";

async fn set(phone: &Phone<'_>, community: &Community, key: &str, own: Value) -> Answer {
    let input = json!({ "communityId": community.id, "key": key, "own": own });
    phone.run(SET, json!({ "input": input })).await
}

#[tokio::test]
async fn the_head_of_the_office_sets_what_the_handbooks_leave_open() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("chen", PostKind::EstateManager)
        .at(&bijiang)
        .await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let (chen, li) = (
        app.sign_in("chen", "d1").await,
        app.sign_in("li", "d1").await,
    );
    let changed = set(&chen, &bijiang, "offline", json!({ "settledDays": 7 })).await;
    let offline = |answer: &Answer| {
        let policies = answer.data("setPolicy.community.policies").clone();
        let policies = policies.as_array().unwrap().clone();
        let mut found = policies.into_iter().filter(|it| it["key"] == "offline");
        found.next().unwrap()
    };
    let policy = offline(&changed);
    assert_eq!(policy["default"], json!({ "settledDays": 30 }));
    assert_eq!(policy["own"], json!({ "settledDays": 7 }));
    assert_eq!(policy["inForce"], json!({ "settledDays": 7 }));
    let back = set(&chen, &bijiang, "offline", json!({})).await;
    assert_eq!(offline(&back)["inForce"], json!({ "settledDays": 30 }));

    for (own, code) in [
        (json!({ "settledDays": 0 }), "INVALID_INPUT"),
        (json!({ "settledDays": "week" }), "INVALID_INPUT"),
        (json!({ "days": 3 }), "INVALID_INPUT"),
        (json!([]), "INVALID_INPUT"),
    ] {
        let refused = set(&chen, &bijiang, "offline", own).await;
        assert_eq!(refused.code(), code);
    }
    let unknown = set(&chen, &bijiang, "weather", json!({})).await;
    assert_eq!(unknown.code(), "NOT_FOUND");
    let refused = set(&li, &bijiang, "offline", json!({})).await;
    assert_eq!(refused.code(), "FORBIDDEN");
}

#[tokio::test]
async fn what_was_closed_long_ago_leaves_the_phones_and_stays_on_the_books() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let [old, open] = [1, 2].map(Uuid::from_u128);
    let cancel = mutation(
        "m3",
        "ticket.advance",
        &old.to_string(),
        json!({ "to": "cancelled" }),
    );
    phone
        .push(vec![
            opening("m1", old, &bijiang),
            opening("m2", open, &bijiang),
            cancel,
        ])
        .await;
    let mut store = phone.first_sync().await;
    assert_eq!((store.count("ticket"), store.count("ticket_event")), (2, 3));

    app.wait(TimeDelta::days(29));
    app.do_jobs().await;
    let mut phone = app.sign_in("li", "d1").await;
    phone.pull_into(&mut store, 500).await;
    assert_eq!(store.count("ticket"), 2);

    app.wait(TimeDelta::days(2));
    app.do_jobs().await;
    phone.refresh().await;
    phone.pull_into(&mut store, 500).await;
    assert!(store.get("ticket", &old.to_string()).is_none());
    assert_eq!((store.count("ticket"), store.count("ticket_event")), (1, 1));
    assert_eq!(phone.first_sync().await.records, store.records);

    let listed = phone
        .run("{ tickets { nodes { id state } } }", json!({}))
        .await;
    assert_eq!(listed.data("tickets.nodes").as_array().unwrap().len(), 2);
    let note = mutation(
        "m4",
        "ticket.note",
        &old.to_string(),
        json!({ "note": "业主来电" }),
    );
    let outcomes = phone.outcomes(vec![note]).await;
    assert_eq!(outcomes[0].0, "APPLIED");
    phone.pull_into(&mut store, 500).await;
    assert_eq!((store.count("ticket"), store.count("ticket_event")), (1, 1));
}

/// A point, a patrol over it, and a handover.
const IDS: [Uuid; 3] = [Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3)];

/// Runs an operation whose field is called `done`.
async fn run(phone: &Phone<'_>, operation: &str, input: Value) -> Value {
    let answer = phone.run(operation, json!({ "input": input })).await;
    answer.data("done").clone()
}

/// One patrol that was walked, one visit that was cancelled, one handover that is never signed and
/// one duty, all of them of the supervisor Li. Gives the visit.
async fn work(phone: &Phone<'_>, estate: &Estate, li: &Staff, unit: UnitId) -> Value {
    let bijiang = estate.community.id;
    let [point, task, handover] = IDS;
    let shifts = "mutation ($input: UUID!) { done: layShifts(communityId: $input) }";
    run(phone, shifts, json!(bijiang)).await;
    let list = "query ($input: UUID!) { done: shifts(communityId: $input) { id } }";
    let shift = run(phone, list, json!(bijiang)).await[0]["id"].clone();
    for (mutation, kind, input) in [
        (
            "putPatrolPoint(input: $input) { patrolPoint { id } }",
            "PutPatrolPointInput",
            json!({ "id": point, "communityId": bijiang, "name": "东门" }),
        ),
        (
            "orderPatrol(input: $input) { patrolTask { id } }",
            "OrderPatrolInput",
            json!({ "id": task, "communityId": bijiang, "name": "巡查", "pointIds": [point] }),
        ),
        (
            "reportPatrol(input: $input) { patrolTask { id } }",
            "ReportPatrolInput",
            json!({ "taskId": task, "pointId": point }),
        ),
        // Prepared and never signed.
        (
            "prepareHandover(input: $input) { handover { id } }",
            "PrepareHandoverInput",
            json!({ "id": handover, "communityId": bijiang }),
        ),
        (
            "planDuty(input: $input) { lines }",
            "PlanDutyInput",
            json!({ "communityId": bijiang, "lines": [
                { "staffMemberId": li.id, "shiftId": shift, "onDay": "2026-09-01" },
            ] }),
        ),
    ] {
        let operation = format!("mutation ($input: {kind}!) {{ done: {mutation} }}");
        run(phone, &operation, input).await;
    }
    let plan = "mutation ($input: PlanVisitInput!) {
        done: planVisit(input: $input) { visit { id } } }";
    let home = json!({
        "communityId": bijiang, "kind": "HOME", "purpose": "季度走访",
        "unitId": unit,
    });
    let visit = run(phone, plan, home).await["visit"]["id"].clone();
    let cancel = "mutation ($input: SettleVisitInput!) {
        done: cancelVisit(input: $input) { visit { id } } }";
    run(phone, cancel, json!({ "id": visit })).await;
    visit
}

#[tokio::test]
async fn patrols_visits_handovers_and_duties_leave_the_phones_and_stay_on_the_books() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let bijiang = estate.community.id;
    let li = app.staff("li", PostKind::Supervisor);
    let li = li.at(&estate.community).await;
    let mut phone = app.sign_in("li", "d1").await;
    let unit = unit_of(&app, &estate, "0101").await;
    let [point, task, handover] = IDS;
    let visit = work(&phone, &estate, &li, unit).await;

    let carried = [
        ("patrol_task", 1),
        ("patrol_result", 1),
        ("visit", 1),
        ("visit_event", 2),
        ("handover", 1),
        ("handover_event", 1),
        ("duty", 1),
    ];
    let counts = |store: &Store| carried.map(|(collection, _)| store.count(collection));
    let all = carried.map(|(_, count)| count);
    let mut store = phone.first_sync().await;
    assert_eq!(counts(&store), all);
    for (days, left) in [(29, all), (3, [0; 7])] {
        app.wait(TimeDelta::days(days));
        app.do_jobs().await;
        phone = app.sign_in("li", "d1").await;
        phone.pull_into(&mut store, 500).await;
        assert_eq!(counts(&store), left, "after {days} days more");
        assert_eq!(counts(&phone.first_sync().await), left);
    }

    for (query, input) in [
        (
            "UUID!) { done: patrolTask(id: $input) { id } }",
            json!(task),
        ),
        ("UUID!) { done: visit(id: $input) { id } }", visit),
        (
            "UUID!) { done: handover(id: $input) { id } }",
            json!(handover),
        ),
    ] {
        let operation = format!("query ($input: {query}");
        let found = run(&phone, &operation, input.clone()).await;
        assert_eq!(found["id"], input, "{query}");
    }
    let duties = "query ($input: UUID!) {
        done: duties(communityId: $input, day: \"2026-09-01\") { id } }";
    let found = run(&phone, duties, json!(bijiang)).await;
    assert_eq!(found.as_array().unwrap().len(), 1);

    // What comes home late is still taken, and brings nothing back.
    let late = json!({ "taskId": task, "pointId": point });
    let late = mutation("m1", "patrol.report", &Uuid::from_u128(9).to_string(), late);
    let outcomes = phone.outcomes(vec![late]).await;
    assert_eq!(outcomes[0].0, "APPLIED");
    phone.pull_into(&mut store, 500).await;
    assert_eq!(counts(&store), [0; 7]);
}
