//! The contract of the native face, on one screen. `docs/sync.md` says the same in words.

use chrono::{DateTime, Utc};
use entity::sync::MutationOutcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::command::observed::Observed;

/// The version of the protocol that this server speaks, and the oldest one it still serves.
pub const PROTOCOL_VERSION: i32 = 1;
pub const OLDEST_PROTOCOL_VERSION: i32 = 1;

/// A command as a phone sends it: made maybe hours ago, sent maybe twice. What only bears witness
/// (`baseSeq`, `base`, `observed`) is read apart, because it never refuses the work.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mutation {
    /// Made by the phone, once per mutation: a UUID v7.
    pub mutation_id: String,
    /// `ticket.open`, `ticket.edit`, …
    pub kind: String,
    /// The record it is about; phones mint the ids of new ones.
    pub record_id: String,
    /// Shape published per kind.
    #[serde(default)]
    pub payload: Map<String, Value>,
    /// The version (`seq`) of the record as the phone had it.
    #[serde(skip)]
    pub base_seq: Option<i64>,
    /// The values of the edited fields as the phone had them.
    #[serde(skip)]
    pub base: Option<Map<String, Value>>,
    /// When it happened.
    #[serde(skip)]
    pub observed: Option<Observed>,
    /// The mutation that must come first.
    #[serde(default)]
    pub after: Option<String>,
    /// Mutations of one group stand or fall together.
    #[serde(default)]
    pub group: Option<String>,
}

/// The fields of an envelope that only bear witness, and are read apart.
pub const WITNESS: [&str; 3] = ["baseSeq", "base", "observed"];

/// What became of one mutation, in the order they were sent.
#[derive(Clone, Debug, Serialize)]
pub struct PushResult {
    pub mutation_id: Option<String>,
    pub outcome: MutationOutcome,
    /// Whether it is written down. What is not came to nothing yet: the phone must keep it.
    pub is_taken: bool,
    /// It had arrived before; the outcome is the present one.
    pub duplicate: bool,
    /// Why it was not simply applied.
    pub code: Option<String>,
    /// When to send again what was not taken.
    pub retry_after_ms: Option<u64>,
    pub message: Option<String>,
    /// A pull past this number of the record's community shows the effects.
    pub seq: i64,
    pub record: Option<Document>,
}

/// A record as the viewer may see it now.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    pub collection: &'static str,
    pub id: String,
    pub seq: i64,
    /// None when it is gone, or not for this viewer.
    pub document: Option<Value>,
}

/// One page of what changed for a viewer.
#[derive(Clone, Debug)]
pub struct PullPage {
    pub changes: Vec<Document>,
    pub removals: Vec<Removal>,
    /// Where to go on; keep it with the page.
    pub cursor: String,
    /// The phone is consistent when this is false.
    pub has_more: bool,
    /// Drop what was pulled (never what is unsent) and go on with this cursor.
    pub reset_required: bool,
    /// Push again all that was acknowledged and kept: this database may have lost it.
    pub give_back: bool,
    /// What was acknowledged before this moment needs not be kept.
    pub forget_before: DateTime<Utc>,
    pub server_time: DateTime<Utc>,
    /// Names this contact in `observed.contactId` of what happens from now on.
    pub contact_id: String,
}

/// A record that the phone must remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    pub collection: String,
    pub id: String,
}
