//! What clients that carry rows keep of what was acknowledged, and give back after a restore.

use std::collections::BTreeMap;

use axum::http::Request;
use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::database::installation;

use super::mutation;
use super::rxdb::{change, insert, inserted, with};
use super::watermelon::Watermelon;
use crate::support::{Community, Phone, TestApp};

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

/// A desk with two at it.
async fn desk(app: &TestApp) -> Community {
    let bijiang = app.community("bijiang").await;
    for name in ["wang", "li"] {
        app.staff(name, PostKind::Assistant).at(&bijiang).await;
    }
    bijiang
}

/// The kinds of mutations, in their order.
fn kinds(mutations: &[Value]) -> Vec<&str> {
    let kinds = mutations.iter().map(|it| it["kind"].as_str().unwrap());
    kinds.collect()
}

/// Gives back what the server has: it says so of each, and files nothing. The outcomes.
async fn assert_known(phone: &Phone<'_>, kept: &[Value]) -> Vec<String> {
    let issues = phone.issues().await.len();
    let given = give_back(phone, kept.to_vec()).await;
    assert_eq!(phone.issues().await.len(), issues);
    let outcomes = given.into_iter().map(|(outcome, is_duplicate)| {
        assert!(is_duplicate, "{outcome}: {kept:?}");
        outcome
    });
    outcomes.collect()
}

/// A push of tickets by WatermelonDB, of a client that keeps what was acknowledged.
async fn push_tickets(phone: &Watermelon, list: &str, row: &Value) -> Vec<Value> {
    let body = json!({ "changes": { "tickets": { list: [row] } }, "lastPulledAt": phone.last_pulled_at,
        "keeps": { "epoch": null } });
    let (status, answer) = phone.send(Request::post("/sync/push"), body).await;
    assert_eq!(status, 200, "{answer}");
    mutations(&answer)
}

#[tokio::test]
async fn an_insert_whose_answer_was_lost_is_named_with_every_edit_of_it() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let ticket = Uuid::from_u128(0x71);
    let first = inserted(ticket, &bijiang);
    let evening = with(&first, json!({ "convenientTime": "晚上" }));
    let both = with(&evening, json!({ "description": "三楼也漏" }));
    let mut named = Vec::new();
    for row in [&first, &first, &evening, &evening, &both, &both] {
        named = mutations(&push(&phone, vec![insert(row)], None).await);
        assert_eq!(named[0]["mutationId"], json!(ticket));
        assert_eq!(named[0]["payload"]["convenientTime"], "下午");
    }
    let all = ["ticket.open", "ticket.edit", "ticket.edit"];
    assert_eq!(kinds(&named), all);
    let outcomes = assert_known(&phone, &named).await;

    // The same to a server that has nothing of it, where the community has another id.
    let restored = TestApp::start().await;
    let there = desk(&restored).await;
    let named = Value::from(named).to_string();
    let named = named.replace(&bijiang.id.to_string(), &there.id.to_string());
    let named: Vec<Value> = serde_json::from_str(&named).unwrap();
    let phone = restored.sign_in("li", "d1").await;
    let given = give_back(&phone, named).await;
    let fresh: Vec<_> = outcomes.into_iter().map(|it| (it, false)).collect();
    assert_eq!(given, fresh);
    let row = phone.row("ticket", ticket).await;
    assert_eq!(
        (&row["convenientTime"], &row["description"]),
        (&json!("晚上"), &json!("三楼也漏"))
    );
}

#[tokio::test]
async fn a_step_whose_answer_was_lost_is_named_though_it_stands() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let (wang, li) = (
        app.sign_in("wang", "d1").await,
        app.sign_in("li", "d2").await,
    );
    let ticket = Uuid::from_u128(0x71);
    push(&wang, vec![insert(&inserted(ticket, &bijiang))], None).await;
    let row = wang.row("ticket", ticket).await;
    let ordered = with(&row, json!({ "state": "ordered" }));
    let first = mutations(&push(&wang, vec![change(&row, &ordered)], None).await);
    assert_eq!(kinds(&first), ["ticket.advance"]);
    let again = push(&wang, vec![change(&row, &ordered)], None).await;
    assert_eq!(again["documents"], json!([]));
    assert_eq!(mutations(&again), first);
    // Written on, with the base that the phone goes on having.
    let more = with(&ordered, json!({ "description": "三楼也漏" }));
    let more = mutations(&push(&wang, vec![change(&row, &more)], None).await);
    assert_eq!(kinds(&more), ["ticket.advance", "ticket.edit"]);
    assert_eq!(more[0], first[0]);
    assert_known(&wang, &more).await;

    // Whoever comes to the same by another way did none of it, and what was pulled is known.
    let others = push(&li, vec![change(&row, &ordered)], None).await;
    assert_eq!(mutations(&others), Vec::<Value>::new());
    let row = wang.row("ticket", ticket).await;
    let morning = with(&row, json!({ "convenientTime": "早上" }));
    let next = mutations(&push(&wang, vec![change(&row, &morning)], None).await);
    assert_eq!(kinds(&next), ["ticket.edit"]);
}

