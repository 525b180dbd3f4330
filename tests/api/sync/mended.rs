//! What was refused can be read, mended and done by hand; what waits can be read.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::push::opening;
use super::rxdb::{change, with};
use super::{after, contact, mutation};
use crate::support::{Answer, Phone, TestApp};

const MUTATION: &str = "mutation {
    mutationId kind recordId payload envelope correctedPayload outcome code receivedAt authorName
    waitsFor { collection id } }";

async fn issues(phone: &Phone<'_>) -> Vec<Value> {
    let query = format!(
        "{{ syncIssues {{ nodes {{ id code authorId isCorrected settledNote {MUTATION} }} }} }}"
    );
    let answer = phone.run(&query, json!({})).await;
    answer.data("syncIssues.nodes").as_array().unwrap().clone()
}

async fn retry(phone: &Phone<'_>, input: Value) -> Answer {
    let operation = format!(
        "mutation ($input: SettleSyncIssueInput!) {{ retrySyncIssue(input: $input) {{
            syncIssue {{ state isCorrected settledNote {MUTATION} }} }} }}"
    );
    phone.run(&operation, json!({ "input": input })).await
}

#[tokio::test]
async fn a_refused_mutation_is_shown_masked_and_mended_without_losing_what_came() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("sun", PostKind::SecurityGuard).at(&bijiang).await;
    app.staff("zhao", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    let (phone, desk, other) = (
        app.sign_in("sun", "d1").await,
        app.sign_in("li", "d2").await,
        app.sign_in("zhao", "d3").await,
    );
    let before = contact(&phone).await;
    app.wait(TimeDelta::minutes(10));
    let ticket = Uuid::from_u128(7);
    let mut sent = after(&before, 4, opening("m1", ticket, &bijiang));
    sent["payload"]["contactPhone"] = json!("13000003336");
    sent["payload"]["priority"] = json!("enormous");
    // The phone measured fractions, and nothing of its envelope is lost for it.
    assert_eq!(phone.outcomes(vec![sent.clone()]).await[0].0, "QUARANTINED");

    let masked = |shown: &Value| {
        assert_eq!(shown["payload"]["contactPhone"], "130****3336");
        assert_eq!(shown["payload"]["priority"], "enormous");
        assert_eq!(shown["envelope"]["observed"], sent["observed"]);
        assert_eq!(shown["kind"], "ticket.open");
    };
    let (of_author, of_desk) = (issues(&phone).await, issues(&desk).await);
    masked(&of_author[0]["mutation"]);
    masked(&of_desk[0]["mutation"]);
    assert_eq!(of_desk[0]["mutation"]["authorName"], "sun");
    assert!(issues(&other).await.is_empty());

    let id = &of_desk[0]["id"];
    let still = retry(&desk, json!({ "id": id })).await;
    assert_eq!(still.code(), "MUTATION_MALFORMED");
    let mut payload = of_desk[0]["mutation"]["payload"].clone();
    payload["priority"] = json!("high");
    let done = retry(&desk, json!({ "id": id, "payload": payload })).await;
    let issue = done.data("retrySyncIssue.syncIssue");
    assert_eq!(
        (&issue["state"], &issue["isCorrected"]),
        (&json!("RETRIED"), &json!(true))
    );
    let kept = &issue["mutation"];
    assert_eq!(
        (
            &kept["payload"]["priority"],
            &kept["correctedPayload"]["priority"]
        ),
        (&json!("enormous"), &json!("high"))
    );
    assert_eq!(kept["correctedPayload"]["contactPhone"], "130****3336");

    // It is the author's, at the time of the author, with the number that he had typed.
    let query = "query ($id: UUID!) { ticket(id: $id) { priority contactPhoneMasked observedAt lastEvents { authorName } } }";
    let shown = desk.run(query, json!({ "id": ticket })).await;
    assert_eq!(shown.text("ticket.priority"), "HIGH");
    assert_eq!(shown.text("ticket.contactPhoneMasked"), "130****3336");
    assert_eq!(shown.text("ticket.lastEvents.0.authorName"), "sun");
    let chen = app.staff("chen", PostKind::MaintenanceWorker);
    let chen = chen.at(&bijiang).await;
    let assign = mutation(
        "a1",
        "ticket.assign",
        &ticket.to_string(),
        json!({ "assigneeId": chen.id }),
    );
    desk.outcomes(vec![
        mutation(
            "o1",
            "ticket.advance",
            &ticket.to_string(),
            json!({ "to": "ordered" }),
        ),
        assign,
    ])
    .await;
    let worker = app.sign_in("chen", "d4").await;
    let store = worker.first_sync().await;
    assert_eq!(
        store.get("ticket", &ticket.to_string()).unwrap()["contactPhone"],
        "13000003336"
    );
    // Sent again it is known.
    assert_eq!(phone.outcomes(vec![sent]).await[0].0, "APPLIED");
}

