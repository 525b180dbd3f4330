//! What a phone has to say, how often it said it, and what it was told. Nothing here speaks to
//! anybody.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::store::Change;

/// What the server says became of a mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    Applied,
    Merged,
    ConflictKept,
    Deferred,
    Quarantined,
    Discarded,
    /// Not acknowledged: the phone keeps it.
    NotTaken,
}

impl Outcome {
    /// It has had its effect.
    pub fn took_effect(self) -> bool {
        matches!(self, Self::Applied | Self::Merged | Self::ConflictKept)
    }

    /// Only a person can change it now.
    pub fn is_final(self) -> bool {
        self != Self::Deferred
    }
}

/// One result of a push.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PushResult {
    pub mutation_id: Option<String>,
    pub outcome: Outcome,
    pub duplicate: bool,
    pub code: Option<String>,
    pub record: Option<Change>,
}

/// When a phone believes something happened, and what the server must make of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Believed {
    /// The server's time at the contact that was named.
    pub contact_at: DateTime<Utc>,
    /// Monotonic time since, unless the phone was started anew.
    pub elapsed_ms: Option<i64>,
}

/// A mutation as its phone remembers it for ever.
#[derive(Clone, Debug)]
pub struct Made {
    /// As it goes over the wire.
    pub body: Value,
    pub kind: String,
    pub record: String,
    /// Text that nobody else ever writes.
    pub text: Option<String>,
    pub group: Option<String>,
    pub believed: Option<Believed>,
    /// On something the author must not know of.
    pub is_intrusion: bool,
    /// Deliveries of which the phone is sure that the server had them.
    pub delivered: u64,
    /// Deliveries that may have been lost on the way.
    pub perhaps_delivered: u64,
    pub outcome: Option<Outcome>,
    pub code: Option<String>,
    /// How many answers called it new.
    pub times_new: u64,
    /// The phone has heard what became of it and need not send it again.
    pub is_settled: bool,
}

/// A phone's queue, by the name the phone gives each mutation.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    pub made: BTreeMap<String, Made>,
    /// Not yet acknowledged, in the order they were made.
    pub pending: Vec<String>,
    /// What the answers said that must never be said.
    pub faults: Vec<String>,
}

impl Queue {
    /// Adds a new mutation at the end, or at the front to have a child before its parent.
    pub fn add(&mut self, name: String, made: Made) {
        self.pending.push(name.clone());
        self.made.insert(name, made);
    }

    /// The mutations of these names as they go over the wire.
    pub fn bodies(&self, names: &[String]) -> Vec<Value> {
        let found = names.iter().filter_map(|name| self.made.get(name));
        found.map(|made| made.body.clone()).collect()
    }

    /// Counts a delivery of each, certain or not.
    pub fn count(&mut self, names: &[String], is_certain: bool) {
        for name in names {
            if let Some(made) = self.made.get_mut(name) {
                if is_certain {
                    made.delivered += 1;
                } else {
                    made.perhaps_delivered += 1;
                }
            }
        }
    }

    /// Takes in the answer to a push of these names.
    pub fn take(&mut self, names: &[String], results: &[PushResult]) {
        if names.len() != results.len() {
            let (asked, told) = (names.len(), results.len());
            self.faults
                .push(format!("{asked} mutations got {told} results"));
        }
        for (name, result) in names.iter().zip(results) {
            let Some(made) = self.made.get_mut(name) else {
                continue;
            };
            let sent_id = made.body.get("mutationId").and_then(Value::as_str);
            let answers_it =
                result.mutation_id.is_none() || result.mutation_id.as_deref() == sent_id;
            if !answers_it {
                let told = &result.mutation_id;
                self.faults.push(format!("{name} was answered as {told:?}"));
            }
            if let Some(before) = made.outcome.filter(|before| before.is_final())
                && before != result.outcome
            {
                let now = result.outcome;
                self.faults
                    .push(format!("{name} was {before:?} and became {now:?}"));
            }
            if result.outcome == Outcome::NotTaken {
                continue;
            }
            made.times_new += u64::from(!result.duplicate);
            if made.times_new > 1 && !result.duplicate {
                self.faults
                    .push(format!("{name} was taken for new once more"));
            }
            made.outcome = Some(result.outcome);
            made.code.clone_from(&result.code);
            made.is_settled = true;
        }
        let made = &self.made;
        self.pending
            .retain(|name| made.get(name).is_some_and(|made| !made.is_settled));
    }

    /// Those that wait for something, by name.
    pub fn deferred(&self) -> Vec<String> {
        let waits = |made: &Made| made.outcome == Some(Outcome::Deferred);
        let names = self.made.iter().filter(|(_, made)| waits(made));
        names.map(|(name, _)| name.clone()).collect()
    }

    /// The records of what has not been acknowledged.
    pub fn dirty(&self) -> Vec<String> {
        let pending = self.pending.iter().filter_map(|name| self.made.get(name));
        let mut records: Vec<String> = pending.map(|made| made.record.clone()).collect();
        records.sort();
        records.dedup();
        records
    }

    /// How many mutations have this outcome.
    pub fn tally(&self, outcome: Outcome) -> i64 {
        let those = self
            .made
            .values()
            .filter(|made| made.outcome == Some(outcome));
        i64::try_from(those.count()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A note as a phone made it.
    pub fn note(id: &str, record: &str, text: &str) -> Made {
        Made {
            body: json!({ "mutationId": id, "kind": "ticket.note", "recordId": record,
                "payload": { "note": text } }),
            kind: "ticket.note".to_owned(),
            record: record.to_owned(),
            text: Some(text.to_owned()),
            group: None,
            believed: None,
            is_intrusion: false,
            delivered: 0,
            perhaps_delivered: 0,
            outcome: None,
            code: None,
            times_new: 0,
            is_settled: false,
        }
    }

    fn result(id: &str, outcome: Outcome) -> PushResult {
        PushResult {
            mutation_id: Some(id.to_owned()),
            outcome,
            duplicate: false,
            code: None,
            record: None,
        }
    }

    fn again(id: &str, outcome: Outcome) -> PushResult {
        PushResult {
            duplicate: true,
            ..result(id, outcome)
        }
    }

    #[test]
    fn answers_settle_the_queue_and_contradictions_are_kept() {
        let mut queue = Queue::default();
        queue.add("m1".to_owned(), note("m1", "t", "a"));
        queue.add("m2".to_owned(), note("m2", "t", "b"));
        let names = ["m1".to_owned(), "m2".to_owned()];
        assert_eq!(queue.dirty(), ["t"]);
        queue.count(&names, true);
        queue.take(
            &names,
            &[
                result("m1", Outcome::Applied),
                result("m2", Outcome::Deferred),
            ],
        );
        assert!(queue.pending.is_empty() && queue.faults.is_empty());
        assert_eq!(queue.deferred(), ["m2"]);
        queue.take(&names[1..], &[again("m2", Outcome::Applied)]);
        assert_eq!((queue.tally(Outcome::Applied), queue.faults.len()), (2, 0));
        queue.take(&names[..1], &[again("m1", Outcome::Quarantined)]);
        queue.take(&names[1..], &[again("m9", Outcome::Applied)]);
        queue.take(&names, &[again("m1", Outcome::Quarantined)]);
        queue.take(&names[1..], &[result("m2", Outcome::Applied)]);
        assert_eq!(queue.faults.len(), 4, "{:?}", queue.faults);
    }
}
