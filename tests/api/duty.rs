//! Shifts, the roster, and handing over: at the desk, underground, and by rows.

use axum::http::Request;
use chrono::{DateTime, TimeDelta, Utc};
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::estate::estate;
use crate::households::{office, owner};
use crate::support::{Answer, Community, Phone, Staff, TestApp, Zone, statements};
use crate::sync::mutation;
use crate::sync::rxdb::insert;
use crate::sync::watermelon::{Watermelon, updated};

const HANDOVER: &str = "id state note isEnvironmentFine passedAt arriveBy arrivedAt
    outgoing { name } incoming { name } responsible { name } zone { name } shift { code }
    openMatters { kind text } equipment { name count counted }
    outgoingSignature incomingSignature events { kind note authorName observedMark author { name } }";

/// Runs one of the mutations of handovers.
async fn act(phone: &Phone<'_>, mutation: &str, input: Value) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let operation = format!(
        "mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ handover {{ {HANDOVER} }} }} }}"
    );
    let answer = phone.run(&operation, json!({ "input": input })).await;
    // Nobody does two things in the same moment.
    phone.wait(TimeDelta::seconds(1));
    answer
}

async fn handover(phone: &Phone<'_>, id: &str) -> Value {
    let query = format!("query ($id: UUID!) {{ handover(id: $id) {{ {HANDOVER} }} }}");
    let answer = phone.run(&query, json!({ "id": id })).await;
    answer.data("handover").clone()
}

/// The gate of a zone, with two guards who take turns.
struct Gate<'a> {
    community: Community,
    zone: Zone,
    zhao: Phone<'a>,
    qian: Phone<'a>,
    qian_is: Staff,
}

async fn gate(app: &TestApp) -> Gate<'_> {
    let community = app.community("bijiang").await;
    let zone = app.zone(&community, "江畔苑").await;
    let guard = |name| app.staff(name, PostKind::SecurityGuard).in_zone(&zone);
    guard("zhao").await;
    let qian_is = guard("qian").await;
    Gate {
        zhao: app.sign_in("zhao", "d1").await,
        qian: app.sign_in("qian", "d2").await,
        community,
        zone,
        qian_is,
    }
}

fn prepared(gate: &Gate<'_>) -> Value {
    json!({
        "communityId": gate.community.id,
        "openMatters": [{ "kind": "REPAIR", "text": "3 栋电梯停运，已报修" }],
        "equipment": [{ "name": "对讲机", "count": 2 }, { "name": "手电筒", "count": 1 }],
        "note": "东门夜间封闭",
    })
}

fn all_counted() -> Value {
    json!([{ "name": "对讲机", "counted": 2 }, { "name": "手电筒", "counted": 1 }])
}

