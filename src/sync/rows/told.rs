//! What a row says: the commands it stands for, told by comparing it with what the phone had.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Meaning, RowError, RowFace, is_as};
use crate::command::record::{Column, Written};
use crate::error::ApiError;
use crate::json;

/// A row as a phone sent it, its columns in camel case.
#[derive(Clone, Debug)]
pub struct SentRow {
    /// As the phone wrote it; not every phone writes a proper id.
    pub id: String,
    pub row: Map<String, Value>,
    pub before: Before,
    pub is_deleted: bool,
}

impl SentRow {
    /// The record it is, if its id can be one.
    pub fn uuid(&self) -> Option<Uuid> {
        Uuid::try_parse(&self.id).ok()
    }
}

/// What the phone had before it wrote.
#[derive(Clone, Debug)]
pub enum Before {
    /// Nothing: the row is new to it, or its first sending was never acknowledged.
    Nothing,
    /// The whole row.
    Row(Map<String, Value>),
    /// A version of it; the phone says which columns it changed.
    Version {
        /// What its edits were made on.
        seq: i64,
        /// What it had been given of all others: it knows that its own work up to there was taken.
        seen: i64,
        changed: BTreeSet<String>,
    },
}

impl Before {
    /// The version that the phone had; 0 where it had none, or none that it can name.
    pub fn seq(&self) -> i64 {
        match self {
            Self::Nothing => 0,
            Self::Row(base) => base.get("seq").and_then(json::whole).unwrap_or(0),
            Self::Version { seq, .. } => *seq,
        }
    }
}

/// One command told by a row, or what of it stands for none.
#[derive(Clone, Debug)]
pub struct Told {
    pub kind: String,
    pub record_id: String,
    pub payload: Map<String, Value>,
    /// The columns that say it.
    pub said: Map<String, Value>,
    pub base_seq: Option<i64>,
    pub base: Option<Map<String, Value>>,
    pub observed: Option<Map<String, Value>>,
    /// Set when it stands for no command: it is kept out with this reason.
    pub refusal: Option<ApiError>,
    /// The row is new: its id is the id of the mutation.
    pub is_insert: bool,
    /// What it says stands here already: it is a replay, or somebody else came to the same and it stands
    /// for nothing.
    pub is_done: bool,
}

/// What is known here about the row that was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Here<'a> {
    /// As the viewer may see it now.
    pub stored: Option<&'a Map<String, Value>>,
    /// The version of that.
    pub seq: Option<i64>,
    /// The payload with which this session inserted it, if it did.
    pub inserted: Option<&'a Map<String, Value>>,
}

/// The commands that a row stands for, in the order they are to be run.
pub fn told(face: &dyn RowFace, sent: &SentRow, here: Here<'_>) -> Vec<Told> {
    let teller = Teller { face, sent, here };
    // In the usual way of writing: under another one the phone would keep a second row.
    let Some(id) = sent.uuid().filter(|id| id.to_string() == sent.id) else {
        let why = RowError::Unreadable("the id must be a UUID in lower case".to_owned());
        return vec![teller.kept_out(sent.row.clone(), why.into())];
    };
    if sent.is_deleted {
        let is_here = here.stored.is_some();
        let deleted = Map::from_iter([("deleted".to_owned(), Value::Bool(true))]);
        let refused = is_here.then(|| teller.kept_out(deleted, RowError::NotDeletable.into()));
        return refused.into_iter().collect();
    }
    match (&sent.before, here.inserted) {
        (Before::Nothing, None) if teller.says_what_stands() => Vec::new(),
        (Before::Nothing, None) => match here.stored.filter(|_| face.edit().is_some()) {
            Some(stored) => teller.known_already(stored),
            None => teller.inserted(id),
        },
        (Before::Nothing, Some(payload)) => teller.inserted_again(id, payload),
        (Before::Row(base), _) => {
            teller.changed(&teller.differing(base), sent.before.seq(), Some(base))
        }
        (Before::Version { seq, changed, .. }, _) => {
            let changed = changed.iter().map(String::as_str).collect();
            // It says how far the phone had been given everything, which may be past the last change
            // of this row; a record knows no version beyond its own.
            let seq = here.seq.map_or(*seq, |here| here.min(*seq));
            teller.changed(&changed, seq, None)
        }
    }
}

/// An insert as it was told the first time.
fn as_first(told: Told, first: &Map<String, Value>) -> Told {
    if !told.is_insert {
        return told;
    }
    Told {
        payload: first.clone(),
        ..told
    }
}

/// Names of a row that are no columns.
fn is_bookkeeping(name: &str) -> bool {
    matches!(name, "id" | "seq" | "deleted") || name.starts_with('_')
}

