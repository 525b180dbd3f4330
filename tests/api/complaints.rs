//! Complaints: their path, their clocks, and who is told.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};

use crate::estate::{Estate, estate};
use crate::households::{office, owner, unit_of};
use crate::support::{Answer, Phone, Staff, TestApp, statements};
use crate::sync::{mutation, rxdb};

const FIELDS: &str = "id state priority dueAt dueRule breachedAt responsibleId responsible { name }
    complaint { severity severityTitle isSecond isAnonymous department escalatedAt demand }
    clocks { kind rule dueAt metAt breachedAt told { name } }
    lastEvents(first: 20) { kind toState note isInternal }";

/// Runs one of the mutations of tickets.
async fn act(phone: &Phone<'_>, mutation: &str, input: Value) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let operation = format!(
        "mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ ticket {{ {FIELDS} }} }} }}"
    );
    phone.run(&operation, json!({ "input": input })).await
}

/// The ticket after a mutation that went well.
async fn done(phone: &Phone<'_>, mutation: &str, input: Value) -> Value {
    let answer = act(phone, mutation, input).await;
    answer.data(&format!("{mutation}.ticket")).clone()
}

async fn shown(phone: &Phone<'_>, ticket: &str) -> Value {
    let query = format!("query ($id: UUID!) {{ ticket(id: $id) {{ {FIELDS} }} }}");
    let answer = phone.run(&query, json!({ "id": ticket })).await;
    answer.data("ticket").clone()
}

fn complaint(estate: &Estate) -> Value {
    json!({ "communityId": estate.community.id, "kind": "COMPLAINT", "summary": "夜间施工噪音",
        "complaint": { "departmentsConcerned": "工程部", "demand": "停止夜间施工" } })
}

async fn complain(desk: &Phone<'_>, estate: &Estate) -> String {
    let ticket = done(desk, "openTicket", complaint(estate)).await;
    ticket["id"].as_str().unwrap().to_owned()
}

/// A complaint that was graded and given to somebody.
async fn routed(desk: &Phone<'_>, estate: &Estate, severity: &str, to: &Staff) -> String {
    let ticket = complain(desk, estate).await;
    let grade = json!({ "id": ticket, "severity": severity });
    done(desk, "gradeTicket", grade).await;
    let route = json!({ "id": ticket, "responsibleId": to.id, "department": "工程部" });
    done(desk, "routeTicket", route).await;
    ticket
}

async fn advance(phone: &Phone<'_>, ticket: &str, to: &str) -> Answer {
    let step = json!({ "id": ticket, "to": to, "note": "已记录" });
    act(phone, "advanceTicket", step).await
}

/// The desk and the worker, after their tokens ran out.
async fn signed_in_again(app: &TestApp) -> (Phone<'_>, Phone<'_>) {
    let desk = app.sign_in("li", "desk of li").await;
    (desk, app.sign_in("wang", "d1").await)
}

/// Rule, whether it was done, whether it was missed, of each clock.
fn clocks(ticket: &Value) -> Vec<(String, bool, bool)> {
    let clocks = ticket["clocks"].as_array().unwrap().iter();
    let told = |clock: &Value| {
        let rule = clock["rule"].as_str().unwrap().to_owned();
        (
            rule,
            clock["metAt"].is_string(),
            clock["breachedAt"].is_string(),
        )
    };
    clocks.map(told).collect()
}

fn events<'a>(ticket: &'a Value, kind: &str) -> Vec<&'a Value> {
    let events = ticket["lastEvents"].as_array().unwrap().iter();
    events.filter(|event| event["kind"] == kind).collect()
}

fn clock(rule: &str, is_met: bool, is_breached: bool) -> (String, bool, bool) {
    (rule.to_owned(), is_met, is_breached)
}

async fn worker<'a>(app: &'a TestApp, estate: &Estate, name: &str) -> (Staff, Phone<'a>) {
    let staff = app
        .staff(name, PostKind::MaintenanceWorker)
        .at(&estate.community)
        .await;
    (staff, app.sign_in(name, "d1").await)
}

