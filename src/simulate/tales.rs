//! The day as people would tell it: names, places and times, from what the office holds at the end.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use super::evidence::Evidence;
use super::store::{Record, Store};

/// How many of each kind are told.
const TALES: usize = 2;

/// Everything that is told, by role.
pub fn tales(evidence: &Evidence) -> String {
    let Some(sees) = evidence.fresh.get(&evidence.office) else {
        return String::new();
    };
    let book = Book { sees, evidence };
    let mut text = String::new();
    for (role, told) in [
        ("guards", book.rounds()),
        ("guards", book.findings()),
        ("posts", book.handovers()),
        ("keepers", book.visits()),
        ("workers", book.repairs()),
        ("desk", book.complaints()),
    ] {
        for tale in told.into_iter().take(TALES) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {role:<8} {tale}");
        }
    }
    if text.is_empty() {
        text
    } else {
        format!("\nfrom the day:\n{text}")
    }
}

struct Book<'a> {
    sees: &'a Store,
    evidence: &'a Evidence,
}

/// An event or result of something, in the order in which it was seen.
type History<'a> = Vec<&'a Value>;

impl Book<'_> {
    fn name(&self, collection: &str, id: &Value) -> String {
        let found = id.as_str().and_then(|id| self.sees.get(collection, id));
        found.map_or_else(|| "?".to_owned(), |it| said(&it.document["name"]))
    }

    fn unit(&self, id: &Value) -> String {
        let unit = id.as_str().and_then(|id| self.sees.get("unit", id));
        unit.map_or_else(
            || "a public place".to_owned(),
            |unit| {
                let building = self.name("building", &unit.document["buildingId"]);
                format!("{building} {}", said(&unit.document["roomNumber"]))
            },
        )
    }

    fn time(&self, document: &Value, field: &str) -> String {
        let zone = self.sees.of("community").next();
        let zone = zone.and_then(|(_, it)| it.document["timeZone"].as_str()?.parse::<Tz>().ok());
        let time = moment(document, field);
        time.map_or_else(String::new, |time| {
            let local = time.with_timezone(&zone.unwrap_or(Tz::UTC));
            local.format("%H:%M:%S").to_string()
        })
    }

    /// What happened to a record, in the order in which it was seen.
    fn history(&self, collection: &'static str, field: &str, id: &str) -> History<'_> {
        let events = self.sees.of(collection).map(|(_, it)| &*it.document);
        let mut events: Vec<&Value> = events.filter(|it| it[field] == id).collect();
        events.sort_by_key(|it| (moment(it, "observedAt"), it["id"].as_str()));
        events
    }

    fn of_this_run(&self, collection: &'static str) -> Vec<(&str, &Record)> {
        let phones = self.evidence.phones.iter();
        let touched: std::collections::BTreeSet<&str> = phones
            .flat_map(|phone| phone.queue.made.values())
            .map(|made| made.record.as_str())
            .collect();
        let all = self.sees.of(collection);
        all.filter(|(id, _)| touched.contains(id)).collect()
    }

    fn rounds(&self) -> Vec<String> {
        let rounds = self.sees.of("patrol_task");
        let done = rounds.filter(|(_, it)| it.document["state"] == "done");
        let mut tales: Vec<(usize, String)> = done
            .map(|(id, round)| {
                let results = self.history("patrol_result", "taskId", id);
                let late = results.iter().filter_map(|it| late(it)).max().unwrap_or(0);
                let who = authors(&results);
                let (name, points) = (said(&round.document["name"]), &round.document["pointIds"]);
                let points = points.as_array().map_or(0, Vec::len);
                let at = self.time(&round.document, "finishedAt");
                let tale = format!(
                    "{who} walked {name}: {points} points, done at {at}; the last report came {late} s after it was seen"
                );
                (results.len(), tale)
            })
            .collect();
        tales.sort_by_key(|(results, _)| std::cmp::Reverse(*results));
        tales.into_iter().map(|(_, tale)| tale).collect()
    }

    fn findings(&self) -> Vec<String> {
        let results = self.sees.of("patrol_result").map(|(_, it)| &*it.document);
        let tales = results.filter_map(|result| {
            let ticket = self.sees.get("ticket", result["ticketId"].as_str()?)?;
            let (who, what) = (said(&result["authorName"]), plain(&result["finding"]));
            let place = self.name("patrol_point", &result["pointId"]);
            let (summary, state) = (
                plain(&ticket.document["summary"]),
                said(&ticket.document["state"]),
            );
            let at = self.time(result, "observedAt");
            Some(format!("{who} found “{what}” at {place} at {at} and reported “{summary}” with it: now {state}"))
        });
        tales.collect()
    }

    fn handovers(&self) -> Vec<String> {
        let handovers = self.sees.of("handover");
        let signed = handovers.filter(|(_, it)| it.document["state"] == "signed");
        let tales = signed.map(|(id, handover)| {
            let handover = &handover.document;
            let from = self.name("staff_member", &handover["outgoingId"]);
            let to = self.name("staff_member", &handover["incomingId"]);
            let zone = self.name("zone", &handover["zoneId"]);
            let events = self.history("handover_event", "handoverId", id);
            let mut arrived = events.clone();
            arrived.sort_by_key(|it| moment(it, "receivedAt"));
            let order = if arrived == events { "in order" } else { "out of order" };
            let at = self.time(handover, "passedAt");
            format!(
                "{from} handed {zone} over to {to}, who answers for it since {at}: {}; they came home {order}",
                path(&events, "kind")
            )
        });
        tales.collect()
    }

    fn visits(&self) -> Vec<String> {
        let mut tales: Vec<(usize, String)> = Vec::new();
        for (id, visit) in self.of_this_run("visit") {
            let events = self.history("visit_event", "visitId", id);
            let home = self.unit(&visit.document["unitId"]);
            let (who, state) = (authors(&events), said(&visit.document["state"]));
            let tale = format!("{who} and {home}: {}; now {state}", path(&events, "kind"));
            tales.push((events.len(), tale));
        }
        tales.sort_by_key(|(events, _)| std::cmp::Reverse(*events));
        tales.into_iter().map(|(_, tale)| tale).collect()
    }

    fn repairs(&self) -> Vec<String> {
        self.tickets("repair", |_| String::new())
    }

    fn complaints(&self) -> Vec<String> {
        self.tickets("complaint", |ticket| {
            let severity = ticket["severity"].as_str();
            severity.map_or_else(String::new, |severity| format!(" ({severity})"))
        })
    }

    fn tickets(&self, kind: &str, more: impl Fn(&Value) -> String) -> Vec<String> {
        let mut tales: Vec<(usize, String)> = Vec::new();
        for (id, ticket) in self.of_this_run("ticket") {
            let ticket = &ticket.document;
            if ticket["kind"] != kind {
                continue;
            }
            let events = self.history("ticket_event", "ticketId", id);
            let steps = events.iter().filter(|it| it["toState"].is_string()).count();
            let (what, place) = (plain(&ticket["summary"]), self.unit(&ticket["unitId"]));
            let tale = format!(
                "“{what}”{}, {place}: {}; by {}",
                more(ticket),
                path(&events, "toState"),
                authors(&events)
            );
            tales.push((steps, tale));
        }
        tales.sort_by_key(|(steps, _)| std::cmp::Reverse(*steps));
        tales.into_iter().map(|(_, tale)| tale).collect()
    }
}

