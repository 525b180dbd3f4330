//! Visits and what follows from them, heard of in another order than they happened.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Office, SIGNATURE, act, told, visit};
use crate::support::{Staff, TestApp};
use crate::sync::rxdb::with;
use crate::sync::{after, contact, mutation};

/// The first return visit after a ticket.
async fn first_return(office: &Office<'_>, ticket: &str) -> String {
    let visits = office.returns_of(ticket).await;
    visits.last().unwrap()["id"].as_str().unwrap().to_owned()
}

/// A return visit that the desk plans itself.
async fn planned_return(office: &Office<'_>, ticket: &str) -> String {
    let input = json!({ "communityId": office.estate.community.id, "kind": "RETURN",
        "ticketId": ticket, "purpose": "维修回访" });
    let planned = act(&office.desk, "planVisit", input).await;
    planned.text("planVisit.visit.id")
}

/// Lets the community make visits without an appointment.
async fn ask_nobody_first(office: &Office<'_>) {
    let head = office.app.staff("head", PostKind::EstateManager);
    head.at(&office.estate.community).await;
    let head = office.app.sign_in("head", "d9").await;
    let policy = json!({ "communityId": office.estate.community.id, "key": "visit",
        "own": { "appointmentRequired": false } });
    let set =
        "mutation ($input: SetPolicyInput!) { setPolicy(input: $input) { community { id } } }";
    head.run(set, json!({ "input": policy }))
        .await
        .data("setPolicy");
}

// V-01: a return visit that is planned and made without a network closes its repair, alone and in a group.
#[tokio::test]
async fn a_return_visit_is_planned_and_made_in_one_push() {
    for group in [Value::Null, json!("by telephone")] {
        let app = TestApp::start().await;
        let office = Office::of(&app).await;
        let ticket = office.mended(json!({})).await;
        let of_visit = Uuid::from_u128(7).to_string();
        let plan = json!({ "communityId": office.estate.community.id, "kind": "return",
            "ticketId": ticket, "purpose": "维修回访" });
        let finish = json!({ "channel": "phone", "outcome": "satisfied" });
        let mut pair = [
            mutation("m1", "visit.plan", &of_visit, plan),
            told(2, "visit.finish", &of_visit, finish),
        ];
        for mutation in pair.iter_mut().filter(|_| group.is_string()) {
            mutation["group"] = group.clone();
        }
        let outcomes = office.desk.outcomes(pair.to_vec()).await;
        assert_eq!(outcomes, vec![("APPLIED".to_owned(), None); 2], "{group}");
        assert_eq!(office.ticket_state(&ticket).await, "CLOSED");
    }
}

// W-01: nobody had agreed on a time, so the time that the desk agrees on since holds.
#[tokio::test]
async fn who_stood_at_a_door_unasked_takes_no_time_away_that_was_agreed_on_since() {
    for appointment_required in [true, false] {
        let app = TestApp::start().await;
        let mut office = Office::of(&app).await;
        if !appointment_required {
            ask_nobody_first(&office).await;
        }
        let of_visit = office.planned().await;
        let li = app.sign_in("li", "d1").await;
        let of_li = contact(&li).await;
        office.wait(TimeDelta::minutes(10)).await;
        office.appoint(&of_visit).await.data("appointVisit");
        let li = app.sign_in("li", "d1").await;
        let at_door = told(1, "visit.step", &of_visit, json!({ "to": "at_door" }));
        let outcomes = li.outcomes(vec![after(&of_li, 5, at_door)]).await;
        let (outcome, state) = if appointment_required {
            ("MERGED", "APPOINTED")
        } else {
            ("APPLIED", "AT_DOOR")
        };
        assert_eq!(outcomes, [(outcome.to_owned(), None)]);
        let seen = visit(&office.desk, &of_visit).await;
        assert_eq!(seen.text("visit.state"), state);
    }
}

