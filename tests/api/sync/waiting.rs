//! What waits for something that may still come, and what does not.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::areas;
use xunfang::database::installation;

use super::push::opening;
use super::{mutation, rxdb};
use crate::patrol::{first_task, night, report};
use crate::support::{Phone, TestApp};

/// The payload that the page gives of each kind.
fn examples() -> BTreeMap<String, Value> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sync.md"));
    let page = page.unwrap();
    let sections = page.split("\n### `").skip(1);
    let example = |section: &str| {
        let (kind, rest) = section.split_once('`')?;
        let (_, json) = rest.split_once("```json\n")?;
        let (json, _) = json.split_once("```")?;
        Some((kind.to_owned(), serde_json::from_str(json).ok()?))
    };
    sections.filter_map(example).collect()
}

async fn only(phone: &Phone<'_>, sent: Value) -> (String, Option<String>) {
    phone.outcomes(vec![sent]).await.remove(0)
}

fn waits() -> (String, Option<String>) {
    ("DEFERRED".to_owned(), Some("NOT_FOUND".to_owned()))
}

fn kept_out() -> (String, Option<String>) {
    ("QUARANTINED".to_owned(), Some("NOT_FOUND".to_owned()))
}

#[tokio::test]
async fn a_step_that_comes_before_its_record_waits_whatever_its_kind() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("manager", PostKind::EstateManager)
        .at(&bijiang)
        .await;
    let phone = app.sign_in("manager", "d1").await;
    let (registry, examples) = (areas::registry(), examples());
    for (name, number) in registry.kinds().zip(1..) {
        let kind = registry.find_kind(name).unwrap();
        let record = Uuid::from_u128(number).to_string();
        let mut sent = mutation(name, name, &record, examples[name].clone());
        let outcome = only(&phone, sent.clone()).await;
        if kind.creates() {
            assert_ne!(outcome.0, "DEFERRED", "{name} makes its record");
            continue;
        }
        assert_eq!(outcome, waits(), "{name}");
        // A phone that names the version it had has seen the record.
        sent["mutationId"] = json!(format!("{name} again"));
        sent["recordId"] = json!(Uuid::from_u128(1_000 + number));
        sent["baseSeq"] = json!(7);
        assert_eq!(only(&phone, sent).await, kept_out(), "{name}");
    }
}

#[tokio::test]
async fn what_a_payload_names_is_waited_for_where_phones_make_such_records() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("boss", PostKind::Supervisor).at(&bijiang).await;
    let phone = app.sign_in("boss", "d1").await;
    let ticket = Uuid::from_u128(0x71);
    let plan = |id: &str, visit: u128, named: Value| {
        let mut payload =
            json!({ "communityId": bijiang.id, "kind": "home", "purpose": "季度走访" });
        payload
            .as_object_mut()
            .unwrap()
            .extend(named.as_object().unwrap().clone());
        mutation(
            id,
            "visit.plan",
            &Uuid::from_u128(visit).to_string(),
            payload,
        )
    };
    let returns = json!({ "kind": "return", "ticketId": ticket });
    let sent = plan("p1", 0x81, returns);
    assert_eq!(only(&phone, sent.clone()).await, waits());
    // No phone makes a unit, so none will come.
    let sent_unit = plan("p2", 0x82, json!({ "unitId": Uuid::from_u128(0x72) }));
    assert_eq!(only(&phone, sent_unit).await, kept_out());

    let opened = only(&phone, opening("m1", ticket, &bijiang)).await;
    assert_eq!(opened.0, "APPLIED");
    let again = only(&phone, sent).await;
    assert_ne!(again, waits(), "it was tried again with what it waited for");
}

