//! Three faces, one core: the same history comes to the same whichever way it is pushed.

use std::collections::BTreeMap;

use axum::http::Request;
use entity::ids::StaffMemberId;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rxdb::{change, insert, inserted, with};
use super::watermelon::Watermelon;
use super::{Store, mutation};
use crate::support::{Community, Phone, TestApp};

/// What somebody does on a phone.
#[derive(Clone)]
enum Act {
    Open {
        ticket: u128,
        summary: &'static str,
    },
    /// Writes one field over what the phone has.
    Edit {
        ticket: u128,
        field: &'static str,
        value: &'static str,
    },
    Note {
        event: u128,
        ticket: u128,
        note: &'static str,
    },
    Advance {
        event: u128,
        ticket: u128,
        to: &'static str,
    },
    Assign {
        event: u128,
        ticket: u128,
        to: StaffMemberId,
    },
}

/// What the office sees in the end.
#[derive(Debug, PartialEq)]
struct End {
    records: BTreeMap<String, Vec<String>>,
    ledgers: Vec<Value>,
}

fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

/// A phone that speaks one of the faces.
enum Spoken<'a> {
    Native {
        phone: &'a Phone<'a>,
        had: BTreeMap<u128, Value>,
    },
    Rxdb {
        phone: &'a Phone<'a>,
        had: BTreeMap<u128, Value>,
    },
    Watermelon(Box<Watermelon>),
}

impl Spoken<'_> {
    /// Takes what there is; edits are made on it from now on.
    async fn look(&mut self) {
        match self {
            Spoken::Watermelon(phone) => drop(phone.pull().await),
            Spoken::Rxdb { phone, had } => {
                let answer = phone.pull_rows("ticket", None, 1_000).await;
                let rows = answer.data("pullTicket.documents").as_array().unwrap();
                *had = rows
                    .iter()
                    .map(|row| (number_of(row), row.clone()))
                    .collect();
            }
            Spoken::Native { phone, had } => {
                let answer = phone.pull_page(None, 1_000, &[]).await;
                let changes = answer.data("syncPull.changes").as_array().unwrap();
                let tickets = changes.iter().filter(|it| it["collection"] == "ticket");
                *had = tickets.map(|it| (number_of(it), it.clone())).collect();
            }
        }
    }

    async fn act(&mut self, at: &Community, acts: &[Act]) {
        match self {
            Spoken::Native { phone, had } => {
                let mutations = acts.iter().map(|act| native(act, at, had)).collect();
                phone.push(mutations).await.data("syncPush");
            }
            Spoken::Rxdb { phone, had } => {
                for act in acts {
                    let (collection, row) = rxdb(act, at, had);
                    phone.push_rows(collection, vec![row]).await;
                }
            }
            Spoken::Watermelon(phone) => {
                let mut changes = json!({});
                for act in acts {
                    let (table, list, row) = watermelon(act, at, phone);
                    let rows = &mut changes[table][list];
                    match rows.as_array_mut() {
                        Some(rows) => rows.push(row),
                        None => *rows = json!([row]),
                    }
                }
                let body = json!({ "changes": changes, "lastPulledAt": phone.last_pulled_at });
                let (status, answer) = phone.send(Request::post("/sync/push"), body).await;
                assert_eq!((status, answer), (200, json!({ "wipe": false })));
            }
        }
    }
}

fn number_of(row: &Value) -> u128 {
    row["id"]
        .as_str()
        .unwrap()
        .parse::<Uuid>()
        .unwrap()
        .as_u128()
}

fn native(act: &Act, at: &Community, had: &BTreeMap<u128, Value>) -> Value {
    match act {
        Act::Open { ticket, summary } => {
            let payload = json!({ "communityId": at.id, "summary": summary });
            mutation(&id(*ticket), "ticket.open", &id(*ticket), payload)
        }
        Act::Edit {
            ticket,
            field,
            value,
        } => {
            let name = format!("edit-{ticket}-{field}-{value}");
            let mut edit = mutation(&name, "ticket.edit", &id(*ticket), json!({ *field: value }));
            edit["baseSeq"] = had[ticket]["seq"].clone();
            edit
        }
        Act::Note {
            event,
            ticket,
            note,
        } => step(*event, "ticket.note", *ticket, &json!({ "note": note })),
        Act::Advance { event, ticket, to } => {
            step(*event, "ticket.advance", *ticket, &json!({ "to": to }))
        }
        Act::Assign { event, ticket, to } => step(
            *event,
            "ticket.assign",
            *ticket,
            &json!({ "assigneeId": to }),
        ),
    }
}

