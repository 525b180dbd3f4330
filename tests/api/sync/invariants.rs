//! What must always hold, one sentence each.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use entity::kinds::PostKind;
use entity::ledger::feed;
use entity::tickets::ticket;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::database::installation;

use super::push::opening;
use super::{Store, mutation};
use crate::support::{Community, Phone, TestApp};

fn ticket_id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn note(id: &str, ticket: u128, text: &str) -> Value {
    mutation(
        id,
        "ticket.note",
        &ticket_id(ticket),
        json!({ "note": text }),
    )
}

fn edit(id: &str, ticket: u128, base: &Value, changes: Value) -> Value {
    let mut edit = mutation(id, "ticket.edit", &ticket_id(ticket), changes);
    edit["baseSeq"] = base.clone();
    edit
}

/// A community with an assistant at the desk.
async fn desk<'a>(app: &'a TestApp, code: &str, account: &str) -> (Community, Phone<'a>) {
    let community = app.community(code).await;
    app.staff(account, PostKind::Assistant).at(&community).await;
    let phone = app.sign_in(account, "d1").await;
    (community, phone)
}

/// What the office reads of the law that nothing is lost; the law itself is checked.
async fn ledger(phone: &Phone<'_>, community: &Community) -> BTreeMap<String, i64> {
    let query = "query ($id: UUID!) { syncLedger(communityId: $id) {
        deliveries distinct duplicates applied merged conflictKept deferred quarantined discarded } }";
    let answer = phone.run(query, json!({ "id": community.id })).await;
    let counts: BTreeMap<String, i64> =
        serde_json::from_value(answer.data("syncLedger").clone()).unwrap();
    assert_eq!(
        counts["deliveries"],
        counts["distinct"] + counts["duplicates"],
        "{counts:?}"
    );
    let outcomes = [
        "applied",
        "merged",
        "conflictKept",
        "deferred",
        "quarantined",
        "discarded",
    ];
    let sum: i64 = outcomes.iter().map(|outcome| counts[*outcome]).sum();
    assert_eq!(counts["distinct"], sum, "{counts:?}");
    counts
}

async fn events(app: &TestApp, ticket: u128) -> usize {
    use entity::tickets::ticket_event::{Column, Entity};
    let events = Entity::find().filter(Column::TicketId.eq(Uuid::from_u128(ticket)));
    events.all(app.app.db().reader()).await.unwrap().len()
}

async fn stored(app: &TestApp, id: u128) -> ticket::Model {
    let found = ticket::Entity::find_by_id(Uuid::from_u128(id));
    found.one(app.app.db().reader()).await.unwrap().unwrap()
}

/// The open issues, oldest first: id and code.
async fn issues(phone: &Phone<'_>) -> Vec<(String, String)> {
    let query = "{ syncIssues { nodes { id code mutationId kind state } } }";
    let answer = phone.run(query, json!({})).await;
    let nodes = answer.data("syncIssues.nodes").as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    nodes
        .map(|node| (text(&node["id"]), text(&node["code"])))
        .collect()
}

async fn settle(phone: &Phone<'_>, how: &str, issue: &str) -> crate::support::Answer {
    let operation = format!(
        "mutation ($id: UUID!) {{ {how}(input: {{ id: $id }}) {{ syncIssue {{ state }} }} }}"
    );
    phone.run(&operation, json!({ "id": issue })).await
}

// 3

#[tokio::test]
async fn a_phone_killed_after_any_page_goes_on_and_ends_the_same() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    for number in 1..=4 {
        let id = format!("m{number}");
        phone
            .results(vec![opening(&id, Uuid::from_u128(number), &bijiang)])
            .await;
    }
    let whole = phone.first_sync().await;
    let mut before = Store::default();
    for killed_after in 0.. {
        let mut resumed = Store {
            cursor: before.cursor.clone(),
            records: before.records.clone(),
            ..Store::default()
        };
        phone.pull_into(&mut resumed, 3).await;
        assert_eq!(
            resumed.records, whole.records,
            "killed after {killed_after} pages"
        );
        let page = phone.pull_page(before.cursor.as_deref(), 2, &[]).await;
        let page = page.data("syncPull").clone();
        before.take(&page, 2);
        let once = before.records.clone();
        before.take(&page, 2);
        assert_eq!(before.records, once, "a page taken twice is taken once");
        if page["hasMore"] == false {
            return;
        }
    }
}

#[tokio::test]
async fn a_root_that_changes_while_it_is_given_in_parts_arrives_as_it_is_now() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    phone
        .results(vec![opening("m0", Uuid::from_u128(1), &bijiang)])
        .await;
    for number in 1..=4 {
        phone
            .results(vec![note(&format!("m{number}"), 1, "看过")])
            .await;
    }
    for pages in 1..=8 {
        let mut store = Store::default();
        for _ in 0..pages {
            let page = phone.pull_page(store.cursor.as_deref(), 1, &[]).await;
            store.take(page.data("syncPull"), 1);
        }
        let changed = format!("第{pages}次");
        let sent = edit(
            &format!("e{pages}"),
            1,
            &Value::Null,
            json!({ "summary": changed }),
        );
        phone.results(vec![sent]).await;
        phone.pull_into(&mut store, 1).await;
        assert_eq!(
            store.get("ticket", &ticket_id(1)).unwrap()["summary"],
            changed
        );
        assert_eq!(store.records, phone.first_sync().await.records);
    }
}