#[tokio::test]
async fn a_push_of_changes_whose_answer_was_lost_is_named_as_well() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let li = app.sign_in("li", "d1").await;
    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    let ticket = Uuid::from_u128(0x71);
    let created = |summary: &str| {
        json!({ "id": ticket, "_status": "created", "_changed": "", "community_id": bijiang.id,
            "summary": summary, "state": "recorded" })
    };
    let opened = push_tickets(&phone, "created", &created("水管漏水")).await;
    assert_eq!(kinds(&opened), ["ticket.open"]);
    for _ in 0..2 {
        let named = push_tickets(&phone, "created", &created("水管爆裂")).await;
        assert_eq!(kinds(&named), ["ticket.open", "ticket.edit"]);
        assert_eq!(named[0], opened[0]);
        assert_known(&li, &named).await;
    }

    phone.pull().await;
    let ordered = json!({ "id": ticket, "_status": "updated", "_changed": "state",
        "community_id": bijiang.id, "summary": "水管爆裂", "state": "ordered" });
    let is_step = |it: &Value| it["kind"] == "ticket.advance";
    let first = push_tickets(&phone, "updated", &ordered).await;
    let step = first.iter().find(|it| is_step(it)).unwrap();
    // At once; after a pull; after another one, whose push never came.
    for pulls in [0, 1, 2] {
        for _ in 0..pulls {
            app.wait(TimeDelta::minutes(1));
            phone.pull().await;
        }
        let named = push_tickets(&phone, "updated", &ordered).await;
        assert_eq!(named.iter().find(|it| is_step(it)), Some(step), "{pulls}");
        assert_known(&li, &named).await;
    }
}

#[tokio::test]
async fn what_was_kept_out_is_known_when_it_comes_back_as_a_text() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let (wang, li) = (
        app.sign_in("wang", "d1").await,
        app.sign_in("li", "d2").await,
    );
    let ticket = Uuid::from_u128(0x71);
    push(&wang, vec![insert(&inserted(ticket, &bijiang))], None).await;
    let quarantined = ("QUARANTINED".to_owned(), true);

    let old = with(&inserted(ticket, &bijiang), json!({ "summary": "旧的" }));
    let kept = mutations(&push(&li, vec![insert(&old)], None).await);
    assert!(kept.len() == 1 && kept[0]["payload"].is_string());
    assert_eq!(li.issues().await.len(), 1);
    assert_eq!(give_back(&li, kept.clone()).await, [quarantined]);
    assert_eq!(li.issues().await.len(), 1);

    let phone = Watermelon::new(&app, &li);
    let older = json!({ "id": ticket, "_status": "created", "_changed": "", "community_id": bijiang.id,
        "summary": "更旧的" });
    let older = push_tickets(&phone, "created", &older).await;
    assert_eq!(kinds(&older), ["ticket.edit"]);
    assert_eq!(li.issues().await.len(), 2);
    let id = older[0]["mutationId"].as_str().unwrap();
    let uri = format!("/sync/oversize?kind=ticket.edit&recordId={ticket}&mutationId={id}");
    let payload: Value = serde_json::from_str(older[0]["payload"].as_str().unwrap()).unwrap();
    let (_, answer) = phone.send(Request::post(&uri), payload).await;
    let result = &answer["results"][0];
    assert_eq!(
        (&result["outcome"], &result["duplicate"]),
        (&json!("QUARANTINED"), &json!(true))
    );
    assert_eq!(li.issues().await.len(), 2);

    // The id of something else is.
    let mut other = kept[0].clone();
    other["payload"] = "{\"summary\":\"别的\"}".into();
    let outcomes = li.outcomes(vec![other]).await;
    assert_eq!(outcomes[0].1.as_deref(), Some("MUTATION_ID_REUSED"));
    assert_eq!(li.issues().await.len(), 3);
}
