//! The verdict: what must hold after every run. Each check is a plain function of the evidence, and
//! for each there is a test that plants what it must find.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::evidence::{Evidence, Witness};
use super::findings::Findings;
use super::laws;
use super::queue::{Made, Outcome};
use super::store::collection_of;

/// One law, and where it was broken.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub law: &'static str,
    pub broken: Vec<String>,
    /// How many things were looked at; a law that looked at nothing says nothing.
    pub looked_at: usize,
}

impl Verdict {
    pub fn holds(&self) -> bool {
        self.broken.is_empty()
    }
}

type Check = fn(&Evidence, &mut Findings);

const CHECKS: &[(&str, Check)] = &[
    (
        "every phone ends with what a first sync of its account gives",
        stores_are_fresh,
    ),
    (
        "every mutation ever made is in the books once, every delivery counted",
        books_balance,
    ),
    (
        "what was applied took effect exactly once, what was kept out not at all",
        effects_are_once,
    ),
    (
        "every value that lost its field, and all that was kept out, is in a sync issue",
        losses_are_kept,
    ),
    (
        "nothing of another community was ever seen or touched",
        nobody_saw_others,
    ),
    ("a lost answer signed nobody out", nobody_was_signed_out),
    (
        "times lie between contact and receipt, whatever the clocks said",
        times_are_bounded,
    ),
    ("groups stood or fell together", groups_are_whole),
    (
        "what waits has something to wait for",
        laws::nothing_is_stranded,
    ),
    (
        "every report of a round is there once, as it was sent",
        laws::reports_are_once,
    ),
    (
        "a round is done exactly when all of it was seen in time, as was asked for",
        laws::rounds_are_judged_right,
    ),
    (
        "responsibility passes with the later of two signatures, however they came home",
        laws::handovers_pass_once,
    ),
    (
        "everybody holds the visits, rounds and handovers in his reach, and no others",
        laws::everybody_sees_his_own,
    ),
];

/// Judges a run.
pub fn judge(evidence: &Evidence) -> Vec<Verdict> {
    let judged = CHECKS.iter().map(|(law, check)| {
        let mut findings = Findings::default();
        check(evidence, &mut findings);
        Verdict {
            law,
            broken: findings.broken,
            looked_at: findings.looked_at,
        }
    });
    judged.collect()
}

fn mutations(evidence: &Evidence) -> impl Iterator<Item = (&Witness, &String, &Made)> {
    evidence.phones.iter().flat_map(|phone| {
        phone
            .queue
            .made
            .iter()
            .map(move |(name, made)| (phone, name, made))
    })
}

/// Invariants 1, 3, 11 and 12: however a phone got there, it ends where everybody ends. What the
/// answer to a replay shows is what a pull shows.
fn stores_are_fresh(evidence: &Evidence, findings: &mut Findings) {
    for phone in &evidence.phones {
        let who = &phone.name;
        findings.look(phone.is_quiet, || format!("{who} did not come to rest"));
        findings.looked_at += 1;
        findings
            .broken
            .extend(phone.faults.iter().map(|fault| format!("{who}: {fault}")));
        let Some(fresh) = evidence.fresh.get(&phone.account) else {
            findings
                .broken
                .push(format!("{who}: there is no first sync to compare with"));
            continue;
        };
        let keys: BTreeSet<_> = phone
            .store
            .records()
            .keys()
            .chain(fresh.records().keys())
            .collect();
        for key in keys {
            let (collection, id) = key;
            let own = phone
                .store
                .records()
                .get(key)
                .map(|record| &*record.document);
            let right = fresh.records().get(key).map(|record| &*record.document);
            findings.look(own == right, || match (own, right) {
                (None, _) => format!("{who} lacks {collection} {id}"),
                (_, None) => format!("{who} still has {collection} {id}"),
                (Some(own), Some(right)) => format!(
                    "{who} has an old {collection} {id}: {}",
                    difference(own, right)
                ),
            });
        }
        for (name, key, shown) in &phone.replayed {
            let right = fresh.records().get(key).map(|record| &*record.document);
            findings.look(shown.as_ref() == right, || {
                let (collection, id) = key;
                format!("{who}: the answer to a replay of {name} shows another {collection} {id} than a pull")
            });
        }
    }
}

fn difference(own: &Value, right: &Value) -> String {
    let fields = own.as_object().into_iter().flatten();
    let other = fields.filter(|(field, value)| right.get(field.as_str()) != Some(value));
    let told = other.map(|(field, value)| {
        format!(
            "{field} is {value}, not {}",
            right.get(field.as_str()).unwrap_or(&Value::Null)
        )
    });
    told.collect::<Vec<_>>().join("; ")
}

