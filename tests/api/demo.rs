//! The demo estate as it is loaded.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use entity::estate::unit;
use entity::households::{party, party_relation};
use entity::organisation::staff_member;
use entity::tickets::{TicketEventKind, TicketState, ticket, ticket_event};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::json;
use xunfang::demo::estate::DemoCommunity;
use xunfang::demo::{self, DemoSize};
use xunfang::error::{ApiError, ErrorCode};

use crate::support::{PASSWORD, TestApp};

async fn load(app: &TestApp) -> Result<DemoSize, ApiError> {
    demo::load(&app.app, DemoSize::Small, PASSWORD, |_, _| {}).await
}

async fn demo() -> TestApp {
    let app = TestApp::with(|settings| settings.sign_in.demo = true).await;
    load(&app).await.unwrap();
    app
}

#[tokio::test]
async fn the_demo_loads_once_and_its_people_sign_in() {
    let app = TestApp::with(|settings| settings.sign_in.demo = true).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let tell = move |done, total| heard.lock().unwrap().push((done, total));
    let loaded = demo::load(&app.app, DemoSize::Small, PASSWORD, tell).await;
    assert_eq!(loaded.unwrap(), DemoSize::Small);
    let told = told.lock().unwrap().clone();
    assert!(told.is_sorted());
    let (done, total) = *told.last().unwrap();
    assert_eq!(done, total);

    let count = async || {
        let db = app.app.db().reader();
        let parties = party::Entity::find().count(db).await.unwrap();
        (
            parties,
            staff_member::Entity::find().count(db).await.unwrap(),
        )
    };
    let loaded = count().await;
    assert_eq!(loaded.1, 30);
    // It stays the one that was loaded first.
    let again = demo::load(&app.app, DemoSize::Full, PASSWORD, |_, _| {}).await;
    assert_eq!(again.unwrap(), DemoSize::Small);
    assert_eq!(count().await, loaded);

    let office = app.sign_in("supervisor", "desk").await;
    let query = "{ communities { code name } }";
    let answer = office.run(query, json!({})).await;
    assert_eq!(
        answer.data("communities"),
        &json!([{ "code": "bijiang", "name": "碧江花园" }])
    );
    let resident = app.sign_in("resident", "phone").await;
    let answer = resident.run(query, json!({})).await;
    assert_eq!(answer.text("communities.0.code"), "bijiang");
    let merchant = app.sign_in("resident2", "phone2").await;
    let answer = merchant.run(query, json!({})).await;
    assert_eq!(answer.text("communities.0.code"), "cuihu");
}

#[tokio::test]
async fn its_tickets_stand_in_every_state_with_their_history() {
    let app = demo().await;
    let db = app.app.db().reader();
    let tickets = ticket::Entity::find().all(db).await.unwrap();
    let mut states: BTreeMap<TicketState, usize> = BTreeMap::new();
    for ticket in &tickets {
        *states.entry(ticket.state).or_default() += 1;
        assert!(ticket.observed_at < ticket.created_at);
        let was_given = ticket.state >= TicketState::Dispatched;
        assert_eq!(ticket.assignee_id.is_some(), was_given, "{ticket:?}");
        assert!(ticket.finished_at.is_some() == (ticket.state >= TicketState::Finished));
        assert!(ticket.contact_phone_masked.is_some());
        assert!(ticket.unit_id.is_some() || !ticket.description.is_empty());
    }
    assert_eq!((tickets.len(), states.len()), (46, 6), "{states:?}");

    let by_seq = ticket_event::Entity::find().order_by_asc(ticket_event::Column::Seq);
    let events = by_seq.all(db).await.unwrap();
    for ticket in &tickets {
        let of_ticket = events.iter().filter(|event| event.ticket_id == ticket.id);
        let of_ticket: Vec<_> = of_ticket.collect();
        assert_eq!(of_ticket[0].kind, TicketEventKind::Opened);
        assert_eq!(of_ticket[0].observed_at, ticket.observed_at);
        assert!(of_ticket.is_sorted_by_key(|event| event.observed_at));
        let mut reached = of_ticket.iter().filter_map(|event| event.to_state);
        assert_eq!(reached.next_back(), Some(ticket.state));
    }
    let staff = staff_member::Entity::find().all(db).await.unwrap();
    for event in &events {
        assert!(event.author_account_id.is_some() && event.author_name != "system");
        if event.kind == TicketEventKind::Assigned {
            let known = staff.iter().map(|row| row.account_id);
            assert!(known.map(Some).any(|id| id == event.author_account_id));
        }
    }
    assert!(events.iter().any(|it| it.kind == TicketEventKind::Noted));
}