// T-13, T-14: what the register asks; T-21: two days for a minor one; T-22: the result is told on the day.
#[tokio::test]
async fn a_complaint_goes_from_the_desk_to_its_file() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let (wang, phone) = worker(&app, &estate, "wang").await;
    let ticket = complain(&desk, &estate).await;
    assert_eq!(shown(&desk, &ticket).await["state"], "REGISTERED");
    let route = json!({ "id": ticket, "responsibleId": wang.id });
    assert_eq!(
        act(&desk, "routeTicket", route.clone()).await.code(),
        "TICKET_STEP_NOT_ALLOWED"
    );

    let grade = json!({ "id": ticket, "severity": "MINOR" });
    let graded = done(&desk, "gradeTicket", grade).await;
    assert_eq!(graded["dueRule"], "T-21");
    assert_eq!(graded["dueAt"], "2026-09-03T16:00:00+00:00");
    done(&desk, "routeTicket", route).await;
    let silent = json!({ "id": ticket, "to": "CONTACTED" });
    assert_eq!(
        act(&phone, "advanceTicket", silent).await.code(),
        "INVALID_INPUT"
    );
    for step in ["CONTACTED", "PLANNED", "IN_PROGRESS"] {
        advance(&phone, &ticket, step).await.data("advanceTicket");
    }
    let result = json!({ "id": ticket, "note": "施工改到白天" });
    let solved = done(&phone, "resolveTicket", result).await;
    assert_eq!(
        clocks(&solved),
        [clock("T-22", false, false), clock("T-21", true, false)]
    );
    assert_eq!(solved["dueRule"], "T-22");
    advance(&phone, &ticket, "INFORMED")
        .await
        .data("advanceTicket");
    assert_eq!(
        advance(&phone, &ticket, "RETURNED").await.code(),
        "FORBIDDEN"
    );
    for step in ["RETURNED", "CLOSED"] {
        advance(&desk, &ticket, step).await.data("advanceTicket");
    }
    let closed = shown(&desk, &ticket).await;
    assert_eq!(
        clocks(&closed),
        [clock("T-22", true, false), clock("T-21", true, false)]
    );
    assert!(closed["dueAt"].is_null() && closed["breachedAt"].is_null());
}

#[tokio::test]
async fn what_the_return_visit_finds_wanting_is_worked_at_again() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let (wang, _) = worker(&app, &estate, "wang").await;
    let ticket = routed(&desk, &estate, "MINOR", &wang).await;
    for step in [
        "CONTACTED",
        "PLANNED",
        "IN_PROGRESS",
        "INFORMED",
        "RETURNED",
    ] {
        advance(&desk, &ticket, step).await.data("advanceTicket");
    }
    app.wait(TimeDelta::days(1));
    let (desk, _) = signed_in_again(&app).await;
    advance(&desk, &ticket, "IN_PROGRESS")
        .await
        .data("advanceTicket");
    let again = shown(&desk, &ticket).await;
    assert_eq!(
        clocks(&again),
        [clock("T-21", true, false), clock("T-21", false, false)]
    );
    assert_eq!(again["dueAt"], "2026-09-04T16:00:00+00:00");
    assert_eq!(events(&again, "REOPENED").len(), 1);
}

// T-15, T-16, T-17, T-19, CF-21: what is not handed up in time is told to the one above, once.
#[tokio::test]
async fn a_complaint_that_is_not_handed_up_is_told_once() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let (wang, _) = worker(&app, &estate, "wang").await;
    let head = app
        .staff("zhao", PostKind::EstateManager)
        .at(&estate.community)
        .await;
    let ticket = routed(&desk, &estate, "MAJOR", &wang).await;
    app.do_jobs().await;
    assert!(shown(&desk, &ticket).await["breachedAt"].is_null());

    for _ in 0..3 {
        app.wait(TimeDelta::hours(12));
        app.do_jobs().await;
    }
    let (desk, phone) = signed_in_again(&app).await;
    let breached = shown(&desk, &ticket).await;
    assert_eq!(
        clocks(&breached),
        [
            clock("T-15", false, true),
            clock("T-16", false, false),
            clock("T-17", false, false),
        ]
    );
    assert_eq!(breached["clocks"][0]["told"]["name"], "zhao");
    let [told] = events(&breached, "BREACHED")[..] else {
        panic!("told once: {breached:#}");
    };
    assert_eq!(told["note"], "T-15 未按时呈报，责任人：wang，告知：zhao");
    assert_eq!(told["isInternal"], true);
    let late =
        "{ tickets(kinds: [COMPLAINT], isBreached: true, order: DUE) { nodes { id dueRule } } }";
    let late = desk.run(late, json!({})).await;
    assert_eq!(late.text("tickets.nodes.0.dueRule"), "T-15");

    let up = |to: &Staff| json!({ "id": ticket, "staffMemberId": to.id, "note": "涉及多个部门" });
    assert_eq!(
        act(&phone, "escalateTicket", up(&wang)).await.code(),
        "TICKET_ASSIGNEE_UNSUITABLE"
    );
    let handed = done(&phone, "escalateTicket", up(&head)).await;
    assert_eq!(clocks(&handed)[0], clock("T-15", true, true));
    assert_eq!(handed["state"], "ROUTED", "work goes on");
    assert_eq!(
        (&handed["dueRule"], &handed["breachedAt"]),
        (&json!("T-16"), &Value::Null)
    );
}

