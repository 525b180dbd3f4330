//! Work to be done at its time.

pub mod job;

words! {
    /// How far a job has come.
    JobState {
        /// Not begun, or waiting for its next attempt.
        Waiting,
        /// Taken by a server.
        Running,
        /// Done.
        Done,
        /// Given up after too many attempts. The next turn of its schedule is a job of its own.
        Failed,
    }
}
