//! How sure it is when something happened.

use async_graphql::Enum;

/// How sure the time of an observation is, strongest first.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::sync::ObservedMark")]
pub enum ObservedMark {
    /// Measured: the time that had passed on the phone since a contact with the server.
    Monotonic,
    /// Corrected: the phone's wall clock, by its error at the last contact.
    Wall,
    /// Unknown: the time at which it reached the server.
    Received,
}
