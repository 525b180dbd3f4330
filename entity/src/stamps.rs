//! Who changed a field last: what the merge by field is decided on.

use std::collections::BTreeMap;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The session of a stamp whose value was put together from several sessions' edits, so that no session
/// may take it for its own.
pub const SEVERAL: Uuid = Uuid::nil();

/// The last change of one field: its sequence in the realm, and the session that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldStamp {
    pub seq: i64,
    pub session: Uuid,
}

/// The stamps of a row's editable fields by field name; a field that never changed has none.
///
/// Shape of the column `field_seq`: `{"title": {"seq": 7, "session": "0198…"}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct FieldStamps(pub BTreeMap<String, FieldStamp>);

/// The sequence of a change that has not been saved yet: later than everything that has.
pub const PENDING: i64 = i64::MAX;

impl FieldStamps {
    /// Puts the number that the record got on the fields that were changed with it.
    pub fn settle(&mut self, seq: i64) {
        for stamp in self.0.values_mut().filter(|stamp| stamp.seq == PENDING) {
            stamp.seq = seq;
        }
    }
}
