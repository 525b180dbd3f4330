//! What administrators see of it.

use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{LeaveZone, ask};
use crate::support::{Answer, Phone, TestApp};

async fn list(phone: &Phone<'_>, variables: Value) -> Answer {
    let query = "query ($communityId: UUID, $state: JobState, $first: Int, $after: String) {
        jobs(communityId: $communityId, state: $state, first: $first, after: $after) {
            pageInfo { hasNextPage endCursor }
            nodes { id kind communityId key state attempts dueAt leaseUntil lastCode lastError createdAt finishedAt }
        }
    }";
    phone.run(query, variables).await
}

#[tokio::test]
async fn administrators_look_at_jobs_and_nobody_else_does() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("chief", PostKind::CsManager).at(&bijiang).await;
    app.administrator("boss").await;
    let (chief, boss) = (
        app.sign_in("chief", "d1").await,
        app.sign_in("boss", "d1").await,
    );
    for (phone, code) in [
        (&app.stranger(), "UNAUTHENTICATED"),
        (&chief, "FORBIDDEN"),
        (&boss, ""),
    ] {
        assert_eq!(list(phone, json!({})).await.code(), code);
    }
    for wrong in [
        json!({ "first": 0 }),
        json!({ "first": 201 }),
        json!({ "after": "?" }),
    ] {
        assert_eq!(list(&boss, wrong).await.code(), "INVALID_INPUT");
    }
}

#[tokio::test]
async fn jobs_are_listed_page_by_page_and_by_what_they_are() {
    let app = TestApp::start().await;
    let (bijiang, cuihu) = (app.community("bijiang").await, app.community("cuihu").await);
    app.administrator("boss").await;
    let boss = app.sign_in("boss", "d1").await;
    app.do_jobs().await;
    app.wait(chrono::TimeDelta::seconds(1));
    ask::<LeaveZone>(&app, &bijiang, &["a", "b"]).await;

    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let page = list(&boss, json!({ "first": 2, "after": after })).await;
        let nodes = page.data("jobs.nodes").as_array().unwrap();
        seen.extend(
            nodes
                .iter()
                .map(|job| job["id"].as_str().unwrap().to_owned()),
        );
        after = page.data("jobs.pageInfo.endCursor").clone();
        if page.data("jobs.pageInfo.hasNextPage") == &json!(false) {
            break;
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((count, seen.len()), (7, 7));

    let kinds = async |filter: Value| {
        let answer = list(&boss, filter).await;
        let nodes = answer.data("jobs.nodes").as_array().unwrap();
        let kind = |job: &Value| job["kind"].as_str().unwrap().to_owned();
        let mut kinds: Vec<_> = nodes.iter().map(kind).collect();
        kinds.sort();
        kinds
    };
    assert_eq!(
        kinds(json!({ "communityId": cuihu.id })).await,
        ["household.settle_relations"]
    );
    assert_eq!(
        kinds(json!({ "state": "WAITING" })).await,
        ["test.leave_zone", "test.leave_zone"]
    );
    let everywhere = json!({ "communityId": Uuid::nil() });
    assert_eq!(
        kinds(everywhere).await,
        ["job.purge", "sync.expire_deferred", "ticket.watch_clocks"]
    );

    let done = json!({ "communityId": cuihu.id, "state": "DONE" });
    let done = list(&boss, done).await;
    let job = done.data("jobs.nodes.0");
    assert_eq!(job["key"], "2026-09-01");
    assert_eq!(
        (&job["attempts"], &job["state"]),
        (&json!(1), &json!("DONE"))
    );
    assert_eq!(job["communityId"], json!(cuihu.id));
    assert!(job["finishedAt"].is_string() && job["lastCode"].is_null());
}