fn said(value: &Value) -> String {
    value.as_str().unwrap_or("?").to_owned()
}

/// Without the mark by which the run knows its texts again.
fn plain(value: &Value) -> String {
    let text = said(value);
    match text.rsplit_once(' ') {
        Some((plain, _)) => plain.to_owned(),
        None => text,
    }
}

fn moment(document: &Value, field: &str) -> Option<DateTime<Utc>> {
    document[field].as_str()?.parse().ok()
}

/// Seconds between what was seen and when the server heard.
fn late(event: &Value) -> Option<i64> {
    let (seen, received) = (moment(event, "observedAt")?, moment(event, "receivedAt")?);
    Some((received - seen).num_seconds())
}

/// Everybody who had part in it, once.
fn authors(events: &[&Value]) -> String {
    let mut names: Vec<String> = Vec::new();
    for event in events {
        let name = said(&event["authorName"]);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.split_last() {
        None => "nobody".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The steps, without what only repeats the one before.
fn path(events: &[&Value], field: &str) -> String {
    let steps = events.iter().filter_map(|event| event[field].as_str());
    let mut steps: Vec<&str> = steps.filter(|step| *step != "noted").collect();
    steps.dedup();
    steps.join(" → ").replace('_', " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tale_names_people_once_and_steps_in_order() {
        let event = |name: &str, kind: &str| json!({ "authorName": name, "kind": kind });
        let events = [
            event("王强", "prepared"),
            event("李伟", "checked"),
            event("李伟", "noted"),
            event("李伟", "signed"),
            event("王强", "signed"),
        ];
        let events: Vec<&Value> = events.iter().collect();
        assert_eq!(authors(&events), "王强 and 李伟");
        assert_eq!(path(&events, "kind"), "prepared → checked → signed");
        assert_eq!(plain(&json!("楼道灯不亮 s1n0p3-4")), "楼道灯不亮");
    }
}