#[tokio::test]
async fn a_root_that_leaves_while_it_is_given_in_parts_leaves_whole() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let (east, west) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&bijiang, "西苑").await,
    );
    app.staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let wang = app.sign_in("wang", "d1").await;
    li.results(vec![
        opening("m0", Uuid::from_u128(1), &bijiang),
        note("m1", 1, "看过"),
    ])
    .await;
    for pages in 1..=9 {
        app.set_zone(Uuid::from_u128(1), east.id).await;
        let mut store = Store::default();
        for _ in 0..pages {
            let page = wang.pull_page(store.cursor.as_deref(), 1, &[]).await;
            store.take(page.data("syncPull"), 1);
        }
        app.set_zone(Uuid::from_u128(1), west.id).await;
        wang.pull_into(&mut store, 1).await;
        assert_eq!(
            store.count("ticket") + store.count("ticket_event"),
            0,
            "after {pages} pages"
        );
        // And back again, while it is being taken away.
        let page = wang.pull_page(store.cursor.as_deref(), 1, &[]).await;
        store.take(page.data("syncPull"), 1);
        app.set_zone(Uuid::from_u128(1), east.id).await;
        wang.pull_into(&mut store, 1).await;
        assert_eq!(store.records, wang.first_sync().await.records);
    }
}

// 4

#[tokio::test]
async fn a_mutation_has_one_effect_however_often_and_in_whatever_order_it_comes() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    let open = || opening("m1", Uuid::from_u128(1), &bijiang);
    let deliveries = [
        vec![note("m3", 1, "丙"), note("m2", 1, "乙")],
        vec![note("m2", 1, "乙"), open(), open()],
        vec![open()],
        vec![
            note("m2", 1, "乙"),
            note("m3", 1, "丙"),
            note("m3", 1, "丙"),
            open(),
        ],
    ];
    for delivery in deliveries {
        phone.results(delivery).await;
    }
    assert_eq!(events(&app, 1).await, 3);
    let counts = ledger(&phone, &bijiang).await;
    assert_eq!(
        (counts["distinct"], counts["applied"], counts["deliveries"]),
        (3, 3, 10)
    );
}

#[tokio::test]
async fn two_deliveries_at_the_same_time_apply_once() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    phone
        .results(vec![opening("m0", Uuid::from_u128(1), &bijiang)])
        .await;
    for round in 0..10 {
        let sent = || vec![note(&format!("n{round}"), 1, "看过")];
        let (one, other) = tokio::join!(phone.results(sent()), phone.results(sent()));
        let duplicates = [&one[0], &other[0]].map(|result| result["duplicate"] == true);
        assert_eq!(
            duplicates.iter().filter(|it| **it).count(),
            1,
            "{one:?} {other:?}"
        );
        assert!(
            [&one[0], &other[0]]
                .iter()
                .all(|result| result["outcome"] == "APPLIED")
        );
    }
    assert_eq!(events(&app, 1).await, 11);
    let counts = ledger(&phone, &bijiang).await;
    assert_eq!((counts["distinct"], counts["duplicates"]), (11, 10));
}

// 5

#[tokio::test]
async fn everything_that_came_is_accounted_for() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let wang = app.sign_in("wang", "d1").await;
    let opened = li
        .results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let base = &opened[0]["record"]["seq"];
    li.results(vec![edit("m2", 1, base, json!({ "summary": "甲" }))])
        .await;
    let outcomes = wang
        .outcomes(vec![
            edit("m1", 1, base, json!({ "priority": "high" })),
            edit("m2", 1, base, json!({ "summary": "乙" })),
            note("m3", 9, "早到"),
            note("m4", 1, ""),
            json!("no mutation at all"),
            note("m5", 1, "好"),
        ])
        .await;
    let outcomes: Vec<_> = outcomes.iter().map(|(outcome, _)| &**outcome).collect();
    let expected = [
        "MERGED",
        "CONFLICT_KEPT",
        "DEFERRED",
        "QUARANTINED",
        "QUARANTINED",
        "APPLIED",
    ];
    assert_eq!(outcomes, expected);
    wang.results(vec![note("m5", 1, "好"), note("m3", 9, "早到")])
        .await;
    let counts = ledger(&li, &bijiang).await;
    let read = [
        "deliveries",
        "applied",
        "merged",
        "conflictKept",
        "deferred",
        "quarantined",
    ];
    assert_eq!(read.map(|name| counts[name]), [10, 3, 1, 1, 1, 2]);
}

// 6, 7

#[tokio::test]
async fn what_cannot_be_applied_delays_only_what_names_it() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    phone
        .results(vec![opening("m0", Uuid::from_u128(1), &bijiang)])
        .await;
    let after = |mut sent: Value, named: &str| {
        sent["after"] = json!(named);
        sent
    };
    for push in 0..3 {
        let id = |name: &str| format!("{name}{push}");
        let outcomes = phone
            .outcomes(vec![
                note(&id("bad"), 1, ""),
                after(note(&id("child"), 1, "随后"), &id("bad")),
                note(&id("free"), 1, "无关"),
                opening(&id("other"), Uuid::from_u128(10 + push), &bijiang),
            ])
            .await;
        let outcomes: Vec<_> = outcomes.iter().map(|(outcome, _)| &**outcome).collect();
        assert_eq!(outcomes, ["QUARANTINED", "DEFERRED", "APPLIED", "APPLIED"]);
        let store = phone.first_sync().await;
        assert!(store.get("ticket", &ticket_id(10 + push)).is_some());
    }
}

