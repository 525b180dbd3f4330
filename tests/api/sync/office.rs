//! What the office does with what was kept out, and for whom.

use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::mutation;
use super::push::opening;
use crate::estate::estate;
use crate::households::{office, owner, unit_of};
use crate::support::{Answer, Phone, TestApp};

async fn issues(phone: &Phone<'_>) -> Vec<Value> {
    let answer = phone
        .run(
            "{ syncIssues { nodes { id mutationId field } } }",
            json!({}),
        )
        .await;
    answer.data("syncIssues.nodes").as_array().unwrap().clone()
}

async fn settle(phone: &Phone<'_>, how: &str, issue: &Value) -> Answer {
    let operation = format!(
        "mutation ($input: SettleSyncIssueInput!) {{ {how}(input: $input) {{ syncIssue {{ state }} }} }}"
    );
    phone
        .run(&operation, json!({ "input": { "id": issue["id"] } }))
        .await
}

#[tokio::test]
async fn a_report_that_the_office_lets_through_stays_the_residents_own() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    owner(&desk, &app, &estate, "qin").await;
    let resident = app.sign_in("qin", "d1").await;
    let ticket = Uuid::from_u128(7);
    // He stood before his neighbour's door, and nobody may report for that.
    let neighbour = unit_of(&app, &estate, "0102").await;
    let mut report = opening("m1", ticket, &estate.community);
    report["payload"]["unitId"] = json!(neighbour);
    assert_eq!(resident.outcomes(vec![report]).await[0].0, "QUARANTINED");

    let open = issues(&desk).await;
    settle(&desk, "retrySyncIssue", &open[0])
        .await
        .data("retrySyncIssue");
    let query =
        "query ($id: UUID!) { ticket(id: $id) { reporter { name } lastEvents { authorName } } }";
    let shown = resident.run(query, json!({ "id": ticket })).await;
    assert_eq!(shown.text("ticket.reporter.name"), "qin");
    assert_eq!(shown.text("ticket.lastEvents.0.authorName"), "qin");
}

#[tokio::test]
async fn a_group_is_let_through_whole() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("wang", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    let (li, wang) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let ticket = Uuid::from_u128(7);
    let grouped = |mut mutation: Value| {
        mutation["group"] = json!("g1");
        mutation
    };
    // A guard may record, and may not order.
    let order = mutation(
        "m2",
        "ticket.advance",
        &ticket.to_string(),
        json!({ "to": "ordered" }),
    );
    let sent = vec![grouped(opening("m1", ticket, &bijiang)), grouped(order)];
    assert!(
        wang.outcomes(sent.clone())
            .await
            .iter()
            .all(|(outcome, _)| outcome == "QUARANTINED")
    );

    let open = issues(&li).await;
    assert_eq!(open.len(), 2);
    settle(&li, "retrySyncIssue", &open[0])
        .await
        .data("retrySyncIssue");
    assert_eq!(issues(&li).await.len(), 0);
    assert!(
        wang.outcomes(sent)
            .await
            .iter()
            .all(|(outcome, _)| outcome == "APPLIED")
    );
    let state = "query ($id: UUID!) { ticket(id: $id) { state } }";
    let state = li.run(state, json!({ "id": ticket })).await;
    assert_eq!(state.text("ticket.state"), "ORDERED");
}

#[tokio::test]
async fn a_third_value_is_not_overwritten_unseen() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    for name in ["li", "wang", "zhao"] {
        app.staff(name, PostKind::Assistant).at(&bijiang).await;
    }
    let (li, wang, zhao) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d1").await,
        app.sign_in("zhao", "d1").await,
    );
    let ticket = Uuid::from_u128(7);
    let opened = li.results(vec![opening("m1", ticket, &bijiang)]).await;
    let edit = |id: &str, base: &Value, text: &str| {
        let mut edit = mutation(
            id,
            "ticket.edit",
            &ticket.to_string(),
            json!({ "description": text }),
        );
        edit["baseSeq"] = base.clone();
        edit
    };
    let base = &opened[0]["record"]["seq"];
    let first = li.results(vec![edit("e1", base, "甲")]).await;
    assert_eq!(
        wang.outcomes(vec![edit("e1", base, "乙")]).await[0].0,
        "CONFLICT_KEPT"
    );
    li.push(vec![edit("e2", &first[0]["record"]["seq"], "丙")])
        .await
        .data("syncPush");

    let open = issues(&zhao).await;
    assert_eq!(
        settle(&zhao, "takeTheirs", &open[0]).await.code(),
        "FIELD_CONFLICT"
    );
    let shown = "query ($id: UUID!) { ticket(id: $id) { description } }";
    let shown = zhao.run(shown, json!({ "id": ticket })).await;
    assert_eq!(shown.text("ticket.description"), "丙");
    assert_eq!(issues(&zhao).await.len(), 1, "it still waits for a person");
}
