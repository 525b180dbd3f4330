//! Complaints (投诉, domain 13.3).

use entity::tickets::ClockMetBy::{
    Contacted as ByContact, HandedUp, Informed as ByWord, Planned as ByPlan, Resolved,
};
use entity::tickets::TicketKind;
use entity::tickets::TicketState::{
    self, Cancelled, CannotSolve, Closed, Contacted, Graded, InProgress, Informed, Invalid,
    Planned, Registered, Returned, Routed,
};

use super::By::{Handler, Office};
use super::Needs::{Command, Note};
use super::{Path, Step};

/// Until the complainant is told.
const OPEN: &[TicketState] = &[Registered, Graded, Routed, Contacted, Planned, InProgress];

pub const COMPLAINT: Path = Path {
    kind: TicketKind::Complaint,
    order: &[
        &[Registered],
        &[Graded],
        &[Routed],
        &[Contacted],
        &[Planned],
        &[InProgress],
        &[Informed, CannotSolve],
        &[Returned],
        &[Closed, Invalid, Cancelled],
    ],
    given: Routed,
    steps: &[
        Step::new(&[Registered], Graded, Office).needs(Command),
        Step::new(&[Graded], Routed, Office).needs(Command),
        Step::new(&[Graded], Invalid, Office)
            .needs(Note)
            .meets(&[HandedUp, ByContact, ByPlan, Resolved, ByWord]),
        Step::new(&[Routed, Contacted], Contacted, Handler)
            .needs(Note)
            .meets(&[ByContact]),
        Step::new(&[Contacted, Planned], Planned, Handler)
            .needs(Note)
            .meets(&[ByContact, ByPlan]),
        Step::new(&[Planned, InProgress], InProgress, Handler).meets(&[ByContact, ByPlan]),
        Step::new(&[InProgress, Informed], Informed, Handler)
            .needs(Note)
            .ends_work()
            .meets(&[ByContact, ByPlan, Resolved, ByWord]),
        Step::new(&[Informed, CannotSolve], Returned, Office)
            .needs(Note)
            .meets(&[ByContact, ByPlan, Resolved, ByWord]),
        // The complainant was told that it is done, and it is not. Whoever works at it may say so before the
        // office has written down what the complainant said.
        Step::new(&[Returned], InProgress, Handler)
            .reopens()
            .said_again(&[Informed, CannotSolve]),
        Step::new(&[Returned, Invalid], Closed, Office)
            .ends_work()
            .meets(&[HandedUp, ByContact, ByPlan, Resolved, ByWord]),
        Step::new(OPEN, CannotSolve, Handler)
            .needs(Note)
            .ends_work()
            .meets(&[ByContact, ByPlan, Resolved, ByWord]),
        Step::new(OPEN, Cancelled, Office).meets(&[HandedUp, ByContact, ByPlan, Resolved, ByWord]),
        // Nobody is asked where nobody is known.
        Step::new(&[Routed], Planned, Handler)
            .needs(Note)
            .if_anonymous(),
        Step::new(&[InProgress, CannotSolve], Closed, Office)
            .ends_work()
            .if_anonymous(),
    ],
};

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    // Domain 13.3, the workflow of a complaint.
    #[test]
    fn a_complaint_moves_only_along_its_path() {
        let mut allowed = vec![
            (Registered, Graded),
            (Graded, Routed),
            (Graded, Invalid),
            (Routed, Contacted),
            (Contacted, Contacted),
            (Contacted, Planned),
            (Planned, Planned),
            (Planned, InProgress),
            (InProgress, InProgress),
            (InProgress, Informed),
            (Informed, Informed),
            (Informed, Returned),
            (CannotSolve, Returned),
            (Returned, InProgress),
            (Returned, Closed),
            (Invalid, Closed),
        ];
        for open in OPEN {
            allowed.extend([(*open, CannotSolve), (*open, Cancelled)]);
        }
        let nobody_to_ask = [
            (Routed, Planned),
            (InProgress, Closed),
            (CannotSolve, Closed),
        ];
        for from in TicketState::iter() {
            for to in TicketState::iter() {
                let is_known = allowed.contains(&(from, to));
                let is_anonymous = is_known || nobody_to_ask.contains(&(from, to));
                let is_step = |anonymous| COMPLAINT.step(from, to, anonymous).is_some();
                assert_eq!(is_step(false), is_known, "{from:?} {to:?}");
                assert_eq!(is_step(true), is_anonymous, "{from:?} {to:?}");
            }
        }
    }
}
