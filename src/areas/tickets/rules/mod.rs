//! How tickets move. Pure.

pub mod clocks;
pub mod complaint;
pub mod course;
#[cfg(test)]
mod examples;
pub mod kinds;
pub mod policy;
pub mod stored;
pub mod timing;

pub use course::{Course, is_testable};
pub use kinds::Path;

use entity::tickets::TicketState;

/// Whether nothing more will happen to a ticket in this state.
pub fn is_settled(state: TicketState) -> bool {
    matches!(state, TicketState::Closed | TicketState::Cancelled)
}
