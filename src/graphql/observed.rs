//! How sure it is when something happened.

use async_graphql::Enum;

/// How sure the time of an observation is, strongest first.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::sync::ObservedMark")]
pub enum ObservedMark {
    /// Time elapsed on the phone since a contact with the server.
    Monotonic,
    /// The phone's wall clock, corrected by what was measured at contact.
    Wall,
    /// The time of receipt.
    Received,
}
