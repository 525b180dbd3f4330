//! Visits on phones that are offline: two who go together, and the faces that carry rows.

use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Office, PICTURE, SIGNATURE, act, kinds, send_picture, step, told, visit, with_pictures,
};
use crate::support::{Phone, TestApp};
use crate::sync::rxdb::{change, insert, with};
use crate::sync::watermelon::Watermelon;
use crate::sync::{after, contact, mutation};

/// The two who visit together, each with a phone.
async fn both(app: &TestApp) -> (Phone<'_>, Phone<'_>) {
    (
        app.sign_in("li", "d1").await,
        app.sign_in("zhao", "d2").await,
    )
}

// W-02: two go into a home, and each tells of it.
#[tokio::test]
async fn of_two_who_went_together_offline_both_are_heard() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let of_visit = office.appointed().await;
    let (li, zhao) = both(&app).await;
    assert_eq!(
        li.first_sync().await.get("visit", &of_visit).unwrap()["state"],
        "appointed"
    );
    let (of_li, of_zhao) = (contact(&li).await, contact(&zhao).await);
    office.wait(chrono::TimeDelta::hours(5)).await;
    let (li, zhao) = both(&app).await;

    let at_home = |first: u128, contact: &str, opinion: &str, outcome: &str| {
        let tell = |number, minutes, kind, payload| {
            after(
                contact,
                minutes,
                told(first + number, kind, &of_visit, payload),
            )
        };
        vec![
            tell(1, 120, "visit.step", json!({ "to": "at_door" })),
            tell(2, 122, "visit.step", json!({ "to": "in_talk" })),
            tell(
                3,
                130,
                "visit.note",
                json!({ "note": opinion, "isOpinion": true }),
            ),
            tell(
                4,
                140,
                "visit.finish",
                json!({ "channel": "home", "opinion": opinion, "outcome": outcome }),
            ),
        ]
    };
    let outcomes = async |phone: &Phone<'_>, sent| {
        let outcomes = phone.outcomes(sent).await;
        outcomes
            .into_iter()
            .map(|(outcome, _)| outcome)
            .collect::<Vec<_>>()
    };
    let second = at_home(0x20, &of_zhao, "希望多种树", "new_opinion");
    let mut second = second;
    second[3]["payload"]["replyPromisedAt"] = json!("2026-09-05T00:00:00Z");
    assert_eq!(
        outcomes(&li, at_home(0x10, &of_li, "楼道灯不亮", "satisfied")).await,
        ["APPLIED"; 4]
    );
    // The second end brings an outcome of more weight, and a promise.
    assert_eq!(
        outcomes(&zhao, second.clone()).await,
        ["MERGED", "MERGED", "APPLIED", "APPLIED"]
    );
    assert_eq!(
        outcomes(&zhao, second).await,
        ["MERGED", "MERGED", "APPLIED", "APPLIED"],
        "sent again"
    );

    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.state"), "DONE");
    assert_eq!(seen.text("visit.opinion"), "楼道灯不亮\n希望多种树");
    assert_eq!(seen.text("visit.outcome"), "NEW_OPINION");
    assert_eq!(seen.text("visit.finishedAt"), "2026-09-01T03:20:00+00:00");
    let events = seen.data("visit.events").as_array().unwrap();
    assert_eq!(events.len(), 2 + 8);
    let of = |name: &str| {
        events
            .iter()
            .filter(|event| event["authorName"] == name)
            .count()
    };
    assert_eq!((of("li"), of("zhao")), (4, 4));
    let of_phones = events.iter().filter(|event| event["authorName"] != "chen");
    assert!(
        of_phones
            .clone()
            .all(|event| event["observedMark"] == "MONOTONIC"),
        "{events:?}"
    );
    let store = office.desk.first_sync().await;
    assert_eq!(store.count("sync_issue"), 0);
}