// V-01: it was mended before it was visited, whichever is heard of first.
#[tokio::test]
async fn a_return_visit_closes_a_repair_whose_end_comes_home_after_it() {
    for (outcome, state) in [("SATISFIED", "CLOSED"), ("DEFECT", "ON_SITE")] {
        let app = TestApp::start().await;
        let mut office = Office::of(&app).await;
        let ticket = office.at_work(json!({})).await;
        let of_li = contact(&app.sign_in("li", "d1").await).await;
        office.wait(TimeDelta::minutes(20)).await;
        let of_visit = planned_return(&office, &ticket).await;
        let finish = json!({ "id": of_visit, "channel": "PHONE", "outcome": outcome, "opinion": "住户来电" });
        act(&office.desk, "finishVisit", finish)
            .await
            .data("finishVisit");
        assert_eq!(office.ticket_state(&ticket).await, "ON_SITE");

        let li = app.sign_in("li", "d1").await;
        let finished = told(1, "ticket.advance", &ticket, json!({ "to": "finished" }));
        li.outcomes(vec![after(&of_li, 10, finished)]).await;
        assert_eq!(office.ticket_state(&ticket).await, state, "{outcome}");
    }
}

// V-01: the visit that was planned for one end was called off as one of another, of which was heard later.
#[tokio::test]
async fn an_end_whose_visit_was_called_off_for_an_earlier_one_is_visited() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let ticket = office.at_work(json!({})).await;
    let of_li = contact(&app.sign_in("li", "d1").await).await;
    let of_desk = contact(&app.sign_in("desk", "phone of the desk").await).await;
    office.wait(TimeDelta::minutes(60)).await;
    office.advance(&ticket, "FINISHED").await;
    app.do_jobs().await;
    let li = app.sign_in("li", "d1").await;
    let finished = told(1, "ticket.advance", &ticket, json!({ "to": "finished" }));
    li.outcomes(vec![after(&of_li, 10, finished)]).await;
    office.wait(TimeDelta::minutes(6)).await;
    app.do_jobs().await;
    let cancel = json!({ "id": first_return(&office, &ticket).await });
    act(&office.supervisor, "cancelVisit", cancel)
        .await
        .data("cancelVisit");

    let desk = app.sign_in("desk", "phone of the desk").await;
    let again = told(2, "ticket.advance", &ticket, json!({ "to": "on_site" }));
    let outcomes = desk.outcomes(vec![after(&of_desk, 30, again)]).await;
    assert_eq!(outcomes, [("APPLIED".to_owned(), None)]);
    for _ in 0..2 {
        office.wait(TimeDelta::minutes(6)).await;
        app.do_jobs().await;
        let visits = office.returns_of(&ticket).await;
        let states: Vec<_> = visits.iter().map(|visit| visit["state"].clone()).collect();
        assert_eq!(states, ["PLANNED", "CANCELLED"]);
    }
}

// V-01: once; the visit was made after the end, whatever was known when it was planned.
#[tokio::test]
async fn a_visit_that_was_made_before_the_end_was_heard_of_is_the_one_of_that_end() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let ticket = office.at_work(json!({})).await;
    let of_li = contact(&app.sign_in("li", "d1").await).await;
    office.wait(TimeDelta::minutes(20)).await;
    let of_visit = planned_return(&office, &ticket).await;
    let heard = json!({ "id": of_visit, "channel": "PHONE",
        "outcome": "NEW_OPINION", "handling": "已答复" });
    act(&office.desk, "finishVisit", heard)
        .await
        .data("finishVisit");
    let li = app.sign_in("li", "d1").await;
    let finished = told(1, "ticket.advance", &ticket, json!({ "to": "finished" }));
    li.outcomes(vec![after(&of_li, 10, finished)]).await;
    app.do_jobs().await;
    assert_eq!(office.returns_of(&ticket).await.len(), 1);
}

// W-01: an end without an appointment is no end of the visit, and so none of its repair, until the appointment is
// heard of.
#[tokio::test]
async fn an_end_follows_for_the_repair_once_it_counts_for_the_visit() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let ticket = office.mended(json!({})).await;
    app.do_jobs().await;
    let of_visit = first_return(&office, &ticket).await;
    let people = json!({ "visitorId": office.li.id, "companionId": office.zhao.id });
    let appoint = |hour: u32| {
        let time = json!({ "appointedAt": format!("2026-09-01T{hour:02}:00:00Z") });
        with(&people, time)
    };
    let chen = app.sign_in("chen", "phone of chen").await;
    let (of_li, of_chen) = (
        contact(&app.sign_in("li", "d1").await).await,
        contact(&chen).await,
    );
    office.wait(TimeDelta::minutes(10)).await;
    let later = with(&json!({ "id": of_visit }), appoint(6));
    act(&office.supervisor, "appointVisit", later)
        .await
        .data("appointVisit");
    let li = app.sign_in("li", "d1").await;
    let end = json!({ "channel": "home", "outcome": "satisfied", "signature": SIGNATURE });
    let end = told(1, "visit.finish", &of_visit, end);
    let outcomes = li.outcomes(vec![after(&of_li, 5, end)]).await;
    assert_eq!(outcomes, [("MERGED".to_owned(), None)]);
    assert_eq!(office.ticket_state(&ticket).await, "FINISHED");

    let chen = app.sign_in("chen", "phone of chen").await;
    let earlier = told(2, "visit.appoint", &of_visit, appoint(5));
    let outcomes = chen.outcomes(vec![after(&of_chen, 3, earlier)]).await;
    assert_eq!(outcomes, [("APPLIED".to_owned(), None)]);
    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.state"), "DONE");
    assert_eq!(office.ticket_state(&ticket).await, "CLOSED");
}

