//! Pushing.

use entity::kinds::PostKind;
use entity::ledger::audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::mutation;
use crate::support::{Community, TestApp};

/// A ticket as a phone opens it.
pub fn opening(id: &str, ticket: Uuid, at: &Community) -> Value {
    let payload =
        json!({ "communityId": at.id, "summary": "厨房水管漏水", "convenientTime": "下午" });
    mutation(id, "ticket.open", &ticket.to_string(), payload)
}

// T-01, T-02: what a repair asks for is recorded first.
#[tokio::test]
async fn a_ticket_made_in_a_basement_comes_home() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7);

    let results = phone.results(vec![opening("m1", ticket, &bijiang)]).await;
    assert_eq!(results[0]["outcome"], "APPLIED", "{results:?}");
    assert_eq!(results[0]["record"]["document"]["state"], "recorded");

    let store = phone.first_sync().await;
    let document = store.get("ticket", &ticket.to_string()).unwrap();
    assert_eq!(document["summary"], "厨房水管漏水");
    assert_eq!(store.count("ticket_event"), 1);
}

#[tokio::test]
async fn a_mutation_sent_twice_is_applied_once() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7);
    let note = || {
        mutation(
            "m2",
            "ticket.note",
            &ticket.to_string(),
            json!({ "note": "已联系" }),
        )
    };

    phone
        .push(vec![opening("m1", ticket, &bijiang), note(), note()])
        .await
        .data("syncPush");
    let again = phone
        .results(vec![note(), opening("m1", ticket, &bijiang)])
        .await;
    assert!(
        again
            .iter()
            .all(|result| result["duplicate"] == true && result["outcome"] == "APPLIED")
    );
    assert_eq!(again[1]["record"]["document"]["summary"], "厨房水管漏水");
    assert_eq!(phone.first_sync().await.count("ticket_event"), 2);

    let ledger = phone
        .run(
            "{ mySync { ledger { deliveries distinct duplicates applied } } }",
            json!({}),
        )
        .await;
    let expected = json!({ "deliveries": 5, "distinct": 2, "duplicates": 3, "applied": 2 });
    assert_eq!(*ledger.data("mySync.ledger"), expected);
}

#[tokio::test]
async fn a_bad_mutation_spoils_no_neighbour_and_is_kept() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7).to_string();
    let note = |id: &str, payload| mutation(id, "ticket.note", &ticket, payload);

    let results = phone
        .outcomes(vec![
            opening("m1", Uuid::from_u128(7), &bijiang),
            note("m2", json!({ "note": "x".repeat(1_000_000) })),
            note("m3", json!({ "note": "\u{0}\u{200B}" })),
            note("m4", json!({ "note": "a\u{0}b\u{202E}c\u{B}d" })),
            note("m5", json!({ "note": "a", "unknown": 1 })),
            mutation("m6", "ticket.fly", &ticket, json!({})),
            mutation("m7", "ticket.note", "no-uuid", json!({ "note": "a" })),
            json!({ "kind": "ticket.note" }),
            json!(7),
            note("m8", json!({ "note": "好" })),
        ])
        .await;
    let codes: Vec<_> = results
        .iter()
        .map(|(outcome, code)| (outcome.as_str(), code.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        codes,
        [
            ("APPLIED", "-"),
            ("QUARANTINED", "INVALID_INPUT"),
            ("QUARANTINED", "INVALID_INPUT"),
            ("APPLIED", "-"),
            ("QUARANTINED", "MUTATION_MALFORMED"),
            ("QUARANTINED", "MUTATION_KIND_UNKNOWN"),
            ("QUARANTINED", "MUTATION_MALFORMED"),
            ("QUARANTINED", "MUTATION_MALFORMED"),
            ("QUARANTINED", "MUTATION_MALFORMED"),
            ("APPLIED", "-"),
        ]
    );
    assert_eq!(phone.first_sync().await.count("sync_issue"), 7);
}