#[tokio::test]
async fn what_was_told_of_the_time_before_moves_nothing_of_the_time_agreed_on_since() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let of_visit = office.appointed().await;
    let zhao = app.sign_in("zhao", "d2").await;
    let of_zhao = contact(&zhao).await;
    office.wait(chrono::TimeDelta::hours(2)).await;
    let li = app.sign_in("li", "d1").await;
    step(&li, &of_visit, "AT_DOOR", "").await.data("stepVisit");
    step(&li, &of_visit, "ABSENT", "已留便条")
        .await
        .data("stepVisit");
    office.wait(chrono::TimeDelta::hours(1)).await;
    let zhao = app.sign_in("zhao", "d2").await;
    office.appoint(&of_visit).await.data("appointVisit");

    let tell = |number, minutes, payload| {
        after(
            &of_zhao,
            minutes,
            told(number, "visit.step", &of_visit, payload),
        )
    };
    let sent = vec![
        tell(1, 120, json!({ "to": "at_door" })),
        tell(2, 125, json!({ "to": "absent", "note": "无人" })),
    ];
    let outcomes = zhao.outcomes(sent).await;
    assert!(
        outcomes.iter().all(|(outcome, _)| outcome == "MERGED"),
        "{outcomes:?}"
    );
    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.state"), "APPOINTED");
}

// W-01: the time that was agreed on last holds.
#[tokio::test]
async fn an_appointment_of_before_moves_nothing_of_what_came_after_it() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let of_visit = office.appointed().await;
    let (li, zhao) = both(&app).await;
    let of_zhao = contact(&zhao).await;
    let agree = async |id, minutes, hour: u32| {
        let time = format!("2026-09-01T{hour:02}:00:00Z");
        let payload = json!({ "appointedAt": time, "visitorId": office.zhao.id, "companionId": office.li.id,
            "note": "电话约定" });
        let told = told(id, "visit.appoint", &of_visit, payload);
        let outcomes = zhao.outcomes(vec![after(&of_zhao, minutes, told)]).await;
        outcomes[0].0.clone()
    };
    let stands = async || {
        let query = "query ($id: UUID!) { visit(id: $id) { state appointedAt visitor { name } events { kind } } }";
        let seen = office.desk.run(query, json!({ "id": of_visit })).await;
        let events = seen.data("visit.events").as_array().unwrap().len();
        let told = ["state", "appointedAt", "visitor.name"];
        (told.map(|name| seen.text(&format!("visit.{name}"))), events)
    };
    let expected = |state: &str, hour: &str, who: &str, events: usize| {
        let time = format!("2026-09-01T{hour}:00:00+00:00");
        ([state.to_owned(), time, who.to_owned()], events)
    };

    app.wait(chrono::TimeDelta::minutes(3));
    let later = json!({ "id": of_visit, "appointedAt": "2026-09-01T06:00:00Z" });
    act(&office.supervisor, "appointVisit", later)
        .await
        .data("appointVisit");
    // Of that only who goes, which the one since then left as it was.
    assert_eq!(agree(1, 1, 5).await, "APPLIED");
    assert_eq!(stands().await, expected("APPOINTED", "06", "zhao", 4));

    app.wait(chrono::TimeDelta::minutes(3));
    step(&li, &of_visit, "AT_DOOR", "").await.data("stepVisit");
    step(&li, &of_visit, "ABSENT", "已留便条")
        .await
        .data("stepVisit");
    // What he had agreed on by then is what they went for; that nobody was at home stays.
    assert_eq!(agree(2, 4, 7).await, "APPLIED");
    assert_eq!(stands().await, expected("ABSENT", "07", "zhao", 7));
    app.wait(chrono::TimeDelta::minutes(1));
    assert_eq!(agree(3, 7, 8).await, "APPLIED");
    assert_eq!(stands().await, expected("APPOINTED", "08", "zhao", 8));
}