/// Invariant 5: the law that nothing is lost.
fn books_balance(evidence: &Evidence, findings: &mut Findings) {
    use Outcome::{Applied, ConflictKept, Deferred, Discarded, Merged, Quarantined};
    for phone in &evidence.phones {
        let (who, queue) = (&phone.name, &phone.queue);
        findings.looked_at += 1;
        findings
            .broken
            .extend(queue.faults.iter().map(|fault| format!("{who}: {fault}")));
        let open = queue.made.iter().filter(|(_, made)| made.outcome.is_none());
        for (name, _) in open {
            findings
                .broken
                .push(format!("{who}: nobody knows what became of {name}"));
        }
        let Some(books) = phone.ledger else {
            findings
                .broken
                .push(format!("{who}: the server shows no books"));
            continue;
        };
        let certain: u64 = queue.made.values().map(|made| made.delivered).sum();
        let perhaps: u64 = queue.made.values().map(|made| made.perhaps_delivered).sum();
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let sum = books.applied
            + books.merged
            + books.conflict_kept
            + books.deferred
            + books.quarantined
            + books.discarded;
        let made = i64::try_from(queue.made.len()).unwrap_or(i64::MAX);
        let delivered = number(certain)..=number(certain + perhaps);
        findings.look(
            books.deliveries == books.distinct + books.duplicates,
            || format!("{who}: deliveries are not distinct and duplicates: {books:?}"),
        );
        findings.look(books.distinct == sum, || {
            format!(
                "{who}: {} are known, {sum} have an outcome: {books:?}",
                books.distinct
            )
        });
        findings.look(books.distinct == made, || {
            format!("{who} made {made}, the server knows {}", books.distinct)
        });
        findings.look(delivered.contains(&books.deliveries), || {
            format!(
                "{who} delivered {delivered:?}, the server counted {}",
                books.deliveries
            )
        });
        for (outcome, counted) in [
            (Applied, books.applied),
            (Merged, books.merged),
            (ConflictKept, books.conflict_kept),
            (Deferred, books.deferred),
            (Quarantined, books.quarantined),
            (Discarded, books.discarded),
        ] {
            let told = queue.tally(outcome);
            findings.look(told == counted, || {
                format!("{who} was told {told} times {outcome:?}, the books say {counted}")
            });
        }
    }
}

/// Invariant 4, by texts that nobody else ever writes.
fn effects_are_once(evidence: &Evidence, findings: &mut Findings) {
    for phone in &evidence.phones {
        let mut written: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, text) in evidence.texts(&phone.account) {
            *written.entry(text).or_default() += 1;
        }
        for (name, made) in &phone.queue.made {
            let Some(outcome) = made.outcome else {
                continue;
            };
            let found = match &made.text {
                Some(text) => written.get(text.as_str()).copied().unwrap_or(0),
                None if matches!(&*made.kind, "ticket.open" | "visit.plan") => {
                    let there =
                        evidence.has(collection_of(&made.kind), &made.record, &phone.account);
                    usize::from(there)
                }
                None => continue,
            };
            findings.look(found == usize::from(outcome.took_effect()), || {
                let (who, kind, record) = (&phone.name, &made.kind, &made.record);
                format!(
                    "{who}: {kind} {name} on {record} is {outcome:?} and happened {found} times"
                )
            });
        }
    }
}

/// So many open issues of one author phones carry, as docs/sync.md says.
const MOST_CARRIED: usize = 50;

/// Whether phones carry as many issues of this account as they ever do, also of what came without a usable id. Those
/// that the policy settled at once are none of them.
fn carries_all(evidence: &Evidence, account: &str) -> bool {
    let own = evidence.viewers.get(account).map(|viewer| &viewer["name"]);
    let issues = evidence.documents("sync_issue", account).into_values();
    let counts =
        |issue: &&Value| Some(&issue["authorName"]) == own && issue["state"] != "settled_by_policy";
    issues.filter(counts).count() >= MOST_CARRIED
}

