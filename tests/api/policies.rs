//! What a community does otherwise than the handbooks, and what phones carry by one such policy.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Community, Phone, TestApp};
use crate::sync::mutation;
use crate::sync::push::opening;

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