struct Teller<'a> {
    face: &'a dyn RowFace,
    sent: &'a SentRow,
    here: Here<'a>,
}

impl<'a> Teller<'a> {
    fn column(&self, name: &str) -> Option<&'static Column> {
        self.face
            .columns()
            .iter()
            .find(|column| column.name == name)
    }

    fn value(&self, column: &Column) -> Value {
        column.normal(self.sent.row.get(column.name))
    }

    /// The value that stands here.
    fn stands(&self, column: &Column) -> Option<Value> {
        let stored = self.here.stored?;
        Some(column.normal(stored.get(column.field)))
    }

    /// The columns that differ from what the phone had. One that it does not send it does not know.
    fn differing(&self, base: &Map<String, Value>) -> BTreeSet<&'a str> {
        let sent = self.sent.row.iter();
        let differs = sent.filter(|(name, value)| match self.column(name) {
            Some(column) => column.normal(Some(value)) != column.normal(base.get(*name)),
            None => !value.is_null() && Some(*value) != base.get(*name),
        });
        differs.map(|(name, _)| name.as_str()).collect()
    }

    /// Whether all that a phone may write stands here already: a client that has lost what it knew of
    /// the server sends every row as a new one.
    fn says_what_stands(&self) -> bool {
        let stored = self.here.stored;
        stored.is_some_and(|here| is_as(self.face.columns(), &self.sent.row, here))
    }

    fn inserted(&self, id: Uuid) -> Vec<Told> {
        let Meaning {
            kind,
            record_id,
            payload,
        } = match self.face.inserted(id, &self.sent.row) {
            Ok(meaning) => meaning,
            Err(refusal) => {
                let refused = self.kept_out(self.sent.row.clone(), refusal);
                return vec![refused];
            }
        };
        let mut all = vec![Told {
            kind: kind.to_owned(),
            record_id: record_id.map_or_else(|| self.sent.id.clone(), |id| id.to_string()),
            said: payload.clone(),
            payload,
            base_seq: None,
            base: None,
            observed: self.observed(),
            refusal: None,
            is_insert: true,
            is_done: false,
        }];
        // What else it holds: steps it cannot begin with, columns that nobody knows.
        let beyond = self.sent.row.iter().filter(|(name, value)| {
            let is_beyond = match self.column(name) {
                Some(column) => column.written == Written::ByStep && !column.begins_with(value),
                None => !is_bookkeeping(name),
            };
            says_something(value) && is_beyond
        });
        let beyond: Vec<_> = beyond.map(|(name, _)| name.as_str()).collect();
        all.extend(self.beyond(&beyond));
        all
    }

    /// The first sending was never acknowledged: what was changed since is an edit of it.
    fn inserted_again(&self, id: Uuid, first: &Map<String, Value>) -> Vec<Told> {
        let again = self.face.inserted(id, &self.sent.row);
        let is_same = again.is_ok_and(|meaning| meaning.payload == *first);
        if is_same || self.face.edit().is_none() {
            return self.inserted(id);
        }
        let written = |column: &&Column| matches!(column.written, Written::Once | Written::Edited);
        let columns = self.face.columns().iter().filter(written);
        let differs = columns.filter(|column| {
            let is_sent = self.sent.row.contains_key(column.name);
            let value = self.value(column);
            // The phone may have been given what was filled in here, and send it back.
            let stands = self.stands(column).as_ref() == Some(&value);
            is_sent && !stands && value != column.normal(first.get(column.name))
        });
        let differing: BTreeSet<_> = differs.map(|column| column.name).collect();
        if differing.is_empty() {
            let again = self.inserted(id).into_iter().take(1);
            return again.map(|told| as_first(told, first)).collect();
        }
        self.changed(&differing, 0, Some(first))
    }

    /// Somebody else made it, and the client has lost what it knew of the server. What differs was
    /// changed there if the row is of the present version; else it may just as well be old, and is kept
    /// for the office, which can tell.
    fn known_already(&self, stored: &Map<String, Value>) -> Vec<Told> {
        let seq = self.sent.row.get("seq").and_then(json::whole);
        let is_present = seq.is_some() && seq == self.here.seq;
        let columns = self.face.columns().iter();
        let columns = columns.map(|column| {
            let stands = column.normal(stored.get(column.field));
            (column.name.to_owned(), stands)
        });
        let base: Map<_, _> = columns.collect();
        let mut differing = self.differing(&base);
        differing.retain(|name| {
            self.column(name).is_none_or(|column| {
                let value = self.value(column);
                match column.written {
                    Written::ByServer | Written::AsWitness => false,
                    Written::Once => says_something(&value),
                    Written::Edited => true,
                    // A row that has not begun leads back to nothing.
                    Written::ByStep => {
                        is_present || says_something(&value) && !column.begins_with(&value)
                    }
                }
            })
        });
        if is_present {
            return self.changed(&differing, seq.unwrap_or(0), Some(&base));
        }
        let seen = seq.filter(|seq| Some(*seq) <= self.here.seq).unwrap_or(0);
        let all = self.changed(&differing, seen, None).into_iter();
        let kept = all.map(|told| Told {
            refusal: told.refusal.or_else(|| Some(RowError::BaseUnknown.into())),
            ..told
        });
        kept.collect()
    }

    fn changed(
        &self,
        names: &BTreeSet<&str>,
        seq: i64,
        base: Option<&Map<String, Value>>,
    ) -> Vec<Told> {
        let (mut edits, mut beyond) = (Map::new(), Vec::new());
        let (mut done, mut steps) = (Map::new(), Map::new());
        for name in names.iter().filter(|name| !is_bookkeeping(name)) {
            let Some(column) = self.column(name) else {
                beyond.push(*name);
                continue;
            };
            let value = self.value(column);
            let stands = self.stands(column).as_ref() == Some(&value);
            match column.written {
                // A phone that wrote there would go on believing it.
                Written::ByServer if !stands => beyond.push(column.name),
                Written::ByServer | Written::AsWitness => {}
                Written::Edited => {
                    edits.insert(column.name.to_owned(), value);
                }
                Written::Once if stands => {}
                Written::ByStep if stands => {
                    done.insert(column.name.to_owned(), value);
                }
                Written::ByStep => {
                    steps.insert(column.name.to_owned(), value);
                }
                Written::Once => beyond.push(column.name),
            }
        }
        let mut all = Vec::new();
        if let Some(kind) = self.face.edit().filter(|_| !edits.is_empty()) {
            all.push(Told {
                base: base.map(|base| self.base_of(&edits, base)),
                ..self.change(kind, edits, seq)
            });
        }
        if let Some(step) = self.face.step(&done) {
            all.push(Told {
                said: done,
                is_done: true,
                ..self.change(step.kind, step.payload, seq)
            });
        }
        if let Some(step) = self.face.step(&steps) {
            all.push(Told {
                said: steps,
                ..self.change(step.kind, step.payload, seq)
            });
        } else {
            beyond.extend(steps.keys().map(String::as_str));
        }
        all.extend(self.beyond(&beyond));
        all
    }

    fn change(&self, kind: &str, payload: Map<String, Value>, seq: i64) -> Told {
        Told {
            kind: kind.to_owned(),
            record_id: self.sent.id.clone(),
            said: payload.clone(),
            payload,
            base_seq: Some(seq),
            base: None,
            observed: None,
            refusal: None,
            is_insert: false,
            is_done: false,
        }
    }

    /// The values that the phone had of the columns it changed.
    fn base_of(&self, edits: &Map<String, Value>, base: &Map<String, Value>) -> Map<String, Value> {
        let columns = edits.keys().filter_map(|name| self.column(name));
        let had = columns.map(|column| {
            let value = column.normal(base.get(column.name));
            (column.name.to_owned(), value)
        });
        had.collect()
    }

    /// Columns that phones do not write, kept as they were sent.
    fn beyond(&self, names: &[&str]) -> Option<Told> {
        let sent = |name: &&str| {
            let value = self.sent.row.get(*name).cloned();
            ((*name).to_owned(), value.unwrap_or_default())
        };
        let columns: Map<_, _> = names.iter().map(sent).collect();
        let refusal = RowError::NotWritable(names.join(", "));
        (!names.is_empty()).then(|| self.kept_out(columns, refusal.into()))
    }

    fn kept_out(&self, payload: Map<String, Value>, refusal: ApiError) -> Told {
        Told {
            refusal: Some(refusal),
            ..self.change(&format!("{}.row", self.face.name()), payload, 0)
        }
    }

    /// When a new row came about, by its witness columns, as they were written.
    fn observed(&self) -> Option<Map<String, Value>> {
        let said = WITNESSES.iter().filter_map(|(column, part)| {
            let value = self.sent.row.get(*column)?;
            says_something(value).then(|| ((*part).to_owned(), value.clone()))
        });
        let said: Map<_, _> = said.collect();
        (!said.is_empty()).then_some(said)
    }
}

/// The witness columns, and what of `observed` they are.
const WITNESSES: &[(&str, &str)] = &[
    ("contactId", "contactId"),
    ("elapsedMs", "elapsedMs"),
    ("bootId", "bootId"),
    ("observedAt", "wallClock"),
];

/// Whether a column holds more than nothing, which is a null or an empty text.
fn says_something(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}