#[tokio::test]
async fn edits_of_one_text_by_two_lose_nothing() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let of_visit = office.appointed().await;
    let (li, zhao) = both(&app).await;
    let base = visit(&office.desk, &of_visit)
        .await
        .data("visit.seq")
        .clone();
    let edit = |field: &str, value: &str| json!({ "id": of_visit, "baseSeq": base, field: value });
    for (phone, field, value) in [
        (&li, "handling", "已报维修"),
        (&zhao, "handling", "已转绿化"),
        (&li, "purpose", "走访并收意见"),
    ] {
        act(phone, "editVisit", edit(field, value))
            .await
            .data("editVisit");
    }
    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.handling"), "已报维修");
    assert_eq!(seen.text("visit.purpose"), "走访并收意见");
    let issues = office
        .desk
        .run("{ syncIssues { nodes { field lostValue } } }", json!({}))
        .await;
    assert_eq!(
        issues.data("syncIssues.nodes"),
        &json!([{ "field": "handling", "lostValue": "已转绿化" }])
    );
}

fn row(id: u128, of_visit: &str, kind: &str, columns: Value) -> Value {
    let row = json!({
        "id": Uuid::from_u128(id), "visitId": of_visit, "kind": kind, "note": "", "isInternal": false,
        "deleted": false,
    });
    with(&row, columns)
}

// V-06: also on the faces that carry rows.
#[tokio::test]
async fn a_whole_return_visit_is_told_by_rows() {
    let (app, _folder) = with_pictures().await;
    let office = Office::of(&app).await;
    send_picture(&app, &office.supervisor, PICTURE).await;
    let ticket = office.mended(json!({})).await;
    app.do_jobs().await;
    let of_visit = office.returns_of(&ticket).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (li, zhao) = (office.li.id, office.zhao.id);
    let details = json!({
        "appointedAt": "2026-09-01T03:00:00Z", "visitorId": li, "companionId": zhao, "isInside": true,
    });
    let end = json!({ "channel": "home", "outcome": "satisfied", "opinion": "很满意" });
    let rows = [
        row(
            1,
            &of_visit,
            "appointed",
            json!({ "details": details.to_string() }),
        ),
        row(2, &of_visit, "at_door", json!({})),
        row(
            3,
            &of_visit,
            "in_talk",
            json!({ "details": "{}", "photos": "[]" }),
        ),
        row(
            4,
            &of_visit,
            "opinion",
            json!({ "note": "很满意", "photos": json!([SIGNATURE]).to_string() }),
        ),
        row(
            5,
            &of_visit,
            "finished",
            json!({ "details": end.to_string(), "signature": SIGNATURE }),
        ),
        row(6, &of_visit, "checked", json!({ "note": "已阅" })),
    ];
    let desk = &office.supervisor;
    let put_right = desk
        .push_rows("visitEvent", rows.iter().map(insert).collect())
        .await;
    assert!(put_right.is_empty(), "{put_right:?}");
    let pulled = desk.row("visitEvent", Uuid::from_u128(5)).await;
    assert_eq!(pulled["toState"], "done");
    let said: Value = serde_json::from_str(pulled["details"].as_str().unwrap()).unwrap();
    assert_eq!(said, end);

    let before = desk.row("visit", of_visit.parse().unwrap()).await;
    assert_eq!(
        (&before["state"], &before["channel"]),
        (&json!("checked"), &json!("home"))
    );
    let after = with(&before, json!({ "state": "archived" }));
    let put_right = desk.push_rows("visit", vec![change(&before, &after)]).await;
    assert!(put_right.is_empty(), "{put_right:?}");
    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.state"), "ARCHIVED");
    assert_eq!(office.ticket_state(&ticket).await, "CLOSED");
    let expected = [
        "PLANNED",
        "APPOINTED",
        "AT_DOOR",
        "IN_TALK",
        "OPINION",
        "FINISHED",
        "CHECKED",
        "ARCHIVED",
    ];
    assert_eq!(kinds(seen.data("visit.events")), expected);
}

