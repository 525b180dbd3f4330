//! Return visits after repairs.

use chrono::TimeDelta;
use serde_json::{Value, json};
use xunfang::areas::visits::read::repairs_with_stale_return;
use xunfang::sha256::Sha256;

use super::{
    Office, PICTURE, SIGNATURE, act, kinds, send_picture, step, told, visit, visits, with_pictures,
};
use crate::support::{Phone, TestApp};
use crate::sync::rxdb::{change, with};
use crate::sync::{after, contact};

/// Li and Zhao are admitted for this visit.
async fn admitted(office: &Office<'_>, visit: &str) {
    office.appoint(visit).await.data("appointVisit");
    let li = office.app.sign_in("li", "d1").await;
    step(&li, visit, "AT_DOOR", "").await.data("stepVisit");
    step(&li, visit, "IN_TALK", "").await.data("stepVisit");
}

/// The one return visit after a ticket, planned by the job.
async fn planned(office: &Office<'_>, ticket: &str) -> Value {
    office.app.do_jobs().await;
    let visits = office.returns_of(ticket).await;
    assert_eq!(visits.len(), 1, "{visits:?}");
    visits[0].clone()
}

fn id(visit: &Value) -> String {
    visit["id"].as_str().unwrap().to_owned()
}

// V-01: every repair is visited again; V-04: within 2 days; V-06: signed by the owner; V-09: checked.
#[tokio::test]
async fn a_repair_is_visited_at_home_signed_and_closed() {
    let (app, _folder) = with_pictures().await;
    let mut office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let planned = planned(&office, &ticket).await;
    assert_eq!(planned["dueAt"], "2026-09-03T01:00:00+00:00");
    assert_eq!(planned["dueRule"], "V-04");
    assert_eq!(planned["unit"]["roomNumber"], "0101");
    let visit = id(&planned);

    admitted(&office, &visit).await;
    let li = app.sign_in("li", "d1").await;
    let mut finish = json!({ "id": visit, "channel": "HOME", "outcome": "SATISFIED" });
    let unsigned = act(&li, "finishVisit", finish.clone()).await;
    assert_eq!(unsigned.code(), "VISIT_SIGNATURE_MISSING");
    finish["signature"] = json!("no hash");
    let forged = act(&li, "finishVisit", finish.clone()).await;
    assert_eq!(forged.code(), "INVALID_INPUT");
    finish["signature"] = json!(SIGNATURE);
    let done = act(&li, "finishVisit", finish).await;
    assert_eq!(done.text("finishVisit.visit.signature"), SIGNATURE);
    assert_eq!(office.ticket_state(&ticket).await, "CLOSED");
    send_picture(&app, &li, PICTURE).await;

    let settle = json!({ "id": visit, "note": "已阅" });
    let refused = act(&office.desk, "checkVisit", settle.clone()).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    let reported = act(&li, "reportVisit", settle.clone()).await;
    assert_eq!(reported.code(), "VISIT_STEP_NOT_ALLOWED");
    act(&office.supervisor, "checkVisit", settle.clone())
        .await
        .data("checkVisit");
    let filed = act(&office.supervisor, "archiveVisit", settle).await;
    assert_eq!(filed.text("archiveVisit.visit.state"), "ARCHIVED");
    office.wait(TimeDelta::hours(2)).await;
    app.do_jobs().await;
    assert_eq!(office.returns_of(&ticket).await.len(), 1);
}

// V-05, V-07: by telephone without a signature, marked as such.
#[tokio::test]
async fn a_return_visit_by_telephone_is_marked_and_needs_no_signature() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let visit = id(&planned(&office, &ticket).await);
    let finish = json!({
        "id": visit, "channel": "PHONE", "outcome": "SATISFIED", "note": "住户表示满意",
    });
    let done = act(&office.desk, "finishVisit", finish).await;
    assert_eq!(done.text("finishVisit.visit.channel"), "PHONE");
    assert_eq!(
        done.text("finishVisit.visit.events.0.note"),
        "电话回访\n住户表示满意"
    );
    assert_eq!(office.ticket_state(&ticket).await, "CLOSED");
}

