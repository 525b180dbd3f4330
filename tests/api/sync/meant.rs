//! Nothing, and numbers, mean the same on every face however they are written; what only bears witness
//! and cannot be read takes no work with it.

use axum::http::Request;
use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::faces::snake;
use super::mutation;
use super::push::opening;
use super::rxdb::{change, insert, inserted, with};
use super::watermelon::Watermelon;
use crate::patrol::{act, first_task, night, point, report};
use crate::support::{Community, Phone, TestApp};

const FACES: [&str; 4] = ["desk", "native", "rxdb", "watermelon"];

/// A phone that speaks every face, and numbers what it makes.
struct Caller<'a> {
    phone: Phone<'a>,
    rows: Watermelon,
    number: u128,
}

impl<'a> Caller<'a> {
    fn new(app: &TestApp, phone: Phone<'a>) -> Self {
        let rows = Watermelon::new(app, &phone);
        let number = 1_000;
        Self {
            phone,
            rows,
            number,
        }
    }

    fn next_id(&mut self) -> Uuid {
        self.number += 1;
        Uuid::from_u128(self.number)
    }

    async fn created(&self, table: &str, row: &Value) {
        let changes = json!({ table: { "created": [snake(row)], "updated": [], "deleted": [] } });
        let body = json!({ "changes": changes, "lastPulledAt": self.rows.last_pulled_at });
        let (status, answer) = self.rows.send(Request::post("/sync/push"), body).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Records a ticket with this field besides what it needs, and gives it.
    async fn opened(
        &mut self,
        face: &str,
        at: &Community,
        field: &str,
        said: &Value,
    ) -> Option<Value> {
        let id = self.next_id();
        let said = json!({ "summary": "e", field: said });
        match face {
            "desk" => {
                let complaint =
                    ["occurredAt", "isAnonymous", "channel", "wantedBy"].contains(&field);
                let said = if complaint {
                    json!({ "summary": "e", "complaint": { field: said[field] } })
                } else {
                    said
                };
                let input = with(&json!({ "id": id, "communityId": at.id }), said);
                let query = "mutation ($input: OpenTicketInput!) { openTicket(input: $input) { ticket { id } } }";
                self.phone.run(query, json!({ "input": input })).await;
            }
            "native" => {
                let payload = with(&json!({ "communityId": at.id }), said);
                let id = id.to_string();
                self.phone
                    .push(vec![mutation(&id, "ticket.open", &id, payload)])
                    .await;
            }
            "rxdb" => {
                let row = with(&inserted(id, at), said);
                self.phone.push_rows("ticket", vec![insert(&row)]).await;
            }
            _ => {
                let row = with(&inserted(id, at), said);
                self.created("tickets", &row).await;
            }
        }
        let query = "query ($id: UUID!) { ticket(id: $id) {
            description priority contactName contactPhoneMasked unit { id } repairClass } }";
        let answer = self.phone.run(query, json!({ "id": id })).await;
        answer
            .data("ticket")
            .as_object()
            .map(|ticket| json!(ticket))
    }

    /// Adds a note with this witness to a ticket, and gives its event as a phone has it.
    async fn noted(&mut self, face: &str, ticket: Uuid, witness: &Value) -> Value {
        let id = self.next_id();
        let row = json!({ "id": id, "ticketId": ticket, "kind": "noted", "note": "e", "isInternal": false });
        let mut columns = with(&row, witness.clone());
        columns["observedAt"] = witness["wallClock"].clone();
        columns.as_object_mut().unwrap().remove("wallClock");
        match face {
            "native" => {
                let payload = json!({ "note": "e", "eventId": id });
                let mut noted =
                    mutation(&id.to_string(), "ticket.note", &ticket.to_string(), payload);
                noted["observed"] = witness.clone();
                self.phone.push(vec![noted]).await;
            }
            "rxdb" => drop(
                self.phone
                    .push_rows("ticketEvent", vec![insert(&columns)])
                    .await,
            ),
            _ => self.created("ticket_events", &columns).await,
        }
        self.phone.row("ticketEvent", id).await
    }

    /// The codes and fields of the issues about what could not be read.
    async fn unread(&self) -> Vec<String> {
        let issues = self.phone.issues().await.into_iter();
        let unread = issues.filter(|issue| issue["code"] == "WITNESS_UNREADABLE");
        let fields = unread.map(|issue| {
            assert_eq!(
                (&issue["kind"], &issue["state"]),
                (&json!("field_lost"), &json!("settled_by_policy"))
            );
            format!(
                "{} {}",
                issue["field"].as_str().unwrap(),
                issue["lostValue"].as_str().unwrap()
            )
        });
        let mut fields: Vec<String> = fields.collect();
        fields.sort();
        fields
    }
}

