//! A check that cannot fail says nothing: each finds what is planted for it.

mod day;

use std::collections::BTreeSet;

use serde_json::json;

use super::super::evidence::Ledger;
use super::super::queue::tests::note;
use super::super::queue::{Believed, Queue};
use super::super::store::Store;
use super::*;

const CONTACT: &str = "2026-01-01T08:00:00Z";

#[expect(
    clippy::needless_pass_by_value,
    reason = "tests write the documents where they call it"
)]
fn put(store: &mut Store, collection: &str, id: &str, document: Value) {
    let key = (collection.to_owned(), id.to_owned());
    store.put(key, 1, &document);
}

fn add(queue: &mut Queue, id: &str, outcome: Outcome) {
    let mut made = note(id, "t1", id);
    made.outcome = Some(outcome);
    made.is_settled = true;
    made.delivered = 2;
    queue.made.insert(id.to_owned(), made);
}

fn event(note: &str) -> Value {
    json!({ "note": note, "communityId": "c", "observedAt": "2026-01-01T08:00:10Z",
        "receivedAt": "2026-01-01T09:00:00Z", "observedMark": "monotonic" })
}

/// A round of one point that was done, and a handover that was signed.
fn put_work(store: &mut Store) {
    let round = json!({ "communityId": "c", "state": "done", "zoneId": "z1", "assigneeId": null,
        "needsCode": true, "windowFrom": "2026-01-01T08:00:00Z",
        "windowTo": "2026-01-01T09:00:00Z", "pointIds": ["p1"],
        "finishedAt": "2026-01-01T08:30:00Z" });
    put(store, "patrol_task", "r1", round);
    let result = json!({ "communityId": "c", "taskId": "r1", "pointId": "p1", "codeRead": "XF-1",
        "finding": "", "ticketId": null, "photos": [], "observedAt": "2026-01-01T08:30:00Z",
        "isInWindow": true, "missingEvidence": [] });
    put(store, "patrol_result", "res1", result);
    let handover = json!({ "communityId": "c", "state": "signed", "zoneId": null,
        "outgoingId": "w1", "incomingId": "w2", "passedAt": "2026-01-01T08:30:00Z" });
    put(store, "handover", "h1", handover);
    for (id, kind, by, at) in [
        ("h1a", "prepared", "w1", "08:00"),
        ("h1b", "signed", "w1", "08:30"),
        ("h1c", "checked", "w2", "08:20"),
        ("h1d", "signed", "w2", "08:25"),
    ] {
        let event = json!({ "communityId": "c", "handoverId": "h1", "kind": kind,
            "authorStaffId": by, "note": "", "observedAt": format!("2026-01-01T{at}:00Z") });
        put(store, "handover_event", id, event);
    }
}

/// One phone that wrote a note, lost a value, had a mutation kept out, sent a group of two, and has
/// one that waits for what never came and one behind it; and nothing is wrong.
fn evidence() -> Evidence {
    let mut queue = Queue::default();
    add(&mut queue, "m1", Outcome::Applied);
    add(&mut queue, "m2", Outcome::ConflictKept);
    add(&mut queue, "m3", Outcome::Quarantined);
    add(&mut queue, "m4", Outcome::Applied);
    add(&mut queue, "m5", Outcome::Applied);
    add(&mut queue, "m6", Outcome::Deferred);
    add(&mut queue, "m7", Outcome::Deferred);
    for (name, made) in &mut queue.made {
        match name.as_str() {
            "m1" => {
                made.believed = Some(Believed {
                    contact_at: CONTACT.parse().unwrap(),
                    elapsed_ms: Some(10_000),
                });
            }
            "m2" => {
                made.text = None;
                made.kind = "ticket.edit".to_owned();
                made.body["payload"] = json!({ "summary": "mine" });
            }
            "m4" | "m5" => made.group = Some("g".to_owned()),
            "m6" => made.body["after"] = json!("m0"),
            "m7" => made.body["baseSeq"] = json!(1),
            _ => made.is_intrusion = true,
        }
    }
    let mut store = Store::default();
    put(&mut store, "ticket", "t1", json!({ "state": "ordered" }));
    for text in ["m1", "m4", "m5"] {
        put(&mut store, "ticket_event", text, event(text));
    }
    put_work(&mut store);
    let mut report = note("m8", "res1", "m8");
    report.kind = "patrol.report".to_owned();
    report.text = None;
    report.body["payload"] = (*store.get("patrol_result", "res1").unwrap().document).clone();
    (report.outcome, report.is_settled, report.delivered) = (Some(Outcome::Applied), true, 2);
    queue.made.insert("m8".to_owned(), report);
    let viewer = json!({ "name": "li", "positions": [{ "communityId": "c", "post": "SECURITY_GUARD",
        "zoneId": "z1", "staffMemberId": "w1" }] });
    let lost = json!({ "mutationId": "m2", "kind": "field_lost", "field": "summary",
        "lostValue": "mine", "keptValue": "theirs" });
    put(&mut store, "sync_issue", "i2", lost);
    let kept_out = json!({ "mutationId": "m3", "kind": "quarantined" });
    put(&mut store, "sync_issue", "i3", kept_out);
    let ledger = Ledger {
        deliveries: 16,
        distinct: 8,
        duplicates: 8,
        applied: 4,
        conflict_kept: 1,
        deferred: 2,
        quarantined: 1,
        ..Ledger::default()
    };
    let ticket = ("ticket".to_owned(), "t1".to_owned());
    let phone = Witness {
        name: "phone 1".to_owned(),
        account: "li".to_owned(),
        store: store.clone(),
        queue,
        ledger: Some(ledger),
        is_quiet: true,
        faults: Vec::new(),
        foreign: Vec::new(),
        thrown_out: Vec::new(),
        replayed: vec![("m1".to_owned(), ticket, Some(json!({ "state": "ordered" })))],
    };
    Evidence {
        phones: vec![phone],
        fresh: BTreeMap::from([("li".to_owned(), store)]),
        viewers: BTreeMap::from([("li".to_owned(), viewer)]),
        rounds: BTreeSet::from(["r1".to_owned()]),
        codes: BTreeMap::from([("p1".to_owned(), "XF-1".to_owned())]),
        office: "li".to_owned(),
    }
}