fn step(event: u128, kind: &str, ticket: u128, payload: &Value) -> Value {
    let payload = with(payload, json!({ "eventId": id(event) }));
    mutation(&id(event), kind, &id(ticket), payload)
}

/// The columns of a step, for both row faces.
fn columns(act: &Act) -> Option<(u128, Value)> {
    let (event, ticket, said) = match act {
        Act::Note {
            event,
            ticket,
            note,
        } => (event, ticket, json!({ "kind": "noted", "note": note })),
        Act::Advance { event, ticket, to } => {
            (event, ticket, json!({ "kind": "advanced", "toState": to }))
        }
        Act::Assign { event, ticket, to } => (
            event,
            ticket,
            json!({ "kind": "assigned", "assigneeId": to }),
        ),
        Act::Open { .. } | Act::Edit { .. } => return None,
    };
    let row = json!({ "id": id(*event), "ticketId": id(*ticket), "note": "", "isInternal": false });
    Some((*event, with(&row, said)))
}

fn rxdb(act: &Act, at: &Community, had: &BTreeMap<u128, Value>) -> (&'static str, Value) {
    if let Some((_, row)) = columns(act) {
        return ("ticketEvent", insert(&row));
    }
    match act {
        Act::Edit {
            ticket,
            field,
            value,
        } => {
            let before = &had[ticket];
            (
                "ticket",
                change(before, &with(before, json!({ *field: value }))),
            )
        }
        Act::Open { ticket, summary } => {
            let row = inserted(Uuid::from_u128(*ticket), at);
            let row = with(&row, json!({ "summary": summary, "convenientTime": "" }));
            ("ticket", insert(&row))
        }
        _ => unreachable!("steps are events"),
    }
}

fn watermelon(
    act: &Act,
    at: &Community,
    phone: &Watermelon,
) -> (&'static str, &'static str, Value) {
    if let Some((_, row)) = columns(act) {
        return ("ticket_events", "created", snake(&row));
    }
    match act {
        Act::Edit {
            ticket,
            field,
            value,
        } => {
            let row = &phone.rows[&("tickets".to_owned(), id(*ticket))];
            let written = json!({ *field: value, "_status": "updated", "_changed": field });
            ("tickets", "updated", with(row, written))
        }
        Act::Open { ticket, summary } => {
            let row = inserted(Uuid::from_u128(*ticket), at);
            let row = with(
                &row,
                json!({ "summary": summary, "convenientTime": "", "observedAt": 0 }),
            );
            ("tickets", "created", snake(&row))
        }
        _ => unreachable!("steps are events"),
    }
}

pub fn snake(row: &Value) -> Value {
    let columns = row.as_object().unwrap().iter();
    let named = columns
        .filter(|(name, _)| *name != "deleted")
        .map(|(name, value)| {
            let snake = name.chars().flat_map(|letter| {
                let upper = letter.is_ascii_uppercase().then_some('_');
                upper.into_iter().chain([letter.to_ascii_lowercase()])
            });
            (snake.collect(), value.clone())
        });
    let mut row: serde_json::Map<String, Value> = named.collect();
    row.extend([
        ("_status".to_owned(), json!("created")),
        ("_changed".to_owned(), json!("")),
    ]);
    Value::Object(row)
}

fn open(ticket: u128, summary: &'static str) -> Act {
    Act::Open { ticket, summary }
}

fn edit(ticket: u128, field: &'static str, value: &'static str) -> Act {
    Act::Edit {
        ticket,
        field,
        value,
    }
}

fn note(event: u128, ticket: u128, note: &'static str) -> Act {
    Act::Note {
        event,
        ticket,
        note,
    }
}

fn advance(event: u128, ticket: u128, to: &'static str) -> Act {
    Act::Advance { event, ticket, to }
}

