//! Repairs at the desk and at the door.

use entity::kinds::PostKind;
use serde_json::{Value, json};

use crate::estate::{Estate, estate};
use crate::households::{office, owner, unit_of};
use crate::support::{Answer, Phone, TestApp};
use crate::sync::mutation;

/// Runs one of the mutations of tickets.
pub async fn act(phone: &Phone<'_>, mutation: &str, input: Value) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let operation = format!(
        "mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ ticket {{
            id state priority summary seq contactName contactPhoneMasked finishedAt closedAt
            unit {{ roomNumber }} reporter {{ name }} assignee {{ name }}
            lastEvents {{ kind toState note authorName isInternal }}
        }} }} }}"
    );
    phone.run(&operation, json!({ "input": input })).await
}

/// A repair of an estate, recorded by somebody who may.
pub async fn repair(phone: &Phone<'_>, estate: &Estate) -> String {
    let input = json!({ "communityId": estate.community.id, "summary": "厨房水管漏水" });
    act(phone, "openTicket", input)
        .await
        .text("openTicket.ticket.id")
}

pub async fn advance(phone: &Phone<'_>, ticket: &str, to: &str) -> Answer {
    act(phone, "advanceTicket", json!({ "id": ticket, "to": to })).await
}

async fn tickets_seen(phone: &Phone<'_>) -> usize {
    let answer = phone.run("{ tickets { nodes { id } } }", json!({})).await;
    answer.data("tickets.nodes").as_array().unwrap().len()
}

// T-01: name, address, contact, content, convenient time; T-04: maintenance goes with the slip.
#[tokio::test]
async fn a_repair_goes_from_the_desk_to_the_door_and_is_closed() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = app
        .staff("wang", PostKind::MaintenanceWorker)
        .at(&estate.community)
        .await;
    let worker = app.sign_in("wang", "d1").await;
    let unit = unit_of(&app, &estate, "0101").await;

    let input = json!({
        "communityId": estate.community.id, "unitId": unit, "summary": "厨房水管漏水",
        "description": "水槽下方", "priority": "HIGH", "convenientTime": "今天下午三点后",
        "contactName": "秦惠豪", "contactPhone": "13000003336",
    });
    let opened = act(&desk, "openTicket", input).await;
    let ticket = opened.text("openTicket.ticket.id");
    assert_eq!(
        opened.text("openTicket.ticket.contactPhoneMasked"),
        "130****3336"
    );
    assert_eq!(opened.text("openTicket.ticket.unit.roomNumber"), "0101");

    advance(&desk, &ticket, "ORDERED")
        .await
        .data("advanceTicket");
    let assign = json!({ "id": ticket, "assigneeId": wang.id, "note": "带上六分管" });
    let assigned = act(&desk, "assignTicket", assign).await;
    assert_eq!(assigned.text("assignTicket.ticket.state"), "DISPATCHED");
    assert_eq!(assigned.text("assignTicket.ticket.assignee.name"), "wang");

    advance(&worker, &ticket, "ON_SITE")
        .await
        .data("advanceTicket");
    advance(&worker, &ticket, "FINISHED")
        .await
        .data("advanceTicket");
    assert_eq!(
        advance(&worker, &ticket, "CLOSED").await.code(),
        "FORBIDDEN"
    );
    let closed = advance(&desk, &ticket, "CLOSED").await;
    let events = closed
        .data("advanceTicket.ticket.lastEvents")
        .as_array()
        .unwrap();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| event["toState"].as_str().unwrap_or("-"))
        .collect();
    assert_eq!(
        kinds,
        ["CLOSED", "FINISHED", "ON_SITE", "DISPATCHED", "ORDERED"]
    );
}

#[tokio::test]
async fn a_closed_ticket_takes_no_step_and_no_edit_but_a_note() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let ticket = repair(&desk, &estate).await;
    advance(&desk, &ticket, "CANCELLED")
        .await
        .data("advanceTicket");

    assert_eq!(
        advance(&desk, &ticket, "ORDERED").await.code(),
        "TICKET_STEP_NOT_ALLOWED"
    );
    let edit = json!({ "id": ticket, "summary": "卫生间" });
    assert_eq!(
        act(&desk, "editTicket", edit).await.code(),
        "TICKET_SETTLED"
    );
    let note = json!({ "id": ticket, "note": "住户来电致谢" });
    act(&desk, "noteTicket", note).await.data("noteTicket");
}