#[tokio::test]
async fn mutations_of_a_phone_apply_in_its_order() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    let opened = phone
        .results(vec![opening("m0", Uuid::from_u128(1), &bijiang)])
        .await;
    let base = opened[0]["record"]["seq"].clone();
    let said = |number: u32| {
        edit(
            &format!("e{number}"),
            1,
            &base,
            json!({ "summary": format!("第{number}") }),
        )
    };
    let outcomes = phone.outcomes((1..=5).map(said).collect()).await;
    assert!(
        outcomes.iter().all(|(outcome, _)| outcome == "APPLIED"),
        "{outcomes:?}"
    );
    assert_eq!(stored(&app, 1).await.summary, "第5");
    phone.results(vec![said(6)]).await;
    // An old one that comes again does not take the field back.
    phone.results(vec![said(2)]).await;
    assert_eq!(stored(&app, 1).await.summary, "第6");
}

#[tokio::test]
async fn what_waits_is_quarantined_after_five_days_and_not_before() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    assert_eq!(
        phone.outcomes(vec![note("m1", 9, "早到")]).await[0].0,
        "DEFERRED"
    );
    app.wait(TimeDelta::days(5));
    app.do_jobs().await;
    let phone = app.sign_in("li", "d1").await;
    assert_eq!(issues(&phone).await.len(), 0);
    app.wait(TimeDelta::hours(1));
    app.do_jobs().await;
    app.wait(TimeDelta::hours(1));
    app.do_jobs().await;
    let phone = app.sign_in("li", "d1").await;
    assert_eq!(issues(&phone).await.len(), 1);
    assert_eq!(issues(&phone).await[0].1, "MUTATION_ORPHANED");
    assert_eq!(ledger(&phone, &bijiang).await["quarantined"], 1);
}

// 8

#[tokio::test]
async fn a_group_is_seen_whole_or_not_at_all() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let wang = app.sign_in("wang", "d1").await;
    li.results(vec![opening("m0", Uuid::from_u128(1), &bijiang)])
        .await;
    let mut store = Store::default();
    for round in 1..=6_u128 {
        let grouped = |mut sent: Value| {
            sent["group"] = json!(format!("g{round}"));
            sent
        };
        let (first, second) = (round * 10, round * 10 + 1);
        // The reader is somewhere in the middle when the group comes.
        for _ in 0..round {
            let page = wang.pull_page(store.cursor.as_deref(), 1, &[]).await;
            store.take(page.data("syncPull"), 1);
        }
        li.results(vec![
            grouped(opening(
                &format!("a{round}"),
                Uuid::from_u128(first),
                &bijiang,
            )),
            grouped(note(&format!("b{round}"), 1, &format!("见{first}"))),
            grouped(opening(
                &format!("c{round}"),
                Uuid::from_u128(second),
                &bijiang,
            )),
        ])
        .await;
        let mut complete = false;
        while !complete {
            let page = wang.pull_page(store.cursor.as_deref(), 1, &[]).await;
            let page = page.data("syncPull");
            store.take(page, 1);
            complete = page["hasMore"] == false;
        }
        let parts = [
            store.get("ticket", &ticket_id(first)).is_some(),
            store.get("ticket", &ticket_id(second)).is_some(),
            store
                .records
                .values()
                .any(|row| row["note"] == format!("见{first}")),
        ];
        assert_eq!(parts, [true; 3], "round {round}");
    }
}

// 10

#[tokio::test]
async fn what_lies_elsewhere_answers_like_what_does_not_exist() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let (cuihu, zhao) = desk(&app, "cuihu", "zhao").await;
    zhao.results(vec![opening("m1", Uuid::from_u128(1), &cuihu)])
        .await;
    let kinds = [
        ("ticket.note", json!({ "note": "看过" }), Value::Null),
        ("ticket.edit", json!({ "summary": "改" }), json!(1)),
        ("ticket.advance", json!({ "to": "ordered" }), json!(1)),
        (
            "ticket.assign",
            json!({ "assigneeId": Uuid::from_u128(5) }),
            Value::Null,
        ),
        ("ticket.note", json!({ "note": "看过" }), json!(1)),
    ];
    for (number, (kind, payload, base)) in kinds.into_iter().enumerate() {
        let answer = async |ticket: u128, suffix: &str| {
            let id = format!("{suffix}{number}");
            let mut sent = mutation(&id, kind, &ticket_id(ticket), payload.clone());
            sent["baseSeq"] = base.clone();
            let first = li.push(vec![sent.clone()]).await.0;
            let again = li.push(vec![sent]).await.0;
            let text = format!("{first} {again}");
            assert!(!text.contains("漏水"), "{text}");
            // The head of the own realm moves with every answer.
            let mut seqs = [first, again];
            for answer in &mut seqs {
                answer["data"]["syncPush"]["results"][0]["seq"] = Value::Null;
            }
            let text = format!("{seqs:?}");
            text.replace(&ticket_id(ticket), "it").replace(&id, "m")
        };
        assert_eq!(answer(1, "a").await, answer(2, "b").await, "{kind}");
    }
    let mut store = Store::default();
    li.pull_into(&mut store, 500).await;
    assert!(!format!("{:?}", store.records).contains(&cuihu.id.to_string()));
    // What is said of a community elsewhere.
    let ledger = "query ($id: UUID!) { syncLedger(communityId: $id) { distinct } }";
    let foreign = li.run(ledger, json!({ "id": cuihu.id })).await;
    let unknown = li.run(ledger, json!({ "id": Uuid::from_u128(3) })).await;
    assert_eq!(foreign.0, unknown.0);
    // An id that is taken elsewhere is no way to look there either.
    let taken = li
        .push(vec![opening("m9", Uuid::from_u128(1), &bijiang)])
        .await;
    assert_eq!(
        taken.data("syncPush.results.0.record.document"),
        &Value::Null
    );
    assert_eq!(stored(&app, 1).await.community_id, cuihu.id);
}