#[tokio::test]
async fn two_phones_edit_different_fields_and_both_survive() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let (li, wang) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let ticket = Uuid::from_u128(7);
    let opened = li.results(vec![opening("m1", ticket, &bijiang)]).await;
    let base = opened[0]["record"]["seq"].clone();
    let edit = |id: &str, changes: Value| {
        let mut edit = mutation(id, "ticket.edit", &ticket.to_string(), changes);
        edit["baseSeq"] = base.clone();
        edit
    };

    let first = li
        .outcomes(vec![edit("e1", json!({ "summary": "卫生间水管漏水" }))])
        .await;
    let second = wang
        .outcomes(vec![
            edit("e1", json!({ "priority": "urgent" })),
            edit("e2", json!({ "summary": "阳台水管漏水" })),
        ])
        .await;
    assert_eq!(first[0].0, "APPLIED");
    assert_eq!(second[0].0, "MERGED");
    assert_eq!(second[1].0, "CONFLICT_KEPT");

    let store = wang.first_sync().await;
    let document = store.get("ticket", &ticket.to_string()).unwrap();
    assert_eq!(document["summary"], "卫生间水管漏水");
    assert_eq!(document["priority"], "urgent");
    let issue = store
        .records
        .iter()
        .find(|((name, _), _)| name == "sync_issue")
        .unwrap()
        .1;
    assert_eq!(
        (&issue["field"], &issue["lostValue"]),
        (&json!("summary"), &json!("阳台水管漏水"))
    );
}

#[tokio::test]
async fn a_child_that_comes_before_its_parent_waits_for_it() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7);
    let note = mutation(
        "m2",
        "ticket.note",
        &ticket.to_string(),
        json!({ "note": "早到" }),
    );
    let mut last = mutation(
        "m3",
        "ticket.note",
        &ticket.to_string(),
        json!({ "note": "更早到" }),
    );
    last["after"] = json!("m2");

    assert_eq!(
        phone
            .outcomes(vec![last, note.clone()])
            .await
            .iter()
            .map(|it| &*it.0)
            .collect::<Vec<_>>(),
        ["DEFERRED", "DEFERRED"]
    );
    assert_eq!(
        phone.outcomes(vec![opening("m1", ticket, &bijiang)]).await[0].0,
        "APPLIED"
    );
    assert_eq!(phone.outcomes(vec![note]).await[0].0, "APPLIED");
    assert_eq!(phone.first_sync().await.count("ticket_event"), 3);
}

#[tokio::test]
async fn a_group_stands_or_falls_together() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7);
    let grouped = |mut mutation: Value| {
        mutation["group"] = json!("g1");
        mutation
    };
    let outcomes = phone
        .outcomes(vec![
            grouped(opening("m1", ticket, &bijiang)),
            grouped(mutation(
                "m2",
                "ticket.advance",
                &ticket.to_string(),
                json!({ "to": "closed" }),
            )),
            opening("m3", Uuid::from_u128(8), &bijiang),
        ])
        .await;
    let codes: Vec<_> = outcomes
        .iter()
        .map(|(outcome, code)| (&**outcome, code.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        codes,
        [
            ("QUARANTINED", "GROUP_FAILED"),
            ("QUARANTINED", "TICKET_STEP_NOT_ALLOWED"),
            ("APPLIED", "-")
        ]
    );
    assert_eq!(phone.first_sync().await.count("ticket"), 1);
}