#[tokio::test]
async fn a_resident_reports_for_his_own_unit_and_sees_no_internal_note() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    owner(&desk, &app, &estate, "qin").await;
    let resident = app.sign_in("qin", "d1").await;
    let (own, other) = (
        unit_of(&app, &estate, "0101").await,
        unit_of(&app, &estate, "0102").await,
    );
    let report =
        |unit| json!({ "communityId": estate.community.id, "unitId": unit, "summary": "门锁坏了" });

    let opened = act(&resident, "openTicket", report(own)).await;
    let ticket = opened.text("openTicket.ticket.id");
    assert_eq!(opened.text("openTicket.ticket.reporter.name"), "qin");
    assert_eq!(
        opened.text("openTicket.ticket.contactPhoneMasked"),
        "130****3336"
    );
    assert_eq!(
        act(&resident, "openTicket", report(other)).await.code(),
        "NOT_FOUND"
    );

    let secret = json!({ "id": ticket, "note": "住户脾气急", "isInternal": true });
    act(&desk, "noteTicket", secret).await.data("noteTicket");
    let shown = act(
        &resident,
        "noteTicket",
        json!({ "id": ticket, "note": "请尽快" }),
    )
    .await;
    let notes = shown.data("noteTicket.ticket.lastEvents").to_string();
    assert!(
        notes.contains("请尽快") && !notes.contains("脾气"),
        "{notes}"
    );

    advance(&desk, &ticket, "ORDERED")
        .await
        .data("advanceTicket");
    assert_eq!(
        advance(&resident, &ticket, "CANCELLED").await.code(),
        "FORBIDDEN"
    );
}

#[tokio::test]
async fn only_who_can_repair_here_is_given_a_repair() {
    let app = TestApp::start().await;
    let (estate, elsewhere) = (estate(&app, "bijiang").await, estate(&app, "cuihu").await);
    let desk = office(&app, &estate, "li").await;
    let clerk = app
        .staff("zhao", PostKind::ArchiveClerk)
        .at(&estate.community)
        .await;
    let foreign = app
        .staff("sun", PostKind::MaintenanceWorker)
        .at(&elsewhere.community)
        .await;
    let ticket = repair(&desk, &estate).await;
    for who in [clerk.id, foreign.id] {
        let assign = json!({ "id": ticket, "assigneeId": who });
        assert_eq!(
            act(&desk, "assignTicket", assign).await.code(),
            "TICKET_ASSIGNEE_UNSUITABLE"
        );
    }
}

#[tokio::test]
async fn opening_twice_with_one_id_is_once() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let id = "01990000-0000-7000-8000-000000000001";
    let open =
        |summary| json!({ "id": id, "communityId": estate.community.id, "summary": summary });

    act(&desk, "openTicket", open("漏水"))
        .await
        .data("openTicket");
    act(&desk, "openTicket", open("漏水"))
        .await
        .data("openTicket");
    assert_eq!(
        act(&desk, "openTicket", open("停电")).await.code(),
        "CONFLICT"
    );
    assert_eq!(tickets_seen(&desk).await, 1);
}

#[tokio::test]
async fn a_stale_edit_at_the_desk_loses_nothing() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (li, zhao) = (
        office(&app, &estate, "li").await,
        office(&app, &estate, "zhao").await,
    );
    let ticket = repair(&li, &estate).await;
    let seen = li
        .run(
            "query ($id: UUID!) { ticket(id: $id) { seq } }",
            json!({ "id": ticket }),
        )
        .await;
    let base = seen.data("ticket.seq").clone();
    let edit = |summary| json!({ "id": ticket, "baseSeq": base, "summary": summary });

    act(&li, "editTicket", edit("卫生间水管漏水"))
        .await
        .data("editTicket");
    let kept = act(&zhao, "editTicket", edit("阳台水管漏水")).await;
    assert_eq!(kept.text("editTicket.ticket.summary"), "卫生间水管漏水");

    let issues = li
        .run(
            "{ syncIssues { nodes { id field lostValue state } } }",
            json!({}),
        )
        .await;
    assert_eq!(issues.data("syncIssues.nodes.0.lostValue"), "阳台水管漏水");
    let take = "mutation ($input: SettleSyncIssueInput!) { takeTheirs(input: $input) { syncIssue { state } } }";
    let input = json!({ "input": { "id": issues.text("syncIssues.nodes.0.id") } });
    assert_eq!(
        li.run(take, input.clone())
            .await
            .text("takeTheirs.syncIssue.state"),
        "TAKEN"
    );
    assert_eq!(li.run(take, input).await.code(), "SYNC_ISSUE_SETTLED");
    let now = li
        .run(
            "query ($id: UUID!) { ticket(id: $id) { summary } }",
            json!({ "id": ticket }),
        )
        .await;
    assert_eq!(now.text("ticket.summary"), "阳台水管漏水");
}