#[tokio::test]
async fn a_worker_who_lives_here_sees_as_a_resident_once_he_has_left_the_staff() {
    use xunfang::areas::households::write::{BindPartyAccount, RegisterParty, RelateParty};
    use xunfang::areas::organisation::DismissStaffMember;
    let app = TestApp::start().await;
    let bijiang = crate::estate::estate(&app, "bijiang").await.community;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let li = app.sign_in("li", "d1").await;
    let both = app
        .staff("both", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    let register = RegisterParty {
        community_id: bijiang.id,
        name: "both".to_owned(),
        phone: None,
        identity_number: None,
    };
    let party_id = app.command(&register).await;
    let unit_id = entity::ids::UnitId(app.unit_of(&bijiang).await);
    let relate = RelateParty {
        party_id,
        unit_id,
        relation: entity::kinds::RelationKind::Owner,
        starts_on: None,
        ends_on: None,
    };
    app.command(&relate).await;
    let bind = BindPartyAccount {
        party_id,
        account: Some("both".to_owned()),
    };
    app.command(&bind).await;
    let mut open = opening("m1", Uuid::from_u128(1), &bijiang);
    open["payload"]["unitId"] = json!(unit_id);
    let mut among_us = note("m2", 1, "住户难缠");
    among_us["payload"]["isInternal"] = json!(true);
    li.results(vec![open, among_us]).await;
    let phone = app.sign_in("both", "d1").await;
    let knows = |store: &Store| {
        assert!(store.get("ticket", &ticket_id(1)).is_some());
        store.records.values().any(|row| row["note"] == "住户难缠")
    };
    for limit in [1, 500] {
        let mut store = phone.first_sync().await;
        assert!(knows(&store));
        let dismiss = DismissStaffMember {
            staff_member_id: both.id,
        };
        app.command(&dismiss).await;
        phone.pull_into(&mut store, limit).await;
        assert!(!knows(&store));
        assert_eq!(store.records, phone.first_sync().await.records);
        app.staff("both", PostKind::SecurityGuard)
            .joining(&bijiang)
            .await;
        phone.pull_into(&mut store, limit).await;
        assert!(knows(&store));
        assert_eq!(store.records, phone.first_sync().await.records);
    }
}

// 11, 12

#[tokio::test]
async fn a_record_with_unsent_edits_leaves_only_after_they_have_come() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let (east, west) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&bijiang, "西苑").await,
    );
    app.staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let wang = app.sign_in("wang", "d1").await;
    li.results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    app.set_zone(Uuid::from_u128(1), east.id).await;
    let mut store = wang.first_sync().await;
    let id = ticket_id(1);
    assert!(store.get("ticket", &id).is_some());
    app.set_zone(Uuid::from_u128(1), west.id).await;

    for _ in 0..3 {
        let page = wang.pull_page(store.cursor.as_deref(), 500, &[&id]).await;
        assert_eq!(page.data("syncPull.hasMore"), &json!(false));
        store.take(page.data("syncPull"), 500);
        assert!(store.get("ticket", &id).is_some(), "the removal waits");
    }
    let results = wang
        .results(vec![edit("e1", 1, &json!(1), json!({ "summary": "改" }))])
        .await;
    assert_eq!(
        (&results[0]["outcome"], &results[0]["code"]),
        (&json!("QUARANTINED"), &json!("NOT_FOUND"))
    );
    assert_eq!(results[0]["record"]["document"], Value::Null);
    wang.pull_into(&mut store, 1).await;
    assert!(store.get("ticket", &id).is_none(), "now it goes");
    assert_eq!(store.count("sync_issue"), 1);
    assert_eq!(store.records, wang.first_sync().await.records);

    app.set_zone(Uuid::from_u128(1), east.id).await;
    let page = wang.pull_page(store.cursor.as_deref(), 500, &[]).await;
    let changes = page.data("syncPull.changes").as_array().unwrap().iter();
    assert_eq!(
        changes.filter(|change| change["id"] == id).count(),
        1,
        "it enters again once"
    );
    store.take(page.data("syncPull"), 500);
    assert_eq!(store.records, wang.first_sync().await.records);
}

#[tokio::test]
async fn a_withheld_removal_is_forgotten_when_the_record_comes_back() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let (east, west) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&bijiang, "西苑").await,
    );
    app.staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let wang = app.sign_in("wang", "d1").await;
    li.results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    app.set_zone(Uuid::from_u128(1), east.id).await;
    let mut store = wang.first_sync().await;
    let id = ticket_id(1);
    for zone in [west.id, east.id] {
        app.set_zone(Uuid::from_u128(1), zone).await;
        let page = wang.pull_page(store.cursor.as_deref(), 500, &[&id]).await;
        store.take(page.data("syncPull"), 500);
    }
    wang.pull_into(&mut store, 500).await;
    assert!(store.get("ticket", &id).is_some());
    assert_eq!(store.records, wang.first_sync().await.records);
}

// 14