#[tokio::test]
async fn whoever_loses_a_value_is_the_one_who_is_told() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let (li, wang) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let ticket = Uuid::from_u128(7);
    let opened = li.results(vec![opening("m1", ticket, &bijiang)]).await;
    let at = |time: &str| {
        let mut edit = mutation(
            "e1",
            "ticket.edit",
            &ticket.to_string(),
            json!({ "convenientTime": time }),
        );
        edit["baseSeq"] = opened[0]["record"]["seq"].clone();
        edit
    };
    li.push(vec![at("上午")]).await.data("syncPush");
    // The last one wins this field, so the value that stood there is the one that is lost.
    assert_eq!(wang.outcomes(vec![at("晚上")]).await[0].0, "MERGED");

    let store = wang.first_sync().await;
    assert_eq!(
        store.get("ticket", &ticket.to_string()).unwrap()["convenientTime"],
        "晚上"
    );
    let mut issues = store
        .records
        .iter()
        .filter(|((name, _), _)| name == "sync_issue");
    let issue = issues.next().unwrap().1;
    let told = (&issue["authorName"], &issue["lostValue"], &issue["state"]);
    assert_eq!(
        told,
        (&json!("li"), &json!("上午"), &json!("settled_by_policy"))
    );
}

#[tokio::test]
async fn a_member_of_a_group_may_come_after_another_of_it() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7);
    let note = json!({ "note": "随后" });
    let mut sent = vec![
        opening("m1", ticket, &bijiang),
        mutation("m2", "ticket.note", &ticket.to_string(), note),
    ];
    sent[1]["after"] = json!("m1");
    for mutation in &mut sent {
        mutation["group"] = json!("g1");
    }
    let outcomes = phone.outcomes(sent.clone()).await;
    assert!(outcomes.iter().all(|it| it.0 == "APPLIED"), "{outcomes:?}");

    // The other way round each waits for the other, and neither is torn off.
    sent.reverse();
    for (mutation, id) in sent.iter_mut().zip(["n2", "n1"]) {
        mutation["mutationId"] = json!(id);
        mutation["group"] = json!("g2");
    }
    sent[0]["after"] = json!("n1");
    let outcomes = phone.outcomes(sent).await;
    assert!(outcomes.iter().all(|it| it.0 == "DEFERRED"), "{outcomes:?}");
}

#[tokio::test]
async fn an_id_that_is_used_again_for_something_else_loses_neither() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(7);
    let note = |text| {
        mutation(
            "m2",
            "ticket.note",
            &ticket.to_string(),
            json!({ "note": text }),
        )
    };
    let reused = (
        "QUARANTINED".to_owned(),
        Some("MUTATION_ID_REUSED".to_owned()),
    );

    let first = vec![opening("m1", ticket, &bijiang), note("第一"), note("第二")];
    assert_eq!(phone.outcomes(first).await[2], reused);
    assert_eq!(
        phone.outcomes(vec![note("第三"), note("第一")]).await[0],
        reused
    );
    let again = phone.results(vec![note("第三")]).await;
    assert_eq!(
        (&again[0]["duplicate"], &again[0]["mutationId"]),
        (&json!(true), &json!("m2"))
    );
    let store = phone.first_sync().await;
    assert_eq!(
        (store.count("ticket_event"), store.count("sync_issue")),
        (2, 2)
    );
}

// The audit trail says of each record which commands changed it, also of those that were pushed together.
#[tokio::test]
async fn the_audit_trail_names_the_command_and_not_the_push() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let [opened, called_off] = [1, 2].map(Uuid::from_u128);
    let step = |id: &str, to: &str| {
        let payload = json!({ "to": to });
        mutation(id, "ticket.advance", &called_off.to_string(), payload)
    };
    let sent = vec![
        opening("m1", opened, &bijiang),
        opening("m2", called_off, &bijiang),
        step("m3", "cancelled"),
        // Refused, so it changed nothing.
        step("m4", "finished"),
    ];
    phone.push(sent).await;
    let why = async |record: Uuid| {
        let traces = audit::Entity::find()
            .filter(audit::Column::RecordId.eq(record))
            .all(app.app.db().reader());
        let traces = traces.await.unwrap();
        let why: Vec<_> = traces.into_iter().map(|trace| trace.why).collect();
        why
    };
    assert_eq!(why(opened).await, ["ticket.open"]);
    assert_eq!(why(called_off).await, ["ticket.open, ticket.advance"]);
}