// Domain 14: a defect found goes back to maintenance; V-01: the repair is visited again once it is mended.
#[tokio::test]
async fn a_defect_opens_the_ticket_again_and_it_is_visited_once_more() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let first = id(&planned(&office, &ticket).await);
    office.wait(TimeDelta::minutes(90)).await;
    let finish = json!({
        "id": first, "channel": "PHONE", "outcome": "DEFECT", "opinion": "水管仍在滴水",
    });
    let done = act(&office.desk, "finishVisit", finish).await;
    assert_eq!(done.text("finishVisit.visit.state"), "DONE");
    let events = done.data("finishVisit.visit.events");
    assert!(kinds(events).contains(&"REOPENED".to_owned()), "{events}");
    assert_eq!(office.ticket_state(&ticket).await, "ON_SITE");
    app.do_jobs().await;
    assert_eq!(office.returns_of(&ticket).await.len(), 1);

    office.wait(TimeDelta::hours(3)).await;
    office.advance(&ticket, "FINISHED").await;
    app.do_jobs().await;
    let visits = office.returns_of(&ticket).await;
    assert_eq!(visits.len(), 2, "{visits:?}");
    assert_eq!(visits[0]["state"], "PLANNED");
    assert_ne!(id(&visits[0]), first);
}

// V-10: an opinion that is not answered at once needs the time of its answer; it may become a ticket.
#[tokio::test]
async fn a_new_opinion_is_promised_an_answer_and_becomes_a_ticket_in_one_group() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let visit = id(&planned(&office, &ticket).await);
    let finish =
        json!({ "id": visit, "channel": "PHONE", "outcome": "NEW_OPINION", "opinion": "加装扶手" });
    let refused = act(&office.desk, "finishVisit", finish).await;
    assert_eq!(refused.code(), "VISIT_REPLY_NOT_PROMISED");

    let opened = uuid::Uuid::from_u128(0x77).to_string();
    let open = json!({ "communityId": office.estate.community.id, "summary": "楼梯加装扶手" });
    let group = |finish: Value| {
        let mut pair = [
            told(1, "ticket.open", &opened, open.clone()),
            told(2, "visit.finish", &visit, finish),
        ];
        pair[0]["payload"]
            .as_object_mut()
            .unwrap()
            .remove("eventId");
        for mutation in &mut pair {
            mutation["group"] = json!("opinion");
        }
        pair.to_vec()
    };
    let mut finish = json!({
        "channel": "phone", "outcome": "new_opinion", "opinion": "加装扶手", "newTicketId": opened,
    });
    finish["replyPromisedAt"] = json!("2026-09-05T00:00:00Z");
    let outcomes = office.desk.outcomes(group(finish)).await;
    assert!(
        outcomes.iter().all(|(outcome, _)| outcome == "APPLIED"),
        "{outcomes:?}"
    );
    let done = super::visit(&office.desk, &visit).await;
    assert_eq!(done.text("visit.newTicket.id"), opened);
    assert_eq!(office.ticket_state(&ticket).await, "FINISHED");
}

#[tokio::test]
async fn of_an_opinion_and_its_ticket_both_come_or_none() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let visit = id(&planned(&office, &ticket).await);
    let opened = uuid::Uuid::from_u128(0x77).to_string();
    let open = json!({ "communityId": office.estate.community.id, "summary": "楼梯加装扶手" });
    // No answer is promised, so the visit does not end, and the ticket does not begin.
    let finish = json!({ "channel": "phone", "outcome": "new_opinion", "newTicketId": opened });
    let mut pair = vec![
        crate::sync::mutation("m1", "ticket.open", &opened, open),
        crate::sync::mutation("m2", "visit.finish", &visit, finish),
    ];
    for mutation in &mut pair {
        mutation["group"] = json!("opinion");
    }
    let outcomes = office.desk.outcomes(pair).await;
    let codes: Vec<_> = outcomes.iter().map(|(_, code)| code.as_deref()).collect();
    assert_eq!(
        codes,
        [Some("GROUP_FAILED"), Some("VISIT_REPLY_NOT_PROMISED")]
    );
    assert_eq!(
        super::visit(&office.desk, &visit).await.text("visit.state"),
        "PLANNED"
    );
}