#[tokio::test]
async fn what_rows_say_too_much_is_kept_and_put_right() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let of_visit = office.appointed().await;
    let li = app.sign_in("li", "d1").await;
    let put_right = li
        .push_rows(
            "visitEvent",
            vec![insert(&row(
                1,
                &of_visit,
                "at_door",
                json!({ "signature": SIGNATURE }),
            ))],
        )
        .await;
    assert_eq!(put_right[0]["deleted"], true);
    let put_right = li
        .push_rows(
            "visitEvent",
            vec![insert(&row(2, &of_visit, "reopened", json!({})))],
        )
        .await;
    assert_eq!(put_right[0]["deleted"], true);
    // Details that are no fields, and one that a column says otherwise.
    for (id, details) in [(3, "[1]"), (4, r#"{"note":"无人"}"#)] {
        let at_door = json!({ "details": details, "note": "有人" });
        let at_door = row(id, &of_visit, "at_door", at_door);
        let put_right = li.push_rows("visitEvent", vec![insert(&at_door)]).await;
        assert_eq!(put_right[0]["deleted"], true, "{details}");
    }
    let before = li.row("visit", of_visit.parse().unwrap()).await;
    let after = with(&before, json!({ "outcome": "satisfied" }));
    let put_right = li.push_rows("visit", vec![change(&before, &after)]).await;
    assert_eq!(put_right[0]["outcome"], Value::Null);
    assert_eq!(li.issues().await.len(), 5);
}

#[tokio::test]
async fn a_visit_is_planned_and_edited_by_rows() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let unit = crate::households::unit_of(&app, &office.estate, "0101").await;
    let id = Uuid::from_u128(0x5001);
    let planned = json!({
        "id": id, "communityId": office.estate.community.id, "kind": "home", "state": "planned",
        "unitId": unit, "purpose": "季度走访", "opinion": "", "handling": "", "result": "", "deleted": false,
    });
    let desk = &office.supervisor;
    let put_right = desk.push_rows("visit", vec![insert(&planned)]).await;
    assert!(put_right.is_empty(), "{put_right:?}");
    let before = desk.row("visit", id).await;
    let after = with(&before, json!({ "result": "已预约" }));
    let put_right = desk.push_rows("visit", vec![change(&before, &after)]).await;
    assert!(put_right.is_empty(), "{put_right:?}");
    let seen = visit(desk, &id.to_string()).await;
    assert_eq!(seen.text("visit.result"), "已预约");

    let phone = Watermelon::new(&app, desk);
    let answer = phone.ask_for(&["visits", "visit_events"], json!({})).await;
    let visits = answer["changes"]["visits"]["updated"].as_array().unwrap();
    assert_eq!(visits[0]["id"], json!(id));
}

// W-08: the record goes to the supervisor.
#[tokio::test]
async fn a_record_that_both_report_offline_is_reported_once() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let of_visit = office.appointed().await;
    let (li, zhao) = both(&app).await;
    let tell = |first: u128| {
        let steps = [
            ("visit.step", json!({ "to": "at_door" })),
            ("visit.step", json!({ "to": "in_talk" })),
            ("visit.finish", json!({ "channel": "home" })),
            ("visit.report", json!({ "note": "请过目" })),
        ];
        let numbered = (first..).zip(steps);
        numbered
            .map(|(number, (kind, payload))| told(number, kind, &of_visit, payload))
            .collect::<Vec<_>>()
    };
    let of_li = li.outcomes(tell(0x10)).await;
    let of_zhao = zhao.outcomes(tell(0x20)).await;
    assert!(
        of_li.iter().all(|(outcome, _)| outcome == "APPLIED"),
        "{of_li:?}"
    );
    assert!(
        of_zhao.iter().all(|(outcome, _)| outcome == "MERGED"),
        "{of_zhao:?}"
    );
    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.state"), "REPORTED");
    let reports = kinds(seen.data("visit.events"));
    let reports = reports.iter().filter(|kind| *kind == "REPORTED");
    assert_eq!(reports.count(), 2);
    assert_eq!(office.desk.first_sync().await.count("sync_issue"), 0);
}

