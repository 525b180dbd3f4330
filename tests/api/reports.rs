//! The board: what is going on, counted for whoever asks.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};

use crate::patrol;
use crate::support::{Answer, Community, Phone, TestApp, statements};
use crate::visits::Office;

const BOARD: &str = "query ($id: UUID!) { board(communityId: $id) {
    day
    tickets { openedToday closedToday open unassigned dueSoon breached byState { kind state count } }
    patrols { due inProgress done missed
        rounds { points pointsDone task { name state assignee { name } zoneId } } }
    visits { overdue byState { state count } today { state kind unit { roomNumber } } }
    handovers { byState { state count } latest { state outgoing { name } } }
    contacts { staffMember { name } deviceName lastContactAt }
} }";

async fn try_board(phone: &Phone<'_>, community: &Community) -> Answer {
    phone.run(BOARD, json!({ "id": community.id })).await
}

async fn board(phone: &Phone<'_>, community: &Community) -> Value {
    try_board(phone, community).await.data("board").clone()
}

async fn open(phone: &Phone<'_>, community: &Community, more: Value) -> String {
    let mut input = json!({ "communityId": community.id, "summary": "路灯不亮" });
    if let (Value::Object(input), Value::Object(more)) = (&mut input, more) {
        input.extend(more);
    }
    let answer = crate::tickets::act(phone, "openTicket", input).await;
    answer.text("openTicket.ticket.id")
}

async fn advance(phone: &Phone<'_>, ticket: &str, to: &str) {
    let input = json!({ "id": ticket, "to": to });
    let answer = crate::tickets::act(phone, "advanceTicket", input).await;
    answer.data("advanceTicket");
}

#[tokio::test]
async fn tickets_are_counted_by_state_and_by_what_happened_today() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("boss", PostKind::Supervisor).at(&bijiang).await;
    let boss = app.sign_in("boss", "d1").await;
    let old = open(&boss, &bijiang, json!({})).await;
    app.wait(TimeDelta::days(1));
    let boss = app.sign_in("boss", "d1").await;

    let ordered = open(&boss, &bijiang, json!({})).await;
    open(&boss, &bijiang, json!({})).await;
    advance(&boss, &ordered, "ORDERED").await;
    let called_off = open(&boss, &bijiang, json!({})).await;
    advance(&boss, &called_off, "CANCELLED").await;
    advance(&boss, &old, "ORDERED").await;
    let wang = app.staff("wang", PostKind::MaintenanceWorker);
    let wang = wang.at(&bijiang).await;
    let given = json!({ "id": old, "assigneeId": wang.id });
    let given = crate::tickets::act(&boss, "assignTicket", given).await;
    given.data("assignTicket");
    for to in ["ON_SITE", "FINISHED", "CLOSED"] {
        advance(&boss, &old, to).await;
    }

    let seen = board(&boss, &bijiang).await;
    let states = json!([
        { "kind": "REPAIR", "state": "ORDERED", "count": 1 },
        { "kind": "REPAIR", "state": "RECORDED", "count": 1 },
    ]);
    let expected = json!({ "openedToday": 3, "closedToday": 1, "open": 2, "unassigned": 2,
        "dueSoon": 0, "breached": 0, "byState": states });
    assert_eq!(seen["tickets"], expected);
    assert_eq!(seen["day"], "2026-09-02");
}

#[tokio::test]
async fn a_clock_is_counted_when_it_is_about_to_run_out_and_when_it_has() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("boss", PostKind::Supervisor).at(&bijiang).await;
    let boss = app.sign_in("boss", "d1").await;
    let complaint = open(&boss, &bijiang, json!({ "kind": "COMPLAINT" })).await;
    let grade = json!({ "id": complaint, "severity": "MAJOR" });
    crate::tickets::act(&boss, "gradeTicket", grade)
        .await
        .data("gradeTicket");

    let seen = board(&boss, &bijiang).await;
    assert_eq!(seen["tickets"]["dueSoon"], 1, "{seen}");
    assert_eq!(seen["tickets"]["breached"], 0);
    // Whether anybody has marked it yet is of no account.
    app.wait(TimeDelta::days(2));
    let boss = app.sign_in("boss", "d1").await;
    let seen = board(&boss, &bijiang).await;
    assert_eq!(seen["tickets"]["dueSoon"], 0);
    assert_eq!(seen["tickets"]["breached"], 1);
}

#[tokio::test]
async fn a_round_shows_how_many_of_its_points_are_done() {
    let app = TestApp::start().await;
    let ground = patrol::ground(&app).await;
    let boss = app.sign_in("boss", "d1").await;
    patrol::points(&boss, &ground, 1..=3).await;
    let order = json!({ "communityId": ground.community.id, "zoneId": ground.zone.id,
        "name": "雨后巡查", "post": "SECURITY_GUARD", "needsCode": true,
        "pointIds": [patrol::point(1), patrol::point(2), patrol::point(3)] });
    patrol::act(&boss, "orderPatrol", order)
        .await
        .data("orderPatrol");
    let guard = app.sign_in("guard", "d2").await;
    let task = patrol::first_task(&guard).await;
    let mut wrong = patrol::report(3, &task, 2);
    wrong["payload"]["codeRead"] = json!("another code");
    let reports = vec![
        patrol::report(1, &task, 1),
        patrol::report(2, &task, 1),
        wrong,
    ];
    guard.push(reports).await.data("syncPush");

    for phone in [&boss, &guard] {
        let seen = board(phone, &ground.community).await;
        let rounds = json!([{ "points": 3, "pointsDone": 1, "task": {
            "name": "雨后巡查", "state": "IN_PROGRESS", "assignee": null, "zoneId": ground.zone.id,
        } }]);
        assert_eq!(seen["patrols"]["rounds"], rounds);
        assert_eq!(seen["patrols"]["inProgress"], 1);
    }
}

