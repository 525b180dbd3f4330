//! How much of what cannot be applied is kept, carried by phones, and for how long.

use axum::http::Request;
use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::mutation;
use super::push::opening;
use super::rxdb::{insert, inserted, with};
use super::watermelon::Watermelon;
use crate::support::{Community, Phone, TestApp};

/// Mutations of which nothing can be applied.
fn bad(ids: std::ops::Range<u32>) -> Vec<Value> {
    let record = Uuid::nil().to_string();
    let one = |id| {
        mutation(
            &format!("bad-{id}"),
            "tax.levy",
            &record,
            json!({ "id": id }),
        )
    };
    ids.map(one).collect()
}

async fn start(kept_daily: i64, bytes: i64) -> (TestApp, Community) {
    let app = TestApp::with(|settings| {
        settings.sync.kept_daily = kept_daily;
        settings.sync.kept_daily_bytes = bytes;
    });
    let app = app.await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("sun", PostKind::SecurityGuard).at(&bijiang).await;
    (app, bijiang)
}

async fn words(phone: &Phone<'_>, sent: Vec<Value>) -> Vec<String> {
    let outcomes = phone.outcomes(sent).await.into_iter();
    outcomes.map(|(outcome, _)| outcome).collect()
}

const LEDGER: &str =
    "deliveries distinct duplicates applied merged conflictKept deferred quarantined discarded";

/// The ledger of a community, which must be lawful.
async fn ledger(desk: &Phone<'_>, at: &Community) -> Value {
    let query = format!("query ($id: UUID!) {{ syncLedger(communityId: $id) {{ {LEDGER} }} }}");
    let answer = desk.run(&query, json!({ "id": at.id })).await;
    let ledger = answer.data("syncLedger").clone();
    let count = |name: &str| ledger[name].as_i64().unwrap();
    assert_eq!(count("deliveries"), count("distinct") + count("duplicates"));
    let outcomes = LEDGER.split(' ').skip(3).map(count).sum::<i64>();
    assert_eq!(count("distinct"), outcomes, "{ledger}");
    ledger
}

async fn issues(desk: &Phone<'_>, arguments: &str) -> Vec<Value> {
    let query =
        format!("{{ syncIssues{arguments} {{ nodes {{ id mutationId isCarried state }} }} }}");
    let answer = desk.run(&query, json!({})).await;
    answer.data("syncIssues.nodes").as_array().unwrap().clone()
}

#[tokio::test]
async fn beyond_its_share_of_a_day_nothing_of_an_account_is_kept_and_its_neighbours_are_applied() {
    let (app, bijiang) = start(5, 1 << 20).await;
    let (phone, desk) = (
        app.sign_in("sun", "d1").await,
        app.sign_in("li", "d2").await,
    );
    let mut sent = bad(0..8);
    sent.insert(7, opening("good", Uuid::from_u128(7), &bijiang));
    let query = "mutation ($mutations: [JSON]!) {
        syncPush(mutations: $mutations) { results { outcome code retryAfterMs } } }";
    let answer = phone.run(query, json!({ "mutations": sent })).await;
    let results = answer.data("syncPush.results").as_array().unwrap().clone();
    let full =
        json!({ "outcome": "NOT_TAKEN", "code": "QUARANTINE_FULL", "retryAfterMs": 3_600_000 });
    assert_eq!(
        (&results[5], &results[6], &results[8]),
        (&full, &full, &full)
    );
    assert!(results[..5].iter().all(|it| it["outcome"] == "QUARANTINED"));
    assert_eq!(
        (&results[7]["outcome"], &results[7]["retryAfterMs"]),
        (&json!("APPLIED"), &Value::Null)
    );
    let counts = ledger(&desk, &bijiang).await;
    assert_eq!(
        (&counts["distinct"], &counts["quarantined"]),
        (&json!(6), &json!(5))
    );

    // What waits has its share too; other accounts have theirs, and what was not taken is no duplicate later.
    let waits = mutation(
        "w",
        "ticket.note",
        &Uuid::from_u128(9).to_string(),
        json!({ "note": "早到" }),
    );
    assert_eq!(words(&phone, vec![waits]).await, ["NOT_TAKEN"]);
    assert_eq!(words(&desk, bad(0..1)).await, ["QUARANTINED"]);
    assert_eq!(words(&phone, bad(6..8)).await, ["NOT_TAKEN", "NOT_TAKEN"]);
    app.wait(TimeDelta::hours(25));
    let mut phone = phone;
    phone.refresh().await;
    let late = phone.results(bad(6..8)).await;
    assert!(
        late.iter()
            .all(|it| it["outcome"] == "QUARANTINED" && it["duplicate"] == false)
    );
}

