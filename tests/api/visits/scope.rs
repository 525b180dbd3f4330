//! Who sees visits, who may do what, and how many statements it takes.

use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Office, act, step, visit, visits};
use crate::households::owner;
use crate::support::{Phone, TestApp, statements};
use crate::sync::mutation;

async fn seen(phone: &Phone<'_>) -> usize {
    let all = visits(phone, json!({})).await;
    all.data("visits.nodes").as_array().unwrap().len()
}

#[tokio::test]
async fn a_visit_is_known_to_the_office_its_zone_its_visitors_and_its_household() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let elsewhere = crate::estate::estate(&app, "cuihu").await;
    let zone = app.zone_of(&office.estate.community, "江畔苑").await;
    let other = app.zone(&office.estate.community, "听涛苑").await;
    app.staff("own", PostKind::SecurityGuard)
        .in_zone(&zone)
        .await;
    app.staff("other", PostKind::SecurityGuard)
        .in_zone(&other)
        .await;
    app.staff("foreign", PostKind::EstateManager)
        .at(&elsewhere.community)
        .await;
    owner(&office.desk, &app, &office.estate, "qin").await;
    let of_visit = office.appointed().await;

    let mut sees = Vec::new();
    for name in ["own", "other", "foreign", "qin", "li", "zhao"] {
        let phone = app.sign_in(name, "d1").await;
        let store = phone.first_sync().await;
        let known = (
            seen(&phone).await,
            store.count("visit"),
            store.count("visit_event"),
        );
        sees.push((name, known));
        if known.0 == 0 {
            let hidden = step(&phone, &of_visit, "AT_DOOR", "").await;
            assert_eq!(hidden.code(), "NOT_FOUND", "{name}");
            assert_eq!(visit(&phone, &of_visit).await.data("visit"), &Value::Null);
        }
    }
    let (all, none) = ((1, 1, 2), (0, 0, 0));
    assert_eq!(
        sees,
        [
            ("own", all),
            ("other", none),
            ("foreign", none),
            ("qin", all),
            ("li", all),
            ("zhao", all)
        ]
    );
}

#[tokio::test]
async fn a_resident_looks_on_and_sees_nothing_internal() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    owner(&office.desk, &app, &office.estate, "qin").await;
    let of_visit = office.appointed().await;
    let resident = app.sign_in("qin", "d1").await;
    let secret = json!({ "id": of_visit, "note": "住户脾气急", "isInternal": true });
    act(&office.desk, "noteVisit", secret)
        .await
        .data("noteVisit");

    let shown = visit(&resident, &of_visit)
        .await
        .data("visit.events")
        .to_string();
    assert!(!shown.contains("脾气"), "{shown}");
    assert_eq!(resident.first_sync().await.count("visit_event"), 2);
    for (mutation, input) in [
        ("stepVisit", json!({ "id": of_visit, "to": "AT_DOOR" })),
        ("noteVisit", json!({ "id": of_visit, "note": "请早些来" })),
        ("finishVisit", json!({ "id": of_visit, "channel": "HOME" })),
        ("editVisit", json!({ "id": of_visit, "result": "好" })),
        ("cancelVisit", json!({ "id": of_visit })),
        ("reportVisit", json!({ "id": of_visit })),
        ("archiveVisit", json!({ "id": of_visit })),
    ] {
        assert_eq!(
            act(&resident, mutation, input).await.code(),
            "FORBIDDEN",
            "{mutation}"
        );
    }
}

// W-07, V-08: visits are arranged by the office; who answers for a zone takes one that nobody has.
#[tokio::test]
async fn the_office_plans_and_whoever_answers_for_the_zone_takes_what_nobody_has() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let zone = app.zone_of(&office.estate.community, "江畔苑").await;
    for name in ["own", "second"] {
        app.staff(name, PostKind::SecurityGuard)
            .in_zone(&zone)
            .await;
    }
    let (own, second) = (
        app.sign_in("own", "d1").await,
        app.sign_in("second", "d1").await,
    );
    let plan = json!({
        "communityId": office.estate.community.id, "kind": "HOME", "purpose": "走访",
        "unitId": crate::households::unit_of(&app, &office.estate, "0101").await,
    });
    assert_eq!(act(&own, "planVisit", plan).await.code(), "FORBIDDEN");
    let of_visit = office.planned().await;
    let time = json!({ "id": of_visit, "appointedAt": "2026-09-01T03:00:00Z" });
    let taken = act(&own, "appointVisit", time.clone()).await;
    assert_eq!(taken.text("appointVisit.visit.visitor.name"), "own");
    assert_eq!(act(&second, "appointVisit", time).await.code(), "FORBIDDEN");
    assert_eq!(
        step(&second, &of_visit, "AT_DOOR", "").await.code(),
        "FORBIDDEN"
    );
    step(&own, &of_visit, "AT_DOOR", "").await.data("stepVisit");
}

fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

/// The statements a push takes; all of it is applied.
async fn taken(phone: &Phone<'_>, mutations: Vec<Value>) -> Vec<String> {
    let (results, statements) = statements::of(phone.results(mutations)).await;
    let applied = |result: &Value| matches!(result["outcome"].as_str(), Some("APPLIED" | "MERGED"));
    assert!(results.iter().all(applied), "{results:?}");
    statements
}

#[tokio::test]
async fn thirty_visits_take_as_many_statements_as_one() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let unit = crate::households::unit_of(&app, &office.estate, "0101").await;
    let plan = json!({
        "communityId": office.estate.community.id, "kind": "home", "purpose": "走访", "unitId": unit,
        "visitorId": office.li.id, "companionId": office.zhao.id,
    });
    let appoint = json!({ "appointedAt": "2026-09-01T03:00:00Z" });
    let (door, talk) = (json!({ "to": "at_door" }), json!({ "to": "in_talk" }));
    let (end, edit) = (json!({ "channel": "home" }), json!({ "result": "好" }));
    let kinds = [
        ("visit.plan", plan),
        ("visit.appoint", appoint),
        ("visit.step", door),
        ("visit.step", talk),
        ("visit.note", json!({ "note": "看过" })),
        ("visit.edit", edit),
        ("visit.finish", end),
        ("visit.report", json!({})),
    ];
    let desk = &office.supervisor;
    let push = |kind: &str, payload: &Value, visits: std::ops::RangeInclusive<u128>| {
        let send = |visit| {
            let name = format!("{kind} {payload} {visit}");
            mutation(
                &name[..name.len().min(60)],
                kind,
                &id(visit),
                payload.clone(),
            )
        };
        visits.map(send).collect::<Vec<_>>()
    };
    let warm = push("visit.plan", &kinds[0].1, 901..=902);
    taken(desk, named(warm, "warm")).await;
    for (kind, payload) in &kinds {
        let one = taken(desk, named(push(kind, payload, 101..=101), kind)).await;
        let thirty = taken(desk, named(push(kind, payload, 201..=230), kind)).await;
        assert_eq!(one.len(), thirty.len(), "{kind}: {one:#?} {thirty:#?}");
    }

    let list = async |first: i32| {
        let query = "query ($first: Int) { visits(first: $first) { nodes {
            id unit { roomNumber } visitor { name } companion { name } ticket { id } party { name } events { kind }
        } } }";
        let (answer, statements) = statements::of(desk.run(query, json!({ "first": first }))).await;
        let count = answer.data("visits.nodes").as_array().unwrap().len();
        (count, statements.len())
    };
    list(1).await;
    let (one, many) = (list(1).await, list(30).await);
    assert_eq!((one.0, many.0), (1, 30));
    assert_eq!(one.1, many.1);
}

/// With ids of their own.
fn named(mutations: Vec<Value>, kind: &str) -> Vec<Value> {
    let named = |(at, mut mutation): (usize, Value)| {
        let record = mutation["recordId"].as_str().unwrap_or_default().to_owned();
        let what = mutation["payload"]["to"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        mutation["mutationId"] = json!(format!("{kind} {what} {at} {}", &record[24..]));
        mutation
    };
    mutations.into_iter().enumerate().map(named).collect()
}

// V-01: however many repairs are finished, planning their return visits takes no more statements.
#[tokio::test]
async fn planning_ten_return_visits_takes_as_many_statements_as_one() {
    use xunfang::jobs::plan::{Planned, plan};
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    app.do_jobs().await;
    let mut counts = Vec::new();
    for repairs in [1, 10] {
        let mut last = String::new();
        for _ in 0..repairs {
            last = office.mended(json!({})).await;
        }
        office.wait(chrono::TimeDelta::hours(1)).await;
        let registry = xunfang::areas::jobs();
        plan(&app.app, &registry, &mut Planned::default())
            .await
            .unwrap();
        let ((), statements) = statements::of(app.do_jobs()).await;
        counts.push(statements.len());
        assert_eq!(office.returns_of(&last).await.len(), 1);
    }
    assert_eq!(counts[0], counts[1]);
}