#[tokio::test]
async fn residents_find_what_they_reported() {
    let app = demo().await;
    let query = "{ tickets(first: 50) { nodes {
        summary state unit { roomNumber } reporter { name } lastEvents(first: 9) { authorName }
    } } me { name } }";
    for (account, at_least) in [("resident", 2), ("resident_b", 1), ("resident2", 1)] {
        let answer = app.sign_in(account, "phone").await;
        let answer = answer.run(query, json!({})).await;
        let own = answer.data("tickets.nodes").as_array().unwrap();
        let name = answer.data("me.name");
        let own = own.iter().filter(|it| it["reporter"]["name"] == *name);
        assert!(own.count() >= at_least, "{account}");
    }
}

#[tokio::test]
async fn two_runs_tell_the_same() {
    let told = async || {
        let app = demo().await;
        let db = app.app.db().reader();
        let tickets = ticket::Entity::find().order_by_asc(ticket::Column::Seq);
        let tickets = tickets.all(db).await.unwrap().into_iter();
        let tickets: Vec<_> = tickets
            .map(|it| (it.summary, it.state, it.contact_name, it.observed_at))
            .collect();
        let events = ticket_event::Entity::find().order_by_asc(ticket_event::Column::Seq);
        let events = events.all(db).await.unwrap().into_iter();
        let events: Vec<_> = events
            .map(|it| (it.kind, it.author_name, it.note, it.observed_at, it.seq))
            .collect();
        (tickets, events)
    };
    assert_eq!(told().await, told().await);
}

/// Some ten seconds in debug.
#[tokio::test]
async fn the_large_estate_is_loaded_with_all_its_people_and_repairs() {
    let app = TestApp::with(|settings| settings.sign_in.demo = true).await;
    let estate = demo::demo_estate(DemoSize::Full, demo::load::SEED);
    demo::load(&app.app, DemoSize::Full, PASSWORD, |_, _| {})
        .await
        .unwrap();
    let db = app.app.db().reader();
    let sum = |count: fn(&DemoCommunity) -> usize| -> u64 {
        let communities = estate.communities.iter();
        communities.map(|it| count(it) as u64).sum()
    };
    let loaded = [
        unit::Entity::find().count(db).await.unwrap(),
        party::Entity::find().count(db).await.unwrap(),
        party_relation::Entity::find().count(db).await.unwrap(),
        staff_member::Entity::find().count(db).await.unwrap(),
        ticket::Entity::find().count(db).await.unwrap(),
    ];
    let parties = sum(|it| it.parties.len());
    let expected = [
        sum(|it| it.units.len()),
        parties,
        parties,
        sum(|it| it.staff.len()),
        sum(|it| it.tickets.len()),
    ];
    assert_eq!(loaded, expected);

    let query = "{ tickets(first: 100, states: [RECORDED]) { nodes { id } } }";
    let office = app.sign_in("assistant_n", "desk").await;
    let answer = office.run(query, json!({})).await;
    let open = answer.data("tickets.nodes").as_array().unwrap();
    assert_eq!(open.len(), 48);
}

#[tokio::test]
async fn there_is_no_demo_beside_real_data() {
    let app = TestApp::start().await;
    app.community("bijiang").await;
    let refused = load(&app).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::CONFLICT);
    assert_eq!(
        party::Entity::find()
            .count(app.app.db().reader())
            .await
            .unwrap(),
        0
    );
}