/// Rule and day of the return visit after a ticket.
async fn due_of(office: &Office<'_>, ticket: &str) -> (String, String) {
    let visit = office.returns_of(ticket).await.remove(0);
    let text = |name: &str| visit[name].as_str().unwrap_or("-").to_owned();
    (text("dueRule"), text("dueAt"))
}

// V-02, V-03: a leak is due after its water test, and a repair of another class by another rule.
#[tokio::test]
async fn a_leak_is_due_once_it_was_tested_and_a_class_that_changes_changes_the_day() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let leak = office
        .mended(json!({ "repairClass": "LEAK_OR_SEEPAGE" }))
        .await;
    let other = office.mended(json!({})).await;
    app.do_jobs().await;
    assert_eq!(
        due_of(&office, &leak).await,
        ("V-03".to_owned(), "-".to_owned())
    );

    office.wait(TimeDelta::days(1)).await;
    let test = "mutation ($input: TestWaterInput!) { testWater(input: $input) { ticket { id } } }";
    let input = json!({ "input": { "id": leak } });
    office.desk.run(test, input).await.data("testWater");
    let class = json!({ "id": other, "repairClass": "SAFETY_FACILITY" });
    office.on_ticket("editTicket", class).await;
    office.wait(TimeDelta::hours(1)).await;
    app.do_jobs().await;
    let due = |rule: &str, at: &str| (rule.to_owned(), at.to_owned());
    assert_eq!(
        due_of(&office, &leak).await,
        due("V-03", "2026-09-05T01:00:00+00:00")
    );
    assert_eq!(
        due_of(&office, &other).await,
        due("V-02", "2026-09-03T01:00:00+00:00")
    );
}

#[tokio::test]
async fn what_was_put_right_is_not_looked_at_again_until_its_repair_changes() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let class = json!({ "repairClass": "LEAK_OR_SEEPAGE" });
    let (tested, again) = (
        office.mended(class.clone()).await,
        office.mended(class).await,
    );
    app.do_jobs().await;
    let test = "mutation ($input: TestWaterInput!) { testWater(input: $input) { ticket { id } } }";
    let input = json!({ "input": { "id": tested } });
    office.desk.run(test, input).await.data("testWater");
    let stale = async || {
        let stale = repairs_with_stale_return(app.app.db().reader(), 10).await;
        stale.unwrap().len()
    };
    assert_eq!(stale().await, 1);
    app.wait(TimeDelta::minutes(6));
    app.do_jobs().await;
    assert_eq!(stale().await, 0);

    // The one is described better, the other is finished once more; no day of a return visit changes.
    let edit = json!({ "id": tested, "summary": "卫生间漏水" });
    office.on_ticket("editTicket", edit).await;
    for step in ["ON_SITE", "FINISHED"] {
        office.advance(&again, step).await;
    }
    assert_eq!(stale().await, 1, "it has another end");
    office.wait(TimeDelta::minutes(6)).await;
    app.do_jobs().await;
    assert_eq!(stale().await, 0);
}

