//! What phones tell of a ticket after others have gone on with it. Most of it happens within minutes, so that
//! nobody has to sign in again.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};

use crate::estate::{Estate, estate};
use crate::households::{office, owner, unit_of};
use crate::support::{Phone, Staff, TestApp};
use crate::sync::{after, contact, mutation};

const FIELDS: &str =
    "state priority finishedAt waterTestedAt dueRule responsible { name } assignee { name }
    complaint { severity isSecond department }
    clocks { rule metAt }
    lastEvents(first: 20) { kind fromState toState note }";

async fn shown(phone: &Phone<'_>, ticket: &str) -> Value {
    let query = format!("query ($id: UUID!) {{ ticket(id: $id) {{ {FIELDS} }} }}");
    let answer = phone.run(&query, json!({ "id": ticket })).await;
    answer.data("ticket").clone()
}

async fn act(phone: &Phone<'_>, mutation: &str, input: Value) {
    crate::tickets::act(phone, mutation, input)
        .await
        .data(mutation);
}

async fn advance(phone: &Phone<'_>, ticket: &str, to: &str) {
    let step = json!({ "id": ticket, "to": to, "note": "已记录" });
    act(phone, "advanceTicket", step).await;
}

/// A mutation of a phone, so many minutes after its contact.
fn told(contact: &str, minutes: i64, kind: &str, ticket: &str, payload: Value) -> Value {
    let id = format!("{kind} after {minutes}");
    after(contact, minutes, mutation(&id, kind, ticket, payload))
}

/// The outcome of each, with the code of those that were refused.
async fn outcomes(phone: &Phone<'_>, sent: Vec<Value>) -> Vec<String> {
    let outcomes = phone.outcomes(sent).await.into_iter();
    let named = |(outcome, code): (String, Option<String>)| code.unwrap_or(outcome);
    outcomes.map(named).collect()
}

fn minutes(app: &TestApp, count: i64) {
    app.wait(TimeDelta::minutes(count));
}

/// How many of the events of a ticket moved nothing.
fn beside(ticket: &Value, kind: &str) -> usize {
    let events = ticket["lastEvents"].as_array().unwrap().iter();
    let of_kind = events.filter(|event| event["kind"] == kind && event["fromState"].is_null());
    of_kind.count()
}

async fn in_zone(app: &TestApp, estate: &Estate, name: &str) -> Staff {
    let zone = app.zone_of(&estate.community, "江畔苑").await;
    app.staff(name, PostKind::MaintenanceWorker)
        .in_zone(&zone)
        .await
}

/// Two of the office, one at the desk and one with a phone.
async fn two_of_the_office<'a>(app: &'a TestApp, estate: &Estate) -> (Phone<'a>, Phone<'a>) {
    (
        office(app, estate, "li").await,
        office(app, estate, "zhao").await,
    )
}

/// Two workers who share a zone.
async fn two_in_zone(app: &TestApp, estate: &Estate) -> (Staff, Staff) {
    (
        in_zone(app, estate, "wang").await,
        in_zone(app, estate, "sun").await,
    )
}

/// A repair in a zone that two workers share, on the way to one of them.
async fn dispatched(app: &TestApp, estate: &Estate, desk: &Phone<'_>, to: &Staff) -> String {
    let input = json!({ "communityId": estate.community.id, "summary": "厨房水管漏水",
        "unitId": unit_of(app, estate, "0101").await });
    let opened = crate::tickets::act(desk, "openTicket", input).await;
    let ticket = opened.text("openTicket.ticket.id");
    advance(desk, &ticket, "ORDERED").await;
    let assign = json!({ "id": ticket, "assigneeId": to.id });
    act(desk, "assignTicket", assign).await;
    ticket
}

