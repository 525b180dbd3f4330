//! What offline work left behind: mutations as they came, and the issues among them.

pub mod sync_cursor;
pub mod sync_issue;
pub mod sync_mutation;

words! {
    /// How sure the time of an observation is, strongest first.
    ObservedMark {
        /// Measured: the time that had passed on the phone since a contact with the server.
        Monotonic,
        /// Corrected: the phone's wall clock, by its error at the last contact.
        Wall,
        /// Unknown: the time at which it reached the server.
        Received,
    }

    /// What became of a mutation.
    MutationOutcome {
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

    /// Why there is a sync issue.
    SyncIssueKind {
        /// The whole mutation was kept out.
        Quarantined,
        /// One field of an edit was not applied, because another value won.
        FieldLost,
    }

    /// Whether a sync issue waits for a person, or how it was settled.
    SyncIssueState {
        /// Waits for a person.
        Open,
        /// Settled at once by the policy of the field; the office may still take the lost value.
        SettledByPolicy,
        /// The mutation was applied on a later try.
        Retried,
        /// The office put the lost value in place.
        Taken,
        /// The office did by other means what it was about; `settledNote` says what.
        DoneByHand,
        /// The office decided that nothing is to be done.
        Discarded,
    }
}
