//! What offline work left behind: mutations as they came, and the issues among them.

pub mod sync_cursor;
pub mod sync_issue;
pub mod sync_mutation;

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// How sure the time of an observation is, strongest first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ObservedMark {
    /// Time elapsed on the phone since a contact with the server.
    Monotonic,
    /// The wall clock of the phone, corrected by what was measured at contact.
    Wall,
    /// Nothing better than the time of receipt.
    Received,
}

/// What became of a mutation.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum MutationOutcome {
    /// Applied as it was.
    Applied,
    /// Applied beside changes of others; nothing was lost.
    Merged,
    /// A value lost against another one and is kept in a sync issue.
    ConflictKept,
    /// Waits for what it depends on.
    Deferred,
    /// Could not be applied; kept whole in a sync issue.
    Quarantined,
    /// Discarded by a person.
    Discarded,
}

/// Why there is an issue.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum SyncIssueKind {
    /// The whole mutation was kept out.
    Quarantined,
    /// One field lost its value to another one.
    FieldLost,
}

/// Where an issue stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum SyncIssueState {
    /// Waits for a person.
    Open,
    /// The policy of the field settled it at once.
    SettledByPolicy,
    /// Applied on a later try.
    Retried,
    /// The office took the lost value after all.
    Taken,
    /// The office did by hand what it was about.
    DoneByHand,
    /// The office let it go.
    Discarded,
}