/// Which laws are broken, by their place.
fn broken(evidence: &Evidence) -> Vec<usize> {
    let verdicts = judge(evidence);
    let broken = verdicts
        .iter()
        .enumerate()
        .filter(|(_, verdict)| !verdict.holds());
    broken.map(|(place, _)| place + 1).collect()
}

#[test]
fn where_nothing_is_wrong_every_law_holds_and_has_looked() {
    let verdicts = judge(&evidence());
    for verdict in verdicts {
        assert!(verdict.holds(), "{verdict:?}");
        assert!(verdict.looked_at > 0, "{verdict:?}");
    }
}

/// Puts something wrong into the evidence.
type Plant = fn(&mut Evidence);

fn made<'a>(evidence: &'a mut Evidence, name: &str) -> &'a mut Made {
    evidence.phones[0].queue.made.get_mut(name).unwrap()
}

fn in_both(evidence: &mut Evidence, collection: &str, id: &str, change: impl Fn(&mut Value)) {
    let key = (collection.to_owned(), id.to_owned());
    let Evidence { phones, fresh, .. } = evidence;
    for store in fresh.values_mut().chain([&mut phones[0].store]) {
        let mut document = (*store.records()[&key].document).clone();
        change(&mut document);
        store.put(key.clone(), 1, &document);
    }
}

fn books(evidence: &mut Evidence) -> &mut Ledger {
    evidence.phones[0].ledger.as_mut().unwrap()
}

/// Each plant must be found by this law.
fn finds(law: usize, plants: &[(&str, Plant)]) {
    for (what, plant) in plants {
        let mut evidence = evidence();
        plant(&mut evidence);
        let found = broken(&evidence);
        assert!(
            found.contains(&law),
            "{what}: law {law} is silent, {found:?} speak"
        );
    }
}

/// Changes the event of the note that was seen ten seconds after the contact.
fn seen(evidence: &mut Evidence, field: &str, value: &str) {
    in_both(evidence, "ticket_event", "m1", |event| {
        event[field] = json!(value);
    });
}

fn issue(evidence: &mut Evidence, id: &str, field: &str, value: &str) {
    in_both(evidence, "sync_issue", id, |issue| {
        issue[field] = json!(value);
    });
}

fn put_in_both(evidence: &mut Evidence, collection: &str, id: &str, document: &Value) {
    let Evidence { phones, fresh, .. } = evidence;
    for store in fresh.values_mut().chain([&mut phones[0].store]) {
        put(store, collection, id, document.clone());
    }
}

#[test]
fn a_store_that_is_not_fresh_is_found() {
    finds(
        1,
        &[
            ("one too many", |it| {
                put(&mut it.phones[0].store, "ticket", "t2", json!({}));
            }),
            ("one too few", |it| {
                let store = &mut it.phones[0].store;
                let last = store.records().keys().next_back().unwrap().clone();
                store.remove(&last);
            }),
            ("an old one", |it| {
                put(&mut it.phones[0].store, "ticket", "t1", json!({}));
            }),
            ("a bad page", |it| {
                it.phones[0].faults.push("both".to_owned());
            }),
            ("no rest", |it| it.phones[0].is_quiet = false),
            ("no first sync", |it| it.fresh.clear()),
            ("an answer that shows too much", |it| {
                let nothing = ("ticket".to_owned(), "t9".to_owned());
                let shown = ("m1".to_owned(), nothing, Some(json!({})));
                it.phones[0].replayed.push(shown);
            }),
        ],
    );
}