#[tokio::test]
async fn whom_the_desk_named_last_keeps_the_repair_whoever_is_heard_of_last() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (desk, phone) = two_of_the_office(&app, &estate).await;
    let (wang, sun) = two_in_zone(&app, &estate).await;
    let of_phone = contact(&phone).await;
    minutes(&app, 3);
    let ticket = dispatched(&app, &estate, &desk, &wang).await;
    let given = |at, to: &Staff| {
        let assign = json!({ "assigneeId": to.id, "note": "顺路" });
        told(&of_phone, at, "ticket.assign", &ticket, assign)
    };
    minutes(&app, 3);
    assert_eq!(outcomes(&phone, vec![given(1, &sun)]).await, ["MERGED"]);
    let known = shown(&desk, &ticket).await;
    assert_eq!(known["assignee"]["name"], "wang", "{known:#}");
    assert_eq!(beside(&known, "ASSIGNED"), 1);
    assert_eq!(outcomes(&phone, vec![given(4, &sun)]).await, ["APPLIED"]);
    assert_eq!(shown(&desk, &ticket).await["assignee"]["name"], "sun");
}

#[tokio::test]
async fn of_two_workers_who_finish_one_repair_the_earlier_end_counts_whoever_comes_home_first() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = in_zone(&app, &estate, "wang").await;
    in_zone(&app, &estate, "sun").await;
    let (first, second) = (
        app.sign_in("wang", "d1").await,
        app.sign_in("sun", "d1").await,
    );
    let ticket = dispatched(&app, &estate, &desk, &wang).await;
    let of_second = contact(&second).await;
    minutes(&app, 4);
    for step in ["ON_SITE", "FINISHED"] {
        advance(&first, &ticket, step).await;
    }
    let end = shown(&desk, &ticket).await["finishedAt"].clone();
    let ends = |at| {
        let step = json!({ "to": "finished", "note": "两人一起修好" });
        told(&of_second, at, "ticket.advance", &ticket, step)
    };
    minutes(&app, 3);
    assert_eq!(outcomes(&second, vec![ends(6)]).await, ["MERGED"]);
    let later = shown(&desk, &ticket).await;
    assert_eq!(
        (&later["state"], &later["finishedAt"]),
        (&json!("FINISHED"), &end)
    );
    assert_eq!(outcomes(&second, vec![ends(2)]).await, ["APPLIED"]);
    let earlier = shown(&desk, &ticket).await;
    assert!(earlier["finishedAt"].as_str() < end.as_str(), "{earlier:#}");
    assert_eq!(
        (&earlier["state"], beside(&earlier, "ADVANCED")),
        (&json!("FINISHED"), 1)
    );
}

// V-03, domain 14: a defect that was found is mended before the repair is finished, and tested, once more.
#[tokio::test]
async fn an_end_of_before_a_reopening_does_not_end_what_is_worked_at_since() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let (wang, _) = (
        in_zone(&app, &estate, "wang").await,
        in_zone(&app, &estate, "sun").await,
    );
    let (first, second) = (
        app.sign_in("wang", "d1").await,
        app.sign_in("sun", "d1").await,
    );
    let ticket = dispatched(&app, &estate, &desk, &wang).await;
    let (of_desk, of_second) = (contact(&desk).await, contact(&second).await);
    let tell = |minutes, kind, payload| told(&of_second, minutes, kind, &ticket, payload);

    minutes(&app, 2);
    for step in ["ON_SITE", "FINISHED"] {
        advance(&first, &ticket, step).await;
    }
    minutes(&app, 2);
    advance(&desk, &ticket, "ON_SITE").await;
    minutes(&app, 1);
    let sent = vec![
        tell(1, "ticket.advance", json!({ "to": "on_site" })),
        tell(
            3,
            "ticket.advance",
            json!({ "to": "finished", "note": "已换水管" }),
        ),
        tell(3, "ticket.test_water", json!({})),
    ];
    assert_eq!(outcomes(&second, sent).await, ["MERGED"; 3]);
    let open = shown(&desk, &ticket).await;
    assert_eq!(open["state"], "ON_SITE", "{open:#}");
    assert!(open["finishedAt"].is_null() && open["waterTestedAt"].is_null());
    assert_eq!(beside(&open, "ADVANCED"), 2, "{open:#}");
    assert!(open["lastEvents"].to_string().contains("已换水管"));

    minutes(&app, 2);
    advance(&first, &ticket, "FINISHED").await;
    let at = shown(&desk, &ticket).await["finishedAt"].clone();
    let sent = vec![
        tell(2, "ticket.test_water", json!({ "note": "无渗漏" })),
        // Somebody was there before it was finished once more, and opens nothing.
        tell(6, "ticket.advance", json!({ "to": "on_site" })),
    ];
    assert_eq!(outcomes(&second, sent).await, ["MERGED"; 2]);
    let nonsense = json!({ "to": "recorded" });
    let nonsense = told(&of_desk, 1, "ticket.advance", &ticket, nonsense);
    assert_eq!(
        outcomes(&desk, vec![nonsense]).await,
        ["TICKET_STEP_NOT_ALLOWED"]
    );
    let done = shown(&desk, &ticket).await;
    assert_eq!(
        (&done["state"], &done["finishedAt"], &done["waterTestedAt"]),
        (&json!("FINISHED"), &at, &Value::Null)
    );
}