// V-03: a leak is tested with water before its return visit; a defect found opens it again.
#[tokio::test]
async fn a_finished_leak_is_tested_with_water_and_opened_again() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = app
        .staff("wang", PostKind::MaintenanceWorker)
        .at(&estate.community)
        .await;
    let worker = app.sign_in("wang", "d1").await;
    let ticket = repair(&desk, &estate).await;
    let state = async || {
        let query = "query ($id: UUID!) { ticket(id: $id) { state repairClass waterTestedAt finishedAt lastEvents { kind } } }";
        desk.run(query, json!({ "id": ticket })).await
    };
    let test = "mutation ($input: TestWaterInput!) { testWater(input: $input) { ticket { waterTestedAt } } }";
    let water = json!({ "input": { "id": ticket, "note": "蓄水两小时" } });

    let class = json!({ "id": ticket, "repairClass": "LEAK_OR_SEEPAGE" });
    act(&desk, "editTicket", class).await.data("editTicket");
    advance(&desk, &ticket, "ORDERED")
        .await
        .data("advanceTicket");
    assert_eq!(
        desk.run(test, water.clone()).await.code(),
        "TICKET_STEP_NOT_ALLOWED"
    );
    let assign = json!({ "id": ticket, "assigneeId": wang.id });
    act(&desk, "assignTicket", assign)
        .await
        .data("assignTicket");
    for step in ["ON_SITE", "FINISHED"] {
        advance(&worker, &ticket, step).await.data("advanceTicket");
    }
    let tested = worker.run(test, water).await;
    assert_eq!(
        tested.text("testWater.ticket.waterTestedAt"),
        state().await.text("ticket.finishedAt")
    );
    assert_eq!(state().await.text("ticket.repairClass"), "LEAK_OR_SEEPAGE");

    assert_eq!(
        advance(&worker, &ticket, "ON_SITE").await.code(),
        "FORBIDDEN"
    );
    advance(&desk, &ticket, "ON_SITE")
        .await
        .data("advanceTicket");
    let again = state().await;
    assert_eq!(again.text("ticket.state"), "ON_SITE");
    assert_eq!(again.text("ticket.lastEvents.0.kind"), "REOPENED");
    assert!(
        again.data("ticket.waterTestedAt").is_null() && again.data("ticket.finishedAt").is_null()
    );
}

// T-04: who is given a repair can go and do it, also where nobody ordered it first.
#[tokio::test]
async fn a_recorded_repair_is_dispatched_by_giving_it_to_somebody() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = app
        .staff("wang", PostKind::MaintenanceWorker)
        .at(&estate.community)
        .await;
    let worker = app.sign_in("wang", "d1").await;
    let ticket = repair(&desk, &estate).await;
    let assign = json!({ "id": ticket, "assigneeId": wang.id });
    let assigned = act(&desk, "assignTicket", assign).await;
    assert_eq!(assigned.text("assignTicket.ticket.state"), "DISPATCHED");
    let ordered = advance(&desk, &ticket, "ORDERED").await;
    assert_eq!(ordered.code(), "TICKET_STEP_NOT_ALLOWED");
    let arrived = advance(&worker, &ticket, "ON_SITE").await;
    assert_eq!(arrived.text("advanceTicket.ticket.state"), "ON_SITE");
}

// An order that was made offline, by somebody who did not know that the repair was given away.
#[tokio::test]
async fn an_order_of_what_was_dispatched_is_kept_and_moves_nothing() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = app
        .staff("wang", PostKind::MaintenanceWorker)
        .at(&estate.community)
        .await;
    let ticket = repair(&desk, &estate).await;
    let assign = json!({ "id": ticket, "assigneeId": wang.id });
    act(&desk, "assignTicket", assign)
        .await
        .data("assignTicket");
    let order = mutation("m1", "ticket.advance", &ticket, json!({ "to": "ordered" }));
    let results = desk.results(vec![order]).await;
    assert_eq!(results[0]["outcome"], "MERGED", "{results:?}");
    assert_eq!(results[0]["record"]["document"]["state"], "dispatched");
}

#[tokio::test]
async fn how_urgent_a_report_is_is_not_for_a_resident_to_say() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    owner(&desk, &app, &estate, "qin").await;
    let unit = unit_of(&app, &estate, "0101").await;
    let qin = app.sign_in("qin", "d1").await;
    let input = json!({ "communityId": estate.community.id, "unitId": unit,
        "summary": "灯不亮", "priority": "URGENT" });
    let opened = act(&qin, "openTicket", input).await;
    assert_eq!(opened.text("openTicket.ticket.priority"), "NORMAL");
    let events = opened.data("openTicket.ticket.lastEvents");
    let note = events[0]["note"].as_str().unwrap();
    assert!(note.contains("urgent"), "{note}");

    let ticket = opened.text("openTicket.ticket.id");
    let edit = json!({ "id": ticket, "priority": "URGENT" });
    assert_eq!(act(&qin, "editTicket", edit).await.code(), "FORBIDDEN");
    // Offline it is no other way in: the report is taken, at the priority of any other.
    let payload = json!({ "communityId": estate.community.id, "unitId": unit,
        "summary": "水管漏水", "priority": "urgent" });
    let id = app.app.clock().new_id().to_string();
    let results = qin
        .results(vec![mutation("m1", "ticket.open", &id, payload)])
        .await;
    assert_eq!(results[0]["outcome"], "APPLIED", "{results:?}");
    assert_eq!(results[0]["record"]["document"]["priority"], "normal");
    let edit = json!({ "id": ticket, "priority": "HIGH" });
    let edited = act(&desk, "editTicket", edit).await;
    assert_eq!(edited.text("editTicket.ticket.priority"), "HIGH");
}
