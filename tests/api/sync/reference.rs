//! What an app needs to know of the estate and its people comes as rows too, and is read only.

use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rxdb::{change, insert, with};
use super::watermelon::{Watermelon, updated};
use crate::estate::{Estate, estate};
use crate::households::{office, owner};
use crate::support::{Phone, TestApp};

/// Collection, table, and how many rows the office is given of the test estate.
const REFERENCE: [(&str, &str, usize); 6] = [
    ("community", "communities", 1),
    ("zone", "zones", 1),
    ("building", "buildings", 1),
    ("unit", "units", 3),
    ("staffMember", "staff_members", 1),
    ("partyRelation", "party_relations", 1),
];

async fn settled(app: &TestApp) -> (Estate, Phone<'_>) {
    let estate = estate(app, "bijiang").await;
    let li = office(app, &estate, "li").await;
    owner(&li, app, &estate, "qin").await;
    (estate, li)
}

async fn rows(phone: &Phone<'_>, collection: &str) -> Vec<Value> {
    let answer = phone.pull_rows(collection, None, 100).await;
    let upper = format!("{}{}", collection[..1].to_uppercase(), &collection[1..]);
    let documents = answer.data(&format!("pull{upper}.documents"));
    documents.as_array().unwrap().clone()
}

#[tokio::test]
async fn the_parents_of_a_ticket_come_on_both_row_faces() {
    let app = TestApp::start().await;
    let (_, li) = settled(&app).await;
    let tables = REFERENCE.map(|(_, table, _)| table);
    let answer = Watermelon::new(&app, &li).ask_for(&tables, json!({})).await;
    for (collection, table, count) in REFERENCE {
        assert_eq!(rows(&li, collection).await.len(), count, "{collection}");
        assert_eq!(updated(&answer, table).len(), count, "{table}");
    }
    let unit = &updated(&answer, "units")[0];
    let building = &updated(&answer, "buildings")[0];
    assert_eq!(unit["building_id"], building["id"]);
    assert_eq!(unit["zone_id"], updated(&answer, "zones")[0]["id"]);

    let qin = app.sign_in("qin", "d2").await;
    let seen = [1, 0, 1, 1, 0, 1];
    for ((collection, ..), count) in REFERENCE.into_iter().zip(seen) {
        assert_eq!(rows(&qin, collection).await.len(), count, "{collection}");
    }
}

#[tokio::test]
async fn rows_of_the_estate_and_its_people_are_refused_kindly() {
    let app = TestApp::start().await;
    let (_, li) = settled(&app).await;
    for (at, (collection, ..)) in REFERENCE.into_iter().enumerate() {
        let column = match collection {
            "unit" => "roomNumber",
            "partyRelation" => "relation",
            _ => "name",
        };
        let base = rows(&li, collection).await[0].clone();
        let changed = change(&base, &with(&base, json!({ column: "owner_of_nothing" })));
        let new = json!({ "id": Uuid::from_u128(at as u128 + 1), column: "新" });
        let answer = li.push_rows(collection, vec![changed, insert(&new)]).await;
        assert_eq!(answer[0][column], base[column], "{collection}");
        assert_eq!(answer[1]["deleted"], true, "{collection}");
    }

    let mut phone = Watermelon::new(&app, &li);
    phone.pull().await;
    for (at, (_, table, _)) in REFERENCE.into_iter().enumerate() {
        let created = json!({ "id": Uuid::from_u128(at as u128 + 101), "_status": "created" });
        let row = json!({ table: { "created": [created], "updated": [], "deleted": [] } });
        let body = json!({ "changes": row, "lastPulledAt": phone.last_pulled_at });
        let (status, answer) = phone.send(Request::post("/sync/push"), body).await;
        assert_eq!((status, &answer["wipe"]), (200, &json!(false)), "{table}");
    }
    let issues = li.issues().await;
    let codes: Vec<_> = issues.iter().map(|issue| &issue["code"]).collect();
    assert_eq!(codes, ["ROW_NOT_WRITABLE"; 18]);
}

#[tokio::test]
async fn an_app_is_given_the_tables_it_has_and_a_new_one_whole() {
    let app = TestApp::start().await;
    let (_, li) = settled(&app).await;
    let phone = Watermelon::new(&app, &li);
    let tables = |answer: &Value| answer["changes"].as_object().unwrap().len();
    let first = phone
        .ask_for(&["zones", "no_table_of_ours"], json!({}))
        .await;
    assert_eq!((tables(&first), updated(&first, "zones").len()), (1, 1));

    let known = json!({ "lastPulledAt": first["timestamp"], "limit": 1, "dirtyIds": {} });
    let more = phone.ask_for(&["zones", "units"], known.clone()).await;
    assert_eq!(updated(&more, "zones").len(), 0);
    assert_eq!(updated(&more, "units").len(), 3);

    // What an app has dropped it is given whole when it has it again.
    let both = json!({ "lastPulledAt": more["timestamp"], "limit": 1, "dirtyIds": {} });
    let fewer = phone.ask_for(&["zones"], both).await;
    let fewer = json!({ "lastPulledAt": fewer["timestamp"], "limit": 1, "dirtyIds": {} });
    let again = phone.ask_for(&["zones", "units"], fewer).await;
    assert_eq!(updated(&again, "units").len(), 3);

    let (_, all) = phone.send(Request::get("/sync/pull"), Value::Null).await;
    assert!(tables(&all) > REFERENCE.len());
}