// S-15: open matters in writing; S-16: equipment counted; S-17: refused, then put right first;
// S-23: each shift fills in its record.
#[tokio::test]
async fn a_place_that_is_not_in_order_is_put_right_first() {
    let app = TestApp::start().await;
    let gate = gate(&app).await;
    let (zhao, qian) = (&gate.zhao, &gate.qian);
    let answer = act(zhao, "prepareHandover", prepared(&gate)).await;
    let id = answer.text("prepareHandover.handover.id");
    assert_eq!(answer.text("prepareHandover.handover.zone.name"), "江畔苑");
    let with = |more: Value| {
        let mut input = json!({ "id": id });
        let more = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(more);
        input
    };
    let typed = |name: &str| with(json!({ "signature": name }));

    // He cannot take over from himself, nor sign for what he has not looked at.
    let own = act(zhao, "rejectHandover", with(json!({ "note": "乱" }))).await;
    assert_eq!(own.code(), "HANDOVER_SUCCESSOR_UNSUITABLE");
    let early = act(qian, "signHandover", typed("钱")).await;
    assert_eq!(early.code(), "HANDOVER_STEP_NOT_ALLOWED");

    let rejected = with(json!({ "note": "岗亭未清扫" }));
    let rejected = act(qian, "rejectHandover", rejected).await;
    assert_eq!(rejected.text("rejectHandover.handover.state"), "REJECTED");
    assert_eq!(
        rejected.text("rejectHandover.handover.incoming.name"),
        "qian"
    );
    let check = || with(json!({ "equipment": all_counted() }));
    for (phone, step, input) in [
        (qian, "checkHandover", check()),
        (qian, "signHandover", typed("钱")),
        (zhao, "signHandover", typed("赵")),
    ] {
        let refused = act(phone, step, input).await;
        assert_eq!(refused.code(), "HANDOVER_STEP_NOT_ALLOWED", "{step}");
    }
    let refused = act(qian, "putRightHandover", with(json!({}))).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    act(zhao, "putRightHandover", with(json!({ "note": "已清扫" })))
        .await
        .data("putRightHandover");

    let one = with(json!({ "equipment": [{ "name": "对讲机", "counted": 2 }] }));
    let uncounted = act(qian, "checkHandover", one).await;
    assert_eq!(uncounted.code(), "INVALID_INPUT");
    act(qian, "checkHandover", check())
        .await
        .data("checkHandover");
    act(zhao, "signHandover", typed("赵"))
        .await
        .data("signHandover");
    let signed = act(qian, "signHandover", typed(&"0a".repeat(32))).await;
    assert_eq!(signed.text("signHandover.handover.state"), "SIGNED");
    assert_eq!(
        signed.text("signHandover.handover.responsible.name"),
        "qian"
    );

    let again = act(zhao, "signHandover", typed("赵")).await;
    assert_eq!(again.code(), "HANDOVER_STEP_NOT_ALLOWED");
    let note = with(json!({ "note": "对讲机一台电量低" }));
    act(zhao, "noteHandover", note).await.data("noteHandover");
    let row = handover(zhao, &id).await;
    let kinds = row["events"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds.map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "PREPARED",
            "REJECTED",
            "PUT_RIGHT",
            "CHECKED",
            "SIGNED",
            "SIGNED",
            "NOTED"
        ]
    );
    assert_eq!(row["openMatters"][0]["kind"], "REPAIR");
    assert_eq!(row["equipment"][1]["counted"], 1);
    assert_eq!(row["isEnvironmentFine"], true);
}

/// Tokens outlive the shift.
async fn over_night() -> TestApp {
    TestApp::with(|settings| settings.sign_in.access_token_seconds = 24 * 3600).await
}