// T-20: judged by when it was done.
#[tokio::test]
async fn what_was_done_in_time_underground_is_in_time_when_it_comes_home() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let (wang, phone) = worker(&app, &estate, "wang").await;
    let ticket = routed(&desk, &estate, "IMPORTANT", &wang).await;
    for step in ["CONTACTED", "PLANNED", "IN_PROGRESS"] {
        advance(&phone, &ticket, step).await.data("advanceTicket");
    }
    let contact = phone
        .run("{ syncPull(clock: { bootId: \"b1\", wallClock: \"2031-01-01T00:00:00Z\" }) { contactId } }", json!({}))
        .await
        .text("syncPull.contactId");
    let mut solved = mutation("m1", "ticket.resolve", &ticket, json!({ "note": "已拆除" }));
    solved["observed"] = json!({ "contactId": contact, "elapsedMs": 600_000, "bootId": "b1",
        "wallClock": "2031-01-01T00:10:00Z" });

    app.wait(TimeDelta::days(5));
    app.do_jobs().await;
    let (desk, phone) = signed_in_again(&app).await;
    let late = shown(&desk, &ticket).await;
    assert_eq!(
        clocks(&late),
        [clock("T-19", false, true), clock("T-20", false, true)]
    );
    assert_eq!(phone.results(vec![solved]).await[0]["outcome"], "APPLIED");
    let known = shown(&desk, &ticket).await;
    assert_eq!(known["clocks"][2]["rule"], "T-20");
    assert_eq!(known["clocks"][2]["metAt"], "2026-09-01T01:10:00+00:00");
    assert!(known["clocks"][2]["breachedAt"].is_null(), "{known:#}");
    assert_eq!(
        events(&known, "BREACHED").len(),
        2,
        "what was told was told"
    );
}

// T-30, T-31: the same matter within three months is a second complaint, and is raised.
#[tokio::test]
async fn the_same_matter_again_is_a_second_complaint() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    owner(&desk, &app, &estate, "qin").await;
    let unit = unit_of(&app, &estate, "0101").await;
    let complain = async |summary: &str| {
        let input = json!({ "communityId": estate.community.id, "unitId": unit,
            "kind": "COMPLAINT", "summary": summary });
        let resident = app.sign_in("qin", "d1").await;
        done(&resident, "openTicket", input).await
    };

    let first = complain("楼道堆放杂物").await;
    assert_eq!(first["complaint"]["isSecond"], false);
    assert_eq!(complain("电梯停运").await["complaint"]["isSecond"], false);
    app.wait(TimeDelta::days(60));
    let second = complain("楼道堆放杂物！").await;
    assert_eq!(second["priority"], "HIGH");
    assert_eq!(
        second["complaint"]["isSecond"], false,
        "what is made of it is for staff"
    );
    assert!(events(&second, "REPEATED").is_empty());
    let desk = app.sign_in("li", "desk of li").await;
    let id = second["id"].as_str().unwrap();
    let known = shown(&desk, id).await;
    assert_eq!(known["complaint"]["isSecond"], true);
    assert_eq!(events(&known, "REPEATED").len(), 1);
    let other = json!({ "id": id, "severity": "MINOR", "isSecond": false });
    let judged = done(&desk, "gradeTicket", other).await;
    assert_eq!(judged["complaint"]["isSecond"], false);
    app.wait(TimeDelta::days(100));
    let later = complain("楼道堆放杂物").await;
    let desk = app.sign_in("li", "desk of li").await;
    let later = shown(&desk, later["id"].as_str().unwrap()).await;
    assert_eq!(later["complaint"]["isSecond"], false);
}