#[tokio::test]
async fn a_new_epoch_begins_anew_and_still_takes_what_is_unsent() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    phone
        .results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let mut store = phone.first_sync().await;
    installation::new_epoch(app.app.db(), app.app.clock())
        .await
        .unwrap();
    let page = phone.pull_page(store.cursor.as_deref(), 500, &[]).await;
    let page = page.data("syncPull");
    assert_eq!(
        (&page["resetRequired"], &page["changes"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(
        phone.outcomes(vec![note("m2", 1, "未发")]).await[0].0,
        "APPLIED"
    );
    store.take(page, 500);
    phone.pull_into(&mut store, 2).await;
    assert_eq!(store.records, phone.first_sync().await.records);
    assert_eq!(store.count("ticket_event"), 2);
}

#[tokio::test]
async fn a_cursor_ahead_of_the_database_begins_anew() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    phone
        .results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let cursor = phone.first_sync().await.cursor;
    // As after a restore of an older backup that kept its epoch.
    let db = app.app.db().writer();
    db.execute_unprepared("UPDATE realm SET seq = seq - 1")
        .await
        .unwrap();
    let page = phone.pull_page(cursor.as_deref(), 500, &[]).await;
    assert_eq!(page.data("syncPull.resetRequired"), &json!(true));
    assert_eq!(page.data("syncPull.changes"), &json!([]));
}

#[tokio::test]
async fn a_cursor_of_somebody_else_or_of_ones_own_making_gives_nothing() {
    let app = TestApp::start().await;
    let (_, li) = desk(&app, "bijiang", "li").await;
    let (cuihu, zhao) = desk(&app, "cuihu", "zhao").await;
    zhao.results(vec![opening("m1", Uuid::from_u128(1), &cuihu)])
        .await;
    let store = zhao.first_sync().await;
    let theirs = store.cursor.unwrap();
    let mut bent = theirs.clone();
    let last = bent.pop().unwrap();
    bent.push(if last == 'A' { 'B' } else { 'A' });
    for cursor in [
        &theirs,
        &store.contact,
        &bent,
        "",
        "null",
        "eyJhIjoxfQ",
        "\u{0}",
    ] {
        let page = li.pull_page(Some(cursor), 500, &[]).await;
        assert_eq!(
            page.data("syncPull.resetRequired"),
            &json!(true),
            "{cursor:?}"
        );
        assert_eq!(page.data("syncPull.changes"), &json!([]));
        assert_eq!(page.data("syncPull.removals"), &json!([]));
    }
}

// 15

#[tokio::test]
async fn compacting_the_feed_is_invisible() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let (east, west) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&bijiang, "西苑").await,
    );
    let wang = app
        .staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let phone = app.sign_in("wang", "d1").await;
    // Phones that stopped at every point of a history, some in the middle of a run of pages.
    let mut stores = vec![Store::default()];
    for round in 0..6_u128 {
        for number in 1..=2 {
            if round == 0 {
                let id = format!("o{number}");
                li.results(vec![opening(&id, Uuid::from_u128(number), &bijiang)])
                    .await;
            }
            li.results(vec![note(&format!("n{round}-{number}"), number, "看过")])
                .await;
            let zone = if (round + number) % 3 == 0 {
                &west
            } else {
                &east
            };
            app.set_zone(Uuid::from_u128(number), zone.id).await;
        }
        stores.push(phone.first_sync().await);
        let mut partly = Store::default();
        for _ in 0..=round * 2 {
            let page = phone.pull_page(partly.cursor.as_deref(), 1, &[]).await;
            partly.take(page.data("syncPull"), 1);
        }
        stores.push(partly);
    }
    app.move_to(&wang, PostKind::MaintenanceWorker, &west).await;
    app.move_to(&wang, PostKind::MaintenanceWorker, &east).await;
    let before = phone.first_sync().await.records;

    let entries = feed::Entity::find()
        .order_by_desc(feed::Column::Seq)
        .all(app.app.db().reader())
        .await
        .unwrap();
    let all = entries.len();
    let mut newer: BTreeMap<(Uuid, String, Uuid), bool> = BTreeMap::new();
    let mut gone = 0;
    for entry in entries {
        let key = (entry.realm, entry.audience.clone(), entry.root_id);
        let is_newest = !newer.contains_key(&key);
        let entered = newer.entry(key).or_default();
        let is_last_entering = entry.kind == feed::FeedKind::Entered && !*entered;
        *entered |= is_last_entering;
        if !is_newest && !is_last_entering {
            let key = (entry.realm, entry.audience, entry.seq);
            feed::Entity::delete_by_id(key)
                .exec(app.app.db().writer())
                .await
                .unwrap();
            gone += 1;
        }
    }
    assert!(gone > all / 4, "{gone} of {all}");
    for (place, mut store) in stores.into_iter().enumerate() {
        phone
            .pull_into(&mut store, 1 + i32::try_from(place % 3).unwrap())
            .await;
        assert_eq!(store.records, before, "store {place}");
    }
}

// 18

#[tokio::test]
async fn a_wrong_clock_changes_nothing_but_the_time_of_observation_inside_its_bounds() {
    let app = TestApp::start().await;
    let (bijiang, phone) = desk(&app, "bijiang", "li").await;
    let contact_at = app.clock_now();
    let pull = "query ($wall: DateTime!) { syncPull(clock: { bootId: \"b1\", wallClock: $wall }) { contactId } }";
    let mut seen = Vec::new();
    for (number, years) in [(1, 0), (2, 10), (3, -10)] {
        // The clock is wrong all the time; or it jumps after the contact.
        for (case, jumps) in [(10, false), (20, true)] {
            let shift = TimeDelta::days(3653 * years);
            let wall = contact_at + if jumps { TimeDelta::zero() } else { shift };
            let answer = phone.run(pull, json!({ "wall": wall.to_rfc3339() })).await;
            let contact = answer.text("syncPull.contactId");
            let monotonic = json!({ "contactId": contact, "elapsedMs": 600_000, "bootId": "b1",
                "wallClock": (contact_at + shift).to_rfc3339() });
            let wall = json!({ "contactId": contact,
                "wallClock": (contact_at + shift + TimeDelta::minutes(10)).to_rfc3339() });
            for (kind, observed) in [monotonic, wall].into_iter().enumerate() {
                let id = case * 100 + number * 10 + u128::try_from(kind).unwrap();
                let mut sent = opening(&format!("m{id}"), Uuid::from_u128(id), &bijiang);
                sent["observed"] = observed;
                seen.push((id, kind, jumps, years, sent));
            }
        }
    }
    app.wait(TimeDelta::minutes(14));
    for (id, kind, jumps, years, sent) in seen {
        let results = phone.results(vec![sent]).await;
        assert_eq!(results[0]["outcome"], "APPLIED");
        let row = stored(&app, id).await;
        let minutes = (row.observed_at - contact_at).num_minutes();
        let expected = match (kind, jumps, years) {
            // Elapsed time, or a clock that was as wrong at the contact: right.
            (0, ..) | (1, false, _) | (1, true, 0) => 10,
            // A clock that jumped: between the contact and the receipt.
            (_, _, years) if years > 0 => 14,
            _ => 0,
        };
        assert_eq!(minutes, expected, "{kind} {jumps} {years}");
        let rest = (row.summary.as_str(), row.state, row.created_at);
        let plain = (
            "厨房水管漏水",
            entity::tickets::TicketState::Recorded,
            app.clock_now(),
        );
        assert_eq!(rest, plain);
    }
}

