//! More laws: what waits, rounds, handovers, and who sees them. All is worked out anew from what the
//! API gives; nothing here knows how the server comes to it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::evidence::Evidence;
use super::findings::Findings;
use super::queue::{Made, Outcome};
use super::store::{Store, collection_of};

/// Invariants 7 and 21: a mutation waits while what it comes after has not taken effect, while its
/// record is out of sight, behind an earlier one of its record, or with its group; else it is done.
pub fn nothing_is_stranded(evidence: &Evidence, findings: &mut Findings) {
    for phone in &evidence.phones {
        let made = &phone.queue.made;
        let waits = |(_, it): &(&String, &Made)| it.outcome == Some(Outcome::Deferred);
        let waiting: Vec<(&String, &Made)> = made.iter().filter(waits).collect();
        let has_seen = |it: &Made| it.body.get("baseSeq").is_some();
        let has_own_cause = |it: &Made| {
            let after = it.body.get("after").and_then(Value::as_str);
            let before = after.map(|after| made.get(after).and_then(|before| before.outcome));
            before.is_some_and(|before| !before.is_some_and(Outcome::took_effect))
                || (!has_seen(it)
                    && phone
                        .store
                        .get(collection_of(&it.kind), &it.record)
                        .is_none())
                || awaits_picture(&phone.store, it)
        };
        let has_cause = |it: &Made| {
            let is_behind = |other: &Made| other.record == it.record && has_own_cause(other);
            has_own_cause(it) || (has_seen(it) && waiting.iter().any(|(_, it)| is_behind(it)))
        };
        for (name, mutation) in &waiting {
            let is_with = |it: &Made| it.group.is_some() && it.group == mutation.group;
            let mut others = waiting.iter().map(|(_, it)| *it);
            let holds = has_cause(mutation) || others.any(|it| is_with(it) && has_cause(it));
            findings.look(holds, || {
                let (who, kind, record) = (&phone.name, &mutation.kind, &mutation.record);
                format!("{who}: {kind} {name} on {record} waits for nothing")
            });
        }
    }
}

/// Phones of a simulation take no pictures, so a record that was signed at home is never checked.
fn awaits_picture(store: &Store, made: &Made) -> bool {
    let visit = store.get("visit", &made.record);
    let is_signed = visit.is_some_and(|visit| {
        visit.document["channel"] == "home" && visit.document["signature"].is_string()
    });
    is_signed && matches!(&*made.kind, "visit.check" | "visit.archive")
}

fn office(evidence: &Evidence) -> Option<&Store> {
    evidence.fresh.get(&evidence.office)
}

fn time(document: &Value, field: &str) -> Option<DateTime<Utc>> {
    document[field].as_str()?.parse().ok()
}

/// A report is a fact: it is there exactly when its phone was told so, and there are no others.
pub fn reports_are_once(evidence: &Evidence, findings: &mut Findings) {
    let Some(sees) = office(evidence) else {
        return;
    };
    let mut told = 0;
    let mut sent_here = BTreeSet::new();
    for phone in &evidence.phones {
        let reports = phone.queue.made.iter();
        for (name, made) in reports.filter(|(_, made)| made.kind == "patrol.report") {
            sent_here.insert(&*made.record);
            let took_effect = made.outcome.is_some_and(Outcome::took_effect);
            told += usize::from(took_effect);
            let result = sees.get("patrol_result", &made.record);
            let sent = &made.body["payload"];
            let is_as_sent = result.is_some_and(|result| {
                let same = |field: &str| result.document[field] == sent[field];
                ["taskId", "pointId", "finding", "ticketId", "codeRead"]
                    .into_iter()
                    .all(same)
            });
            findings.look(is_as_sent == took_effect, || {
                let (who, outcome) = (&phone.name, made.outcome);
                format!("{who}: report {name} is {outcome:?}, as sent: {is_as_sent}")
            });
        }
    }
    // Phones report on the estate's own patrols too, where earlier runs may have reported.
    let of_this_run = |id: &str, result: &Value| {
        let task = result["taskId"].as_str().unwrap_or_default();
        evidence.rounds.contains(task) || sent_here.contains(id)
    };
    let results = sees.of("patrol_result");
    let there = results.filter(|(id, it)| of_this_run(id, &it.document));
    let there = there.count();
    findings.look(there == told, || {
        format!("{told} reports took effect and {there} are there")
    });
}