#[tokio::test]
async fn what_the_office_makes_of_a_complaint_is_for_those_who_work_there() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    owner(&desk, &app, &estate, "qin").await;
    let (wang, _) = worker(&app, &estate, "wang").await;
    let mut input = complaint(&estate);
    input["unitId"] = json!(unit_of(&app, &estate, "0101").await);
    let ticket = done(&desk, "openTicket", input).await;
    let ticket = ticket["id"].as_str().unwrap();
    done(
        &desk,
        "gradeTicket",
        json!({ "id": ticket, "severity": "MAJOR", "isSecond": true }),
    )
    .await;
    let route = json!({ "id": ticket, "responsibleId": wang.id, "department": "工程部" });
    done(&desk, "routeTicket", route).await;
    let head = app
        .staff("zhao", PostKind::Supervisor)
        .at(&estate.community)
        .await;
    let up = json!({ "id": ticket, "staffMemberId": head.id, "note": "涉及多个部门" });
    done(&desk, "escalateTicket", up).await;
    app.wait(TimeDelta::days(2));
    app.do_jobs().await;

    let (desk, _) = signed_in_again(&app).await;
    let resident = app.sign_in("qin", "d1").await;
    let handling = |ticket: &Value| {
        let of_ticket = ["dueAt", "dueRule", "breachedAt", "responsibleId"];
        let of_complaint = ["severity", "severityTitle", "escalatedAt"];
        let of_ticket = of_ticket.map(|name| ticket[name].clone());
        let of_complaint = of_complaint.map(|name| ticket["complaint"][name].clone());
        [&of_ticket[..], &of_complaint].concat()
    };
    let known = shown(&desk, ticket).await;
    assert!(handling(&known).iter().all(Value::is_string), "{known:#}");
    let own = shown(&resident, ticket).await;
    assert!(handling(&own).iter().all(Value::is_null), "{own:#}");
    assert_eq!(own["complaint"]["department"], "");
    assert_eq!(own["complaint"]["isSecond"], false);

    let names = [
        "severity",
        "responsibleId",
        "escalatedAt",
        "dueAt",
        "dueRule",
        "breachedAt",
    ];
    let (for_desk, for_resident) = (desk.first_sync().await, resident.first_sync().await);
    let (known, own) = (
        for_desk.get("ticket", ticket).unwrap(),
        for_resident.get("ticket", ticket).unwrap(),
    );
    assert!(names.iter().all(|name| known[*name].is_string()), "{known}");
    assert!(names.iter().all(|name| own[*name].is_null()), "{own}");
    assert_eq!(
        (&own["department"], &own["isSecond"]),
        (&json!(""), &json!(false))
    );
    for filter in [
        "isBreached: true".to_owned(),
        // T-32: a deadline is no promise.
        "order: DUE".to_owned(),
        format!("responsibleId: \"{}\"", wang.id),
    ] {
        let query = format!("{{ tickets({filter}) {{ nodes {{ id }} }} }}");
        let count = async |phone: &Phone<'_>| {
            let found = phone.run(&query, json!({})).await;
            found.data("tickets.nodes").as_array().unwrap().len()
        };
        assert_eq!((count(&desk).await, count(&resident).await), (1, 0));
    }
}

// CF-02: what the office calls a severity is for each community to say.
#[tokio::test]
async fn a_severity_has_the_name_that_the_community_gives_it() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let ticket = complain(&desk, &estate).await;
    let title = async || shown(&desk, &ticket).await["complaint"]["severityTitle"].clone();
    assert_eq!(title().await, Value::Null);
    let grade = json!({ "id": ticket, "severity": "MAJOR" });
    done(&desk, "gradeTicket", grade).await;
    assert_eq!(title().await, "重大");
    app.force::<entity::estate::community::Model>(estate.community.id, |row| {
        let said = json!({ "complaint": { "severityScale": "abc" } });
        row.policies = serde_json::from_value(said).unwrap();
    })
    .await;
    assert_eq!(title().await, "A级");
}