#[tokio::test]
async fn an_envelope_that_cannot_be_read_is_mended_too() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let desk = app.sign_in("li", "d1").await;
    let mut sent = opening("m1", Uuid::from_u128(7), &bijiang);
    sent["weather"] = json!("rain");
    sent["recordId"] = json!("no uuid");
    assert_eq!(desk.outcomes(vec![sent]).await[0].0, "QUARANTINED");
    let open = issues(&desk).await;
    assert_eq!(open[0]["mutation"]["envelope"]["weather"], "rain");
    let input = json!({ "id": open[0]["id"], "recordId": Uuid::from_u128(7) });
    let done = retry(&desk, input).await;
    assert_eq!(done.text("retrySyncIssue.syncIssue.state"), "RETRIED");
    assert_eq!(desk.first_sync().await.count("ticket"), 1);

    // A text that holds a payload is read, so that what is personal in it is masked.
    let text = json!({ "contactPhone": "13000003336" }).to_string();
    let record = Uuid::from_u128(8).to_string();
    let as_text = mutation("m2", "ticket.open", &record, json!(text));
    assert_eq!(desk.outcomes(vec![as_text]).await[0].0, "QUARANTINED");
    let shown = &issues(&desk).await[0]["mutation"];
    let masked = json!({ "contactPhone": "130****3336" });
    assert_eq!(
        (&shown["payload"], &shown["envelope"]["payload"]),
        (&masked, &masked)
    );

    let discard = "mutation ($input: SettleSyncIssueInput!) { discardSyncIssue(input: $input) { syncIssue { state } } }";
    let input = json!({ "id": open[0]["id"], "payload": {} });
    assert_eq!(
        desk.run(discard, json!({ "input": input })).await.code(),
        "INVALID_INPUT"
    );
}

#[tokio::test]
async fn a_refused_row_becomes_a_command_or_is_done_by_hand() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let desk = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7);
    desk.outcomes(vec![opening("m1", ticket, &bijiang)]).await;
    let row = desk.row("ticket", ticket).await;
    let closed = change(
        &row,
        &with(&row, json!({ "state": "closed", "convenientTime": "周日" })),
    );
    desk.push_rows("ticket", vec![closed]).await;
    let due = change(
        &row,
        &with(&row, json!({ "finishedAt": "2026-09-01T00:00:00.000Z" })),
    );
    desk.push_rows("ticket", vec![due]).await;
    let open = issues(&desk).await;
    let rows: Vec<_> = open
        .iter()
        .filter(|it| it["mutation"]["kind"] == "ticket.row")
        .collect();
    assert!(!rows.is_empty(), "{open:#?}");
    let input = json!({
        "id": rows[0]["id"], "kind": "ticket.note", "recordId": ticket,
        "payload": { "note": "住户要求结案" },
    });
    let done = retry(&desk, input).await;
    assert_eq!(done.text("retrySyncIssue.syncIssue.state"), "RETRIED");
    let events = desk.first_sync().await;
    assert!(
        events
            .records
            .values()
            .any(|it| it["note"] == "住户要求结案")
    );

    let by_hand =
        "mutation ($input: SettleSyncIssueByHandInput!) { settleSyncIssueByHand(input: $input) {
        syncIssue { state settledNote mutation { outcome } } } }";
    let rest = issues(&desk).await;
    for issue in &rest {
        let empty = json!({ "input": { "id": issue["id"], "note": " " } });
        assert_eq!(desk.run(by_hand, empty).await.code(), "INVALID_INPUT");
        let input = json!({ "input": { "id": issue["id"], "note": "已电话处理" } });
        let done = desk.run(by_hand, input).await;
        let issue = done.data("settleSyncIssueByHand.syncIssue");
        assert_eq!(
            issue,
            &json!({ "state": "DONE_BY_HAND", "settledNote": "已电话处理", "mutation": { "outcome": "DISCARDED" } })
        );
    }
    assert!(!rest.is_empty() && issues(&desk).await.is_empty());
}