/// Whether a result counts: seen in the window of its task, with all that was asked for.
fn counts(evidence: &Evidence, task: &Value, result: &Value) -> Option<(bool, Vec<&'static str>)> {
    let (from, to) = (time(task, "windowFrom")?, time(task, "windowTo")?);
    let at = time(result, "observedAt")?;
    let code = evidence.codes.get(result["pointId"].as_str()?)?;
    let has_photo = result["photos"].as_array().is_some_and(|it| !it.is_empty());
    let lacks = [
        ("code", "needsCode", result["codeRead"] == json!(code)),
        ("photo", "needsPhoto", has_photo),
        ("position", "needsPosition", result["latitudeE7"].is_i64()),
    ];
    let lacks = lacks.into_iter();
    let lacks = lacks.filter(|(_, needs, given)| task[*needs] == true && !given);
    Some((
        from <= at && at <= to,
        lacks.map(|(what, ..)| what).collect(),
    ))
}

/// Domain 16.2, from the results themselves: order of arrival, clocks and outages change nothing.
pub fn rounds_are_judged_right(evidence: &Evidence, findings: &mut Findings) {
    let Some(sees) = office(evidence) else {
        return;
    };
    let tasks = sees.of("patrol_task");
    for (id, task) in tasks.filter(|(id, _)| evidence.rounds.contains(*id)) {
        let task = &task.document;
        let mut told: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
        let results = sees.of("patrol_result");
        for (result, record) in results.filter(|(_, it)| it.document["taskId"] == id) {
            let document = &record.document;
            let Some((is_in_window, lacks)) = counts(evidence, task, document) else {
                findings.look(false, || format!("nobody can judge result {result}"));
                continue;
            };
            let marks_are_right = document["isInWindow"] == json!(is_in_window)
                && document["missingEvidence"] == json!(lacks);
            findings.look(marks_are_right, || {
                format!(
                    "result {result} lacks {lacks:?}, in time: {is_in_window}; it says {document}"
                )
            });
            if let Some((point, at)) = document["pointId"]
                .as_str()
                .zip(time(document, "observedAt"))
                && is_in_window
                && lacks.is_empty()
            {
                let first = told.entry(point).or_insert(at);
                *first = (*first).min(at);
            }
        }
        let points = task["pointIds"].as_array().into_iter().flatten();
        let times = points.map(|point| told.get(point.as_str().unwrap_or_default()).copied());
        let times: Option<Vec<_>> = times.collect();
        let done_at = times.and_then(|times| times.into_iter().max());
        let state = &task["state"];
        findings.look((state == "done") == done_at.is_some(), || {
            format!("round {id} is {state}, and that is {done_at:?}")
        });
        findings.look(time(task, "finishedAt") == done_at, || {
            format!(
                "round {id} ended at {}, not {done_at:?}",
                task["finishedAt"]
            )
        });
    }
}

/// What the events of a handover come to, in the order in which they were seen (S-17 to S-19).
fn passes(handover: &Value, events: &[&Value]) -> (&'static str, Option<DateTime<Utc>>) {
    let outgoing = &handover["outgoingId"];
    let (mut state, mut successor) = ("prepared", &Value::Null);
    let mut signed: [Option<DateTime<Utc>>; 2] = [None, None];
    for event in events {
        let (author, at) = (&event["authorStaffId"], time(event, "observedAt"));
        let is_outgoing = author == outgoing;
        match (event["kind"].as_str().unwrap_or_default(), state) {
            ("rejected", "prepared" | "checked") if !is_outgoing => {
                (state, successor, signed) = ("rejected", author, [None, None]);
            }
            ("put_right", "rejected") if is_outgoing => state = "prepared",
            ("checked", "prepared" | "checked") if !is_outgoing => {
                if successor != author {
                    signed[1] = None;
                }
                (state, successor) = ("checked", author);
            }
            ("signed", "prepared" | "checked") if is_outgoing => signed[0] = signed[0].or(at),
            ("signed", "checked") if author == successor => signed[1] = signed[1].or(at),
            _ => {}
        }
        if let ("checked", [Some(one), Some(other)]) = (state, signed) {
            return ("signed", Some(one.max(other)));
        }
    }
    (state, None)
}