#[tokio::test]
async fn a_complaint_is_no_business_of_its_zone() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    owner(&desk, &app, &estate, "qin").await;
    let resident = app.sign_in("qin", "d1").await;
    let zone = app.zone_of(&estate.community, "江畔苑").await;
    let guard = app
        .staff("sun", PostKind::SecurityGuard)
        .in_zone(&zone)
        .await;
    let (other, _) = worker(&app, &estate, "wang").await;
    let phone = app.sign_in("sun", "d1").await;
    let unit = unit_of(&app, &estate, "0101").await;
    let mut about_him = complaint(&estate);
    about_him["unitId"] = json!(unit);
    let ticket = done(&resident, "openTicket", about_him).await["id"].clone();
    let id = ticket.as_str().unwrap();
    let mut store = phone.first_sync().await;
    assert!(shown(&phone, id).await.is_null() && store.get("ticket", id).is_none());

    let grade = json!({ "id": id, "severity": "MINOR" });
    for (who, code) in [(&phone, "NOT_FOUND"), (&resident, "FORBIDDEN")] {
        assert_eq!(act(who, "gradeTicket", grade.clone()).await.code(), code);
    }
    done(&desk, "gradeTicket", grade).await;
    let route = |to: &Staff| json!({ "id": id, "responsibleId": to.id });
    done(&desk, "routeTicket", route(&guard)).await;
    phone.pull_into(&mut store, 100).await;
    let carried = store.get("ticket", id).unwrap();
    assert_eq!(
        (&carried["kind"], &carried["dueRule"]),
        (&json!("complaint"), &json!("T-21"))
    );
    assert_eq!(
        act(
            &phone,
            "gradeTicket",
            json!({ "id": id, "severity": "MAJOR" })
        )
        .await
        .code(),
        "FORBIDDEN"
    );
    done(&desk, "routeTicket", route(&other)).await;
    phone.pull_into(&mut store, 100).await;
    assert!(store.get("ticket", id).is_none() && shown(&phone, id).await.is_null());
    let own = shown(&resident, id).await;
    assert_eq!(own["state"], "ROUTED");
    assert!(own["clocks"].as_array().unwrap().is_empty(), "{own:#}");
}

#[tokio::test]
async fn who_gives_no_name_is_asked_for_none() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let (wang, phone) = worker(&app, &estate, "wang").await;
    owner(&desk, &app, &estate, "qin").await;
    let resident = app.sign_in("qin", "d1").await;
    let input = json!({ "communityId": estate.community.id, "kind": "COMPLAINT",
        "unitId": unit_of(&app, &estate, "0101").await, "summary": "有人收费不开票",
        "contactName": "某人", "contactPhone": "13000003336", "complaint": { "isAnonymous": true } });
    assert_eq!(
        act(&resident, "openTicket", input.clone()).await.code(),
        "INVALID_INPUT"
    );
    let opened = crate::tickets::act(&desk, "openTicket", input).await;
    let ticket = opened.text("openTicket.ticket.id");
    assert_eq!(opened.text("openTicket.ticket.contactName"), "");
    assert!(
        opened
            .data("openTicket.ticket.contactPhoneMasked")
            .is_null()
    );

    done(
        &desk,
        "gradeTicket",
        json!({ "id": ticket, "severity": "MINOR" }),
    )
    .await;
    done(
        &desk,
        "routeTicket",
        json!({ "id": ticket, "responsibleId": wang.id }),
    )
    .await;
    for step in ["PLANNED", "IN_PROGRESS"] {
        advance(&phone, &ticket, step).await.data("advanceTicket");
    }
    done(
        &phone,
        "resolveTicket",
        json!({ "id": ticket, "note": "已核实" }),
    )
    .await;
    advance(&desk, &ticket, "CLOSED")
        .await
        .data("advanceTicket");
    let closed = shown(&desk, &ticket).await;
    assert_eq!(clocks(&closed), [clock("T-21", true, false)]);
}