#[tokio::test]
async fn what_waits_is_seen_by_its_author_and_the_office() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("sun", PostKind::SecurityGuard).at(&bijiang).await;
    let (phone, desk) = (
        app.sign_in("sun", "d1").await,
        app.sign_in("li", "d2").await,
    );
    let ticket = Uuid::from_u128(7);
    let note = mutation(
        "n1",
        "ticket.note",
        &ticket.to_string(),
        json!({ "note": "早到" }),
    );
    let mut second = mutation(
        "n2",
        "ticket.note",
        &ticket.to_string(),
        json!({ "note": "其次" }),
    );
    second["after"] = json!("n1");
    assert_eq!(phone.outcomes(vec![note, second]).await[1].0, "DEFERRED");
    let fields =
        "mutationId payload code outcome receivedAt after authorName waitsFor { collection id }";
    let mine = phone
        .run(
            &format!("{{ mySync {{ waiting {{ {fields} }} }} }}"),
            json!({}),
        )
        .await;
    let mine = mine.data("mySync.waiting").clone();
    let expected = json!({
        "mutationId": "n1", "payload": { "note": "早到" }, "code": "NOT_FOUND", "outcome": "DEFERRED",
        "receivedAt": mine[0]["receivedAt"], "after": null, "authorName": "sun",
        "waitsFor": { "collection": "ticket", "id": ticket },
    });
    assert_eq!(mine[0], expected);
    assert_eq!(
        (&mine[1]["after"], &mine[1]["waitsFor"]),
        (&json!("n1"), &Value::Null)
    );
    let of_community =
        format!("query ($id: UUID!) {{ syncWaiting(communityId: $id) {{ {fields} }} }}");
    let seen = desk.run(&of_community, json!({ "id": bijiang.id })).await;
    assert_eq!(seen.data("syncWaiting"), &mine);
    let refused = phone.run(&of_community, json!({ "id": bijiang.id })).await;
    assert_eq!(refused.code(), "NOT_FOUND");
    // It waits no more once it has come.
    phone.outcomes(vec![opening("m1", ticket, &bijiang)]).await;
    let seen = desk.run(&of_community, json!({ "id": bijiang.id })).await;
    assert_eq!(seen.data("syncWaiting"), &json!([]));
}

#[tokio::test]
async fn an_edit_says_in_its_event_what_was_there_and_what_is_since() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let desk = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7);
    let edit = json!({ "summary": "卫生间水管漏水", "repairClass": "other" });
    let edit = mutation("e1", "ticket.edit", &ticket.to_string(), edit);
    let outcomes = desk
        .outcomes(vec![opening("m1", ticket, &bijiang), edit])
        .await;
    assert_eq!(outcomes[1].0, "APPLIED");
    let query =
        "query ($id: UUID!) { ticket(id: $id) { lastEvents { kind changes { field old new } } } }";
    let shown = desk.run(query, json!({ "id": ticket })).await;
    let edited = shown.data("ticket.lastEvents").as_array().unwrap().clone();
    let edited = edited
        .into_iter()
        .find(|it| it["kind"] == "EDITED")
        .unwrap();
    let changes = edited["changes"].as_array().unwrap();
    for change in [
        json!({ "field": "repairClass", "old": null, "new": "other" }),
        json!({ "field": "summary", "old": "厨房水管漏水", "new": "卫生间水管漏水" }),
    ] {
        assert!(changes.contains(&change), "{changes:?}");
    }
    let store = desk.first_sync().await;
    let mut carried = store.records.values();
    let carried = carried.find(|it| it["kind"] == "edited").unwrap();
    assert_eq!(&carried["changes"], &edited["changes"]);
}

#[tokio::test]
async fn a_mended_mutation_tells_of_its_unreadable_witness_as_one_that_is_taken_at_once() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("sun", PostKind::SecurityGuard).at(&bijiang).await;
    let (phone, desk) = (
        app.sign_in("sun", "d1").await,
        app.sign_in("li", "d2").await,
    );
    let unread = async || {
        let query = "{ syncIssues(onlyOpen: false, first: 100) { nodes { mutationId code field lostValue authorName recordId state } } }";
        let answer = desk.run(query, json!({})).await;
        let issues = answer.data("syncIssues.nodes").as_array().unwrap().clone();
        let mut unread: Vec<_> = issues
            .into_iter()
            .filter(|it| it["code"] == "WITNESS_UNREADABLE")
            .collect();
        unread.sort_by_key(|it| (it["mutationId"].to_string(), it["field"].to_string()));
        unread
    };
    let sent = |id: &str, record: u128| {
        let mut sent = opening(id, Uuid::from_u128(record), &bijiang);
        sent["baseSeq"] = json!("x");
        sent["base"] = json!([1]);
        sent["observed"] = json!({ "elapsedMs": "soon" });
        sent
    };
    assert_eq!(phone.outcomes(vec![sent("m1", 7)]).await[0].0, "APPLIED");
    let at_once = unread().await;
    let fields: Vec<_> = at_once.iter().map(|it| it["field"].clone()).collect();
    assert_eq!(fields, ["base", "baseSeq", "observed.elapsedMs"]);

    let mut bad = sent("m2", 8);
    bad["payload"]["priority"] = json!("enormous");
    assert_eq!(phone.outcomes(vec![bad]).await[0].0, "QUARANTINED");
    assert_eq!(unread().await, at_once);
    let open = issues(&desk).await;
    let mut payload = open[0]["mutation"]["payload"].clone();
    payload["priority"] = json!("high");
    let done = retry(&desk, json!({ "id": open[0]["id"], "payload": payload })).await;
    assert_eq!(done.text("retrySyncIssue.syncIssue.state"), "RETRIED");

    let mended = unread().await.split_off(at_once.len());
    let as_at_once = at_once.into_iter().map(|mut issue| {
        issue["mutationId"] = json!("m2");
        issue["recordId"] = json!(Uuid::from_u128(8));
        issue
    });
    // In the name of the author.
    assert_eq!(mended, as_at_once.collect::<Vec<_>>());
}