// V-01: every repair is visited again, once.
#[tokio::test]
async fn a_ticket_has_one_return_visit_that_is_to_be_made() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let input = json!({ "communityId": office.estate.community.id, "kind": "RETURN", "ticketId": ticket,
        "purpose": "维修回访" });
    let (first, second) = tokio::join!(
        act(&office.desk, "planVisit", input.clone()),
        act(&office.supervisor, "planVisit", input.clone()),
    );
    let mut codes = [first.code(), second.code()];
    codes.sort_unstable();
    assert_eq!(codes, ["", "VISIT_RETURN_PLANNED"]);
    app.do_jobs().await;
    let visits = office.returns_of(&ticket).await;
    assert_eq!(visits.len(), 1, "{visits:?}");

    // What a phone planned meanwhile is kept until it may be let through.
    let mut payload = input;
    payload["kind"] = json!("return");
    let of_phone = uuid::Uuid::from_u128(7).to_string();
    let plan = crate::sync::mutation("m1", "visit.plan", &of_phone, payload);
    let kept = office.desk.outcomes(vec![plan]).await;
    let code = "VISIT_RETURN_PLANNED".to_owned();
    assert_eq!(kept, [("QUARANTINED".to_owned(), Some(code))]);
    let cancel = json!({ "id": id(&visits[0]) });
    act(&office.supervisor, "cancelVisit", cancel)
        .await
        .data("cancelVisit");
    let issues = office
        .desk
        .run("{ syncIssues { nodes { id } } }", json!({}))
        .await;
    let retry = "mutation ($input: SettleSyncIssueInput!) { retrySyncIssue(input: $input) { syncIssue { state } } }";
    let input = json!({ "input": { "id": issues.text("syncIssues.nodes.0.id") } });
    let retried = office.desk.run(retry, input).await;
    assert_eq!(retried.text("retrySyncIssue.syncIssue.state"), "RETRIED");
    let visits = office.returns_of(&ticket).await;
    let planned = visits.iter().filter(|visit| visit["state"] == "PLANNED");
    let planned: Vec<_> = planned.map(id).collect();
    assert_eq!((visits.len(), planned), (2, vec![of_phone]));
}

// V-12: who gave neither name nor address is not visited.
#[tokio::test]
async fn who_gave_neither_name_nor_address_is_not_visited() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let ticket = crate::tickets::repair(&office.desk, &office.estate).await;
    office.advance(&ticket, "ORDERED").await;
    let assign = json!({ "id": ticket, "assigneeId": office.li.id });
    office.on_ticket("assignTicket", assign).await;
    office.advance(&ticket, "ON_SITE").await;
    office.advance(&ticket, "FINISHED").await;
    app.do_jobs().await;
    assert!(office.returns_of(&ticket).await.is_empty());
}

#[tokio::test]
async fn planning_again_plans_nothing_twice() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    for _ in 0..3 {
        app.do_jobs().await;
        office.wait(TimeDelta::hours(1)).await;
    }
    assert_eq!(office.returns_of(&ticket).await.len(), 1);
}

// V-04, judged by when it happened: a visit told of late is in time if it was made in time.
#[tokio::test]
async fn what_is_not_made_in_time_is_overdue_until_it_is_told_that_it_was() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let (punctual, late) = (
        office.mended(json!({})).await,
        office.mended(json!({})).await,
    );
    app.do_jobs().await;
    let (punctual, late) = (
        id(&office.returns_of(&punctual).await[0]),
        id(&office.returns_of(&late).await[0]),
    );
    let desk = app.sign_in("desk", "phone of the desk").await;
    let store = desk.first_sync().await;
    office.wait(TimeDelta::days(3)).await;
    let desk = app.sign_in("desk", "phone of the desk").await;
    app.do_jobs().await;
    let overdue = visits(&office.desk, json!({ "isOverdue": true })).await;
    assert_eq!(overdue.data("visits.nodes").as_array().unwrap().len(), 2);

    let finish = |number, visit: &str, hours: i64| {
        let payload = json!({ "channel": "phone", "outcome": "satisfied" });
        let mut finish = told(number, "visit.finish", visit, payload);
        let wall = format!("2026-09-01T{:02}:00:00Z", 1 + hours);
        finish["observed"] = json!({ "contactId": store.contact, "wallClock": wall });
        finish
    };
    let outcomes = desk.outcomes(vec![finish(1, &punctual, 20)]).await;
    assert_eq!(outcomes[0].0, "APPLIED", "{outcomes:?}");
    act(
        &office.desk,
        "finishVisit",
        json!({ "id": late, "channel": "PHONE" }),
    )
    .await
    .data("finishVisit");
    let overdue_at = async |id: &str| {
        let answer = visit(&office.desk, id).await;
        answer.data("visit.overdueAt").clone()
    };
    assert_eq!(overdue_at(&punctual).await, Value::Null);
    assert_eq!(overdue_at(&late).await, "2026-09-03T01:00:00+00:00");
}