#[test]
fn books_that_do_not_balance_are_found() {
    finds(
        2,
        &[
            ("a delivery too few", |it| {
                books(it).deliveries -= 1;
                books(it).duplicates -= 1;
            }),
            ("a wrong sum", |it| books(it).duplicates += 1),
            ("another outcome", |it| {
                books(it).merged += 1;
                books(it).applied -= 1;
            }),
            ("one that nobody knows", |it| {
                books(it).distinct -= 1;
                books(it).duplicates += 1;
                books(it).applied -= 1;
            }),
            ("one without outcome", |it| books(it).distinct += 1),
            ("a changed mind", |it| {
                it.phones[0].queue.faults.push("m1".to_owned());
            }),
            ("no answer", |it| made(it, "m1").outcome = None),
            ("no books", |it| it.phones[0].ledger = None),
        ],
    );
}

#[test]
fn an_effect_that_is_not_one_is_found() {
    finds(
        3,
        &[
            ("a note that never came", |it| seen(it, "note", "")),
            ("a note twice", |it| {
                put_in_both(it, "ticket_event", "again", &event("m1"));
            }),
            ("a note that was kept out", |it| {
                put_in_both(it, "ticket_event", "m3", &event("m3"));
            }),
            ("a ticket that was never opened", |it| {
                let made = made(it, "m2");
                (made.kind, made.record) = ("ticket.open".to_owned(), "t9".to_owned());
            }),
        ],
    );
}

#[test]
fn a_loss_that_is_not_kept_is_found() {
    finds(
        4,
        &[
            ("no issue of a loss", |it| {
                issue(it, "i2", "mutationId", "x");
            }),
            ("an issue with another value", |it| {
                issue(it, "i2", "lostValue", "x");
            }),
            ("an issue of the other side", |it| {
                issue(it, "i2", "lostValue", "theirs");
                issue(it, "i2", "keptValue", "mine");
            }),
            ("no issue of what was kept out", |it| {
                issue(it, "i3", "mutationId", "x");
            }),
            ("an issue of what was applied", |it| {
                issue(it, "i3", "mutationId", "m1");
            }),
        ],
    );
}

// Of one author phones carry fifty issues that are open, and no more.
#[test]
fn an_issue_that_phones_do_not_carry_any_more_is_no_loss() {
    for (carried, is_loss) in [(MOST_CARRIED, false), (MOST_CARRIED - 1, true)] {
        let mut evidence = evidence();
        issue(&mut evidence, "i3", "mutationId", "x");
        // What it lost is one of them.
        issue(&mut evidence, "i2", "authorName", "li");
        for number in 1..carried {
            let id = format!("more {number}");
            let more = json!({ "mutationId": id, "kind": "quarantined", "authorName": "li" });
            put_in_both(&mut evidence, "sync_issue", &id, &more);
            add(&mut evidence.phones[0].queue, &id, Outcome::Quarantined);
        }
        assert_eq!(broken(&evidence).contains(&4), is_loss, "{carried}");
    }
}

#[test]
fn a_look_at_others_is_found() {
    finds(
        5,
        &[
            ("shown", |it| {
                it.phones[0].foreign.push("ticket t7".to_owned());
            }),
            ("touched", |it| made(it, "m1").is_intrusion = true),
        ],
    );
}

#[test]
fn a_session_that_was_ended_is_found() {
    finds(
        6,
        &[("ended", |it| {
            it.phones[0].thrown_out.push("gone".to_owned());
        })],
    );
}

#[test]
fn a_time_out_of_bounds_is_found() {
    finds(
        7,
        &[
            ("before the contact", |it| {
                seen(it, "observedAt", "2025-12-31T00:00:00Z");
            }),
            ("after the receipt", |it| {
                seen(it, "observedAt", "2026-01-02T00:00:00Z");
            }),
            ("moved by a clock", |it| {
                seen(it, "observedAt", "2026-01-01T08:30:00Z");
            }),
            ("another mark", |it| seen(it, "observedMark", "wall")),
            ("no time", |it| seen(it, "observedAt", "noon")),
        ],
    );
}

#[test]
fn a_torn_group_is_found() {
    finds(
        8,
        &[("torn", |it| made(it, "m3").group = Some("g".to_owned()))],
    );
}

#[test]
fn what_waits_for_nothing_is_found() {
    finds(
        9,
        &[
            ("it names nothing and its record is there", |it| {
                made(it, "m6").body = json!({});
            }),
            ("what it comes after took effect", |it| {
                made(it, "m6").body["after"] = json!("m1");
            }),
            ("nothing waits before it", |it| {
                made(it, "m7").record = "t2".to_owned();
            }),
        ],
    );
}
