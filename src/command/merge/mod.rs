//! Three-way merge by field: what a phone's edit does to a record that others changed meanwhile.
//!
//! A field is in conflict when another session changed it after the edit's base, the two values differ,
//! and no base value shows that the phone had seen the stored one. Then the field's policy decides, and
//! whatever loses is handed back for a sync issue. A field sent with its base value is no edit.
//! An edit sent twice in a row does nothing the second time, but for a counter in conflict: there only
//! the mutation id can tell a replay from a second step, so replays must be stopped before the merge.

use std::collections::BTreeSet;

use entity::changes::FieldChange;
use entity::stamps::{FieldStamp, FieldStamps, SEVERAL};
use serde_json::{Map, Value};
use thiserror::Error;
use uuid::Uuid;

use crate::error::{Coded, ErrorCode};

mod combine;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

/// What happens when two sessions changed the same field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The stored value stays; the incoming one waits for a person.
    StoredWins,
    /// The incoming value is taken; the stored one is kept in a settled issue.
    LastWins,
    /// The greater value stays, an absent one loses; the other is kept in a settled issue.
    Max,
    /// The smaller value stays, an absent one loses; the other is kept in a settled issue.
    Min,
    /// Arrays as sets, always written sorted: both sides' additions and removals against the base count;
    /// without a base nothing is removed, and clearing all fares as under `StoredWins`.
    Union,
    /// Text (by lines) or array: what the incoming value adds to its base goes to the end, never twice.
    /// An incoming value that rewrites its base or clears all fares as under `StoredWins`, and so does one that
    /// repeats its base when the base is gone, because its replay could not be told from it.
    Append,
    /// Integer: incoming minus base is added. Without a base it fares as under `StoredWins`.
    Counter,
    /// No rule can know: the stored value stays until a person has chosen.
    Manual,
}

/// One editable field of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name in the payload.
    pub name: &'static str,
    pub policy: Policy,
    /// The values of an enumeration, lowest first, for `Max` and `Min`; empty: numbers and strings compare
    /// as they are.
    pub order: &'static [&'static str],
}

impl Field {
    pub const fn new(name: &'static str, policy: Policy) -> Self {
        Self {
            name,
            policy,
            order: &[],
        }
    }

    /// The same field as an enumeration with these values, lowest first.
    #[must_use]
    pub const fn ranked(self, order: &'static [&'static str]) -> Self {
        Self { order, ..self }
    }
}

/// What one session wants to change, and what it had seen when it did.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    pub session: Uuid,
    /// The version (`seq`) of the record that the phone had.
    pub base_seq: i64,
    /// The old values as the phone had them; may cover more or fewer fields than `changes`.
    pub base: Option<&'a Map<String, Value>>,
    /// The new values by field name; `null` clears.
    pub changes: &'a Map<String, Value>,
}

impl Edit<'_> {
    fn is_news(&self, stamp: &FieldStamp) -> bool {
        stamp.seq > self.base_seq && (stamp.session != self.session || stamp.session == SEVERAL)
    }
}

/// Which value did not stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loser {
    Stored,
    Incoming,
}

/// A value that lost its field, for a sync issue.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    pub field: String,
    pub kept: Value,
    pub lost: Value,
    pub lost_by: Loser,
    /// The policy has decided for good; else the issue waits for a person.
    pub settled: bool,
}

/// How an edit ended, as its author is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody else had changed the record since the edit's base.
    Applied,
    /// Somebody had, and every value of the edit was taken or combined.
    Merged,
    /// At least one value of the edit was not taken; it is among the losses.
    ConflictKept,
}

/// What an edit comes to. Nothing has been changed yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merge {
    /// The fields whose stored value changes, with the new value.
    pub writes: Map<String, Value>,
    pub losses: Vec<Loss>,
    /// The fields sent that ask for nothing: equal to their base, to the stored value, or already in it.
    pub untouched: Vec<String>,
    /// The fields among `writes` that now hold more than this session knows of.
    pub combined: BTreeSet<String>,
    /// Whether another session changed any field of the record after the edit's base.
    pub others_wrote: bool,
}