#[tokio::test]
async fn bytes_count_too_a_group_is_taken_whole_or_not_and_who_has_left_has_a_fifth() {
    let (app, bijiang) = start(10, 2_000).await;
    let (phone, desk) = (
        app.sign_in("sun", "d1").await,
        app.sign_in("li", "d2").await,
    );
    let large = mutation(
        "large",
        "tax.levy",
        "r",
        json!({ "text": "x".repeat(1_500) }),
    );
    let again = mutation(
        "again",
        "tax.levy",
        "r",
        json!({ "text": "y".repeat(1_500) }),
    );
    assert_eq!(
        words(&phone, vec![large, again]).await,
        ["QUARANTINED", "NOT_TAKEN"]
    );

    let grouped = |mut sent: Vec<Value>| {
        for mutation in &mut sent {
            mutation["group"] = json!("g1");
        }
        sent
    };
    let mut group = bad(0..11);
    group[0] = opening("open", Uuid::from_u128(7), &bijiang);
    let outcomes = words(&desk, grouped(group)).await;
    assert!(outcomes.iter().all(|outcome| outcome == "NOT_TAKEN"));
    assert_eq!(ledger(&desk, &bijiang).await["distinct"], 1);

    app.staff("zhao", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    let left = app.sign_in("zhao", "d3").await;
    let mark: fn(&mut entity::accounts::account::Model) = |row| row.left_at = Some(row.created_at);
    let viewer = app
        .viewer(left.access_token.as_deref().unwrap())
        .await
        .unwrap();
    let account = viewer.person().unwrap().account_id;
    app.force(account, mark).await;
    let outcomes = words(&left, bad(20..23)).await;
    assert_eq!(outcomes, ["QUARANTINED", "QUARANTINED", "NOT_TAKEN"]);
}

#[tokio::test]
async fn rows_that_are_not_taken_are_answered_with_an_error_and_the_rest_is_applied() {
    let (app, bijiang) = start(0, 1 << 20).await;
    let phone = app.sign_in("sun", "d1").await;
    let good = inserted(Uuid::from_u128(7), &bijiang);
    let bad = with(
        &inserted(Uuid::from_u128(8), &bijiang),
        json!({ "communityId": Uuid::nil() }),
    );
    let push =
        "mutation ($rows: [TicketInputPushRow!]) { pushTicket(ticketPushRow: $rows) { id } }";
    let sent = json!({ "rows": [insert(&bad), insert(&good)] });
    let answer = phone.run(push, sent).await;
    assert_eq!(answer.code(), "QUARANTINE_FULL", "{answer:?}");
    assert_eq!(answer.error()["extensions"]["retryAfterMs"], 3_600_000);
    assert_eq!(phone.first_sync().await.count("ticket"), 1);

    // WatermelonDB sends whole databases: what comes after is taken all the same.
    let client = Watermelon::new(&app, &phone);
    let row = json!({ "id": Uuid::from_u128(9), "community_id": bijiang.id, "summary": "楼道灯不亮", "kind": "repair", "state": "recorded", "priority": "normal" });
    let changes = json!({
        "no_such_table": { "created": [{ "id": "x" }], "updated": [], "deleted": [] },
        "parties": { "created": [{ "id": Uuid::from_u128(10) }], "updated": [], "deleted": [] },
        "tickets": { "created": [row], "updated": [], "deleted": [] },
    });
    let body = json!({ "changes": changes, "lastPulledAt": null });
    let (status, body) = client.send(Request::post("/sync/push"), body).await;
    assert_eq!(
        (status, &body["errors"][0]["extensions"]["code"]),
        (429, &json!("QUARANTINE_FULL"))
    );
    assert_eq!(phone.first_sync().await.count("ticket"), 2);
}

#[tokio::test]
async fn phones_carry_fifty_open_issues_of_an_author_and_the_office_discards_in_bulk() {
    let (app, bijiang) = start(1_000, 1 << 20).await;
    let (phone, desk) = (
        app.sign_in("sun", "d1").await,
        app.sign_in("li", "d2").await,
    );
    words(&phone, bad(0..40)).await;
    app.wait(TimeDelta::minutes(1));
    words(&phone, bad(40..70)).await;
    let mut denied = mutation(
        "denied",
        "ticket.grade",
        &Uuid::from_u128(9).to_string(),
        json!({ "severity": "minor" }),
    );
    denied["baseSeq"] = json!(1);
    assert_eq!(words(&phone, vec![denied]).await, ["QUARANTINED"]);
    assert_eq!(desk.first_sync().await.count("sync_issue"), 50);
    assert_eq!(phone.first_sync().await.count("sync_issue"), 50);
    let listed = issues(&desk, "(first: 100)").await;
    assert_eq!(listed.len(), 71);
    let first: Vec<_> = listed
        .iter()
        .map(|it| it["mutationId"].as_str().unwrap())
        .collect();
    assert!(
        first[..40]
            .iter()
            .all(|id| bad(0..40).iter().any(|it| it["mutationId"] == *id)),
        "oldest first"
    );
    assert_eq!(
        listed.iter().filter(|it| it["isCarried"] == true).count(),
        50
    );

    let discard = "mutation ($input: DiscardSyncIssuesInput!) { discardSyncIssues(input: $input) { discarded remaining } }";
    let input = json!({ "communityId": bijiang.id, "code": "MUTATION_KIND_UNKNOWN" });
    let refused = phone.run(discard, json!({ "input": input })).await;
    assert_eq!(refused.code(), "NOT_FOUND");
    let done = desk.run(discard, json!({ "input": input })).await;
    assert_eq!(
        done.data("discardSyncIssues"),
        &json!({ "discarded": 70, "remaining": 0 })
    );
    assert_eq!(issues(&desk, "").await.len(), 1);
    let counts = ledger(&desk, &bijiang).await;
    assert_eq!(
        (&counts["discarded"], &counts["quarantined"]),
        (&json!(70), &json!(1))
    );
    // There is room again, on phones too.
    words(&phone, bad(80..81)).await;
    let carried = issues(&desk, "").await;
    assert!(
        carried
            .iter()
            .any(|it| it["mutationId"] == "bad-80" && it["isCarried"] == true)
    );
}

#[tokio::test]
async fn what_was_settled_long_ago_leaves_the_phones_then_the_server_and_stays_in_the_ledger() {
    let (app, bijiang) = start(1_000, 1 << 20).await;
    let (mut phone, mut desk) = (
        app.sign_in("sun", "d1").await,
        app.sign_in("li", "d2").await,
    );
    words(&phone, bad(0..2)).await;
    let open = issues(&desk, "").await;
    let discard = "mutation ($input: SettleSyncIssueInput!) { discardSyncIssue(input: $input) { syncIssue { state } } }";
    let done = desk
        .run(discard, json!({ "input": { "id": open[0]["id"] } }))
        .await;
    assert_eq!(done.text("discardSyncIssue.syncIssue.state"), "DISCARDED");
    let before = ledger(&desk, &bijiang).await;
    let mut store = phone.first_sync().await;
    assert_eq!(store.count("sync_issue"), 2);

    for (days, listed) in [(32, 2), (150, 1)] {
        for _ in 0..2 {
            app.wait(TimeDelta::hours(12 * days));
            app.do_jobs().await;
        }
        desk = app.sign_in("li", "d2").await;
        phone = app.sign_in("sun", "d1").await;
        phone.pull_into(&mut store, 100).await;
        assert_eq!(store.count("sync_issue"), 1, "after {days} days");
        assert_eq!(issues(&desk, "(onlyOpen: false)").await.len(), listed);
    }
    assert_eq!(ledger(&desk, &bijiang).await, before);
    let again = phone.results(bad(0..2)).await;
    let told: Vec<_> = again
        .iter()
        .map(|it| (&it["outcome"], &it["duplicate"]))
        .collect();
    assert!(
        told.contains(&(&json!("DISCARDED"), &json!(true))),
        "{told:?}"
    );
    assert!(
        told.contains(&(&json!("QUARANTINED"), &json!(true))),
        "{told:?}"
    );
}
