//! Guards who are moved while they walk.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{act, contact, first_task, night, night_round, report, seen, tasks};
use crate::support::{Phone, TestApp};
use crate::sync::push::opening;

/// What becomes of a report, in a word.
async fn outcome(phone: &Phone<'_>, report: Value) -> String {
    phone.outcomes(vec![report]).await.remove(0).0
}

// P-16: he found something, and people are sent.
#[tokio::test]
async fn what_a_guard_saw_before_he_was_moved_is_kept() {
    let app = TestApp::start().await;
    let (ground, mut boss) = night(&app).await;
    let ma = app.staff("ma", PostKind::SecurityGuard);
    let ma = ma.in_zone(&ground.zone).await;
    let mut phone = app.sign_in("ma", "d1").await;
    let task = first_task(&phone).await;

    // At 21:50 he goes down, at ten he is given another zone, and at two he comes up.
    app.wait(TimeDelta::minutes(12 * 60 + 50));
    phone.refresh().await;
    let before = contact(&phone, app.app.clock().now()).await;
    app.wait(TimeDelta::minutes(10));
    let other = app.zone(&ground.community, "凤凰苑").await;
    app.move_to(&ma, PostKind::SecurityGuard, &other).await;
    app.wait(TimeDelta::hours(4));
    phone.refresh().await;
    assert!(tasks(&phone).await.is_empty());

    let ticket = Uuid::from_u128(0x77);
    let mut found = seen(&before, 70, report(1, &task, 1));
    found["payload"]["finding"] = json!("水管爆裂");
    found["payload"]["ticketId"] = json!(ticket);
    let mut open = seen(&before, 70, opening("m1", ticket, &ground.community));
    (open["group"], found["group"]) = (json!("g1"), json!("g1"));
    let results = phone.results(vec![open, found]).await;
    assert_eq!(
        (&results[0]["outcome"], &results[1]["outcome"]),
        (&json!("APPLIED"), &json!("MERGED"))
    );
    assert_eq!(results[1]["record"]["document"], Value::Null);
    let sent = seen(&before, 80, report(2, &task, 2));
    assert_eq!(outcome(&phone, sent).await, "MERGED");
    assert!(phone.issues().await.is_empty());
    boss.refresh().await;
    let done = tasks(&boss).await;
    let done = done.iter().find(|it| it["id"] == *task).unwrap();
    assert_eq!(done["state"], "DONE");
    assert_eq!(done["results"][0]["ticket"]["summary"], "厨房水管漏水");
}

#[tokio::test]
async fn a_guard_who_was_moved_reports_on_nothing_that_he_did_not_have() {
    let app = TestApp::start().await;
    let (ground, mut boss) = night(&app).await;
    let third = app.zone(&ground.community, "翠湖苑").await;
    let other = app.zone(&ground.community, "凤凰苑").await;
    let ma = app.staff("ma", PostKind::SecurityGuard);
    let ma = ma.in_zone(&ground.zone).await;
    let sun = app.staff("sun", PostKind::SecurityGuard);
    let sun = sun.in_zone(&other).await;
    let (mut phone, mut stranger) = (
        app.sign_in("ma", "d1").await,
        app.sign_in("sun", "d2").await,
    );
    let task = first_task(&phone).await;
    let before = contact(&phone, app.app.clock().now()).await;
    let elsewhere = contact(&stranger, app.app.clock().now()).await;
    app.wait(TimeDelta::minutes(10));
    app.move_to(&ma, PostKind::SecurityGuard, &other).await;
    let after = contact(&phone, app.app.clock().now()).await;

    // Who shows no contact, one of after, or one of another zone.
    let refused = [
        (&phone, report(1, &task, 1)),
        (&phone, seen(&after, 0, report(2, &task, 1))),
        (&stranger, seen(&elsewhere, 1, report(3, &task, 1))),
        (&stranger, seen(&before, 1, report(4, &task, 1))),
    ];
    for (phone, report) in refused {
        assert_eq!(outcome(phone, report).await, "QUARANTINED");
    }

    // The round of tomorrow goes to the other zone, and its guard to a third.
    let tomorrow = tasks(&boss).await[1]["id"].as_str().unwrap().to_owned();
    let mut changed = night_round(&ground);
    changed["zoneId"] = json!(other.id);
    act(&boss, "putPatrolRoute", changed)
        .await
        .data("putPatrolRoute");
    app.move_to(&sun, PostKind::SecurityGuard, &third).await;
    stranger.refresh().await;
    let sent = seen(&elsewhere, 2, report(5, &tomorrow, 1));
    assert_eq!(outcome(&stranger, sent).await, "QUARANTINED");

    // And the rounds that are made from now on are not his either.
    boss.refresh().await;
    act(&boss, "putPatrolRoute", night_round(&ground))
        .await
        .data("putPatrolRoute");
    for _ in 0..2 {
        app.wait(TimeDelta::hours(24));
        app.do_jobs().await;
    }
    phone.refresh().await;
    boss.refresh().await;
    let newest = tasks(&boss).await.pop().unwrap();
    let sent = seen(&before, 3, report(6, newest["id"].as_str().unwrap(), 1));
    assert_eq!(outcome(&phone, sent).await, "QUARANTINED");
}