#[tokio::test]
async fn nothing_in_an_optional_field_is_nothing_on_every_face() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let mut caller = Caller::new(&app, app.sign_in("li", "d1").await);
    let fields = [
        "description",
        "convenientTime",
        "priority",
        "unitId",
        "reporterPartyId",
        "contactName",
        "contactPhone",
        "repairClass",
        "occurredAt",
        "wantedBy",
        "channel",
        "kind",
    ];
    let expected = json!({
        "description": "", "priority": "NORMAL", "contactName": "", "contactPhoneMasked": null, "unit": null,
        "repairClass": null,
    });
    for face in FACES {
        for field in fields {
            for nothing in [json!(null), json!(""), json!("  ")] {
                let ticket = caller.opened(face, &bijiang, field, &nothing).await;
                assert_eq!(ticket.as_ref(), Some(&expected), "{face} {field} {nothing}");
            }
        }
        // A word that is none is none on every face.
        let kept_out = caller
            .opened(face, &bijiang, "priority", &json!("later"))
            .await;
        assert_eq!(kept_out, None, "{face}");
        let number = caller
            .opened(face, &bijiang, "contactPhone", &json!(13_000_003_336_i64))
            .await;
        assert_eq!(
            number.unwrap()["contactPhoneMasked"],
            "130****3336",
            "{face}"
        );
    }
}

#[tokio::test]
async fn nothing_in_an_edit_clears_on_every_face() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let mut caller = Caller::new(&app, app.sign_in("li", "d1").await);
    for face in ["native", "rxdb", "watermelon"] {
        for nothing in [json!(null), json!("")] {
            let id = caller.next_id();
            let payload = json!({ "communityId": bijiang.id, "summary": "e", "description": "d",
                "repairClass": "other" });
            let text = id.to_string();
            caller
                .phone
                .push(vec![mutation(&text, "ticket.open", &text, payload)])
                .await;
            let cleared = json!({ "description": nothing, "repairClass": nothing });
            match face {
                "native" => {
                    let edit = mutation(&format!("e{text}"), "ticket.edit", &text, cleared);
                    let outcomes = caller.phone.outcomes(vec![edit]).await;
                    assert_eq!(outcomes, [("APPLIED".to_owned(), None)]);
                }
                "rxdb" => {
                    let before = with(
                        &caller.phone.row("ticket", id).await,
                        json!({ "repairClass": "other" }),
                    );
                    let after = with(&before, cleared);
                    caller
                        .phone
                        .push_rows("ticket", vec![change(&before, &after)])
                        .await;
                }
                _ => {
                    caller.rows.pull().await;
                    caller.rows.pull().await;
                    let row = &caller.rows.rows[&("tickets".to_owned(), text)];
                    let written = json!({ "description": nothing, "repair_class": nothing,
                        "_status": "updated", "_changed": "description,repair_class" });
                    let tickets =
                        json!({ "created": [], "updated": [with(row, written)], "deleted": [] });
                    let body = json!({ "changes": { "tickets": tickets },
                        "lastPulledAt": caller.rows.last_pulled_at });
                    caller.rows.send(Request::post("/sync/push"), body).await;
                }
            }
            let query = "query ($id: UUID!) { ticket(id: $id) { description repairClass } }";
            let answer = caller.phone.run(query, json!({ "id": id })).await;
            let expected = json!({ "description": "", "repairClass": null });
            assert_eq!(answer.data("ticket"), &expected, "{face} {nothing}");
        }
    }
    assert_eq!(caller.phone.issues().await.len(), 0);
}