/// The last contact before the phones went underground.
async fn contact(phone: &Phone<'_>) -> String {
    let pull = "query ($wall: DateTime!) {
        syncPull(clock: { bootId: \"b1\", wallClock: $wall }) { contactId } }";
    let wall = "2031-01-01T00:00:00Z";
    let answer = phone.run(pull, json!({ "wall": wall })).await;
    answer.text("syncPull.contactId")
}

/// A step taken so many minutes after the contact, on a phone whose own clock has jumped.
fn underground(contact: &str, minute: i64, (id, kind): (&str, &str), payload: Value) -> Value {
    let handover = Uuid::from_u128(0xd1).to_string();
    let mut sent = mutation(&format!("{id}-{minute}"), kind, &handover, payload);
    sent["observed"] = json!({ "contactId": contact, "elapsedMs": minute * 60_000, "bootId": "b1",
        "wallClock": "2019-01-01T00:00:00Z" });
    sent
}

// S-18: until then the outgoing person stays responsible; S-19: after both signatures the successor,
// by when they signed and not by whose phone came home first.
#[tokio::test]
async fn a_handover_underground_passes_with_the_later_signature_whoever_comes_home_first() {
    for successor_first in [true, false] {
        for (zhao_signs, qian_signs) in [(9, 6), (3, 6)] {
            let app = over_night().await;
            let gate = gate(&app).await;
            let start = app.app.clock().now();
            let of_zhao = contact(&gate.zhao).await;
            let of_qian = contact(&gate.qian).await;
            let prepare = json!({ "communityId": gate.community.id,
                "equipment": [{ "name": "对讲机", "count": 2 }] });
            let counted = json!({ "equipment": [{ "name": "对讲机", "counted": 2 }] });
            let sign = |name: &str| json!({ "signature": name });
            let from_zhao = vec![
                underground(&of_zhao, 1, ("z", "handover.prepare"), prepare),
                underground(&of_zhao, zhao_signs, ("z", "handover.sign"), sign("赵")),
            ];
            let from_qian = vec![
                underground(&of_qian, 5, ("q", "handover.check"), counted),
                underground(&of_qian, qian_signs, ("q", "handover.sign"), sign("钱")),
            ];
            app.wait(TimeDelta::hours(8));
            if successor_first {
                // He knows the handover from his colleague's screen, and the server does not yet.
                let outcomes = gate.qian.outcomes(from_qian).await;
                assert!(outcomes.iter().all(|(outcome, _)| outcome == "DEFERRED"));
                app.wait(TimeDelta::minutes(20));
                let outcomes = gate.zhao.outcomes(from_zhao).await;
                assert!(outcomes.iter().all(|(outcome, _)| outcome == "APPLIED"));
                gate.qian.outcomes(Vec::new()).await;
            } else {
                gate.zhao.outcomes(from_zhao).await;
                app.wait(TimeDelta::minutes(20));
                let outcomes = gate.qian.outcomes(from_qian.clone()).await;
                assert!(outcomes.iter().all(|(outcome, _)| outcome == "APPLIED"));
                let again = gate.qian.results(from_qian).await;
                assert!(again.iter().all(|result| result["duplicate"] == true));
            }
            let id = Uuid::from_u128(0xd1).to_string();
            let row = handover(&gate.zhao, &id).await;
            assert_eq!(row["state"], "SIGNED", "{row:#}");
            let passed: DateTime<Utc> = row["passedAt"].as_str().unwrap().parse().unwrap();
            let later = zhao_signs.max(qian_signs);
            assert_eq!((passed - start).num_minutes(), later);
            assert_eq!(row["events"].as_array().unwrap().len(), 4);
            assert_eq!(row["events"][3]["observedMark"], "MONOTONIC");

            let asked = "query ($community: UUID!, $zone: UUID!, $at: DateTime!) { responsible(
                communityId: $community, post: SECURITY_GUARD, zoneId: $zone, at: $at) { name } }";
            for (minute, name) in [(later - 1, "zhao"), (later, "qian"), (600, "qian")] {
                let at = start + TimeDelta::minutes(minute);
                let of = json!({ "community": gate.community.id, "zone": gate.zone.id, "at": at });
                let answer = gate.qian.run(asked, of).await;
                assert_eq!(answer.text("responsible.name"), name, "minute {minute}");
            }
        }
    }
}

// S-17 underground: nobody's step is lost, and what was signed too early does not count.
#[tokio::test]
async fn what_does_not_count_underground_is_kept_and_counts_for_nothing() {
    let app = over_night().await;
    let gate = gate(&app).await;
    let (of_zhao, of_qian) = (contact(&gate.zhao).await, contact(&gate.qian).await);
    let step = |contact: &str, minute, step, payload| underground(contact, minute, step, payload);
    app.wait(TimeDelta::hours(1));
    let from_zhao = vec![
        step(
            &of_zhao,
            1,
            ("z", "handover.prepare"),
            json!({ "communityId": gate.community.id }),
        ),
        step(
            &of_zhao,
            2,
            ("z", "handover.sign"),
            json!({ "signature": "赵" }),
        ),
    ];
    gate.zhao.outcomes(from_zhao).await;
    let from_qian = vec![
        step(
            &of_qian,
            4,
            ("q", "handover.reject"),
            json!({ "note": "未清扫" }),
        ),
        step(&of_qian, 8, ("q", "handover.check"), json!({})),
        step(
            &of_qian,
            9,
            ("q", "handover.sign"),
            json!({ "signature": "钱" }),
        ),
    ];
    let outcomes = gate.qian.outcomes(from_qian).await;
    let outcomes: Vec<_> = outcomes.iter().map(|(outcome, _)| &**outcome).collect();
    assert_eq!(outcomes, ["APPLIED", "MERGED", "MERGED"]);
    let id = Uuid::from_u128(0xd1).to_string();
    assert_eq!(handover(&gate.qian, &id).await["state"], "REJECTED");

    // That he had put it right comes home last, and what followed it counts.
    let put_right = step(&of_zhao, 6, ("z", "handover.put_right"), json!({}));
    gate.zhao.outcomes(vec![put_right]).await;
    assert_eq!(handover(&gate.qian, &id).await["state"], "CHECKED");
    let signed = step(
        &of_zhao,
        10,
        ("z", "handover.sign"),
        json!({ "signature": "赵" }),
    );
    gate.zhao.outcomes(vec![signed]).await;
    assert_eq!(handover(&gate.qian, &id).await["state"], "SIGNED");
}