// W-01: whoever agrees on another time does not know that the other one was let in after all.
#[tokio::test]
async fn a_visit_that_was_made_needs_no_time_that_was_agreed_on_afterwards() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let of_visit = office.appointed().await;
    let (li, zhao) = both(&app).await;
    let (of_li, of_zhao) = (contact(&li).await, contact(&zhao).await);
    office.wait(chrono::TimeDelta::hours(3)).await;
    let (li, zhao) = both(&app).await;
    let tell = |contact: &str, number, minutes, kind, payload| {
        after(contact, minutes, told(number, kind, &of_visit, payload))
    };
    let in_vain = vec![
        tell(&of_zhao, 1, 120, "visit.step", json!({ "to": "at_door" })),
        tell(
            &of_zhao,
            2,
            122,
            "visit.step",
            json!({ "to": "absent", "note": "已留便条" }),
        ),
        tell(
            &of_zhao,
            3,
            150,
            "visit.appoint",
            json!({ "appointedAt": "2026-09-02T03:00:00Z" }),
        ),
    ];
    let outcomes = zhao.outcomes(in_vain).await;
    assert!(
        outcomes.iter().all(|(outcome, _)| outcome == "APPLIED"),
        "{outcomes:?}"
    );
    let end = json!({ "channel": "home", "opinion": "楼道灯不亮", "signature": SIGNATURE });
    let let_in = vec![
        tell(&of_li, 4, 121, "visit.step", json!({ "to": "at_door" })),
        tell(&of_li, 5, 125, "visit.step", json!({ "to": "in_talk" })),
        tell(&of_li, 6, 140, "visit.finish", end),
    ];
    let outcomes = li.outcomes(let_in).await;
    let outcomes: Vec<_> = outcomes.iter().map(|(outcome, _)| &**outcome).collect();
    assert_eq!(outcomes, ["MERGED", "APPLIED", "APPLIED"]);
    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.state"), "DONE");
    assert_eq!(seen.text("visit.opinion"), "楼道灯不亮");
    assert_eq!(seen.text("visit.signature"), SIGNATURE);
    assert_eq!(seen.text("visit.channel"), "HOME");
    let kinds = kinds(seen.data("visit.events"));
    assert_eq!(kinds.iter().filter(|kind| *kind == "APPOINTED").count(), 2);
    let again = json!({ "id": of_visit, "appointedAt": "2026-09-02T03:00:00Z" });
    let again = act(&office.supervisor, "appointVisit", again).await;
    assert_eq!(again.code(), "VISIT_STEP_NOT_ALLOWED");
}

// W-05, W-06: both are told; what was found last is what both agree on another time for.
#[tokio::test]
async fn of_two_times_that_nobody_was_let_in_the_later_counts_in_whatever_order_they_come() {
    for (refused_at, expected) in [(141, "REFUSED"), (121, "ABSENT")] {
        for refused_comes_first in [false, true] {
            let app = TestApp::start().await;
            let mut office = Office::of(&app).await;
            let of_visit = office.appointed().await;
            let (li, zhao) = both(&app).await;
            let (of_li, of_zhao) = (contact(&li).await, contact(&zhao).await);
            office.wait(chrono::TimeDelta::hours(3)).await;
            let tell = |contact: &str, number, minutes, payload| {
                let step = told(number, "visit.step", &of_visit, payload);
                after(contact, minutes, step)
            };
            let absent = vec![
                tell(&of_li, 1, 110, json!({ "to": "at_door" })),
                tell(
                    &of_li,
                    2,
                    130,
                    json!({ "to": "absent", "note": "已留便条" }),
                ),
                // Still there, he sees the other one come.
                tell(&of_li, 3, 145, json!({ "to": "at_door" })),
            ];
            let refused = vec![
                tell(&of_zhao, 4, 111, json!({ "to": "at_door" })),
                tell(
                    &of_zhao,
                    5,
                    refused_at,
                    json!({ "to": "refused", "note": "不方便" }),
                ),
            ];
            let mut told = [("li", "d1", absent), ("zhao", "d2", refused)];
            if refused_comes_first {
                told.reverse();
            }
            for (name, device, steps) in told {
                let outcomes = app.sign_in(name, device).await.outcomes(steps).await;
                let is_taken = |outcome: &str| matches!(outcome, "APPLIED" | "MERGED");
                assert!(
                    outcomes.iter().all(|(outcome, _)| is_taken(outcome)),
                    "{outcomes:?}"
                );
            }
            let seen = visit(&office.desk, &of_visit).await;
            assert_eq!(seen.text("visit.state"), expected, "{refused_comes_first}");
        }
    }
}