#[tokio::test]
async fn a_witness_is_read_however_it_is_written_and_takes_nothing_with_it() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let mut caller = Caller::new(&app, app.sign_in("li", "d1").await);
    let ticket = Uuid::from_u128(1);
    caller
        .phone
        .push(vec![opening("m1", ticket, &bijiang)])
        .await;
    let pull = "{ syncPull(clock: { bootId: \"b1\" }) { contactId } }";
    let contact = caller
        .phone
        .run(pull, json!({}))
        .await
        .text("syncPull.contactId");
    app.wait(TimeDelta::minutes(10));
    let good = json!({ "contactId": contact, "bootId": "b1", "elapsedMs": 60_000 });
    let mut expected: Vec<String> = Vec::new();
    for face in ["native", "rxdb", "watermelon"] {
        for elapsed in [
            json!(60_000),
            json!(60_000.4),
            json!(59_999.5),
            json!("60000"),
            json!(60_000.0),
        ] {
            let event = caller
                .noted(face, ticket, &with(&good, json!({ "elapsedMs": elapsed })))
                .await;
            assert_eq!(event["observedMark"], "monotonic", "{face} {elapsed}");
            assert_eq!(caller.unread().await, expected, "{face} {elapsed}");
        }
        for (part, said, mark) in [
            ("elapsedMs", json!("soon"), "received"),
            ("elapsedMs", json!([1]), "received"),
            ("bootId", json!(["b1"]), "received"),
            ("contactId", json!({}), "received"),
            ("wallClock", json!("yesterday"), "monotonic"),
            ("wallClock", json!("a\0b"), "monotonic"),
        ] {
            let event = caller
                .noted(face, ticket, &with(&good, json!({ part: said })))
                .await;
            assert_eq!(
                (&event["note"], &event["observedMark"]),
                (&json!("e"), &json!(mark)),
                "{face} {said}"
            );
            let text = said.to_string();
            let shown = if text.contains("\\u0000") {
                json!(text).to_string()
            } else {
                text
            };
            expected.push(format!("observed.{part} {shown}"));
            expected.sort();
            assert_eq!(caller.unread().await, expected, "{face} {part}");
        }
        for nothing in [json!(null), json!("")] {
            let event = caller
                .noted(face, ticket, &with(&good, json!({ "elapsedMs": nothing })))
                .await;
            assert_eq!(event["observedMark"], "received", "{face} {nothing}");
        }
        assert_eq!(caller.unread().await, expected, "{face}");
    }
}