#[tokio::test]
async fn whoever_may_not_know_of_a_handover_gets_not_found() {
    let app = TestApp::start().await;
    let here = estate(&app, "bijiang").await;
    let there = estate(&app, "cuihu").await;
    let zone = app.zone_of(&here.community, "江畔苑").await;
    let west = app.zone(&here.community, "西苑").await;
    let post = PostKind::SecurityGuard;
    app.staff("zhao", post).in_zone(&zone).await;
    app.staff("colleague", PostKind::MaintenanceWorker)
        .in_zone(&zone)
        .await;
    app.staff("guard elsewhere", post).in_zone(&west).await;
    app.staff("desk elsewhere", PostKind::Supervisor)
        .at(&there.community)
        .await;
    let desk = office(&app, &here, "desk").await;
    owner(&desk, &app, &here, "owner").await;
    let zhao = app.sign_in("zhao", "d1").await;
    let input = json!({ "communityId": here.community.id });
    let answer = act(&zhao, "prepareHandover", input.clone()).await;
    let id = answer.text("prepareHandover.handover.id");

    for (name, seen) in [
        ("desk", true),
        ("colleague", true),
        ("guard elsewhere", false),
        ("desk elsewhere", false),
        ("owner", false),
    ] {
        let phone = app.sign_in(name, "d9").await;
        assert_eq!(handover(&phone, &id).await.is_object(), seen, "{name}");
        let note = json!({ "id": id, "note": "已知悉" });
        let noted = act(&phone, "noteHandover", note).await;
        assert_eq!(noted.code(), if seen { "" } else { "NOT_FOUND" }, "{name}");
        let store = phone.first_sync().await;
        assert_eq!(store.get("handover", &id).is_some(), seen, "{name}");
        let events = store.count("handover_event");
        assert_eq!(events > 0, seen, "{name} {events}");
    }
    let owner = app.sign_in("owner", "d1").await;
    let refused = act(&owner, "prepareHandover", input.clone()).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    let elsewhere = app.sign_in("desk elsewhere", "d1").await;
    let refused = act(&elsewhere, "prepareHandover", input).await;
    assert_eq!(refused.code(), "NOT_FOUND");
    // Whoever sees it all at his desk does not take over a guard's post.
    let check = act(&desk, "checkHandover", json!({ "id": id })).await;
    assert_eq!(check.code(), "HANDOVER_SUCCESSOR_UNSUITABLE");
}

// S-18: the one who was named does not come, and another one is named.
#[tokio::test]
async fn a_successor_is_named_where_nobody_else_would_see_it() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let post = PostKind::MaintenanceWorker;
    app.staff("zhao", post).at(&bijiang).await;
    let qian = app.staff("qian", post).at(&bijiang).await;
    let guard = app.staff("sun", PostKind::SecurityGuard).at(&bijiang).await;
    let zhao = app.sign_in("zhao", "d1").await;
    let nobody = json!({ "communityId": bijiang.id });
    let refused = act(&zhao, "prepareHandover", nobody).await;
    assert_eq!(refused.code(), "HANDOVER_SUCCESSOR_UNSUITABLE");
    let named = json!({ "communityId": bijiang.id, "incomingId": qian.id });
    let answer = act(&zhao, "prepareHandover", named).await;
    let id = answer.text("prepareHandover.handover.id");

    let sun = app.sign_in("sun", "d1").await;
    assert_eq!(handover(&sun, &id).await, Value::Null);
    let instead = json!({ "id": id, "note": "钱未到，由安护员顶岗", "incomingId": guard.id });
    let foreign = act(&sun, "noteHandover", instead.clone()).await;
    assert_eq!(foreign.code(), "NOT_FOUND");
    act(&zhao, "noteHandover", instead)
        .await
        .data("noteHandover");
    assert_eq!(handover(&sun, &id).await["responsible"]["name"], "zhao");
    act(&sun, "checkHandover", json!({ "id": id }))
        .await
        .data("checkHandover");
}