/// The outgoing person is responsible until both have signed, however they came home.
pub fn handovers_pass_once(evidence: &Evidence, findings: &mut Findings) {
    const ORDER: [&str; 6] = [
        "prepared",
        "checked",
        "rejected",
        "put_right",
        "signed",
        "noted",
    ];
    let Some(sees) = office(evidence) else {
        return;
    };
    let mut histories: BTreeMap<&str, Vec<(&str, &Value)>> = BTreeMap::new();
    for (id, event) in sees.of("handover_event") {
        let of = event.document["handoverId"].as_str().unwrap_or_default();
        histories.entry(of).or_default().push((id, &event.document));
    }
    for (id, handover) in sees.of("handover") {
        let handover = &handover.document;
        let mut history = histories.remove(id).unwrap_or_default();
        history.sort_by_key(|(id, event)| {
            let kind = event["kind"].as_str().unwrap_or_default();
            let rank = ORDER.iter().position(|it| *it == kind);
            (rank != Some(0), time(event, "observedAt"), rank, *id)
        });
        let events: Vec<&Value> = history.into_iter().map(|(_, event)| event).collect();
        let (state, passed) = passes(handover, &events);
        let is_right = handover["state"] == state && time(handover, "passedAt") == passed;
        findings.look(is_right, || {
            let (said, at) = (&handover["state"], &handover["passedAt"]);
            format!("handover {id} is {said} at {at}, its events say {state} at {passed:?}")
        });
    }
}

/// Posts that see only their zone and what is theirs.
const FIELD: [&str; 5] = [
    "WAREHOUSE_KEEPER",
    "CONFERENCE_ATTENDANT",
    "MAINTENANCE_WORKER",
    "SECURITY_GUARD",
    "INSPECTOR",
];

/// Where the people of a record stand in it.
const REACH: [(&str, &[&str]); 3] = [
    ("patrol_task", &["assigneeId"]),
    ("visit", &["visitorId", "companionId"]),
    ("handover", &["outgoingId", "incomingId"]),
];

/// Who walks rounds that may be unannounced: those are kept from others until they begin.
const INSPECTING: [&str; 4] = ["inspector", "supervisor", "cs_manager", "estate_manager"];

/// Staff: exactly what their post, zone and person let them see. Residents: nothing but visits to homes.
pub fn everybody_sees_his_own(evidence: &Evidence, findings: &mut Findings) {
    let Some(all) = office(evidence) else {
        return;
    };
    let accounts: BTreeSet<&String> = evidence.phones.iter().map(|it| &it.account).collect();
    for account in accounts {
        let (Some(own), Some(viewer)) =
            (evidence.fresh.get(account), evidence.viewers.get(account))
        else {
            continue;
        };
        let positions: Vec<&Value> = viewer["positions"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        for (collection, people) in REACH {
            for (id, record) in all.of(collection) {
                let document = &record.document;
                let of_it = |position: &&Value| position["communityId"] == document["communityId"];
                let in_reach = positions.iter().copied().filter(of_it).any(|position| {
                    let me = &position["staffMemberId"];
                    let is_field = FIELD.iter().any(|post| position["post"] == *post);
                    let in_zone =
                        !document["zoneId"].is_null() && document["zoneId"] == position["zoneId"];
                    !is_field || in_zone || people.iter().any(|field| document[*field] == *me)
                });
                let holds = own.get(collection, id).is_some();
                let is_home = positions.is_empty() && collection == "visit";
                let at_home = document["unitId"]
                    .as_str()
                    .is_some_and(|unit| own.get("unit", unit).is_some());
                let may_be_secret = collection == "patrol_task"
                    && document["state"] == "due"
                    && INSPECTING.iter().any(|post| document["post"] == *post);
                let is_secret = may_be_secret && !holds;
                findings.look(
                    holds == in_reach || is_secret || (is_home && at_home),
                    || {
                        format!(
                            "{account} holds {collection} {id}: {holds}, in his reach: {in_reach}"
                        )
                    },
                );
            }
        }
    }
}