#[tokio::test]
async fn a_contact_of_another_session_is_no_witness() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let other = app.sign_in("li", "d2").await;
    let contact = other.first_sync().await.contact;
    app.wait(TimeDelta::minutes(10));
    for (number, contact) in [(1, contact), (2, "made up".to_owned())] {
        let mut sent = opening(&format!("m{number}"), Uuid::from_u128(number), &bijiang);
        sent["observed"] = json!({ "contactId": contact, "elapsedMs": 60_000, "bootId": "b1" });
        li.results(vec![sent]).await;
        assert_eq!(stored(&app, number).await.observed_at, app.clock_now());
    }
}

// Who may no longer

#[tokio::test]
async fn who_has_left_hands_in_his_work_and_wipes_his_phone() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let wang = app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("wang", "d1").await;
    li.results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let mut store = phone.first_sync().await;
    let dismiss = xunfang::areas::organisation::DismissStaffMember {
        staff_member_id: wang.id,
    };
    app.command(&dismiss).await;

    let sent = || {
        vec![
            note("n1", 1, "没来得及发"),
            opening("n2", Uuid::from_u128(2), &bijiang),
        ]
    };
    let answer = phone.push(sent()).await;
    assert_eq!(answer.data("syncPush.wipe"), &json!(true));
    for place in 0..2 {
        let result = answer.data(&format!("syncPush.results.{place}"));
        assert_eq!(
            (
                &result["outcome"],
                &result["code"],
                &result["record"]["document"],
            ),
            (&json!("QUARANTINED"), &json!("ACCOUNT_LEFT"), &Value::Null)
        );
    }
    assert_eq!(events(&app, 1).await, 1);
    let again = phone.results(sent()).await;
    assert!(
        again
            .iter()
            .all(|it| it["duplicate"] == true && it["outcome"] == "QUARANTINED")
    );
    assert_eq!(ledger(&li, &bijiang).await["quarantined"], 2);
    phone.pull_into(&mut store, 500).await;
    assert_eq!((store.count("ticket"), store.count("sync_issue")), (0, 2));
    // The office sees the work and can let it stand.
    let open = issues(&li).await;
    assert_eq!(settle(&li, "retrySyncIssue", &open[0].0).await.code(), "");
    assert_eq!(
        events(&app, 1).await + usize::from(ledger(&li, &bijiang).await["applied"] == 2),
        3
    );
}

#[tokio::test]
async fn a_phone_reported_lost_is_refused_and_gives_nothing_away() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let lost = app.sign_in("li", "d2").await;
    let store = lost.first_sync().await;
    let session = lost.session_id().await;
    let revoke = "mutation ($input: RevokeDeviceInput!) {
        revokeDevice(input: $input) { session { id } } }";
    li.run(
        revoke,
        json!({ "input": { "sessionId": session, "reason": "lost" } }),
    )
    .await
    .data("revokeDevice");
    let pushed = lost
        .push(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    assert_eq!(pushed.code(), "DEVICE_REVOKED");
    let pulled = lost.pull_page(store.cursor.as_deref(), 500, &[]).await;
    assert_eq!(pulled.code(), "DEVICE_REVOKED");
    assert_eq!(ledger(&li, &bijiang).await["deliveries"], 0);
}

// What the office does with issues

