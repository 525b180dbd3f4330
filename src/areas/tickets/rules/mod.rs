//! How a repair moves, and what may be said in a ticket.

pub mod clocks;
pub mod complaint;
pub mod policy;

use entity::tickets::{TicketKind, TicketState};
use sea_orm::Iterable;

use super::error::TicketError;

/// Where a ticket of this kind begins.
pub fn first_state(kind: TicketKind) -> TicketState {
    match kind {
        TicketKind::Repair => TicketState::Recorded,
        TicketKind::Complaint => TicketState::Registered,
    }
}

/// The step from one state to another, or why it cannot be taken (domain 13.2). Arriving where the
/// ticket stands already is allowed: the second worker on site is a fact too. What was finished is
/// worked at again when the return visit finds it wanting.
pub fn step(from: TicketState, to: TicketState) -> Result<(), TicketError> {
    use TicketState::{Cancelled, Closed, Dispatched, Finished, OnSite, Ordered, Recorded};
    let allowed = matches!(
        (from, to),
        (Recorded, Ordered)
            | (Ordered, Dispatched)
            | (Dispatched | OnSite, OnSite)
            | (OnSite, Finished)
            | (Finished, Closed | OnSite)
            | (Recorded | Ordered | Dispatched | OnSite, Cancelled)
    );
    if allowed {
        Ok(())
    } else {
        Err(TicketError::StepNotAllowed { from, to })
    }
}

/// Whether a ticket of this kind takes such a step anywhere on its path.
pub fn is_step(kind: TicketKind, to: TicketState) -> bool {
    TicketState::iter().any(|from| match kind {
        TicketKind::Repair => step(from, to).is_ok(),
        TicketKind::Complaint => complaint::step(from, to, true).is_ok(),
    })
}

/// Whether this step works again at what was finished.
pub fn reopens(from: TicketState, to: TicketState) -> bool {
    (from, to) == (TicketState::Finished, TicketState::OnSite)
}

/// Whether a repair may be tested with water: it has been worked at.
pub fn is_testable(state: TicketState) -> bool {
    matches!(state, TicketState::OnSite | TicketState::Finished)
}

/// Whether nothing more will happen to a ticket in this state.
pub fn is_settled(state: TicketState) -> bool {
    matches!(state, TicketState::Closed | TicketState::Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Domain 13.2, the workflow of a repair; T-04: maintenance goes with the slip.
    #[test]
    fn a_repair_moves_only_along_its_path() {
        use TicketState::{Cancelled, Closed, Dispatched, Finished, OnSite, Ordered, Recorded};
        let allowed = [
            (Recorded, Ordered),
            (Ordered, Dispatched),
            (Dispatched, OnSite),
            (OnSite, OnSite),
            (OnSite, Finished),
            (Finished, Closed),
            (Finished, OnSite),
            (Recorded, Cancelled),
            (Ordered, Cancelled),
            (Dispatched, Cancelled),
            (OnSite, Cancelled),
        ];
        for from in TicketState::iter() {
            for to in TicketState::iter() {
                assert_eq!(
                    step(from, to).is_ok(),
                    allowed.contains(&(from, to)),
                    "{from:?} {to:?}"
                );
            }
        }
    }

    #[test]
    fn nothing_leaves_a_settled_state() {
        for from in TicketState::iter().filter(|state| is_settled(*state)) {
            assert!(
                TicketState::iter().all(|to| step(from, to).is_err()),
                "{from:?}"
            );
        }
    }
}
