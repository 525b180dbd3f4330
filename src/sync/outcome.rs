//! What became of a mutation, as the API says it.

use async_graphql::Enum;

/// What became of a mutation made offline. Every outcome but `NOT_TAKEN` acknowledges it: the phone
/// need not send it again.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub enum MutationOutcome {
    /// Applied as it was.
    Applied,
    /// Applied together with what others had changed meanwhile, or recorded without moving anything
    /// because it was of the past. Nothing was lost.
    Merged,
    /// Applied except for a value that lost against another one; it is kept in a sync issue.
    ConflictKept,
    /// Waits for a mutation or record it depends on; every push of the session tries it again.
    Deferred,
    /// Could not be applied; kept whole in a sync issue for the office.
    Quarantined,
    /// The office decided that it is not to be applied.
    Discarded,
    /// Could not be applied, and too much of this account is kept already: nothing of it was stored.
    /// The phone keeps it and sends it again after `retryAfterMs`.
    NotTaken,
}

impl From<Option<entity::sync::MutationOutcome>> for MutationOutcome {
    fn from(outcome: Option<entity::sync::MutationOutcome>) -> Self {
        use entity::sync::MutationOutcome as Kept;
        match outcome {
            None => Self::NotTaken,
            Some(Kept::Applied) => Self::Applied,
            Some(Kept::Merged) => Self::Merged,
            Some(Kept::ConflictKept) => Self::ConflictKept,
            Some(Kept::Deferred) => Self::Deferred,
            Some(Kept::Quarantined) => Self::Quarantined,
            Some(Kept::Discarded) => Self::Discarded,
        }
    }
}