#[tokio::test]
async fn the_office_retries_takes_and_discards_and_the_ledger_follows() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    app.staff("wang", PostKind::MaintenanceWorker)
        .at(&bijiang)
        .await;
    app.staff("zhao", PostKind::Assistant).at(&bijiang).await;
    let (wang, zhao) = (
        app.sign_in("wang", "d1").await,
        app.sign_in("zhao", "d1").await,
    );
    let opened = li
        .results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let base = &opened[0]["record"]["seq"];
    li.results(vec![edit("m2", 1, base, json!({ "description": "甲" }))])
        .await;
    let lost = zhao
        .outcomes(vec![edit("m1", 1, base, json!({ "description": "乙" }))])
        .await;
    assert_eq!(lost[0].0, "CONFLICT_KEPT");
    // A field worker who does not see the ticket, and says nothing of another.
    let mut silent = opening("m2", Uuid::from_u128(2), &bijiang);
    silent["payload"]["summary"] = json!(" ");
    let urgent = edit("m1", 1, base, json!({ "priority": "urgent" }));
    let sent = vec![urgent, silent.clone()];
    let outcomes = wang.outcomes(sent).await;
    assert!(
        outcomes.iter().all(|it| it.0 == "QUARANTINED"),
        "{outcomes:?}"
    );
    let open = issues(&li).await;
    let codes: Vec<_> = open.iter().map(|issue| &*issue.1).collect();
    assert_eq!(codes.len(), 3, "{codes:?}");
    let of = |code: &str| &open.iter().find(|issue| issue.1 == code).unwrap().0;

    // Not for the author, and not for whoever cannot see it.
    assert_eq!(
        settle(&wang, "retrySyncIssue", of("NOT_FOUND"))
            .await
            .code(),
        "FORBIDDEN"
    );
    let (_, stranger) = desk(&app, "cuihu", "chen").await;
    assert_eq!(
        settle(&stranger, "retrySyncIssue", of("NOT_FOUND"))
            .await
            .code(),
        "NOT_FOUND"
    );

    let retried = settle(&li, "retrySyncIssue", of("NOT_FOUND")).await;
    assert_eq!(retried.text("retrySyncIssue.syncIssue.state"), "RETRIED");
    assert_eq!(
        stored(&app, 1).await.priority,
        entity::tickets::Priority::Urgent
    );
    let taken = settle(&li, "takeTheirs", of("FIELD_CONFLICT")).await;
    assert_eq!(taken.text("takeTheirs.syncIssue.state"), "TAKEN");
    assert_eq!(stored(&app, 1).await.description, "乙");
    let bad = of("INVALID_INPUT");
    let refused = settle(&li, "retrySyncIssue", bad).await;
    assert_eq!(refused.code(), "INVALID_INPUT");
    assert_eq!(issues(&li).await.len(), 1, "refused again: it stays open");
    let discarded = settle(&li, "discardSyncIssue", bad).await;
    assert_eq!(
        discarded.text("discardSyncIssue.syncIssue.state"),
        "DISCARDED"
    );
    assert_eq!(
        settle(&li, "discardSyncIssue", bad).await.code(),
        "SYNC_ISSUE_SETTLED"
    );

    let counts = ledger(&li, &bijiang).await;
    let read = [
        "applied",
        "merged",
        "conflictKept",
        "quarantined",
        "discarded",
        "distinct",
    ];
    assert_eq!(read.map(|name| counts[name]), [2, 1, 1, 0, 1, 5]);
    // The phone that sends again is told what became of it.
    let again = wang.results(vec![silent]).await;
    assert_eq!(again[0]["outcome"], "DISCARDED");
}

#[tokio::test]
async fn what_waited_for_a_mutation_follows_when_the_office_lets_it_stand() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let east = app.zone(&bijiang, "东苑").await;
    app.staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let wang = app.sign_in("wang", "d1").await;
    let opened = li
        .results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let base = &opened[0]["record"]["seq"];
    let mut then = note("m2", 1, "随后");
    then["after"] = json!("m1");
    let sent = vec![edit("m1", 1, base, json!({ "priority": "urgent" })), then];
    let outcomes = wang.outcomes(sent.clone()).await;
    assert_eq!(
        (&*outcomes[0].0, &*outcomes[1].0),
        ("QUARANTINED", "DEFERRED")
    );
    // The ticket comes into his zone, and the office lets his edit stand.
    app.set_zone(Uuid::from_u128(1), east.id).await;
    let open = issues(&li).await;
    assert_eq!(settle(&li, "retrySyncIssue", &open[0].0).await.code(), "");
    // His phone need not send them again: any push will do.
    wang.results(vec![note("m3", 1, "别的")]).await;
    assert_eq!(events(&app, 1).await, 4);
    let outcomes = wang.outcomes(sent).await;
    assert_eq!((&*outcomes[0].0, &*outcomes[1].0), ("APPLIED", "APPLIED"));
    assert_eq!(events(&app, 1).await, 4);
    ledger(&li, &bijiang).await;
}

// Two at once

#[tokio::test]
async fn two_sessions_that_edit_one_field_at_once_lose_nothing() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let wang = app.sign_in("wang", "d1").await;
    let opened = li
        .results(vec![opening("m0", Uuid::from_u128(1), &bijiang)])
        .await;
    let mut base = opened[0]["record"]["seq"].clone();
    for round in 0..8 {
        let said = |by: &str| {
            let changes = json!({ "summary": format!("{by}{round}") });
            vec![edit(&format!("e{round}"), 1, &base, changes)]
        };
        let (one, other) = tokio::join!(li.results(said("甲")), wang.results(said("乙")));
        let mut outcomes = [one[0]["outcome"].clone(), other[0]["outcome"].clone()];
        outcomes.sort_by_key(ToString::to_string);
        assert_eq!(
            outcomes,
            [json!("APPLIED"), json!("CONFLICT_KEPT")],
            "round {round}"
        );
        let store = li.first_sync().await;
        let kept = stored(&app, 1).await.summary;
        let lost = if kept.starts_with('甲') {
            format!("乙{round}")
        } else {
            format!("甲{round}")
        };
        let issue = store.records.values().find(|row| row["lostValue"] == lost);
        assert_eq!(issue.unwrap()["keptValue"], kept);
        let page = li.pull_page(None, 500, &[]).await;
        let changes = page.data("syncPull.changes").as_array().unwrap();
        let row = changes
            .iter()
            .find(|change| change["id"] == ticket_id(1))
            .unwrap();
        base = row["seq"].clone();
    }
    assert_eq!(ledger(&li, &bijiang).await["conflictKept"], 8);
}

impl TestApp {
    fn clock_now(&self) -> DateTime<chrono::Utc> {
        self.app.clock().now()
    }
}

// What is shown, and on whose authority