#[tokio::test]
async fn shifts_that_are_laid_by_two_at_once_are_laid_once() {
    let app = TestApp::start().await;
    let first = app.community("bijiang").await;
    app.staff("li", PostKind::Supervisor).at(&first).await;
    let mut communities = vec![first];
    for code in ["cuihu", "fenghuang", "jiangpan"] {
        let other = app.community(code).await;
        let li = app.staff("li", PostKind::Supervisor);
        li.joining(&other).await;
        communities.push(other);
    }
    let (one, two) = (app.sign_in("li", "d1").await, app.sign_in("li", "d2").await);
    let lay = "mutation ($id: UUID!) { layShifts(communityId: $id) }";
    let put = "mutation ($input: PutShiftInput!) { putShift(input: $input) { shift { id } } }";
    let list = "query ($id: UUID!) { shifts(communityId: $id) { code } }";
    for community in communities {
        let here = json!({ "id": community.id });
        let new = json!({ "input": { "communityId": community.id, "code": "storm",
            "fromTime": "06:00", "toTime": "15:00" } });
        let (first, second, third, fourth) = tokio::join!(
            one.run(lay, here.clone()),
            two.run(lay, here.clone()),
            one.run(put, new.clone()),
            two.run(put, new.clone()),
        );
        first.data("layShifts");
        second.data("layShifts");
        let taken = [&third, &fourth].map(|answer| answer.code().to_owned());
        assert!(taken.contains(&"CONFLICT".to_owned()), "{taken:?}");
        let shifts = one.run(list, here).await;
        assert_eq!(shifts.data("shifts").as_array().unwrap().len(), 8);
    }
}