impl Merge {
    pub fn outcome(&self) -> Outcome {
        if self.losses.iter().any(|it| it.lost_by == Loser::Incoming) {
            Outcome::ConflictKept
        } else if self.others_wrote {
            Outcome::Merged
        } else {
            Outcome::Applied
        }
    }

    /// The fields that it changes, each as it was in `before` and as it is since.
    pub fn changes(&self, before: &Map<String, Value>) -> Vec<FieldChange> {
        let change = |(field, new): (&String, &Value)| FieldChange {
            field: field.clone(),
            old: before.get(field).cloned().unwrap_or_default(),
            new: new.clone(),
        };
        self.writes.iter().map(change).collect()
    }

    /// Records the writes in the record's stamps, as made by `session` at `seq`.
    ///
    /// A combined value is stamped with nobody's name: its author has not seen it, and his next edit has to be
    /// merged with it too.
    pub fn stamp(&self, stamps: &mut FieldStamps, seq: i64, session: Uuid) {
        for name in self.writes.keys() {
            let session = if self.combined.contains(name) {
                SEVERAL
            } else {
                session
            };
            stamps.0.insert(name.clone(), FieldStamp { seq, session });
        }
    }

    fn record(&mut self, name: &str, verdict: Verdict) {
        let name = name.to_owned();
        let mut lose = |kept, lost, lost_by, settled| {
            self.losses.push(Loss {
                field: name.clone(),
                kept,
                lost,
                lost_by,
                settled,
            });
        };
        match verdict {
            Verdict::Untouched => self.untouched.push(name),
            Verdict::Take(value) => {
                self.writes.insert(name, value);
            }
            Verdict::Combine(value) => {
                self.combined.insert(name.clone());
                self.writes.insert(name, value);
            }
            Verdict::Overrule { stored, incoming } => {
                lose(incoming.clone(), stored, Loser::Stored, true);
                self.writes.insert(name, incoming);
            }
            Verdict::Keep {
                stored,
                incoming,
                settled,
            } => lose(stored, incoming, Loser::Incoming, settled),
        }
    }
}

/// Why an edit cannot be merged at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MergeRefusal {
    #[error("field {0} does not exist or cannot be edited")]
    UnknownField(String),
    #[error("field {field} must be {expected}")]
    WrongType {
        field: String,
        expected: &'static str,
    },
}

/// Merges an edit into the stored values of a record; a field absent from `stored` counts as `null`.
///
/// `fields` are all the editable fields of the collection. One bad field refuses the edit whole.
pub fn merge(
    fields: &[Field],
    stored: &Map<String, Value>,
    stamps: &FieldStamps,
    edit: &Edit,
) -> Result<Merge, MergeRefusal> {
    let mut merge = Merge {
        others_wrote: stamps.0.values().any(|stamp| edit.is_news(stamp)),
        ..Merge::default()
    };
    for (name, incoming) in edit.changes {
        let field = fields
            .iter()
            .find(|field| field.name == name)
            .ok_or_else(|| MergeRefusal::UnknownField(name.clone()))?;
        let sides = Sides {
            stored: stored.get(name).unwrap_or(&Value::Null),
            base: edit.base.and_then(|base| base.get(name)),
            incoming,
            news: stamps.0.get(name).is_some_and(|stamp| edit.is_news(stamp)),
        };
        merge.record(name, sides.judge(field)?);
    }
    Ok(merge)
}

/// One field of an edit, seen from all sides.
struct Sides<'a> {
    stored: &'a Value,
    base: Option<&'a Value>,
    incoming: &'a Value,
    /// Another session changed the field after the edit's base.
    news: bool,
}

enum Verdict {
    Untouched,
    Take(Value),
    Combine(Value),
    Overrule {
        stored: Value,
        incoming: Value,
    },
    Keep {
        stored: Value,
        incoming: Value,
        settled: bool,
    },
}

