//! What clients that carry rows keep of what was acknowledged, and give back after a restore.

use std::collections::BTreeMap;

use axum::http::Request;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::database::installation;

use super::mutation;
use super::rxdb::{change, insert, inserted, with};
use super::watermelon::Watermelon;
use crate::support::{Phone, TestApp};

/// The answer to `syncPushRows`.
async fn push(phone: &Phone<'_>, rows: Vec<Value>, epoch: Option<&Value>) -> Value {
    let operation = "mutation ($rows: [JSON!]!, $epoch: String) {
        syncPushRows(collection: \"ticket\", rows: $rows, epoch: $epoch) {
            documents mutations serverTime epoch giveBack } }";
    let variables = json!({ "rows": rows, "epoch": epoch });
    let answer = phone.run(operation, variables).await;
    answer.data("syncPushRows").clone()
}

fn mutations(answer: &Value) -> Vec<Value> {
    answer["mutations"].as_array().unwrap().clone()
}

/// Outcomes of a push, and whether each was a duplicate.
async fn give_back(phone: &Phone<'_>, kept: Vec<Value>) -> Vec<(String, bool)> {
    let results = phone.results(kept).await.into_iter();
    let told = results.map(|result| {
        let outcome = result["outcome"].as_str().unwrap().to_owned();
        (outcome, result["duplicate"].as_bool().unwrap())
    });
    told.collect()
}

#[tokio::test]
async fn rows_are_acknowledged_with_the_mutations_that_give_them_back() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    for name in ["wang", "li"] {
        app.staff(name, PostKind::Assistant).at(&bijiang).await;
    }
    let (wang, li) = (
        app.sign_in("wang", "d1").await,
        app.sign_in("li", "d2").await,
    );
    let ticket = Uuid::from_u128(0x71);
    let opened = push(&wang, vec![insert(&inserted(ticket, &bijiang))], None).await;
    assert_eq!(opened["documents"], json!([]));
    let mut kept = mutations(&opened);
    let row = wang.row("ticket", ticket).await;
    let evening = with(&row, json!({ "convenientTime": "晚上" }));
    let epoch = &opened["epoch"];
    let edited = push(&wang, vec![change(&row, &evening)], Some(epoch)).await;
    kept.extend(mutations(&edited));
    let told: Vec<_> = kept
        .iter()
        .map(|it| (&it["kind"], &it["recordId"]))
        .collect();
    let record = json!(ticket);
    assert_eq!(
        told,
        [
            (&json!("ticket.open"), &record),
            (&json!("ticket.edit"), &record)
        ]
    );
    assert_eq!(kept[0]["mutationId"], record);
    assert_eq!(kept[1]["base"], json!({ "convenientTime": "下午" }));

    // Somebody puts it back as it was: to rows alone the edit would look as if it were made anew.
    let mut back = mutation(
        "b1",
        "ticket.edit",
        &ticket.to_string(),
        json!({ "convenientTime": "下午" }),
    );
    back["baseSeq"] = wang.row("ticket", ticket).await["seq"].clone();
    assert_eq!(li.outcomes(vec![back]).await[0].0, "APPLIED");
    let applied = ("APPLIED".to_owned(), true);
    assert_eq!(give_back(&wang, kept).await, [applied.clone(), applied]);
    assert_eq!(wang.row("ticket", ticket).await["convenientTime"], "下午");

    // Kept out, because nobody knows on what it was made: not applied when it is given back either.
    let old = with(&inserted(ticket, &bijiang), json!({ "summary": "旧的" }));
    let unknown = mutations(&push(&li, vec![insert(&old)], None).await);
    assert_eq!(
        (&unknown[0]["kind"], unknown.len()),
        (&json!("ticket.edit"), 1)
    );
    let payload = unknown[0]["payload"].as_str().unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(payload).unwrap()["summary"],
        "旧的"
    );
    assert_eq!(
        give_back(&wang, unknown).await,
        [("QUARANTINED".to_owned(), false)]
    );
    assert_eq!(wang.row("ticket", ticket).await["summary"], row["summary"]);

    // What stands otherwise now is given as it is, with what the native push of rows gives.
    let stale = with(&row, json!({ "summary": "别的", "state": "closed" }));
    let answer = push(&wang, vec![change(&row, &stale)], None).await;
    let document = &answer["documents"][0];
    let present = wang.row("ticket", ticket).await;
    for (name, value) in present.as_object().unwrap() {
        assert_eq!(&document[name], value, "{name}");
    }
    assert!(
        document
            .as_object()
            .unwrap()
            .values()
            .all(|value| !value.is_null())
    );
    let unknown = insert(&with(
        &inserted(Uuid::from_u128(0x72), &bijiang),
        json!({ "communityId": ticket }),
    ));
    let gone = &push(&wang, vec![unknown], None).await["documents"][0];
    assert_eq!(
        gone,
        &json!({ "id": Uuid::from_u128(0x72), "deleted": true })
    );
}

#[tokio::test]
async fn after_a_restore_no_row_is_taken_before_what_was_kept_is_given_back() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let wang = app.sign_in("wang", "d1").await;
    let (db, clock) = (app.app.db(), app.app.clock());
    let first = json!(installation::epoch(db, clock).await.unwrap());
    let row = inserted(Uuid::from_u128(0x71), &bijiang);
    let second = json!(installation::new_epoch(db, clock).await.unwrap());
    let refused = push(&wang, vec![insert(&row)], Some(&first)).await;
    let said = (
        &refused["giveBack"],
        &refused["epoch"],
        &refused["mutations"],
    );
    assert_eq!(said, (&json!(true), &second, &json!([])));
    let taken = push(&wang, vec![insert(&row)], Some(&second)).await;
    assert_eq!(
        (&taken["giveBack"], mutations(&taken).len()),
        (&json!(false), 1)
    );

    let mut phone = Watermelon::new(&app, &wang);
    let pulled = phone.pull().await;
    assert_eq!(pulled["epoch"], second);
    let before = pulled["forgetBefore"].as_str().unwrap();
    let days = app.app.clock().now() - before.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!(days.num_days(), 30, "no backup was noted");
    let created =
        json!({ "id": Uuid::from_u128(0x73), "community_id": bijiang.id, "summary": "走廊灯不亮" });
    let body = |keeps: Value| {
        let changes =
            json!({ "tickets": { "created": [created] }, "cows": { "created": [{ "id": "c1" }] } });
        json!({ "changes": changes, "lastPulledAt": pulled["timestamp"], "keeps": keeps })
    };
    let send = async |keeps: Value| {
        let (status, answer) = phone.send(Request::post("/sync/push"), body(keeps)).await;
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let refused = send(json!({ "epoch": first })).await;
    assert_eq!(
        (&refused["giveBack"], &refused["mutations"]),
        (&json!(true), &json!([]))
    );
    let taken = send(json!({ "epoch": null })).await;
    assert_eq!(
        (&taken["giveBack"], &taken["epoch"]),
        (&json!(false), &second)
    );
    let kept = mutations(&taken);
    let kinds: Vec<_> = kept.iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ticket.open", "cows.row"]);
    let outcomes: BTreeMap<_, _> = kinds
        .iter()
        .zip(give_back(&wang, kept.clone()).await)
        .collect();
    assert_eq!(outcomes[&"ticket.open"], ("APPLIED".to_owned(), true));
    assert_eq!(outcomes[&"cows.row"], ("QUARANTINED".to_owned(), true));
    assert_eq!(send(Value::Null).await, json!({ "wipe": false }));
}