// S-25: the roster is drawn up by the supervisor; S-01 to S-05 are laid as shifts.
#[tokio::test]
async fn a_supervisor_draws_up_the_roster_and_everybody_who_works_there_reads_it() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Supervisor).at(&bijiang).await;
    let wang = app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let (li, wang_is) = (app.sign_in("li", "d1").await, wang);
    let wang = app.sign_in("wang", "d1").await;
    let lay = "mutation ($id: UUID!) { layShifts(communityId: $id) }";
    let here = json!({ "id": bijiang.id });
    assert_eq!(wang.run(lay, here.clone()).await.code(), "FORBIDDEN");
    for _ in 0..2 {
        li.run(lay, here.clone()).await.data("layShifts");
    }
    let list = "query ($id: UUID!) { shifts(communityId: $id) { id code fromTime toTime } }";
    let shifts = wang.run(list, here.clone()).await;
    let shifts = shifts.data("shifts").as_array().unwrap().clone();
    let codes: Vec<_> = shifts
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["A", "B", "C", "D", "noon", "E", "night"]);

    let put =
        "mutation ($input: PutShiftInput!) { putShift(input: $input) { shift { id toTime } } }";
    // In summer noon duty lasts longer.
    let noon = |to: &str| {
        json!({ "input": { "id": shifts[4]["id"], "communityId": bijiang.id,
        "code": "noon", "fromTime": "12:00", "toTime": to, "post": "ASSISTANT" } })
    };
    let summer = li.run(put, noon("14:00")).await;
    assert_eq!(summer.text("putShift.shift.toTime"), "14:00");
    assert_eq!(li.run(put, noon("2 pm")).await.code(), "INVALID_INPUT");
    assert_eq!(wang.run(put, noon("14:00")).await.code(), "FORBIDDEN");
    let second = json!({ "input": { "communityId": bijiang.id, "code": "A", "fromTime": "06:00",
        "toTime": "15:00" } });
    assert_eq!(li.run(put, second).await.code(), "CONFLICT");

    let plan = "mutation ($input: PlanDutyInput!) { planDuty(input: $input) { lines } }";
    let line = |day: &str, off: bool| {
        json!({ "staffMemberId": wang_is.id, "shiftId": shifts[0]["id"],
        "onDay": day, "isOff": off })
    };
    let lines =
        |lines: Vec<Value>| json!({ "input": { "communityId": bijiang.id, "lines": lines } });
    let two = lines(vec![line("2026-09-01", false), line("2026-09-02", false)]);
    assert_eq!(wang.run(plan, two.clone()).await.code(), "FORBIDDEN");
    li.run(plan, two.clone()).await.data("planDuty");
    let before = wang.first_sync().await;
    li.run(plan, two).await.data("planDuty");
    assert_eq!(
        wang.first_sync().await.cursor.is_some(),
        before.cursor.is_some()
    );
    let roster = "query ($id: UUID!) { duties(communityId: $id, day: \"2026-09-01\", toDay: \"2026-09-03\") {
        onDay staffMember { name } shift { code } } }";
    let days = async |phone: &Phone<'_>| {
        let answer = phone.run(roster, here.clone()).await;
        let duties = answer.data("duties").as_array().unwrap().clone();
        duties
            .iter()
            .map(|duty| duty["onDay"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(days(&wang).await, ["2026-09-01", "2026-09-02"]);
    for (off, expected) in [(true, 1), (false, 2)] {
        let change = lines(vec![line("2026-09-02", off)]);
        li.run(plan, change).await.data("planDuty");
        assert_eq!(days(&wang).await.len(), expected);
        assert_eq!(wang.first_sync().await.count("duty"), expected);
    }

    let there = app.community("cuihu").await;
    app.staff("sun", PostKind::Supervisor).at(&there).await;
    let sun = app.sign_in("sun", "d1").await;
    assert!(days(&sun).await.is_empty());
    let foreign = lines(vec![line("2026-09-05", false)]);
    assert_eq!(sun.run(plan, foreign).await.code(), "NOT_FOUND");
    let mut theirs = lines(vec![line("2026-09-05", false)]);
    theirs["input"]["communityId"] = json!(there.id);
    assert_eq!(sun.run(plan, theirs).await.code(), "NOT_FOUND");
}

// S-11: fifteen minutes before the shift that begins with the handover.
#[tokio::test]
async fn a_handover_says_when_the_successor_should_be_there_and_when_he_was() {
    let app = over_night().await;
    let gate = gate(&app).await;
    app.staff("li", PostKind::Supervisor)
        .at(&gate.community)
        .await;
    let li = app.sign_in("li", "d1").await;
    let put = "mutation ($input: PutShiftInput!) { putShift(input: $input) { shift { id } } }";
    // It is nine in the morning there.
    let late = json!({ "input": { "communityId": gate.community.id, "code": "late",
        "fromTime": "09:30", "toTime": "18:30" } });
    let shift = li.run(put, late).await.text("putShift.shift.id");
    let mut input = prepared(&gate);
    input["shiftId"] = json!(shift);
    input["incomingId"] = json!(gate.qian_is.id);
    let answer = act(&gate.zhao, "prepareHandover", input).await;
    let row = answer.data("prepareHandover.handover");
    assert_eq!(row["arriveBy"], "2026-09-01T01:15:00+00:00");
    assert_eq!(
        (&row["arrivedAt"], &row["shift"]["code"]),
        (&Value::Null, &json!("late"))
    );
    app.wait(TimeDelta::minutes(20));
    let check = json!({ "id": row["id"], "equipment": all_counted() });
    let checked = act(&gate.qian, "checkHandover", check).await;
    let arrived = checked.text("checkHandover.handover.arrivedAt");
    assert!(&*arrived > "2026-09-01T01:15:00Z", "{arrived}");
}

#[tokio::test]
async fn rows_of_a_handover_are_its_steps_on_both_faces() {
    let app = TestApp::start().await;
    let gate = gate(&app).await;
    let id = Uuid::from_u128(0xd2);
    let row = json!({
        "id": id, "communityId": gate.community.id, "state": "prepared", "note": "东门夜间封闭",
        "openMatters": "[{\"kind\":\"other\",\"text\":\"东门门禁失灵\"}]",
        "equipment": "[{\"name\":\"对讲机\",\"count\":2}]", "deleted": false,
    });
    for _ in 0..2 {
        let told = gate.zhao.push_rows("handover", vec![insert(&row)]).await;
        assert!(told.is_empty(), "{told:?}");
    }
    let stored = gate.qian.row("handover", id).await;
    assert_eq!(stored["state"], "prepared");
    assert_eq!(stored["equipment"], "[{\"count\":2,\"name\":\"对讲机\"}]");

    let event = |event: u128, kind: &str| {
        json!({ "id": Uuid::from_u128(event), "handoverId": id,
        "kind": kind, "note": "", "deleted": false })
    };
    let mut check = event(0xe1, "checked");
    check["equipment"] = json!("[{\"name\":\"对讲机\",\"counted\":1}]");
    let mut sign = event(0xe2, "signed");
    sign["signature"] = json!("钱");
    let rows = vec![insert(&check), insert(&sign)];
    let told = gate.qian.push_rows("handoverEvent", rows.clone()).await;
    assert!(told.is_empty(), "{told:?}");
    // Sent again, the check is told with the number there should be.
    let told = gate.qian.push_rows("handoverEvent", rows).await;
    assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("checked")));
    assert_eq!(gate.zhao.row("handover", id).await["state"], "checked");

    let mut watermelon = Watermelon::new(&app, &gate.zhao);
    let tables = ["handovers", "handover_events"];
    let answer = watermelon.ask_for(&tables, json!({})).await;
    watermelon.last_pulled_at = answer["timestamp"].clone();
    assert_eq!(updated(&answer, "handover_events").len(), 3);
    app.wait(TimeDelta::seconds(1));
    let created = json!({ "id": Uuid::from_u128(0xe3), "_status": "created", "handover_id": id,
        "kind": "signed", "note": "", "signature": "赵", "equipment": "" });
    let changes =
        json!({ "handover_events": { "created": [created], "updated": [], "deleted": [] } });
    let body = json!({ "changes": changes, "lastPulledAt": watermelon.last_pulled_at });
    let (status, _) = watermelon.send(Request::post("/sync/push"), body).await;
    assert_eq!(status, 200);
    assert_eq!(gate.zhao.row("handover", id).await["state"], "signed");

    // A state is no column to write, and a signature is no note.
    let base = gate.zhao.row("handover", id).await;
    let mut turned_back = base.clone();
    turned_back["state"] = json!("prepared");
    let change = crate::sync::rxdb::change(&base, &turned_back);
    let mut wrong = event(0xe4, "noted");
    wrong["signature"] = json!("赵");
    assert_eq!(gate.zhao.push_rows("handover", vec![change]).await.len(), 1);
    gate.zhao
        .push_rows("handoverEvent", vec![insert(&wrong)])
        .await;
    let issues = gate.zhao.issues().await;
    let codes: Vec<_> = issues.iter().map(|issue| &issue["code"]).collect();
    assert_eq!(codes, ["ROW_NOT_WRITABLE"; 2], "{issues:#?}");
}