#[tokio::test]
async fn visits_of_today_and_handovers_are_on_the_board() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    office.appointed().await;
    let seen = board(&office.desk, &office.estate.community).await;
    let counts = json!([{ "state": "APPOINTED", "count": 1 }]);
    assert_eq!(seen["visits"]["byState"], counts, "{seen}");
    assert_eq!(seen["visits"]["today"][0]["state"], "APPOINTED", "{seen}");

    let zhao = app.sign_in("zhao", "d9").await;
    let prepare = json!({ "communityId": office.estate.community.id, "incomingId": office.li.id });
    let operation = "mutation ($input: PrepareHandoverInput!) { prepareHandover(input: $input) { handover { id } } }";
    let prepared = zhao.run(operation, json!({ "input": prepare })).await;
    prepared.data("prepareHandover");
    let seen = board(&office.desk, &office.estate.community).await;
    let latest = json!([{ "state": "PREPARED", "outgoing": { "name": "zhao" } }]);
    assert_eq!(seen["handovers"]["latest"], latest);
    assert_eq!(
        seen["handovers"]["byState"],
        json!([{ "state": "PREPARED", "count": 1 }])
    );
}

#[tokio::test]
async fn a_board_counts_what_its_viewer_may_see_and_is_for_those_who_work_there() {
    let app = TestApp::start().await;
    let (bijiang, cuihu) = (app.community("bijiang").await, app.community("cuihu").await);
    app.staff("boss", PostKind::Supervisor).at(&bijiang).await;
    app.staff("guard", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    app.staff("other", PostKind::Supervisor).at(&cuihu).await;
    let boss = app.sign_in("boss", "d1").await;
    let (guard, other) = (
        app.sign_in("guard", "d2").await,
        app.sign_in("other", "d3").await,
    );
    open(&boss, &bijiang, json!({})).await;
    open(&guard, &bijiang, json!({})).await;

    let of_boss = board(&boss, &bijiang).await;
    assert_eq!(of_boss["tickets"]["open"], 2);
    let names: Vec<_> = of_boss["contacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["staffMember"]["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"boss") && names.contains(&"guard") && !names.contains(&"other"));
    let of_guard = board(&guard, &bijiang).await;
    assert_eq!(of_guard["tickets"]["open"], 1);
    assert_eq!(of_guard["contacts"], Value::Null);

    assert_eq!(try_board(&other, &bijiang).await.code(), "NOT_FOUND");
    assert_eq!(board(&other, &cuihu).await["tickets"]["open"], 0);
    let stranger = app.stranger();
    assert_eq!(
        try_board(&stranger, &bijiang).await.code(),
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn a_board_takes_as_many_statements_for_many_as_for_few() {
    let app = TestApp::start().await;
    let ground = patrol::ground(&app).await;
    let boss = app.sign_in("boss", "d1").await;
    patrol::points(&boss, &ground, 1..=3).await;
    let fill = async |times: u128| {
        for _ in 0..times {
            open(&boss, &ground.community, json!({})).await;
            let order = json!({ "communityId": ground.community.id, "zoneId": ground.zone.id,
                "name": "夜巡", "post": "SECURITY_GUARD", "pointIds": [patrol::point(1)] });
            patrol::act(&boss, "orderPatrol", order)
                .await
                .data("orderPatrol");
        }
    };
    fill(1).await;
    let (_, few) = statements::of(board(&boss, &ground.community)).await;
    fill(9).await;
    let (seen, many) = statements::of(board(&boss, &ground.community)).await;
    assert_eq!(seen["patrols"]["rounds"].as_array().unwrap().len(), 10);
    assert_eq!(few.len(), many.len(), "{few:#?} {many:#?}");
}

#[tokio::test]
async fn the_demo_offers_an_account_of_each_post_and_only_while_it_runs() {
    let query = "{ server { database } demo { password accounts { account post communityName } } }";
    let app = TestApp::with(|settings| settings.sign_in.demo = true).await;
    let bijiang = app.community("bijiang").await;
    for account in ["assistant", "assistant_2"] {
        app.demo_account(account).await;
        let staff = app.staff(account, PostKind::Assistant);
        staff.joining(&bijiang).await;
    }
    app.staff("real", PostKind::Supervisor).at(&bijiang).await;
    let told = app.stranger().run(query, json!({})).await;
    let expected =
        json!([{ "account": "assistant", "post": "ASSISTANT", "communityName": "bijiang屋村" }]);
    assert_eq!(*told.data("demo.accounts"), expected);
    assert_eq!(told.text("demo.password"), "xunfang-demo");
    assert!(told.data("server.database").is_string());

    let app = TestApp::start().await;
    let told = app.stranger().run(query, json!({})).await;
    assert_eq!(*told.data("demo"), Value::Null);
    assert_eq!(*told.data("server.database"), Value::Null);
}