async fn complaint(desk: &Phone<'_>, estate: &Estate) -> String {
    let input = json!({ "communityId": estate.community.id, "kind": "COMPLAINT", "summary": "夜间施工噪音" });
    let opened = crate::tickets::act(desk, "openTicket", input).await;
    opened.text("openTicket.ticket.id")
}

async fn grade(desk: &Phone<'_>, ticket: &str, severity: &str) {
    let grade = json!({ "id": ticket, "severity": severity });
    act(desk, "gradeTicket", grade).await;
}

async fn route(desk: &Phone<'_>, ticket: &str, to: &Staff) {
    let route = json!({ "id": ticket, "responsibleId": to.id, "department": "工程部" });
    act(desk, "routeTicket", route).await;
}

/// Whether each of its clocks was stopped, by their rules.
fn clocks(ticket: &Value) -> Vec<(&str, bool)> {
    let clocks = ticket["clocks"].as_array().unwrap().iter();
    let told = |clock: &'_ Value| clock["metAt"].is_string();
    clocks
        .map(|clock| (clock["rule"].as_str().unwrap(), told(clock)))
        .collect()
}

// T-21, T-22: what is worked at again is solved again.
#[tokio::test]
async fn a_result_of_before_a_complaint_was_worked_at_again_stops_no_clock_of_now() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = in_zone(&app, &estate, "wang").await;
    let phone = app.sign_in("wang", "d1").await;
    let ticket = complaint(&desk, &estate).await;
    grade(&desk, &ticket, "MINOR").await;
    route(&desk, &ticket, &wang).await;
    for step in ["CONTACTED", "PLANNED", "IN_PROGRESS"] {
        advance(&desk, &ticket, step).await;
    }
    let of_phone = contact(&phone).await;
    minutes(&app, 3);
    for step in ["INFORMED", "RETURNED", "IN_PROGRESS"] {
        advance(&desk, &ticket, step).await;
    }
    minutes(&app, 3);
    let solved = |at| {
        let result = json!({ "note": "施工改到白天" });
        told(&of_phone, at, "ticket.resolve", &ticket, result)
    };
    let informed = json!({ "to": "informed", "note": "已告知" });
    let informed = told(&of_phone, 2, "ticket.advance", &ticket, informed);
    assert_eq!(
        outcomes(&phone, vec![solved(1), informed]).await,
        ["MERGED"; 2]
    );
    let known = shown(&desk, &ticket).await;
    // The word that followed that result was given in time, and nothing of it is of now.
    assert_eq!(
        clocks(&known),
        [("T-22", true), ("T-21", true), ("T-21", false)]
    );
    assert_eq!(known["state"], "IN_PROGRESS");
    assert!(known["finishedAt"].is_null(), "{known:#}");

    assert_eq!(outcomes(&phone, vec![solved(5)]).await, ["APPLIED"]);
    let known = shown(&desk, &ticket).await;
    assert_eq!(
        clocks(&known),
        [
            ("T-22", true),
            ("T-22", false),
            ("T-21", true),
            ("T-21", true)
        ]
    );
}