#[tokio::test]
async fn fifty_handovers_take_as_many_statements_as_one() {
    let app = TestApp::start().await;
    let gate = gate(&app).await;
    let id = |number: u128| Uuid::from_u128(number).to_string();
    let step = |kind: &'static str, numbers: std::ops::RangeInclusive<u128>, payload: Value| {
        let of = |number| {
            mutation(
                &format!("{kind}-{number}"),
                kind,
                &id(number),
                payload.clone(),
            )
        };
        numbers.map(of).collect::<Vec<_>>()
    };
    let prepare = json!({ "communityId": gate.community.id });
    let mut counts = Vec::new();
    for numbers in [1..=1, 101..=150] {
        let sent = step("handover.prepare", numbers.clone(), prepare.clone());
        let (results, prepared) = statements::of(gate.zhao.results(sent)).await;
        let sent = step("handover.check", numbers, json!({}));
        let (checks, checked) = statements::of(gate.qian.results(sent)).await;
        let all = results.iter().chain(&checks);
        for result in all {
            assert_eq!(result["outcome"], "APPLIED", "{result}");
        }
        counts.push((prepared.len(), checked.len()));
    }
    assert_eq!(counts[0], counts[1]);

    let list =
        format!("query ($first: Int) {{ handovers(first: $first) {{ nodes {{ {HANDOVER} }} }} }}");
    let mut lists = Vec::new();
    for first in [1, 50] {
        let (answer, statements) =
            statements::of(gate.zhao.run(&list, json!({ "first": first }))).await;
        let nodes = answer.data("handovers.nodes").as_array().unwrap();
        assert_eq!(nodes.len(), first);
        assert_eq!(nodes[0]["events"].as_array().unwrap().len(), 2);
        lists.push(statements.len());
    }
    assert_eq!(lists[0], lists[1]);
}