impl Sides<'_> {
    fn judge(&self, field: &Field) -> Result<Verdict, MergeRefusal> {
        let same = match field.policy {
            Policy::Union => combine::is_same_set,
            Policy::Append => combine::is_same_or_empty,
            _ => combine::is_same,
        };
        if self.base.is_some_and(|base| same(base, self.incoming)) {
            return Ok(Verdict::Untouched);
        }
        self.check_type(field)?;

        let seen = !self.news || self.base.is_some_and(|base| same(base, self.stored));
        // Two sessions that each count one up send the same value and mean two.
        let counts = field.policy == Policy::Counter && !seen && self.base.is_some();
        if !counts && same(self.stored, self.incoming) {
            return Ok(Verdict::Untouched);
        }
        if seen {
            return Ok(Verdict::Take(match field.policy {
                Policy::Union => combine::sorted(self.incoming),
                _ => self.incoming.clone(),
            }));
        }

        let combined = match field.policy {
            Policy::StoredWins | Policy::Manual => return Ok(self.keep(false)),
            Policy::LastWins => return Ok(self.overrule()),
            Policy::Max | Policy::Min if self.incoming_beats_stored(field) => {
                return Ok(self.overrule());
            }
            Policy::Max | Policy::Min => return Ok(self.keep(true)),
            Policy::Union => combine::union(self.base, self.stored, self.incoming),
            Policy::Append => combine::append(self.base, self.stored, self.incoming),
            Policy::Counter => combine::add(self.base, self.stored, self.incoming),
        };
        Ok(match combined {
            None => self.keep(false),
            Some(value) if same(&value, self.stored) => Verdict::Untouched,
            Some(value) if same(&value, self.incoming) => Verdict::Take(value),
            Some(value) => Verdict::Combine(value),
        })
    }

    fn keep(&self, settled: bool) -> Verdict {
        Verdict::Keep {
            stored: self.stored.clone(),
            incoming: self.incoming.clone(),
            settled,
        }
    }

    fn overrule(&self) -> Verdict {
        Verdict::Overrule {
            stored: self.stored.clone(),
            incoming: self.incoming.clone(),
        }
    }

    fn incoming_beats_stored(&self, field: &Field) -> bool {
        let rank = |value: &Value| field.order.iter().position(|it| value == *it);
        let is_absent =
            |value: &Value| value.is_null() || !field.order.is_empty() && rank(value).is_none();
        if is_absent(self.incoming) || is_absent(self.stored) {
            return !is_absent(self.incoming);
        }
        let order = rank(self.incoming)
            .cmp(&rank(self.stored))
            .then_with(|| combine::compare(self.incoming, self.stored));
        match field.policy {
            Policy::Min => order.is_lt(),
            _ => order.is_gt(),
        }
    }

    fn check_type(&self, field: &Field) -> Result<(), MergeRefusal> {
        let incoming = self.incoming;
        let base = self.base.unwrap_or(&Value::Null);
        let (fits, expected) = match field.policy {
            Policy::StoredWins | Policy::LastWins | Policy::Manual => (true, "any value"),
            Policy::Max | Policy::Min if !field.order.is_empty() => (
                incoming.is_null() || field.order.iter().any(|it| incoming == *it),
                "one of its listed values",
            ),
            Policy::Max | Policy::Min => (
                (incoming.is_null() || incoming.is_number() || incoming.is_string())
                    && combine::is_same_type(incoming, self.stored),
                "a number or a text, as it was before",
            ),
            Policy::Union => (
                [incoming, base]
                    .iter()
                    .all(|it| it.is_null() || it.is_array()),
                "a list",
            ),
            Policy::Append => (
                (incoming.is_null() || incoming.is_array() || incoming.is_string())
                    && combine::is_same_type(incoming, base)
                    && combine::is_same_type(incoming, self.stored),
                "a text or a list, as it was before",
            ),
            Policy::Counter => (
                combine::integer(incoming).is_some()
                    && (base.is_null() || combine::integer(base).is_some()),
                "an integer",
            ),
        };
        if fits {
            return Ok(());
        }
        Err(MergeRefusal::WrongType {
            field: field.name.to_owned(),
            expected,
        })
    }
}

impl Coded for MergeRefusal {
    fn code(&self) -> ErrorCode {
        ErrorCode::INVALID_INPUT
    }

    fn chinese(&self) -> String {
        match self {
            Self::UnknownField(name) => format!("字段 {name} 不存在或不可修改"),
            Self::WrongType { field, .. } => format!("字段 {field} 的类型不正确"),
        }
    }
}