#[tokio::test]
async fn the_newest_grade_and_the_newest_responsible_stay_whoever_is_heard_of_last() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (desk, phone) = two_of_the_office(&app, &estate).await;
    let (wang, sun) = two_in_zone(&app, &estate).await;
    let ticket = complaint(&desk, &estate).await;
    let of_phone = contact(&phone).await;
    minutes(&app, 3);
    grade(&desk, &ticket, "MINOR").await;
    route(&desk, &ticket, &wang).await;
    minutes(&app, 3);
    let graded = |at, severity: &str| {
        let grade = json!({ "severity": severity, "note": "来电核实" });
        told(&of_phone, at, "ticket.grade", &ticket, grade)
    };
    let routed = |at| {
        let route = json!({ "responsibleId": sun.id, "department": "客服部" });
        told(&of_phone, at, "ticket.route", &ticket, route)
    };

    let late = outcomes(&phone, vec![graded(1, "major"), routed(2)]).await;
    assert_eq!(late, ["MERGED"; 2]);
    let stands = |ticket: &Value| {
        let of_complaint = &ticket["complaint"];
        json!([
            ticket["state"],
            ticket["responsible"]["name"],
            of_complaint["severity"],
            of_complaint["department"],
            ticket["dueRule"],
        ])
    };
    let known = shown(&desk, &ticket).await;
    assert_eq!(
        stands(&known),
        json!(["ROUTED", "wang", "MINOR", "工程部", "T-21"])
    );
    assert_eq!((beside(&known, "GRADED"), beside(&known, "ROUTED")), (1, 1));

    let newer = outcomes(&phone, vec![graded(4, "important"), routed(5)]).await;
    assert_eq!(newer, ["APPLIED"; 2]);
    assert_eq!(
        stands(&shown(&desk, &ticket).await),
        json!(["ROUTED", "sun", "IMPORTANT", "客服部", "T-19"])
    );
}

// T-15: a complaint that was with the one who decides was handed up, whoever has it since.
#[tokio::test]
async fn a_complaint_that_was_handed_up_underground_was_handed_up() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (desk, phone) = two_of_the_office(&app, &estate).await;
    let wang = in_zone(&app, &estate, "wang").await;
    let head = app
        .staff("chen", PostKind::EstateManager)
        .at(&estate.community)
        .await;
    let ticket = complaint(&desk, &estate).await;
    grade(&desk, &ticket, "MAJOR").await;
    let of_phone = contact(&phone).await;
    minutes(&app, 3);
    route(&desk, &ticket, &wang).await;
    let up = json!({ "responsibleId": head.id });
    let up = told(&of_phone, 1, "ticket.route", &ticket, up);
    assert_eq!(outcomes(&phone, vec![up]).await, ["MERGED"]);
    let known = shown(&desk, &ticket).await;
    assert_eq!(known["responsible"]["name"], "wang");
    assert_eq!(clocks(&known)[0], ("T-15", true));
}

// T-30, T-31.
#[tokio::test]
async fn of_two_complaints_about_one_matter_the_later_is_the_second_whoever_comes_home_first() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    owner(&desk, &app, &estate, "qin").await;
    let resident = app.sign_in("qin", "d1").await;
    let unit = unit_of(&app, &estate, "0101").await;
    let of_resident = contact(&resident).await;
    minutes(&app, 3);
    let input = json!({ "communityId": estate.community.id, "unitId": unit, "kind": "COMPLAINT",
        "summary": "楼道堆放杂物" });
    let opened = crate::tickets::act(&desk, "openTicket", input).await;
    let later = opened.text("openTicket.ticket.id");
    let before = shown(&desk, &later).await;
    assert_eq!(before["complaint"]["isSecond"], false);

    let earlier = uuid::Uuid::from_u128(1).to_string();
    let open = json!({ "communityId": estate.community.id, "unitId": unit, "kind": "complaint",
        "summary": "楼道堆放杂物！" });
    let open = told(&of_resident, 1, "ticket.open", &earlier, open);
    assert_eq!(outcomes(&resident, vec![open]).await, ["APPLIED"]);
    for (ticket, is_second, priority) in [(&later, true, "HIGH"), (&earlier, false, "NORMAL")] {
        let known = shown(&desk, ticket).await;
        assert_eq!(known["complaint"]["isSecond"], is_second, "{known:#}");
        assert_eq!(known["priority"], priority);
        assert_eq!(beside(&known, "REPEATED"), usize::from(is_second));
    }
}

