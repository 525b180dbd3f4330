//! A database that breaks off in the middle of things.

mod cut;
mod full;
mod postgres;
#[cfg(unix)]
mod sqlite;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use entity::accounts::session;
use entity::estate::zone;
use entity::kinds::PostKind;
use entity::sync::sync_issue;
use entity::tickets::{ticket, ticket_event};

use crate::support::{Answer, Community, Phone, TestApp};
use crate::sync::push::opening;

/// A process on this kind of database, and a community at whose desk somebody works; none on the other kind.
async fn at_work(on_postgres: bool) -> Option<(TestApp, Community)> {
    let app = TestApp::start().await;
    if app.app.db().is_postgres() != on_postgres {
        return None;
    }
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    Some((app, bijiang))
}

/// A push of some tickets, the `n`-th of its test.
fn tickets(n: u32, at: &Community) -> Vec<Value> {
    let ticket = |place: u32| {
        let id = Uuid::from_u128(u128::from(n) * 100 + u128::from(place) + 1);
        let mut opening = opening(&format!("m{n}-{place}"), id, at);
        opening["payload"]["description"] = json!("水".repeat(1_000));
        opening
    };
    (0..5).map(ticket).collect()
}

/// The outcome of a push: nothing, or the code it was refused with.
fn pushed(answer: &Answer) -> Result<(), String> {
    let refused = answer.code();
    if !refused.is_empty() {
        let wait = &answer.error()["extensions"]["retryAfterMs"];
        assert!(wait.is_u64(), "{:#}", answer.0);
        return Err(refused.to_owned());
    }
    let results = answer.data("syncPush.results").as_array().unwrap();
    let applied = results.iter().all(|result| result["outcome"] == "APPLIED");
    assert!(applied, "{results:?}");
    Ok(())
}

/// How many of the tickets of the `n`-th push are there, and events of them, as another connection sees.
async fn tickets_there(db: &impl ConnectionTrait, n: u32) -> (u64, u64) {
    let ids: Vec<Uuid> = (0..5)
        .map(|place| Uuid::from_u128(u128::from(n) * 100 + place + 1))
        .collect();
    let tickets = ticket::Entity::find().filter(ticket::Column::Id.is_in(ids.clone()));
    let events = ticket_event::Entity::find().filter(ticket_event::Column::TicketId.is_in(ids));
    (
        tickets.count(db).await.unwrap(),
        events.count(db).await.unwrap(),
    )
}

/// Nothing was kept out.
async fn nothing_is_quarantined(app: &TestApp) {
    let issues = sync_issue::Entity::find().count(app.app.db().reader());
    assert_eq!(issues.await.unwrap(), 0);
}

async fn sessions_of(db: &impl ConnectionTrait, device: &str) -> u64 {
    let of_device = session::Entity::find().filter(session::Column::DeviceId.eq(device));
    of_device.count(db).await.unwrap()
}

async fn zones_named(db: &impl ConnectionTrait, name: &str) -> u64 {
    let named = zone::Entity::find().filter(zone::Column::Name.eq(name));
    named.count(db).await.unwrap()
}

/// Opens a ticket at the desk, which has no id for what it asks.
async fn open_at_desk(phone: &Phone<'_>, at: &Community, summary: &str) -> Answer {
    let operation = "mutation ($input: OpenTicketInput!) {
        openTicket(input: $input) { ticket { id summary } }
    }";
    // With an id that is looked up first.
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, summary.as_bytes());
    let input = json!({ "id": id, "communityId": at.id, "summary": summary, "kind": "REPAIR" });
    phone.run(operation, json!({ "input": input })).await
}

/// How many tickets have this summary.
async fn tickets_called(app: &TestApp, summary: &str) -> u64 {
    let called = ticket::Entity::find().filter(ticket::Column::Summary.eq(summary));
    called.count(app.app.db().reader()).await.unwrap()
}

/// How many events have this note.
async fn notes_saying(app: &TestApp, note: &str) -> u64 {
    let said = Expr::col(ticket_event::Column::Note).eq(note);
    let said = ticket_event::Entity::find().filter(said);
    said.count(app.app.db().reader()).await.unwrap()
}
