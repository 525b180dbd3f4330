//! Sealed values: one that does not open costs its field and nothing beside it, and all are sealed
//! anew with another key.

use entity::households::party;
use entity::kinds::PostKind;
use entity::ledger::audit;
use entity::sealed::Sealed;
use entity::sync::sync_mutation;
use entity::tickets::ticket;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::app::App;
use xunfang::auth::Viewer;
use xunfang::database::Write;
use xunfang::database::reseal::{COLUMNS, reseal_some};
use xunfang::database::sealed::{Keyring, Purpose};

use crate::estate::estate;
use crate::households::{mutate, office, register};
use crate::support::TestApp;
use crate::sync::mutation;
use crate::sync::watermelon::Watermelon;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const NEXT: &str = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Puts in the place of every sealed value one that no key opens.
async fn spoil(app: &TestApp) {
    let (db, junk) = (app.app.db().writer(), || Expr::value(Sealed(vec![7; 60])));
    let parties = party::Entity::update_many().col_expr(party::Column::Phone, junk());
    parties.exec(db).await.unwrap();
    let tickets = ticket::Entity::update_many().col_expr(ticket::Column::ContactPhone, junk());
    tickets.exec(db).await.unwrap();
    let envelopes = sync_mutation::Entity::update_many();
    let envelopes = envelopes.col_expr(sync_mutation::Column::Envelope, junk());
    envelopes.exec(db).await.unwrap();
}

fn note(id: &str, ticket: Uuid, base_seq: Option<i64>) -> Value {
    let mut note = mutation(
        id,
        "ticket.note",
        &ticket.to_string(),
        json!({ "note": "明早去" }),
    );
    if let Some(seq) = base_seq {
        note["baseSeq"] = json!(seq);
    }
    note
}

#[tokio::test]
async fn a_value_that_does_not_open_costs_its_field_on_every_face() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let wang = app.staff("wang", PostKind::MaintenanceWorker);
    let worker = wang.at(&estate.community).await.id;
    let desk = office(&app, &estate, "li").await;
    let wang = app.sign_in("wang", "d1").await;
    let party = register(&desk, &estate, "秦惠豪", "13000003336").await;
    let (repair, unknown) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let opened = mutation(
        "m1",
        "ticket.open",
        &repair.to_string(),
        json!({
            "communityId": estate.community.id, "summary": "厨房水管漏水",
            "convenientTime": "下午", "contactPhone": "13000003336",
        }),
    );
    let assigned = mutation(
        "m2",
        "ticket.assign",
        &repair.to_string(),
        json!({ "assigneeId": worker }),
    );
    let waiting = note("m3", unknown, None);
    let outcomes = desk
        .outcomes(vec![opened.clone(), assigned, waiting.clone()])
        .await;
    let outcomes: Vec<_> = outcomes.iter().map(|(outcome, _)| &**outcome).collect();
    assert_eq!(outcomes, ["APPLIED", "APPLIED", "DEFERRED"]);
    spoil(&app).await;

    // The three faces.
    let store = wang.first_sync().await;
    let record = &store.records[&("ticket".to_owned(), repair.to_string())];
    assert_eq!(record["contactPhone"], Value::Null);
    assert_eq!(record["contactPhoneMasked"], "130****3336");
    let query =
        "query { pullTicket(limit: 100) { documents { contactPhone contactPhoneMasked } } }";
    let rows = wang.run(query, json!({})).await;
    let row = json!({ "contactPhoneMasked": "130****3336" });
    assert_eq!(rows.data("pullTicket.documents"), &json!([row]));
    let pulled = Watermelon::new(&app, &wang).pull().await;
    let rows = &pulled["changes"]["tickets"]["updated"];
    assert_eq!(rows[0]["contact_phone"], Value::Null, "{pulled}");
    // Nobody was shown anything.
    let disclosures = audit::Entity::find().filter(audit::Column::Why.contains("personal value"));
    assert_eq!(disclosures.count(app.app.db().reader()).await.unwrap(), 0);

    // The desk.
    let reveal = json!({ "partyId": party, "reason": "回访" });
    let revealed = mutate(&desk, "revealPartyPhone", reveal).await;
    assert_eq!(revealed.data("revealPartyPhone.phone"), &Value::Null);

    // What is repeated is recognised, what waits waits on, and what is new is taken.
    let results = desk
        .results(vec![opened, waiting, note("m4", repair, None)])
        .await;
    let told: Vec<_> = results
        .iter()
        .map(|result| (result["outcome"].as_str().unwrap(), &result["duplicate"]))
        .collect();
    let (yes, no) = (&Value::Bool(true), &Value::Bool(false));
    assert_eq!(told, [("APPLIED", yes), ("DEFERRED", yes), ("APPLIED", no)]);
}

/// Seals everything anew, and tells how many values that were.
async fn reseal(app: &App) -> usize {
    let mut done = 0;
    for column in COLUMNS {
        let some = async |write: &mut Write| reseal_some(write, &column, None).await;
        let some = app
            .write(&Viewer::system().actor(), "seal anew", some)
            .await;
        let some = some.unwrap();
        assert_eq!((some.unreadable, some.next), (0, None));
        done += some.done;
    }
    done
}

#[tokio::test]
async fn everything_is_sealed_anew_and_found_by_the_new_key() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    register(&desk, &estate, "秦惠豪", "13000003336").await;
    desk.push(vec![note("m1", Uuid::from_u128(2), None)]).await;

    let keys = Keyring::from_base64(&format!("{NEXT},{KEY}")).unwrap();
    let (db, clock) = (app.app.db().clone(), app.app.clock().clone());
    let settings = app.app.settings().clone();
    let ahead = App::new(db, clock, keys, settings);
    assert_eq!(reseal(&ahead).await, 2);
    assert_eq!(reseal(&ahead).await, 0);
    let new = Keyring::from_base64(NEXT).unwrap();
    let parties = party::Entity::find()
        .all(ahead.db().reader())
        .await
        .unwrap();
    let qin = parties.iter().find(|row| row.name == "秦惠豪").unwrap();
    let phone = new.open(Purpose::Phone, qin.phone.as_ref().unwrap());
    assert_eq!(phone.unwrap(), "13000003336");
    let index = |text| new.blind_index(Purpose::Phone, text).present().to_owned();
    assert_eq!(qin.phone_index, Some(index("13000003336")));
    assert_eq!(qin.phone_tail_index, Some(index("3336")));
    let sent = sync_mutation::Entity::find().one(ahead.db().reader()).await;
    let sent = sent.unwrap().unwrap();
    assert!(
        new.open(Purpose::Envelope, &sent.envelope)
            .unwrap()
            .contains("明早去")
    );
}