#[tokio::test]
async fn an_appointment_keeps_who_was_named_by_one_that_comes_home_later() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let of_visit = office.planned().await;
    let of_chen = contact(&app.sign_in("chen", "phone of chen").await).await;
    office.wait(TimeDelta::minutes(10)).await;
    let time = json!({ "id": of_visit, "appointedAt": "2026-09-01T06:00:00Z" });
    act(&office.supervisor, "appointVisit", time)
        .await
        .data("appointVisit");
    let chen = app.sign_in("chen", "phone of chen").await;
    let named = json!({ "appointedAt": "2026-09-01T05:00:00Z", "visitorId": office.li.id,
        "companionId": office.zhao.id });
    let named = told(1, "visit.appoint", &of_visit, named);
    let outcomes = chen.outcomes(vec![after(&of_chen, 5, named)]).await;
    assert_eq!(outcomes, [("APPLIED".to_owned(), None)]);
    let seen = visit(&office.desk, &of_visit).await;
    let people = ["visitor", "companion"].map(|name| seen.text(&format!("visit.{name}.name")));
    assert_eq!(people, ["li", "zhao"]);
    let query = "query ($id: UUID!) { visit(id: $id) { appointedAt } }";
    let seen = office.desk.run(query, json!({ "id": of_visit })).await;
    assert_eq!(seen.text("visit.appointedAt"), "2026-09-01T06:00:00+00:00");
}

// Who was on the visit says so, though another goes by now.
#[tokio::test]
async fn who_went_tells_of_it_though_somebody_else_is_to_go_since() {
    let app = TestApp::start().await;
    let mut office = Office::of(&app).await;
    let zone = app.zone_of(&office.estate.community, "江畔苑").await;
    let sun = app
        .staff("sun", PostKind::SecurityGuard)
        .in_zone(&zone)
        .await;
    let of_visit = office.planned().await;
    let go = |visitor: &Staff, hour: u32| {
        json!({ "id": of_visit, "appointedAt": format!("2026-09-01T{hour:02}:00:00Z"),
            "visitorId": visitor.id, "companionId": office.zhao.id })
    };
    let (first, second) = (go(&sun, 3), go(&office.li, 6));
    act(&office.supervisor, "appointVisit", first)
        .await
        .data("appointVisit");
    let of_sun = contact(&app.sign_in("sun", "d1").await).await;
    office.wait(TimeDelta::minutes(30)).await;
    act(&office.supervisor, "appointVisit", second)
        .await
        .data("appointVisit");
    let sun = app.sign_in("sun", "d1").await;
    let tell = |number, minutes, payload| {
        let step = told(number, "visit.step", &of_visit, payload);
        after(&of_sun, minutes, step)
    };
    let absent = vec![
        tell(1, 10, json!({ "to": "at_door" })),
        tell(2, 12, json!({ "to": "absent", "note": "已留便条" })),
    ];
    let outcomes = sun.outcomes(absent).await;
    assert_eq!(outcomes, vec![("APPLIED".to_owned(), None); 2]);
    let after_all = sun
        .outcomes(vec![tell(3, 40, json!({ "to": "at_door" }))])
        .await;
    assert_eq!(after_all[0].1.as_deref(), Some("FORBIDDEN"));
    let seen = visit(&office.desk, &of_visit).await;
    assert_eq!(seen.text("visit.state"), "APPOINTED");
    assert_eq!(seen.text("visit.visitor.name"), "li");
}