/// Li and Zhao were admitted together, and each tells how it ended from an hour without a network, in
/// this order: what becomes of ticket and visit, and what was answered.
async fn told_by_two(ends: [(&str, i64, Value); 2]) -> (Value, Value, Vec<String>) {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let of_visit = id(&planned(&office, &ticket).await);
    admitted(&office, &of_visit).await;
    let contacts = [
        contact(&app.sign_in("li", "d1").await).await,
        contact(&app.sign_in("zhao", "d2").await).await,
    ];
    office.wait(TimeDelta::hours(1)).await;
    let mut answers = Vec::new();
    for (number, (name, minutes, payload)) in (1..).zip(ends) {
        let (device, contact) = match name {
            "li" => ("d1", &contacts[0]),
            _ => ("d2", &contacts[1]),
        };
        let finish = told(number, "visit.finish", &of_visit, payload);
        let phone = app.sign_in(name, device).await;
        let outcomes = phone.outcomes(vec![after(contact, minutes, finish)]).await;
        answers.push(outcomes[0].0.clone());
    }
    let query = "query ($id: UUID!) { ticket(id: $id) { state finishedAt closedAt } }";
    let ticket = office.desk.run(query, json!({ "id": ticket })).await;
    let mut seen = visit(&office.desk, &of_visit).await.data("visit").clone();
    for other_each_time in ["id", "seq", "ticket", "events"] {
        seen.as_object_mut().unwrap().remove(other_each_time);
    }
    (ticket.data("ticket").clone(), seen, answers)
}

fn at_home(outcome: &str, more: Value) -> Value {
    let end = json!({ "channel": "home", "outcome": outcome, "signature": SIGNATURE });
    with(&end, more)
}

// Domain 14: a defect found goes back to maintenance.
#[tokio::test]
async fn a_defect_opens_the_ticket_again_also_when_the_other_one_who_found_all_well_is_heard_of_first()
 {
    for (of_li, of_zhao) in [(30, 32), (32, 30)] {
        let li = ("li", of_li, at_home("satisfied", json!({})));
        let zhao = ("zhao", of_zhao, at_home("defect", json!({})));
        let first = told_by_two([li.clone(), zhao.clone()]).await;
        let second = told_by_two([zhao, li]).await;
        assert_eq!((&first.0, &first.1), (&second.0, &second.1));
        let (ticket, visit, _) = first;
        let open = json!({ "state": "ON_SITE", "finishedAt": null, "closedAt": null });
        assert_eq!(ticket, open);
        assert_eq!(
            (&visit["state"], &visit["outcome"]),
            (&json!("DONE"), &json!("DEFECT"))
        );
    }
}

// V-10: a new opinion is a matter of its own; the repair is in order.
#[tokio::test]
async fn who_found_all_well_closes_the_ticket_though_the_other_one_heard_a_new_opinion() {
    let opinion = json!({ "opinion": "加装扶手", "handling": "已转达" });
    let li = ("li", 30, at_home("satisfied", json!({})));
    let zhao = ("zhao", 32, at_home("new_opinion", opinion));
    let first = told_by_two([li.clone(), zhao.clone()]).await;
    assert_eq!(first, told_by_two([zhao, li]).await);
    assert_eq!(first.0["state"], "CLOSED");
    assert_eq!(first.1["outcome"], "NEW_OPINION");
}

#[tokio::test]
async fn a_ticket_that_the_office_closed_is_not_opened_again_by_a_visit_but_told_of_the_defect() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let of_visit = id(&planned(&office, &ticket).await);
    office.wait(TimeDelta::minutes(5)).await;
    let satisfied = json!({ "id": of_visit, "channel": "PHONE", "outcome": "NEW_OPINION", "handling": "已答复" });
    act(&office.desk, "finishVisit", satisfied)
        .await
        .data("finishVisit");
    office.wait(TimeDelta::minutes(5)).await;
    office.advance(&ticket, "CLOSED").await;
    office.wait(TimeDelta::minutes(5)).await;
    let defect =
        json!({ "id": of_visit, "channel": "PHONE", "outcome": "DEFECT", "opinion": "仍在滴水" });
    act(&office.desk, "finishVisit", defect)
        .await
        .data("finishVisit");
    let query =
        "query ($id: UUID!) { ticket(id: $id) { state lastEvents(first: 1) { kind note } } }";
    let seen = office.desk.run(query, json!({ "id": ticket })).await;
    assert_eq!(seen.text("ticket.state"), "CLOSED");
    let told = json!([{ "kind": "NOTED", "note": "仍在滴水" }]);
    assert_eq!(seen.data("ticket.lastEvents"), &told);
}

