//! Whether a row was sent before: neither client gives its changes a name.
//!
//! A new row is known by its id, a change by what it says. The same said again is a replay, unless the
//! phone shows that it is not: it had seen the earlier one gone, or it was made on something else.

use entity::sync::{MutationOutcome, sync_mutation};
use serde_json::{Map, Value, json};

use super::RowFace;
use super::told::{Before, SentRow, Told};
use crate::database::sealed::{Keyring, Purpose};
use crate::sync::push::fingerprint;

/// What the ids of changes begin with.
const OF_CHANGE: &str = "row-";

/// A mutation of this session that has arrived before.
pub(super) struct Known {
    /// Where its realm stood when its outcome was written.
    pub seq: i64,
    pub outcome: MutationOutcome,
    pub raw: Value,
}

impl Known {
    /// As the ledger has it; without an envelope where that was purged or cannot be opened.
    pub fn of(row: &sync_mutation::Model, keys: &Keyring) -> Self {
        let sealed = Some(&row.envelope).filter(|sealed| !sealed.0.is_empty());
        let raw = sealed.and_then(|sealed| keys.open_if_possible(Purpose::Envelope, sealed));
        let raw = raw.and_then(|raw| serde_json::from_str(&raw).ok());
        Self {
            seq: row.seq,
            outcome: row.outcome,
            raw: raw.unwrap_or_default(),
        }
    }

    pub fn payload(&self) -> Option<&Map<String, Value>> {
        self.raw.get("payload")?.as_object()
    }

    /// Whether something of it was taken.
    pub fn stands(&self) -> bool {
        use MutationOutcome::{Applied, ConflictKept, Merged};
        matches!(self.outcome, Applied | Merged | ConflictKept)
    }
}

/// A new row brings its id; a change is known by what it says. A new row that was refused and mended
/// since is known by what it says too.
pub(super) fn mutation_id(told: &Told, row: &SentRow, inserted: Option<&Known>) -> String {
    let is_first = inserted.is_none_or(|known| known.payload() == Some(&told.payload));
    if told.is_insert && is_first {
        return row.id.clone();
    }
    let said = json!([told.kind, told.record_id, told.payload]);
    format!("{OF_CHANGE}{}", fingerprint(&said))
}

/// Whether a mutation came from a row of its record.
pub(super) fn is_of_row(mutation: &sync_mutation::Model) -> bool {
    let id = &mutation.mutation_id;
    *id == mutation.record_id || id.starts_with(OF_CHANGE)
}

/// Whether a phone that had this may not know that a mutation of its row was taken.
pub(super) fn may_be_unknown(known: &Known, had: &Before) -> bool {
    match had {
        Before::Nothing => true,
        // It goes on with the same row until it has heard.
        Before::Row(_) => {
            let made_on = known.raw.get("baseSeq").and_then(Value::as_i64);
            made_on.unwrap_or(0) >= had.seq()
        }
        Before::Version { seq, .. } => known.seq > *seq,
    }
}

/// The id of a change that says the same as an earlier one and is none of its replays.
pub(super) fn another_id(told: &Told, id: &str, here: i64) -> String {
    let made_on = fingerprint(&json!([here, told.base_seq, told.base]));
    let (made_on, _) = made_on.split_at(made_on.len() / 4);
    format!("{id}-{made_on}")
}

/// Whether a change that says the same as an earlier one of this session was made anew.
pub(super) fn is_said_again(
    face: &dyn RowFace,
    told: &Told,
    known: &Known,
    here: Option<(&Map<String, Value>, i64)>,
    before: &Before,
) -> bool {
    let Some((here, seq)) = here else {
        return false;
    };
    // What was refused is so until the record has changed.
    let may_fare_otherwise = known.stands() || seq > known.seq;
    let columns = face.columns().iter();
    let mut said = columns.filter(|column| told.said.contains_key(column.name));
    let stands = said.clone().all(|column| {
        column.normal(told.said.get(column.name)) == column.normal(here.get(column.field))
    });
    let of_known = |name: &str| known.raw.get(name).cloned().unwrap_or_default();
    let is_made_anew = match before {
        // A row of the present version, from a client that has lost what it knew of the server.
        Before::Nothing => {
            told.base_seq == Some(seq) && of_known("baseSeq") != json!(told.base_seq)
        }
        // A replay comes with the very row that the first sending came with.
        Before::Row(base) => {
            let had_seen = said.all(|column| {
                column.normal(base.get(column.name)) == column.normal(here.get(column.field))
            });
            had_seen
                || of_known("baseSeq") != json!(told.base_seq)
                || of_known("base") != json!(told.base)
        }
        Before::Version { seen, .. } => *seen >= known.seq,
    };
    told.refusal.is_none() && may_fare_otherwise && !stands && is_made_anew
}
