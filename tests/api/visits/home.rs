//! Visits to homes by plan.

use serde_json::json;

use super::{Office, act, kinds, step};
use crate::support::TestApp;

// W-01: nobody goes without an appointment; W-08: the record goes to the supervisor.
#[tokio::test]
async fn a_visit_goes_from_the_plan_to_the_door_and_its_record_to_the_supervisor() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let visit = office.planned().await;
    let li = app.sign_in("li", "d1").await;
    let early = step(&office.supervisor, &visit, "AT_DOOR", "").await;
    assert_eq!(early.code(), "VISIT_NOT_APPOINTED");

    let appointed = office.appoint(&visit).await;
    assert_eq!(appointed.text("appointVisit.visit.visitor.name"), "li");
    step(&li, &visit, "AT_DOOR", "").await.data("stepVisit");
    step(&li, &visit, "IN_TALK", "").await.data("stepVisit");
    let finish = json!({
        "id": visit, "channel": "HOME", "opinion": "楼道灯不亮", "handling": "已报维修", "result": "住户满意",
    });
    let done = act(&li, "finishVisit", finish).await;
    assert_eq!(done.text("finishVisit.visit.state"), "DONE");
    assert_eq!(done.text("finishVisit.visit.opinion"), "楼道灯不亮");

    let reported = act(&li, "reportVisit", json!({ "id": visit })).await;
    assert_eq!(reported.text("reportVisit.visit.state"), "REPORTED");
    let expected = [
        "PLANNED",
        "APPOINTED",
        "AT_DOOR",
        "IN_TALK",
        "FINISHED",
        "REPORTED",
    ];
    let events = reported.data("reportVisit.visit.events");
    assert_eq!(kinds(events), expected);
}

// W-02: two inside a home, one outside.
#[tokio::test]
async fn nobody_goes_into_a_home_alone() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let visit = office.planned().await;
    let alone = json!({
        "id": visit, "appointedAt": "2026-09-01T03:00:00Z", "visitorId": office.li.id,
    });
    act(&office.supervisor, "appointVisit", alone)
        .await
        .data("appointVisit");
    let li = app.sign_in("li", "d1").await;
    step(&li, &visit, "AT_DOOR", "").await.data("stepVisit");
    let refused = step(&li, &visit, "IN_TALK", "").await;
    assert_eq!(refused.code(), "VISIT_COMPANION_MISSING");

    let himself = json!({ "id": visit, "to": "IN_TALK", "companionId": office.li.id });
    let refused = act(&li, "stepVisit", himself).await;
    assert_eq!(refused.code(), "VISIT_COMPANION_MISSING");
    let two = json!({ "id": visit, "to": "IN_TALK", "companionId": office.zhao.id });
    let admitted = act(&li, "stepVisit", two).await;
    assert_eq!(admitted.text("stepVisit.visit.companion.name"), "zhao");

    let outside = office.planned().await;
    let input = json!({
        "id": outside, "appointedAt": "2026-09-01T03:00:00Z", "visitorId": office.li.id, "isInside": false,
    });
    act(&office.supervisor, "appointVisit", input)
        .await
        .data("appointVisit");
    step(&li, &outside, "AT_DOOR", "").await.data("stepVisit");
    step(&li, &outside, "IN_TALK", "").await.data("stepVisit");
}

// W-05: who is not wanted does not go in; W-06: who finds nobody says so, with the time and what he left.
#[tokio::test]
async fn who_is_refused_or_finds_nobody_agrees_on_another_time() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let visit = office.appointed().await;
    let li = app.sign_in("li", "d1").await;

    step(&li, &visit, "AT_DOOR", "").await.data("stepVisit");
    let silent = step(&li, &visit, "ABSENT", " ").await;
    assert_eq!(silent.code(), "INVALID_INPUT");
    let absent = step(&li, &visit, "ABSENT", "已留便条").await;
    assert_eq!(absent.text("stepVisit.visit.state"), "ABSENT");
    let over = json!({ "id": visit, "channel": "HOME" });
    let ended = act(&li, "finishVisit", over.clone()).await;
    assert_eq!(ended.code(), "VISIT_STEP_NOT_ALLOWED");

    office.wait(chrono::TimeDelta::hours(1)).await;
    let li = app.sign_in("li", "d1").await;
    office.appoint(&visit).await.data("appointVisit");
    step(&li, &visit, "AT_DOOR", "").await.data("stepVisit");
    let refused = step(&li, &visit, "REFUSED", "不方便").await;
    assert_eq!(refused.text("stepVisit.visit.state"), "REFUSED");
    assert_eq!(
        act(&li, "finishVisit", over).await.code(),
        "VISIT_STEP_NOT_ALLOWED"
    );
    let cancelled = act(&office.supervisor, "cancelVisit", json!({ "id": visit })).await;
    assert_eq!(cancelled.text("cancelVisit.visit.state"), "CANCELLED");
    let edit = json!({ "id": visit, "result": "改期" });
    assert_eq!(act(&li, "editVisit", edit).await.code(), "VISIT_SETTLED");
    let note = json!({ "id": visit, "note": "住户来电致歉" });
    act(&li, "noteVisit", note).await.data("noteVisit");
}

#[tokio::test]
async fn planning_twice_with_one_id_is_once() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let unit = crate::households::unit_of(&app, &office.estate, "0101").await;
    let plan = |purpose| {
        json!({
            "id": "01990000-0000-7000-8000-000000000001", "kind": "HOME", "purpose": purpose,
            "communityId": office.estate.community.id, "unitId": unit,
        })
    };
    for purpose in ["走访", "走访"] {
        act(&office.supervisor, "planVisit", plan(purpose))
            .await
            .data("planVisit.visit.id");
    }
    let other = act(&office.supervisor, "planVisit", plan("收费")).await;
    assert_eq!(other.code(), "CONFLICT");
    let all = super::visits(&office.desk, json!({ "kinds": ["HOME"] })).await;
    assert_eq!(all.data("visits.nodes").as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_who_works_here_is_sent() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let elsewhere = crate::estate::estate(&app, "cuihu").await;
    let sun = app
        .staff("sun", entity::kinds::PostKind::Assistant)
        .at(&elsewhere.community)
        .await;
    let visit = office.planned().await;
    let input = json!({ "id": visit, "appointedAt": "2026-09-01T03:00:00Z", "visitorId": sun.id });
    let refused = act(&office.supervisor, "appointVisit", input).await;
    assert_eq!(refused.code(), "VISIT_VISITOR_UNSUITABLE");
}