/// Invariants 5 and 9: the losing value is always stored, and what was kept out is kept.
fn losses_are_kept(evidence: &Evidence, findings: &mut Findings) {
    for phone in &evidence.phones {
        let mut issues: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for issue in evidence
            .documents("sync_issue", &phone.account)
            .into_values()
        {
            let of = issue["mutationId"].as_str().unwrap_or_default();
            issues.entry(of).or_default().push(issue);
        }
        let is_full = carries_all(evidence, &phone.account);
        for (name, made) in &phone.queue.made {
            // One without a usable id is kept under another.
            if made.body.get("mutationId").and_then(Value::as_str) != Some(name) {
                continue;
            }
            let of = |kind: &str| {
                let all = issues.get(name.as_str()).into_iter().flatten();
                all.copied()
                    .filter(|issue| issue["kind"] == kind)
                    .collect::<Vec<_>>()
            };
            let (lost, kept_out) = (of("field_lost"), of("quarantined"));
            let who = &phone.name;
            let (losses, kept) = (lost.len(), kept_out.len());
            let outcome = made.outcome;
            let holds = match outcome {
                Some(Outcome::ConflictKept) => (losses > 0 || is_full) && kept == 0,
                // Its values won over those of others, which are kept.
                Some(Outcome::Merged) => kept == 0,
                // Of one author phones carry so many and no more; whoever asks finds the others.
                Some(Outcome::Quarantined) => losses == 0 && (kept == 1 || kept == 0 && is_full),
                _ => losses == 0 && kept == 0,
            };
            findings.look(holds, || {
                format!("{who}: {name} is {outcome:?} with {losses} lost values and {kept} times kept out")
            });
            let mut own_losses = 0;
            for issue in lost {
                let field = issue["field"].as_str().unwrap_or_default();
                let value = &made.body["payload"][field];
                let is_lost = issue["lostValue"] == *value;
                // The issue of somebody else's value does not say what won over it.
                let is_of_another =
                    issue["keptValue"].is_null() && issue["state"] == "settled_by_policy";
                let is_kept = issue["keptValue"] == *value || is_of_another;
                own_losses += usize::from(is_lost);
                findings.look(!value.is_null() && (is_lost || is_kept), || {
                    let (lost, kept) = (&issue["lostValue"], &issue["keptValue"]);
                    format!("{who}: {name} wrote {value} into {field}, its issue knows {lost} and {kept}")
                });
            }
            let has_lost = outcome == Some(Outcome::ConflictKept);
            findings.look(has_lost == (own_losses > 0) || has_lost && is_full, || {
                format!("{who}: {name} is {outcome:?} and lost {own_losses} values of its own")
            });
        }
    }
}

/// Invariant 10.
fn nobody_saw_others(evidence: &Evidence, findings: &mut Findings) {
    for phone in &evidence.phones {
        let who = &phone.name;
        findings.looked_at += phone.store.records().len();
        findings.broken.extend(
            phone
                .foreign
                .iter()
                .map(|what| format!("{who} was shown {what}")),
        );
    }
    for (phone, name, made) in mutations(evidence).filter(|(.., made)| made.is_intrusion) {
        let took_effect = made.outcome.is_some_and(Outcome::took_effect);
        findings.look(!took_effect, || {
            format!(
                "{} wrote on {} of others with {name}",
                phone.name, made.record
            )
        });
    }
}

fn nobody_was_signed_out(evidence: &Evidence, findings: &mut Findings) {
    for phone in &evidence.phones {
        let who = &phone.name;
        findings.looked_at += 1;
        let thrown = phone.thrown_out.iter().map(|why| format!("{who}: {why}"));
        findings.broken.extend(thrown);
    }
}

/// How long after a contact began it may have been noted, and how late a phone may note it.
const SLACK: TimeDelta = TimeDelta::seconds(5);

/// Invariant 18.
fn times_are_bounded(evidence: &Evidence, findings: &mut Findings) {
    for phone in &evidence.phones {
        let texts = evidence.texts(&phone.account).into_iter();
        let by_note: BTreeMap<&str, &Value> = texts.map(|(event, text)| (text, event)).collect();
        for (name, made) in &phone.queue.made {
            let Some((event, believed)) = made
                .text
                .as_deref()
                .and_then(|text| by_note.get(text))
                .zip(made.believed)
            else {
                continue;
            };
            let time =
                |field: &str| -> Option<DateTime<Utc>> { event[field].as_str()?.parse().ok() };
            let who = &phone.name;
            let (Some(observed), Some(received)) = (time("observedAt"), time("receivedAt")) else {
                findings.look(false, || format!("{who}: the event of {name} has no times"));
                continue;
            };
            let contact = believed.contact_at;
            findings.look(contact <= observed && observed <= received, || {
                format!(
                    "{who}: {name} was seen at {observed}, not between {contact} and {received}"
                )
            });
            let is_monotonic = event["observedMark"] == "monotonic";
            findings.look(is_monotonic == believed.elapsed_ms.is_some(), || {
                format!("{who}: {name} is marked {}", event["observedMark"])
            });
            if let Some(elapsed_ms) = believed.elapsed_ms.filter(|_| observed < received) {
                let right = contact + TimeDelta::milliseconds(elapsed_ms);
                findings.look(right <= observed && observed <= right + SLACK, || {
                    format!("{who}: {name} was seen at {observed}, and that was {right}")
                });
            }
        }
    }
}

/// Invariant 8.
fn groups_are_whole(evidence: &Evidence, findings: &mut Findings) {
    let mut groups: BTreeMap<(&str, &str), BTreeSet<bool>> = BTreeMap::new();
    for (phone, _, made) in mutations(evidence) {
        if let (Some(group), Some(outcome)) = (&made.group, made.outcome) {
            let group = groups.entry((&phone.name, group)).or_default();
            group.insert(outcome.took_effect());
        }
    }
    for ((who, group), ends) in groups {
        findings.look(ends.len() == 1, || format!("{who}: group {group} was torn"));
    }
}

#[cfg(test)]
#[path = "checks_tests/mod.rs"]
mod tests;