// T-30: an edit of before a second complaint was raised does not lower it again.
#[tokio::test]
async fn what_the_rules_have_raised_is_not_lowered_by_whoever_did_not_know() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (desk, phone) = two_of_the_office(&app, &estate).await;
    let ticket = complaint(&desk, &estate).await;
    let known = "query ($id: UUID!) { ticket(id: $id) { seq } }";
    let known = desk.run(known, json!({ "id": ticket })).await;
    let second = json!({ "id": ticket, "severity": "MINOR", "isSecond": true });
    act(&desk, "gradeTicket", second).await;

    let mut lowered = mutation(
        "lowered",
        "ticket.edit",
        &ticket,
        json!({ "priority": "low" }),
    );
    lowered["baseSeq"] = known.data("ticket.seq").clone();
    assert_eq!(outcomes(&phone, vec![lowered]).await, ["CONFLICT_KEPT"]);
    assert_eq!(shown(&desk, &ticket).await["priority"], "HIGH");
    let lost = desk
        .run(
            "{ syncIssues(onlyOpen: false) { nodes { field lostValue } } }",
            json!({}),
        )
        .await;
    assert_eq!(lost.text("syncIssues.nodes.0.lostValue"), "low");
}

/// A complaint that the responsible has taken up: graded minor, routed, contacted, planned, in progress.
async fn in_progress(desk: &Phone<'_>, estate: &Estate, to: &Staff) -> String {
    let ticket = complaint(desk, estate).await;
    grade(desk, &ticket, "MINOR").await;
    route(desk, &ticket, to).await;
    for step in ["CONTACTED", "PLANNED", "IN_PROGRESS"] {
        advance(desk, &ticket, step).await;
    }
    ticket
}

/// Rule, end and breach of each clock of a ticket.
async fn judged(phone: &Phone<'_>, ticket: &str) -> Vec<(String, Option<String>, bool)> {
    let query = "query ($id: UUID!) { ticket(id: $id) { clocks { rule metAt breachedAt } } }";
    let answer = phone.run(query, json!({ "id": ticket })).await;
    let clocks = answer.data("ticket.clocks").as_array().unwrap().iter();
    let told = |clock: &Value| {
        let met_at = clock["metAt"].as_str().map(str::to_owned);
        let rule = clock["rule"].as_str().unwrap().to_owned();
        (rule, met_at, clock["breachedAt"].is_string())
    };
    clocks.map(told).collect()
}

fn of_clock(rule: &str, met_at: &str, is_breached: bool) -> (String, Option<String>, bool) {
    (rule.to_owned(), Some(met_at.to_owned()), is_breached)
}

// T-20, T-21, T-22: judged by when it was done, also when the desk has told the complainant meanwhile.
#[tokio::test]
async fn a_result_that_comes_home_after_the_complainant_was_told_was_there_in_time() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = in_zone(&app, &estate, "wang").await;
    let phone = app.sign_in("wang", "d1").await;
    let ticket = in_progress(&desk, &estate, &wang).await;
    let of_phone = contact(&phone).await;

    app.wait(TimeDelta::days(5));
    let (desk, phone) = (
        app.sign_in("li", "desk of li").await,
        app.sign_in("wang", "d1").await,
    );
    for step in ["INFORMED", "RETURNED", "CLOSED"] {
        advance(&desk, &ticket, step).await;
    }
    let late = of_clock("T-21", "2026-09-06T01:00:00+00:00", true);
    assert_eq!(judged(&desk, &ticket).await, [late]);
    let solved = |at| {
        let result = json!({ "note": "施工改到白天" });
        told(&of_phone, at, "ticket.resolve", &ticket, result)
    };
    let sent = vec![solved(20), solved(10), solved(15)];
    assert_eq!(
        outcomes(&phone, sent).await,
        ["APPLIED", "APPLIED", "MERGED"]
    );
    assert_eq!(
        judged(&desk, &ticket).await,
        [
            of_clock("T-22", "2026-09-06T01:00:00+00:00", true),
            of_clock("T-21", "2026-09-01T01:10:00+00:00", false),
        ]
    );
    let known = shown(&desk, &ticket).await;
    assert_eq!(known["state"], "CLOSED");
    assert_eq!(known["finishedAt"], "2026-09-01T01:10:00+00:00");
    assert_eq!(beside(&known, "RESOLVED"), 3);

    let nonsense = told(
        &of_phone,
        6 * 24 * 60,
        "ticket.resolve",
        &ticket,
        json!({ "note": "又处理了" }),
    );
    assert_eq!(
        outcomes(&phone, vec![nonsense]).await,
        ["TICKET_STEP_NOT_ALLOWED"]
    );
}