#[tokio::test]
async fn a_version_is_read_however_it_is_written_and_an_unreadable_one_overwrites_nothing() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    for name in ["li", "zhao"] {
        app.staff(name, PostKind::Assistant).at(&bijiang).await;
    }
    let mut caller = Caller::new(&app, app.sign_in("li", "d1").await);
    let zhao = app.sign_in("zhao", "d1").await;
    for (said, outcome) in [
        (json!(0.0), "CONFLICT_KEPT"),
        (json!("0"), "CONFLICT_KEPT"),
        (json!("x"), "CONFLICT_KEPT"),
        (json!([1]), "CONFLICT_KEPT"),
        (json!(1e9), "CONFLICT_KEPT"),
        (json!(null), "APPLIED"),
        (json!(""), "APPLIED"),
    ] {
        let id = caller.next_id();
        caller
            .phone
            .push(vec![opening(&format!("m{id}"), id, &bijiang)])
            .await;
        let edit = |number: u32, text: &str| {
            mutation(
                &format!("e{number}{id}"),
                "ticket.edit",
                &id.to_string(),
                json!({ "summary": text }),
            )
        };
        zhao.push(vec![edit(1, "甲")]).await;
        let mut late = edit(2, "乙");
        late["baseSeq"] = said.clone();
        late["base"] = json!("no object");
        assert_eq!(
            caller.phone.outcomes(vec![late]).await[0].0,
            outcome,
            "{said}"
        );
    }
    let expected = [
        "base", "base", "base", "base", "base", "base", "base", "baseSeq", "baseSeq",
    ];
    let unread = caller.unread().await;
    let names: Vec<_> = unread
        .iter()
        .map(|it| it.split(' ').next().unwrap())
        .collect();
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_place_is_read_however_it_is_written_and_takes_no_report_with_it() {
    let app = TestApp::start().await;
    let (ground, boss) = night(&app).await;
    let gate = json!({
        "id": point(1), "communityId": ground.community.id, "name": "东门", "code": "code 1",
        "latitudeE7": 227_000_000, "longitudeE7": 1_132_000_000,
    });
    act(&boss, "putPatrolPoint", gate)
        .await
        .data("putPatrolPoint");
    let mut caller = Caller::new(&app, app.sign_in("guard", "d1").await);
    let task = first_task(&caller.phone).await;
    for face in ["native", "rxdb", "watermelon"] {
        for (place, is_near, unread) in [
            (json!([227_000_000, 1_132_000_000, 5]), json!(true), vec![]),
            (
                json!([227_000_000.4, 1_132_000_000.2, 5.5]),
                json!(true),
                vec![],
            ),
            (
                json!(["227000000", "1132000000.0", "5"]),
                json!(true),
                vec![],
            ),
            (json!([null, "", null]), json!(null), vec![]),
            (
                json!([227_000_000, null, 5]),
                json!(null),
                vec!["latitudeE7"],
            ),
            (
                json!([227_000_000, "here", 5]),
                json!(null),
                vec!["latitudeE7", "longitudeE7"],
            ),
            (
                json!([1_900_000_000, 0, []]),
                json!(null),
                vec!["accuracyM", "latitudeE7", "longitudeE7"],
            ),
            (
                json!(["1e999", 9e18, true]),
                json!(null),
                vec!["accuracyM", "latitudeE7", "longitudeE7"],
            ),
        ] {
            let before = caller.unread().await.len();
            let id = caller.next_id();
            let said =
                json!({ "latitudeE7": place[0], "longitudeE7": place[1], "accuracyM": place[2] });
            let mut report = report(id.as_u128(), &task, 1);
            let payload = with(&report["payload"], said);
            let row = with(&payload, json!({ "id": id, "answers": "{\"clean\":true}" }));
            report["payload"] = payload;
            match face {
                "native" => drop(caller.phone.push(vec![report]).await),
                "rxdb" => drop(
                    caller
                        .phone
                        .push_rows("patrolResult", vec![insert(&row)])
                        .await,
                ),
                _ => caller.created("patrol_results", &row).await,
            }
            let result = caller.phone.row("patrolResult", id).await;
            assert_eq!(result["isNear"], is_near, "{face} {place}");
            assert_eq!(
                caller.unread().await.len() - before,
                unread.len(),
                "{face} {place}"
            );
        }
    }
}

// An empty word is none, on phones and at the desk.
#[tokio::test]
async fn a_word_that_nobody_chose_is_left_out() {
    let app = TestApp::start().await;
    let (ground, phone) = night(&app).await;
    let at = ground.community.id;
    let task = Uuid::from_u128(0x71).to_string();
    let order =
        json!({ "communityId": at, "name": "雨后巡查", "pointIds": [point(1)], "reason": "" });
    let order = mutation("m1", "patrol.order", &task, order);
    let outcomes = phone.outcomes(vec![order]).await;
    assert_eq!(outcomes, [("APPLIED".to_owned(), None)]);
    let query = "query ($id: UUID!) { patrolTask(id: $id) { reason } }";
    let seen = phone.run(query, json!({ "id": task })).await;
    assert_eq!(seen.text("patrolTask.reason"), "ORDERED");

    let open = "mutation ($at: UUID!, $complaint: ComplaintInput) {
        openTicket(input: { communityId: $at, summary: \"e\", complaint: $complaint }) { ticket { kind } }
        other: openTicket(input: { communityId: $at, summary: \"f\", complaint: null }) { ticket { kind } }
    }";
    let opened = phone
        .run(open, json!({ "at": at, "complaint": null }))
        .await;
    assert_eq!(opened.text("openTicket.ticket.kind"), "REPAIR");
    assert_eq!(opened.text("other.ticket.kind"), "REPAIR");
}