#[tokio::test]
async fn what_can_be_kept_but_once_is_that_of_the_earlier_end() {
    const OTHER: &str = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";
    let opinion = |signature: &str, day: u32| {
        let promised = format!("2026-09-{day:02}T00:00:00Z");
        json!({ "signature": signature, "replyPromisedAt": promised })
    };
    let li = ("li", 32, at_home("new_opinion", opinion(SIGNATURE, 5)));
    let zhao = ("zhao", 30, at_home("new_opinion", opinion(OTHER, 6)));
    let first = told_by_two([li.clone(), zhao.clone()]).await;
    assert_eq!(first, told_by_two([zhao, li]).await);
    let (_, visit, _) = first;
    assert_eq!(visit["signature"], OTHER);
    assert_eq!(visit["replyPromisedAt"], "2026-09-05T00:00:00+00:00");
    assert_eq!(visit["finishedAt"], "2026-09-01T01:30:00+00:00");
}

// V-09: checked by a supervisor, then filed.
#[tokio::test]
async fn a_record_that_two_check_or_file_is_checked_and_filed_once() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let of_visit = id(&planned(&office, &ticket).await);
    let end = json!({ "id": of_visit, "channel": "PHONE", "outcome": "SATISFIED" });
    act(&office.desk, "finishVisit", end)
        .await
        .data("finishVisit");
    let kinds_told = [
        "visit.check",
        "visit.check",
        "visit.archive",
        "visit.check",
        "visit.archive",
    ];
    let told = (1..)
        .zip(kinds_told)
        .map(|(number, kind)| told(number, kind, &of_visit, json!({ "note": "已阅" })));
    let outcomes = office.supervisor.outcomes(told.collect()).await;
    let outcomes: Vec<_> = outcomes.iter().map(|(outcome, _)| outcome).collect();
    assert_eq!(
        outcomes,
        ["APPLIED", "MERGED", "APPLIED", "MERGED", "MERGED"]
    );
    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.state"), "ARCHIVED");
    let events = seen.data("visit.events").as_array().unwrap();
    let moves: Vec<_> = events.iter().map(|event| &event["toState"]).collect();
    let newest = [
        Value::Null,
        Value::Null,
        json!("ARCHIVED"),
        Value::Null,
        json!("CHECKED"),
    ];
    assert_eq!(moves[..5], newest.iter().collect::<Vec<_>>());
}

// V-01: once; of two ends of a repair the earlier is its end.
#[tokio::test]
async fn an_earlier_end_that_is_heard_of_late_plans_no_second_return_visit() {
    for is_cancelled in [false, true] {
        let app = TestApp::start().await;
        let mut office = Office::of(&app).await;
        let ticket = office.at_work(json!({})).await;
        let of_li = contact(&app.sign_in("li", "d1").await).await;
        office.wait(TimeDelta::minutes(30)).await;
        office.advance(&ticket, "FINISHED").await;
        let first = id(&planned(&office, &ticket).await);
        let (mutation, end) = if is_cancelled {
            ("cancelVisit", json!({ "id": first }))
        } else {
            ("finishVisit", json!({ "id": first, "channel": "PHONE" }))
        };
        act(&office.desk, mutation, end).await.data(mutation);

        office.wait(TimeDelta::minutes(30)).await;
        let finished = told(1, "ticket.advance", &ticket, json!({ "to": "finished" }));
        let li = app.sign_in("li", "d1").await;
        let outcomes = li.outcomes(vec![after(&of_li, 10, finished)]).await;
        assert_eq!(outcomes[0].0, "APPLIED");
        app.do_jobs().await;
        assert_eq!(office.returns_of(&ticket).await.len(), 1, "{mutation}");
        assert_eq!(office.ticket_state(&ticket).await, "FINISHED");

        // What was opened again and mended once more is visited once more.
        office.advance(&ticket, "ON_SITE").await;
        office.wait(TimeDelta::minutes(30)).await;
        office.advance(&ticket, "FINISHED").await;
        app.do_jobs().await;
        assert_eq!(office.returns_of(&ticket).await.len(), 2, "{mutation}");
    }
}