// T-16: whoever had a plan in time had it, although the desk has gone on without knowing.
#[tokio::test]
async fn steps_of_a_complaint_that_it_has_left_behind_are_kept_and_stop_its_clocks() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = in_zone(&app, &estate, "wang").await;
    let phone = app.sign_in("wang", "d1").await;
    let ticket = complaint(&desk, &estate).await;
    grade(&desk, &ticket, "MAJOR").await;
    route(&desk, &ticket, &wang).await;
    let of_phone = contact(&phone).await;
    app.wait(TimeDelta::days(5));
    let (desk, phone) = (
        app.sign_in("li", "desk of li").await,
        app.sign_in("wang", "d1").await,
    );
    for step in ["CONTACTED", "PLANNED", "IN_PROGRESS", "IN_PROGRESS"] {
        advance(&desk, &ticket, step).await;
    }
    let step = |at, to: &str| {
        let step = json!({ "to": to, "note": "已上门" });
        told(&of_phone, at, "ticket.advance", &ticket, step)
    };
    let sent = vec![step(10, "contacted"), step(20, "planned")];
    assert_eq!(outcomes(&phone, sent).await, ["MERGED"; 2]);
    let known = shown(&desk, &ticket).await;
    assert_eq!(
        (&known["state"], beside(&known, "ADVANCED")),
        (&json!("IN_PROGRESS"), 2)
    );
    let answer = of_clock("T-16", "2026-09-01T01:20:00+00:00", false);
    assert!(judged(&desk, &ticket).await.contains(&answer));

    // What goes on from where it stands is taken, also when others were there since.
    let informed = step(30, "informed");
    assert_eq!(outcomes(&phone, vec![informed]).await, ["APPLIED"]);
    advance(&desk, &ticket, "RETURNED").await;
    // Who was at work before the return visit does not open it again.
    let at_work = step(25, "in_progress");
    assert_eq!(outcomes(&phone, vec![at_work]).await, ["MERGED"]);
    let known = shown(&desk, &ticket).await;
    assert_eq!(known["state"], "RETURNED", "{known:#}");
    assert_eq!(known["finishedAt"], "2026-09-01T01:30:00+00:00");
    assert_eq!(beside(&known, "REOPENED"), 0);
}

