//! Live streams: a change is read once for all whom it concerns, and everybody hears what he may see.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use entity::kinds::PostKind;
use futures_util::future::join_all;
use futures_util::{Stream, StreamExt};
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use super::push::opening;
use super::rxdb::columns;
use crate::estate::estate;
use crate::households::{office, owner, unit_of};
use crate::support::{Phone, TestApp, statements};
use crate::tickets::{act, advance};

/// Rows of one collection by their ids.
type Rows = BTreeMap<String, Value>;

/// A stream that somebody hears, and what he has of it.
struct Listener<'a> {
    phone: Phone<'a>,
    collection: &'static str,
    events: Pin<Box<dyn Stream<Item = Value>>>,
    rows: Rows,
}

fn upper(collection: &str) -> String {
    format!("{}{}", collection[..1].to_uppercase(), &collection[1..])
}

impl<'a> Listener<'a> {
    async fn new(phone: &Phone<'a>, collection: &'static str) -> Self {
        let (upper, columns) = (upper(collection), columns(collection));
        let operation = format!("subscription {{ stream{upper} {{ documents {{ {columns} }} }} }}");
        Self {
            phone: phone.clone(),
            collection,
            events: Box::pin(phone.listen(&operation).await),
            rows: Rows::new(),
        }
    }

    /// Takes in one event.
    async fn hear(&mut self) {
        let event = timeout(Duration::from_secs(10), self.events.next()).await;
        let event = event.expect("an event comes").unwrap();
        let documents = &event[format!("stream{}", upper(self.collection))]["documents"];
        for row in documents.as_array().unwrap() {
            let id = row["id"].as_str().unwrap().to_owned();
            if row["deleted"] == json!(true) {
                self.rows.remove(&id);
            } else {
                self.rows.insert(id, row.clone());
            }
        }
    }

    /// What a pull from the start gives.
    async fn pulled(&self) -> Rows {
        let answer = self.phone.pull_rows(self.collection, None, 1_000).await;
        let documents = answer.data(&format!("pull{}.documents", upper(self.collection)));
        let rows = documents.as_array().unwrap().iter();
        rows.map(|row| (row["id"].as_str().unwrap().to_owned(), row.clone()))
            .collect()
    }
}

async fn pulled(listeners: &[Listener<'_>]) -> Vec<Rows> {
    join_all(listeners.iter().map(Listener::pulled)).await
}

/// How often the feed was read.
fn looks(statements: &[String]) -> usize {
    let reads_feed = |it: &&String| it.starts_with("SELECT * FROM (SELECT");
    statements.iter().filter(reads_feed).count()
}

#[tokio::test]
async fn a_change_is_read_once_for_all_streams_that_it_concerns() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let li = app.sign_in("li", "d1").await;
    let mut listeners = Vec::new();
    let mut tickets = 0;
    let mut taken = Vec::new();
    for count in [2, 20] {
        while listeners.len() < count {
            let name = format!("wang{}", listeners.len());
            app.staff(&name, PostKind::Assistant).at(&bijiang).await;
            let phone = app.sign_in(&name, "d1").await;
            listeners.push(Listener::new(&phone, "ticket").await);
        }
        // Whoever listens from now on looks once for himself.
        for is_measured in [false, false, true] {
            tickets += 1;
            let push = li.results(vec![opening(
                &format!("m{tickets}"),
                Uuid::from_u128(tickets),
                &bijiang,
            )]);
            let heard = async {
                join_all(listeners.iter_mut().map(Listener::hear)).await;
            };
            let (_, statements) =
                statements::of(Box::pin(async { tokio::join!(heard, push) })).await;
            if is_measured {
                taken.push(statements);
            }
        }
    }
    // Whoever has looked for himself before tries once what of his may wait, and may do so late.
    let is_of_change = |it: &String| !it.starts_with("SELECT \"sync_mutation\".\"mutation_id\"");
    for statements in &mut taken {
        statements.retain(is_of_change);
    }
    let [two, twenty] = &taken[..] else { panic!() };
    assert_eq!(looks(twenty), 0, "{twenty:#?}");
    assert_eq!(two.len(), twenty.len(), "{two:#?} {twenty:#?}");
    assert!(listeners.iter().all(|it| it.rows.len() >= 3));
}

#[tokio::test]
async fn everybody_hears_what_a_pull_would_give_him() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let (here, elsewhere) = (
        app.zone_of(&estate.community, "江畔苑").await,
        app.zone(&estate.community, "西苑").await,
    );
    let desk = office(&app, &estate, "li").await;
    office(&app, &estate, "zhao").await;
    owner(&desk, &app, &estate, "qin").await;
    app.staff("wang", PostKind::MaintenanceWorker)
        .in_zone(&here)
        .await;
    let mut listeners = Vec::new();
    for account in ["zhao", "qin", "wang"] {
        let phone = app.sign_in(account, "d2").await;
        for collection in ["ticket", "ticketEvent"] {
            listeners.push(Listener::new(&phone, collection).await);
        }
    }
    let unit = unit_of(&app, &estate, "0101").await;
    let report =
        json!({ "communityId": estate.community.id, "unitId": unit, "summary": "门锁坏了" });
    // Whoever listens from now on looks once for himself.
    let (_, opened) = tokio::join!(
        join_all(listeners.iter_mut().map(Listener::hear)),
        act(&desk, "openTicket", report)
    );
    let ticket = opened.text("openTicket.ticket.id");
    let id: Uuid = ticket.parse().unwrap();

    let mut seen = Vec::new();
    for step in 0..6 {
        let change = async {
            match step {
                0 => drop(
                    act(
                        &desk,
                        "noteTicket",
                        json!({ "id": ticket, "note": "已联系" }),
                    )
                    .await,
                ),
                1 => {
                    let note = json!({ "id": ticket, "note": "住户脾气急", "isInternal": true });
                    act(&desk, "noteTicket", note).await.data("noteTicket");
                }
                2 => app.set_zone(id, elsewhere.id).await,
                3 => drop(act(&desk, "noteTicket", json!({ "id": ticket, "note": "换区" })).await),
                4 => app.set_zone(id, here.id).await,
                _ => {
                    advance(&desk, &ticket, "ORDERED")
                        .await
                        .data("advanceTicket");
                }
            }
        };
        change.await;
        let expected = pulled(&listeners).await;
        for (listener, expected) in listeners.iter_mut().zip(&expected) {
            while listener.rows != *expected {
                listener.hear().await;
            }
        }
        seen.push(expected.iter().map(BTreeMap::len).collect::<Vec<_>>());
    }
    // Tickets and events of the desk, the household and the worker: the internal note is not for the
    // household, and the worker has nothing while it lies in another zone.
    let [first, last] = [&seen[0], &seen[5]];
    assert_eq!(first[1], first[3]);
    assert_eq!(seen[1][1], seen[1][3] + 1, "{seen:?}");
    assert_eq!(seen[2][4..], [0, 0], "{seen:?}");
    assert_eq!(last[4..], last[..2], "{seen:?}");
}