#[tokio::test]
async fn a_report_waits_for_a_patrol_that_its_author_may_have_ordered() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    let guard = app.sign_in("guard", "d1").await;
    let unknown = Uuid::from_u128(0x99);
    let by_boss = report(1, &unknown.to_string(), 1);
    assert_eq!(only(&boss, by_boss.clone()).await, waits());
    let by_guard = report(2, &unknown.to_string(), 1);
    assert_eq!(only(&guard, by_guard).await, kept_out(), "he orders none");

    let task = first_task(&guard).await;
    let points = boss.first_sync().await;
    let point = by_boss["payload"]["pointId"].as_str().unwrap().to_owned();
    assert!(points.get("patrol_point", &point).is_some() && !task.is_empty());
    let order =
        json!({ "communityId": ground.community.id, "name": "临时巡查", "pointIds": [point] });
    let ordered = mutation("o1", "patrol.order", &unknown.to_string(), order);
    assert_eq!(only(&boss, ordered).await.0, "APPLIED");
    assert_eq!(only(&boss, by_boss).await.0, "APPLIED");
}

#[tokio::test]
async fn work_on_what_its_author_has_had_is_kept_out_at_once() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let (north, south) = (
        app.zone(&bijiang, "北苑").await,
        app.zone(&bijiang, "南苑").await,
    );
    app.staff("boss", PostKind::Supervisor).at(&bijiang).await;
    let chen = app.staff("chen", PostKind::MaintenanceWorker);
    let chen = chen.in_zone(&north).await;
    let sun = app.staff("sun", PostKind::MaintenanceWorker);
    sun.in_zone(&south).await;
    let (boss, mut phone, stranger) = (
        app.sign_in("boss", "d1").await,
        app.sign_in("chen", "d2").await,
        app.sign_in("sun", "d3").await,
    );
    let ticket = Uuid::from_u128(0x71);
    boss.outcomes(vec![opening("m1", ticket, &bijiang)]).await;
    app.set_zone(ticket, north.id).await;
    assert_eq!(phone.first_sync().await.count("ticket"), 1);
    let note = |id: &str| {
        mutation(
            id,
            "ticket.note",
            &ticket.to_string(),
            json!({ "note": "换了阀门" }),
        )
    };

    app.move_to(&chen, PostKind::MaintenanceWorker, &south)
        .await;
    phone.refresh().await;
    let grouped = |mut sent: Value| {
        sent["group"] = json!("g1");
        sent
    };
    let mut other = grouped(opening("m2", Uuid::from_u128(0x72), &bijiang));
    other["payload"]["summary"] = json!("同组");
    let outcomes = phone.outcomes(vec![grouped(note("n1")), other]).await;
    assert_eq!(outcomes[0], kept_out());
    assert_eq!(outcomes[1].1.as_deref(), Some("GROUP_FAILED"));
    assert_eq!(phone.issues().await.len(), 2);
    // Who never had it learns nothing, not even whether there is such a ticket.
    assert_eq!(only(&stranger, note("n2")).await, waits());
    let nowhere = mutation(
        "n3",
        "ticket.note",
        &Uuid::from_u128(0x79).to_string(),
        json!({ "note": "?" }),
    );
    assert_eq!(only(&stranger, nowhere).await, waits());

    // What waited already, when its record came and went, does not go on waiting.
    app.set_zone(ticket, south.id).await;
    app.set_zone(ticket, north.id).await;
    app.wait(TimeDelta::minutes(11));
    assert!(stranger.outcomes(Vec::new()).await.is_empty());
    assert_eq!(only(&stranger, note("n2")).await, kept_out());
}

/// The backup of before is restored: what was there since is gone, and so is what it stood on.
async fn restore(app: &TestApp) {
    let (db, clock) = (app.app.db(), app.app.clock());
    installation::epoch(db, clock).await.unwrap();
    installation::new_epoch(db, clock).await.unwrap();
}

/// Whether there is an issue about this record.
async fn is_kept_out(phone: &Phone<'_>, record: Uuid) -> bool {
    let issues = phone.issues().await;
    issues
        .iter()
        .any(|issue| issue["recordId"] == record.to_string())
}