#[tokio::test]
async fn a_complaint_goes_its_way_through_each_face() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (wang, _) = worker(&app, &estate, "wang").await;
    let desk = office(&app, &estate, "li").await;
    let id = |number| uuid::Uuid::from_u128(number);
    let native = id(1).to_string();
    let open = json!({ "communityId": estate.community.id, "kind": "complaint", "summary": "噪音",
        "channel": "letter", "occurredAt": "2026-08-31T15:00:00Z", "place": "三栋" });
    let sent = vec![
        mutation("m1", "ticket.open", &native, open),
        mutation(
            "m2",
            "ticket.grade",
            &native,
            json!({ "severity": "minor" }),
        ),
        mutation(
            "m3",
            "ticket.route",
            &native,
            json!({ "responsibleId": wang.id }),
        ),
        mutation(
            "m4",
            "ticket.advance",
            &native,
            json!({ "to": "contacted", "note": "已通话" }),
        ),
        mutation("m5", "ticket.edit", &native, json!({ "demand": "安静" })),
    ];
    for result in desk.results(sent).await {
        assert_eq!(result["outcome"], "APPLIED", "{result:#}");
    }

    let row = rxdb::with(
        &rxdb::inserted(id(2), &estate.community),
        json!({ "kind": "complaint", "state": "registered", "place": "三栋", "demand": "安静" }),
    );
    let lost = desk.push_rows("ticket", vec![rxdb::insert(&row)]).await;
    assert!(lost.is_empty(), "{lost:?}");
    let step = |number, columns: Value| {
        let event = json!({ "id": id(number), "ticketId": id(2), "note": "已记录", "isInternal": false, "deleted": false });
        rxdb::insert(&rxdb::with(&event, columns))
    };
    let steps = vec![
        step(11, json!({ "kind": "graded", "severity": "minor" })),
        step(12, json!({ "kind": "routed", "assigneeId": wang.id })),
        step(13, json!({ "kind": "advanced", "toState": "contacted" })),
    ];
    let lost = desk.push_rows("ticketEvent", steps).await;
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(desk.issues().await, Vec::<Value>::new());

    let store = desk.first_sync().await;
    let told = |number| {
        let document = store.get("ticket", &id(number).to_string()).unwrap();
        let fields = [
            "state",
            "severity",
            "place",
            "demand",
            "dueAt",
            "dueRule",
            "responsibleId",
        ];
        fields.map(|field| document[field].clone())
    };
    assert_eq!(told(1), told(2));
    assert_eq!(told(1)[0], "contacted");
}

#[tokio::test]
async fn fifty_complaints_take_as_many_statements_as_one() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (wang, _) = worker(&app, &estate, "wang").await;
    let desk = office(&app, &estate, "li").await;
    let unit = unit_of(&app, &estate, "0101").await;
    let mut counts = Vec::new();
    for tickets in [1..=60_u128, 101..=101, 201..=250] {
        let each = |kind: &str, payload: fn(u128) -> Value| {
            let one = |ticket: u128| {
                let id = uuid::Uuid::from_u128(ticket).to_string();
                mutation(&format!("{kind}-{ticket}"), kind, &id, payload(ticket))
            };
            tickets.clone().map(one).collect::<Vec<_>>()
        };
        let mut open = each(
            "ticket.open",
            |ticket| json!({ "kind": "complaint", "summary": format!("投诉 {}", "件".repeat(usize::try_from(ticket).unwrap() % 150 + 1)) }),
        );
        for it in &mut open {
            it["payload"]["communityId"] = json!(estate.community.id);
            it["payload"]["unitId"] = json!(unit);
        }
        let mut route = each("ticket.route", |_| json!({}));
        for it in &mut route {
            it["payload"]["responsibleId"] = json!(wang.id);
        }
        let grade = each("ticket.grade", |_| json!({ "severity": "major" }));
        let speak = each(
            "ticket.advance",
            |_| json!({ "to": "contacted", "note": "已通话" }),
        );
        let mut count = Vec::new();
        for batch in [open, grade, route, speak] {
            let (results, statements) = statements::of(desk.results(batch)).await;
            for result in results {
                assert_eq!(result["outcome"], "APPLIED", "{result:#}");
            }
            count.push(statements.len());
        }
        counts.push(count);
    }
    assert_eq!(counts[1], counts[2], "opened, graded, routed, spoken with");

    let list =
        "query ($first: Int) { tickets(first: $first) { nodes { clocks { told { name } } } } }";
    let mut lists = Vec::new();
    for first in [10, 100] {
        let (answer, statements) = statements::of(desk.run(list, json!({ "first": first }))).await;
        answer.data("tickets.nodes");
        lists.push(statements.len());
    }
    assert_eq!(lists[0], lists[1]);
}