// V-13: after a complaint always; on what day is for the office to say.
#[tokio::test]
async fn a_return_visit_after_a_complaint_is_due_when_the_office_says() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let complaint = json!({ "communityId": office.estate.community.id, "kind": "COMPLAINT",
        "summary": "夜间施工噪音" });
    let opened = crate::tickets::act(&office.desk, "openTicket", complaint).await;
    let ticket = opened.text("openTicket.ticket.id");
    let end = json!({ "id": ticket, "to": "CANNOT_SOLVE", "note": "非物业管理范围" });
    office.on_ticket("advanceTicket", end).await;
    let input = json!({ "communityId": office.estate.community.id, "kind": "RETURN", "ticketId": ticket,
        "purpose": "投诉回访", "dueAt": "2026-09-20T00:00:00Z" });
    let planned = act(&office.desk, "planVisit", input).await;
    let seen = planned.data("planVisit.visit");
    assert_eq!(
        (&seen["dueAt"], &seen["dueRule"]),
        (&json!("2026-09-20T00:00:00+00:00"), &Value::Null)
    );
}

// V-06: a hash is no signature before its picture is there.
#[tokio::test]
async fn a_signature_counts_once_its_picture_has_arrived() {
    let (app, _folder) = with_pictures().await;
    let office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let visit = id(&planned(&office, &ticket).await);
    admitted(&office, &visit).await;
    let li = app.sign_in("li", "d1").await;
    let finish =
        json!({ "id": visit, "channel": "HOME", "outcome": "SATISFIED", "signature": SIGNATURE });
    let done = act(&li, "finishVisit", finish).await;
    assert_eq!(done.text("finishVisit.visit.state"), "DONE");

    let query = "query ($awaited: Boolean) { visits(filter: { isSignatureAwaited: $awaited }) { nodes { id isSigned } } }";
    let listed = async |awaited: bool| {
        let answer = office.desk.run(query, json!({ "awaited": awaited })).await;
        answer.data("visits.nodes").clone()
    };
    assert_eq!(
        listed(true).await,
        json!([{ "id": visit, "isSigned": false }])
    );
    assert_eq!(listed(false).await, json!([]));

    // Somebody else who sends the same picture has not sent it for this visit.
    for (phone, is_signed) in [(&office.supervisor, false), (&li, true)] {
        send_picture(&app, phone, PICTURE).await;
        let seen = json!([{ "id": visit, "isSigned": is_signed }]);
        assert_eq!(listed(!is_signed).await, seen);
        assert_eq!(listed(is_signed).await, json!([]));
    }
}

/// A return visit at home that Li has finished, signed by a picture that is still on his phone.
async fn signed_by_hash<'a>(office: &Office<'a>) -> (String, Phone<'a>) {
    let ticket = office.mended(json!({})).await;
    let visit = id(&planned(office, &ticket).await);
    admitted(office, &visit).await;
    let li = office.app.sign_in("li", "d1").await;
    let finish =
        json!({ "id": visit, "channel": "HOME", "outcome": "SATISFIED", "signature": SIGNATURE });
    act(&li, "finishVisit", finish).await.data("finishVisit");
    (visit, li)
}