// T-15, T-19: what was done before it was over was done, and is no step of what is closed.
#[tokio::test]
async fn what_was_done_before_a_ticket_was_over_counts_as_of_then_and_opens_nothing() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (desk, phone) = two_of_the_office(&app, &estate).await;
    let (wang, sun) = two_in_zone(&app, &estate).await;
    let head = app
        .staff("chen", PostKind::EstateManager)
        .at(&estate.community)
        .await;
    let worker = app.sign_in("wang", "d1").await;
    let called_off = dispatched(&app, &estate, &desk, &wang).await;
    let ticket = complaint(&desk, &estate).await;
    grade(&desk, &ticket, "MAJOR").await;
    route(&desk, &ticket, &wang).await;
    let (of_phone, of_worker) = (contact(&phone).await, contact(&worker).await);
    minutes(&app, 9);
    for ticket in [&ticket, &called_off] {
        advance(&desk, ticket, "CANCELLED").await;
    }
    let sent = vec![
        told(
            &of_phone,
            1,
            "ticket.escalate",
            &ticket,
            json!({ "staffMemberId": head.id, "note": "涉及多个部门" }),
        ),
        told(
            &of_phone,
            2,
            "ticket.grade",
            &ticket,
            json!({ "severity": "major" }),
        ),
        told(
            &of_phone,
            3,
            "ticket.route",
            &ticket,
            json!({ "responsibleId": sun.id }),
        ),
        told(
            &of_phone,
            4,
            "ticket.assign",
            &called_off,
            json!({ "assigneeId": sun.id }),
        ),
    ];
    assert_eq!(
        outcomes(&phone, sent).await,
        ["APPLIED", "MERGED", "APPLIED", "APPLIED"]
    );
    let sent = ["on_site", "finished"].map(|to| {
        told(
            &of_worker,
            5,
            "ticket.advance",
            &called_off,
            json!({ "to": to }),
        )
    });
    let sent = sent.into_iter().enumerate().map(|(at, mut step)| {
        step["mutationId"] = json!(format!("step {at}"));
        step
    });
    let tested = told(&of_worker, 6, "ticket.test_water", &called_off, json!({}));
    let sent = sent.chain([tested]).collect();
    assert_eq!(outcomes(&worker, sent).await, ["MERGED"; 3]);

    let known = shown(&desk, &ticket).await;
    assert_eq!(known["state"], "CANCELLED");
    assert_eq!(known["responsible"]["name"], "sun");
    assert_eq!(known["complaint"]["severity"], "MAJOR");
    assert_eq!((beside(&known, "GRADED"), beside(&known, "ROUTED")), (1, 0));
    let handed_up = of_clock("T-15", "2026-09-01T01:01:00+00:00", false);
    assert!(judged(&desk, &ticket).await.contains(&handed_up));
    let known = shown(&desk, &called_off).await;
    assert_eq!(known["state"], "CANCELLED");
    assert_eq!(known["assignee"]["name"], "sun");
    assert_eq!(beside(&known, "ADVANCED"), 2);

    let sent = vec![told(
        &of_phone,
        12,
        "ticket.escalate",
        &ticket,
        json!({ "staffMemberId": head.id, "note": "涉及多个部门" }),
    )];
    assert_eq!(outcomes(&phone, sent).await, ["TICKET_SETTLED"]);
}

// T-25, T-26, T-27: of two dates that were agreed the newer holds, and one that was agreed in time was agreed.
#[tokio::test]
async fn the_date_that_was_agreed_last_stands_whoever_comes_home_last() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    app.force::<entity::estate::community::Model>(estate.community.id, |row| {
        let said = json!({ "complaint": { "profile": "same_day" } });
        row.policies = serde_json::from_value(said).unwrap();
    })
    .await;
    let desk = office(&app, &estate, "li").await;
    let wang = in_zone(&app, &estate, "wang").await;
    let phone = app.sign_in("wang", "d1").await;
    let mut tickets = Vec::new();
    for _ in 0..2 {
        let ticket = complaint(&desk, &estate).await;
        grade(&desk, &ticket, "MINOR").await;
        route(&desk, &ticket, &wang).await;
        tickets.push(ticket);
    }
    let [spoken, unsolved] = &tickets[..] else {
        panic!("two");
    };
    let of_phone = contact(&phone).await;
    let agreed = |at, ticket: &str, promised: &str| {
        let step = json!({ "to": "contacted", "note": "已电话沟通", "replyPromisedAt": promised });
        told(&of_phone, at, "ticket.advance", ticket, step)
    };
    let query = "query ($id: UUID!) { ticket(id: $id) { clocks { kind dueAt metAt breachedAt } } }";
    let clocks = async |desk: &Phone<'_>, ticket: &str| {
        let answer = desk.run(query, json!({ "id": ticket })).await;
        let clocks = answer.data("ticket.clocks").as_array().unwrap().clone();
        let told = |clock: &Value| {
            let word = |name: &str| clock[name].as_str().unwrap_or_default().to_owned();
            let end = |name: &str| word(name).chars().take(16).collect::<String>();
            let is_breached = clock["breachedAt"].is_string();
            (word("kind"), end("dueAt"), end("metAt"), is_breached)
        };
        let mut clocks: Vec<_> = clocks.iter().map(told).collect();
        clocks.sort();
        clocks
    };
    let clock =
        |kind: &str, due: &str, met: &str| (kind.to_owned(), due.to_owned(), met.to_owned(), false);

    minutes(&app, 5);
    let contacted = json!({ "id": spoken, "to": "CONTACTED", "note": "约定周四",
        "replyPromisedAt": "2026-09-03T08:00:00Z" });
    act(&desk, "advanceTicket", contacted).await;
    let older = agreed(2, spoken, "2026-09-02T08:00:00Z");
    assert_eq!(outcomes(&phone, vec![older]).await, ["MERGED"]);
    assert_eq!(
        clocks(&desk, spoken).await,
        [
            clock("ANSWER", "2026-09-01T16:00", "2026-09-01T01:02"),
            clock("PROMISED_REPLY", "2026-09-02T08:00", "2026-09-01T01:05"),
            clock("PROMISED_REPLY", "2026-09-03T08:00", ""),
            clock("RESOLVE", "2026-09-03T08:00", ""),
        ]
    );

    app.wait(TimeDelta::days(1));
    let (desk, phone) = (
        app.sign_in("li", "desk of li").await,
        app.sign_in("wang", "d1").await,
    );
    advance(&desk, unsolved, "CANNOT_SOLVE").await;
    let breached = clocks(&desk, unsolved).await;
    assert!(breached.iter().all(|clock| clock.3), "{breached:?}");
    let in_time = agreed(3, unsolved, "2026-09-03T08:00:00Z");
    assert_eq!(outcomes(&phone, vec![in_time]).await, ["MERGED"]);
    assert_eq!(
        clocks(&desk, unsolved).await,
        [
            clock("ANSWER", "2026-09-01T16:00", "2026-09-01T01:03"),
            clock("PROMISED_REPLY", "2026-09-03T08:00", "2026-09-02T01:05"),
            clock("RESOLVE", "2026-09-03T08:00", "2026-09-02T01:05"),
        ]
    );
}