// T-15, T-16, T-19: what was done before it was graded so counts, and what was not enough does not.
#[tokio::test]
async fn a_clock_that_starts_with_a_grade_knows_what_was_done_before() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let (wang, _) = worker(&app, &estate, "wang").await;
    let head = app
        .staff("zhao", PostKind::EstateManager)
        .at(&estate.community)
        .await;
    let supervisor = app
        .staff("chen", PostKind::Supervisor)
        .at(&estate.community)
        .await;
    let grade = async |ticket: &str, severity: &str| {
        let grade = json!({ "id": ticket, "severity": severity });
        clocks(&done(&desk, "gradeTicket", grade).await)
    };

    let handed_up = complain(&desk, &estate).await;
    let up = json!({ "id": handed_up, "staffMemberId": head.id, "note": "涉及多个部门" });
    done(&desk, "escalateTicket", up).await;
    assert_eq!(
        grade(&handed_up, "MAJOR").await,
        [
            clock("T-15", true, false),
            clock("T-16", false, false),
            clock("T-17", false, false),
        ]
    );

    let graver = routed(&desk, &estate, "IMPORTANT", &supervisor).await;
    assert_eq!(
        clocks(&shown(&desk, &graver).await)[0],
        clock("T-19", true, false)
    );
    let after = grade(&graver, "MAJOR").await;
    assert_eq!(
        after[0],
        clock("T-15", false, false),
        "the manager knows nothing of it"
    );

    let planned = routed(&desk, &estate, "MINOR", &wang).await;
    for step in ["CONTACTED", "PLANNED"] {
        advance(&desk, &planned, step).await.data("advanceTicket");
    }
    let after = grade(&planned, "MAJOR").await;
    assert_eq!(after[1], clock("T-16", true, false), "a plan was told");
}

// T-17, T-21: what is worked at again is solved again, whatever it is graded then.
#[tokio::test]
async fn a_complaint_that_is_worked_at_again_has_a_deadline_from_then_on() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let (wang, _) = worker(&app, &estate, "wang").await;
    let mut input = complaint(&estate);
    input["complaint"]["wantedBy"] = json!("2026-09-02T04:00:00Z");
    let ticket = done(&desk, "openTicket", input).await;
    let ticket = ticket["id"].as_str().unwrap();
    let grade = |severity: &str| json!({ "id": ticket, "severity": severity });
    let graded = done(&desk, "gradeTicket", grade("MINOR")).await;
    assert_eq!(graded["dueAt"], "2026-09-02T04:00:00+00:00");
    let route = json!({ "id": ticket, "responsibleId": wang.id });
    done(&desk, "routeTicket", route).await;
    for step in [
        "CONTACTED",
        "PLANNED",
        "IN_PROGRESS",
        "INFORMED",
        "RETURNED",
    ] {
        advance(&desk, ticket, step).await.data("advanceTicket");
    }
    app.wait(TimeDelta::days(20));
    let (desk, _) = signed_in_again(&app).await;
    let again = advance(&desk, ticket, "IN_PROGRESS").await;
    let again = again.data("advanceTicket.ticket");
    assert_eq!(again["dueRule"], "T-21");
    assert_eq!(
        again["dueAt"], "2026-09-23T16:00:00+00:00",
        "the period he asked for is over"
    );
    let graver = done(&desk, "gradeTicket", grade("MAJOR")).await;
    let clocks = graver["clocks"].as_array().unwrap().iter();
    let (open, solved): (Vec<_>, Vec<_>) = clocks
        .filter(|clock| clock["kind"] == "RESOLVE")
        .partition(|clock| clock["metAt"].is_null());
    let ([before], [solved]) = (&solved[..], &open[..]) else {
        panic!("one of then, one of now: {graver:#}");
    };
    assert_eq!(before["rule"], "T-21", "judged by what it was graded then");
    assert_eq!(
        (&solved["rule"], &solved["dueAt"], &solved["metAt"]),
        (
            &json!("T-17"),
            &json!("2026-10-01T16:00:00+00:00"),
            &Value::Null
        )
    );
}