#[tokio::test]
async fn letting_a_mutation_stand_lends_nothing_to_what_waits_for_it() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let east = app.zone(&bijiang, "东苑").await;
    app.staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let wang = app.sign_in("wang", "d1").await;
    let opened = li
        .results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let base = &opened[0]["record"]["seq"];
    let mut then = mutation(
        "m2",
        "ticket.advance",
        &ticket_id(1),
        json!({ "to": "cancelled" }),
    );
    then["after"] = json!("m1");
    let sent = vec![edit("m1", 1, base, json!({ "priority": "urgent" })), then];
    wang.results(sent.clone()).await;
    app.set_zone(Uuid::from_u128(1), east.id).await;
    let open = issues(&li).await;
    assert_eq!(settle(&li, "retrySyncIssue", &open[0].0).await.code(), "");
    // Only the desk calls a ticket off, and the desk has looked at his edit alone.
    let outcomes = wang.outcomes(sent).await;
    assert_eq!(outcomes[1].1.as_deref(), Some("FORBIDDEN"), "{outcomes:?}");
    let state = stored(&app, 1).await.state;
    assert_eq!(state, entity::tickets::TicketState::Recorded);
}

#[tokio::test]
async fn a_number_shown_in_the_answer_to_a_push_leaves_a_trace() {
    use entity::ledger::audit;
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let east = app.zone(&bijiang, "东苑").await;
    let wang = app.staff("wang", PostKind::MaintenanceWorker);
    let wang_id = wang.in_zone(&east).await.id;
    let wang = app.sign_in("wang", "d1").await;
    let mut opened = opening("m1", Uuid::from_u128(1), &bijiang);
    opened["payload"]["contactPhone"] = json!("13000003336");
    let given = mutation(
        "m2",
        "ticket.assign",
        &ticket_id(1),
        json!({ "assigneeId": wang_id }),
    );
    let results = li.results(vec![opened, given]).await;
    assert_eq!(results[1]["outcome"], "APPLIED");
    assert_eq!(
        results[1]["record"]["document"]["contactPhone"],
        Value::Null
    );
    let traces = async || {
        let traces = audit::Entity::find().filter(audit::Column::Why.contains("personal value"));
        traces.all(app.app.db().reader()).await.unwrap()
    };
    assert!(traces().await.is_empty());

    let noted = wang.results(vec![note("m1", 1, "明早去")]).await;
    let document = &noted[0]["record"]["document"];
    assert_eq!(document["contactPhone"], "13000003336");
    let traces = traces().await;
    assert_eq!(traces.len(), 1);
    assert_eq!(traces[0].record_id, Uuid::from_u128(1));
    assert_eq!(traces[0].realm, Uuid::from(bijiang.id));
}

#[tokio::test]
async fn whoever_lost_a_value_is_not_shown_what_took_its_place() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let east = app.zone(&bijiang, "东苑").await;
    let west = app.zone(&bijiang, "西苑").await;
    app.staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&east)
        .await;
    let wang = app.sign_in("wang", "d1").await;
    let opened = li
        .results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let base = &opened[0]["record"]["seq"];
    app.set_zone(Uuid::from_u128(1), east.id).await;
    let at = |time: &str| json!({ "convenientTime": time });
    let taken = wang.outcomes(vec![edit("m1", 1, base, at("上午"))]).await;
    assert_eq!(taken[0].0, "APPLIED");
    app.set_zone(Uuid::from_u128(1), west.id).await;
    li.results(vec![edit("m2", 1, base, at("家里没人，晚上"))])
        .await;

    let kept = async |phone: &Phone<'_>| {
        let store = phone.first_sync().await;
        let issue = store
            .records
            .values()
            .find(|row| row["lostValue"] == "上午");
        let pulled = issue.unwrap()["keptValue"].clone();
        let query = "{ syncIssues(onlyOpen: false) { nodes { keptValue } } }";
        let answer = phone.run(query, json!({})).await;
        assert_eq!(answer.data("syncIssues.nodes.0.keptValue"), &pulled);
        pulled
    };
    assert_eq!(kept(&wang).await, Value::Null);
    assert_eq!(kept(&li).await, Value::Null);
    assert_eq!(stored(&app, 1).await.convenient_time, "家里没人，晚上");
}

#[tokio::test]
async fn a_version_that_never_was_overwrites_nothing() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let wang = app.sign_in("wang", "d1").await;
    let opened = li
        .results(vec![opening("m1", Uuid::from_u128(1), &bijiang)])
        .await;
    let base = &opened[0]["record"]["seq"];
    li.results(vec![edit("m2", 1, base, json!({ "summary": "甲" }))])
        .await;
    // Of the time before a backup was restored.
    let later = json!(i64::MAX);
    let edit = edit("m1", 1, &later, json!({ "summary": "乙" }));
    assert_eq!(wang.outcomes(vec![edit]).await[0].0, "CONFLICT_KEPT");
    assert_eq!(stored(&app, 1).await.summary, "甲");
}

#[tokio::test]
async fn what_waited_counts_in_the_community_it_was_applied_in() {
    let app = TestApp::start().await;
    let (bijiang, li) = desk(&app, "bijiang", "li").await;
    let cuihu = app.community("cuihu").await;
    app.staff("li", PostKind::Assistant).joining(&cuihu).await;
    let notes = vec![note("n1", 1, "早到"), note("n2", 2, "早到")];
    assert!(li.outcomes(notes).await.iter().all(|it| it.0 == "DEFERRED"));
    li.results(vec![
        opening("m1", Uuid::from_u128(1), &bijiang),
        opening("m2", Uuid::from_u128(2), &cuihu),
    ])
    .await;
    for community in [&bijiang, &cuihu] {
        assert_eq!(ledger(&li, community).await["applied"], 2);
    }
}