// V-06, V-09.
#[tokio::test]
async fn a_record_is_not_checked_before_the_picture_of_its_signature_is_here() {
    const OTHER: &[u8] = b"\xff\xd8\xff\xe0 signed once more";
    for is_lost in [false, true] {
        let (app, _folder) = with_pictures().await;
        let office = Office::of(&app).await;
        let (visit, li) = signed_by_hash(&office).await;
        let settle = json!({ "id": visit, "note": "已阅" });
        for mutation in ["checkVisit", "archiveVisit"] {
            let refused = act(&office.supervisor, mutation, settle.clone()).await;
            let code = match mutation {
                "checkVisit" => "VISIT_SIGNATURE_AWAITED",
                _ => "VISIT_STEP_NOT_ALLOWED",
            };
            assert_eq!(refused.code(), code);
        }
        if is_lost {
            // The phone with the picture is gone: the owner signs again.
            app.wait(TimeDelta::minutes(1));
            let again = json!({ "id": visit, "channel": "HOME", "outcome": "SATISFIED",
                "signature": Sha256::of(OTHER).to_string() });
            let done = act(&office.desk, "finishVisit", again).await;
            assert_eq!(done.text("finishVisit.visit.signature"), SIGNATURE);
            send_picture(&app, &office.desk, OTHER).await;
        } else {
            send_picture(&app, &li, PICTURE).await;
        }
        let query = "query ($id: UUID!) { visit(id: $id) { isSigned } }";
        let seen = office.desk.run(query, json!({ "id": visit })).await;
        assert_eq!(seen.data("visit.isSigned"), true);
        for mutation in ["checkVisit", "archiveVisit"] {
            act(&office.supervisor, mutation, settle.clone())
                .await
                .data(mutation);
        }
    }
}

// V-06, V-09.
#[tokio::test]
async fn a_check_from_a_phone_waits_for_the_picture_of_the_signature() {
    let (app, _folder) = with_pictures().await;
    let office = Office::of(&app).await;
    let (of_visit, li) = signed_by_hash(&office).await;
    let check = told(1, "visit.check", &of_visit, json!({ "note": "已阅" }));
    let archive = told(2, "visit.archive", &of_visit, json!({}));
    let phone = &office.supervisor;
    let awaited = (
        "DEFERRED".to_owned(),
        Some("VISIT_SIGNATURE_AWAITED".to_owned()),
    );
    assert_eq!(
        phone.outcomes(vec![check.clone()]).await,
        vec![awaited.clone()]
    );
    assert!(phone.outcomes(Vec::new()).await.is_empty());
    assert_eq!(phone.outcomes(vec![check]).await, [awaited]);
    let stands = async || visit(&office.desk, &of_visit).await.text("visit.state");
    assert_eq!(stands().await, "DONE");

    send_picture(&app, &li, PICTURE).await;
    assert!(phone.outcomes(Vec::new()).await.is_empty());
    assert_eq!(stands().await, "CHECKED");
    let filed = phone.outcomes(vec![archive]).await;
    assert_eq!(filed, [("APPLIED".to_owned(), None)]);
    assert_eq!(office.desk.first_sync().await.count("sync_issue"), 0);
}

// V-06: also where phones carry rows.
#[tokio::test]
async fn a_checked_row_waits_for_the_picture_of_the_signature() {
    let (app, _folder) = with_pictures().await;
    let office = Office::of(&app).await;
    let (of_visit, li) = signed_by_hash(&office).await;
    let phone = &office.supervisor;
    let before = phone.row("visit", of_visit.parse().unwrap()).await;
    let after = with(&before, json!({ "state": "checked" }));
    phone
        .push_rows("visit", vec![change(&before, &after)])
        .await;
    let stands = async || visit(&office.desk, &of_visit).await.text("visit.state");
    assert_eq!(stands().await, "DONE");
    assert_eq!(phone.issues().await, Vec::<Value>::new());
    send_picture(&app, &li, PICTURE).await;
    phone.outcomes(Vec::new()).await;
    assert_eq!(stands().await, "CHECKED");
}

// Over all kinds: what needs no signature waits for none.
#[tokio::test]
async fn a_visit_that_needs_no_signature_waits_for_no_picture() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    let of_visit = id(&planned(&office, &ticket).await);
    let end = json!({ "id": of_visit, "channel": "PHONE", "outcome": "SATISFIED", "signature": SIGNATURE });
    act(&office.desk, "finishVisit", end)
        .await
        .data("finishVisit");
    let checked = act(&office.supervisor, "checkVisit", json!({ "id": of_visit })).await;
    assert_eq!(checked.text("checkVisit.visit.state"), "CHECKED");
}