// Old and new value stand in the event of an edit, on every way that it may come.
#[tokio::test]
async fn an_edit_of_a_visit_says_in_its_event_what_was_there_and_what_is_since() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let of_visit = office.planned().await;
    let phone = &office.supervisor;
    let change_to = |old: &str, new: &str| json!([{ "field": "purpose", "old": old, "new": new }]);

    let edit = json!({ "id": of_visit, "purpose": "桌面" });
    act(phone, "editVisit", edit).await.data("editVisit");
    let edit = mutation("e1", "visit.edit", &of_visit, json!({ "purpose": "手机" }));
    assert_eq!(phone.outcomes(vec![edit]).await[0].0, "APPLIED");
    let before = phone.row("visit", of_visit.parse().unwrap()).await;
    let after = with(&before, json!({ "purpose": "表格" }));
    let put_right = phone
        .push_rows("visit", vec![change(&before, &after)])
        .await;
    assert!(put_right.is_empty(), "{put_right:?}");
    let client = Watermelon::new(&app, phone);
    let pulled = client.ask_for(&["visits"], json!({})).await;
    let mut row = pulled["changes"]["visits"]["updated"][0].clone();
    row["purpose"] = json!("数据库");
    row["_changed"] = json!("purpose");
    let tables = json!({ "visits": { "created": [], "updated": [row], "deleted": [] } });
    let body = json!({ "changes": tables, "lastPulledAt": pulled["timestamp"] });
    let (status, answer) = client.send(Request::post("/sync/push"), body).await;
    assert_eq!(status, 200, "{answer}");

    let query = "query ($id: UUID!) { visit(id: $id) { purpose events { kind changes { field old new } } } }";
    let seen = office.desk.run(query, json!({ "id": of_visit })).await;
    assert_eq!(seen.text("visit.purpose"), "数据库");
    let events = seen.data("visit.events").as_array().unwrap().iter();
    let edits: Vec<_> = events.rev().filter(|it| it["kind"] == "EDITED").collect();
    let changes: Vec<_> = edits.iter().map(|it| it["changes"].clone()).collect();
    let expected = [
        change_to("季度走访", "桌面"),
        change_to("桌面", "手机"),
        change_to("手机", "表格"),
        change_to("表格", "数据库"),
    ];
    assert_eq!(changes, expected);
    // Phones carry it with the event.
    let pulled = phone.pull_rows("visitEvent", None, 100).await;
    let pulled = pulled
        .data("pullVisitEvent.documents")
        .as_array()
        .unwrap()
        .clone();
    let said = pulled.iter().filter(|it| it["kind"] == "edited").map(|it| {
        let details: Value = serde_json::from_str(it["details"].as_str().unwrap()).unwrap();
        details["changes"].clone()
    });
    let mut said: Vec<_> = said.collect();
    said.sort_by_key(|it| expected.iter().position(|other| other == it));
    assert_eq!(said, expected);
}