// The desk hears by telephone that somebody is on site, and does not know that he has finished since.
#[tokio::test]
async fn an_arrival_that_the_desk_notes_opens_nothing_that_was_finished_before() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = in_zone(&app, &estate, "wang").await;
    let ticket = dispatched(&app, &estate, &desk, &wang).await;
    let of_phone = contact(&app.sign_in("wang", "d1").await).await;
    app.wait(TimeDelta::minutes(30));
    let desk = app.sign_in("li", "desk of li").await;
    advance(&desk, &ticket, "ON_SITE").await;
    app.wait(TimeDelta::minutes(10));
    let step = |minutes, to: &str| {
        let step = json!({ "to": to });
        told(&of_phone, minutes, "ticket.advance", &ticket, step)
    };
    let phone = app.sign_in("wang", "d1").await;
    let sent = vec![step(10, "on_site"), step(20, "finished")];
    assert_eq!(outcomes(&phone, sent).await, ["MERGED", "APPLIED"]);
    let desk = app.sign_in("li", "desk of li").await;
    let known = shown(&desk, &ticket).await;
    assert_eq!(known["state"], "FINISHED");
    assert_eq!(known["finishedAt"], "2026-09-01T01:20:00+00:00");
}

// A resident calls off what nobody has begun: neither when he says he did, nor by now.
#[tokio::test]
async fn a_resident_calls_off_nothing_that_was_begun_since() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = in_zone(&app, &estate, "wang").await;
    owner(&desk, &app, &estate, "qin").await;
    let qin = app.sign_in("qin", "d1").await;
    let opened = uuid::Uuid::from_u128(0x51).to_string();
    let unit = unit_of(&app, &estate, "0101").await;
    let open = json!({ "communityId": estate.community.id, "unitId": unit, "summary": "灯不亮" });
    let open = mutation("m1", "ticket.open", &opened, open);
    assert_eq!(outcomes(&qin, vec![open]).await, ["APPLIED"]);
    let of_qin = contact(&qin).await;
    app.wait(TimeDelta::minutes(10));
    act(
        &desk,
        "assignTicket",
        json!({ "id": opened, "assigneeId": wang.id }),
    )
    .await;
    app.wait(TimeDelta::minutes(10));
    let qin = app.sign_in("qin", "d1").await;
    let desk = app.sign_in("li", "desk of li").await;
    let cancel = told(
        &of_qin,
        5,
        "ticket.advance",
        &opened,
        json!({ "to": "cancelled" }),
    );
    assert_eq!(outcomes(&qin, vec![cancel]).await, ["FORBIDDEN"]);
    assert_eq!(shown(&desk, &opened).await["state"], "DISPATCHED");
}