/// What two phones live through.
async fn live(one: &mut Spoken<'_>, other: &mut Spoken<'_>, at: &Community, worker: StaffMemberId) {
    one.look().await;
    let noted = note(0xe1, 1, "已联系业主");
    one.act(
        at,
        &[
            open(1, "厨房水管漏水"),
            open(2, "走廊灯不亮"),
            open(3, "门禁失灵"),
            noted.clone(),
            advance(0xe2, 1, "ordered"),
            Act::Assign {
                event: 0xe3,
                ticket: 1,
                to: worker,
            },
        ],
    )
    .await;
    one.look().await;
    other.look().await;
    // Different fields, then equal ones, then a field whose greater value stays.
    one.act(at, &[edit(1, "summary", "厨房水管爆裂")]).await;
    other.act(at, &[edit(1, "description", "已关总阀")]).await;
    one.act(at, &[edit(2, "summary", "三楼走廊灯不亮")]).await;
    other.act(at, &[edit(2, "summary", "大堂灯不亮")]).await;
    one.act(at, &[edit(3, "priority", "urgent")]).await;
    other.act(at, &[edit(3, "priority", "high")]).await;
    // Lost answers, a rejected insert, a step that cannot be taken, a child before its parent.
    one.act(at, &[noted]).await;
    other.act(at, &[open(4, "")]).await;
    other.act(at, &[advance(0xe4, 3, "closed")]).await;
    other.act(at, &[note(0xe5, 5, "在地下室")]).await;
    other.act(at, &[open(5, "水泵异响")]).await;
}

/// The records without what the server mints and what a face names by itself.
fn comparable(office: &Store, worker: &str) -> BTreeMap<String, Vec<String>> {
    let mut records: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((collection, _), document) in &office.records {
        let mut document = document.clone();
        let row = document.as_object_mut().unwrap();
        row.remove("mutationId");
        let kind = row.get("kind").and_then(Value::as_str);
        if collection != "ticket" && !matches!(kind, Some("noted" | "advanced" | "assigned")) {
            row.remove("id");
        }
        row.remove("communityId");
        records
            .entry(collection.clone())
            .or_default()
            .push(document.to_string().replace(worker, "zhao"));
    }
    for collection in ["community", "staff_member"] {
        records.remove(collection);
    }
    for rows in records.values_mut() {
        rows.sort();
    }
    records
}

/// Lets two phones of one face live through the history.
async fn end_of(face: &str) -> End {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let worker = app
        .staff("zhao", PostKind::MaintenanceWorker)
        .at(&bijiang)
        .await
        .id;
    let (first, second) = (app.sign_in("li", "d1").await, app.sign_in("li", "d2").await);
    let speak = |phone| match face {
        "native" => Spoken::Native {
            phone,
            had: BTreeMap::new(),
        },
        "rxdb" => Spoken::Rxdb {
            phone,
            had: BTreeMap::new(),
        },
        _ => Spoken::Watermelon(Box::new(Watermelon::new(&app, phone))),
    };
    let (mut one, mut other) = (speak(&first), speak(&second));

    live(&mut one, &mut other, &bijiang, worker).await;

    let office = app.sign_in("li", "d3").await.first_sync().await;
    let records = comparable(&office, &worker.to_string());
    let mut ledgers = Vec::new();
    for phone in [&first, &second] {
        let ledger = "{ mySync { openIssues ledger { deliveries distinct duplicates applied merged conflictKept
            deferred quarantined discarded } } }";
        let answer = phone.run(ledger, json!({})).await;
        ledgers.push(answer.data("mySync").clone());
    }
    End { records, ledgers }
}

#[tokio::test]
async fn the_same_history_comes_to_the_same_through_each_face() {
    let native = end_of("native").await;
    assert_eq!(native.records["ticket"].len(), 4, "{native:#?}");
    assert!(native.records["sync_issue"].len() >= 3, "{native:#?}");
    for face in ["rxdb", "watermelon"] {
        let end = end_of(face).await;
        assert_eq!(end.ledgers, native.ledgers, "{face}");
        for (collection, rows) in &native.records {
            assert_eq!(
                &end.records[collection], rows,
                "{collection} through {face}"
            );
        }
        assert_eq!(end, native, "{face}");
    }
}