#[tokio::test]
async fn after_a_restore_work_waits_for_a_record_that_another_phone_has_yet_to_give_back() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    for name in ["wang", "li", "zhao"] {
        app.staff(name, PostKind::Assistant).at(&bijiang).await;
    }
    let wang = app.sign_in("wang", "d1").await;
    let li = app.sign_in("li", "d2").await;
    let zhao = app.sign_in("zhao", "d3").await;
    let (ticket, event) = (Uuid::from_u128(0x71), Uuid::from_u128(0x72));
    let edit = |id: &str, ticket: Uuid, text: &str| {
        let payload = json!({ "description": text });
        let mut edit = mutation(id, "ticket.edit", &ticket.to_string(), payload);
        edit["baseSeq"] = json!(700);
        edit["base"] = json!({ "description": "" });
        edit
    };
    assert_eq!(
        only(&li, edit("e0", Uuid::from_u128(0x70), "?")).await,
        kept_out()
    );

    restore(&app).await;
    // Both have seen the ticket that Wang's phone has not given back yet: one by rows, a step of it too.
    assert_eq!(only(&li, edit("e1", ticket, "乙的说明")).await, waits());
    let had = rxdb::with(&rxdb::inserted(ticket, &bijiang), json!({ "seq": 700 }));
    let written = rxdb::with(&had, json!({ "convenientTime": "晚上" }));
    let rows = vec![rxdb::change(&had, &written)];
    assert_eq!(zhao.push_rows("ticket", rows).await, Vec::<Value>::new());
    let note = json!({ "id": event, "ticketId": ticket, "kind": "noted", "note": "已联系", "deleted": false });
    let rows = vec![rxdb::insert(&note)];
    assert_eq!(
        zhao.push_rows("ticketEvent", rows).await,
        Vec::<Value>::new()
    );
    for phone in [&li, &zhao] {
        assert!(!is_kept_out(phone, ticket).await);
    }

    assert_eq!(
        only(&wang, opening("m1", ticket, &bijiang)).await.0,
        "APPLIED"
    );
    assert_eq!(only(&li, edit("e1", ticket, "乙的说明")).await.0, "APPLIED");
    let row = zhao.row("ticket", ticket).await;
    assert_eq!(
        (&row["description"], &row["convenientTime"]),
        (&json!("乙的说明"), &json!("晚上"))
    );
    assert_eq!(zhao.row("ticketEvent", event).await["note"], "已联系");
    for phone in [&li, &zhao] {
        assert!(!is_kept_out(phone, ticket).await);
    }
}

#[tokio::test]
async fn after_a_restore_what_nobody_gives_back_is_kept_out_when_the_patience_ends() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    let guard = app.sign_in("guard", "d1").await;
    restore(&app).await;
    let step = |id: &str, ticket: u128| {
        let ticket = Uuid::from_u128(ticket).to_string();
        let mut step = mutation(id, "ticket.note", &ticket, json!({ "note": "?" }));
        step["baseSeq"] = json!(700);
        step
    };
    assert_eq!(only(&boss, step("n1", 0x71)).await, waits());
    // He orders no patrols, but whoever did may give it back.
    let task = Uuid::from_u128(0x99).to_string();
    assert_eq!(only(&guard, report(1, &task, 1)).await, waits());
    // No phone makes a unit, so none gives one back.
    let plan = json!({ "communityId": ground.community.id, "kind": "home", "purpose": "季度走访",
        "unitId": Uuid::from_u128(0x72) });
    let plan = mutation("p1", "visit.plan", &Uuid::from_u128(0x81).to_string(), plan);
    assert_eq!(only(&boss, plan).await, kept_out());

    app.wait(TimeDelta::days(6));
    app.do_jobs().await;
    let orphaned = (
        "QUARANTINED".to_owned(),
        Some("MUTATION_ORPHANED".to_owned()),
    );
    let mut boss = boss;
    boss.refresh().await;
    assert_eq!(only(&boss, step("n1", 0x71)).await, orphaned);
    // Phones no longer keep anything from before: what is missing has gone.
    app.wait(TimeDelta::days(25));
    boss.refresh().await;
    assert_eq!(only(&boss, step("n2", 0x73)).await, kept_out());
}
