//! Repairs (报修, domain 13.2).

use entity::tickets::TicketKind;
use entity::tickets::TicketState::{
    Cancelled, Closed, Dispatched, Finished, OnSite, Ordered, Recorded,
};

use super::By::{Handler, Office};
use super::{Needs, Path, Step};

pub const REPAIR: Path = Path {
    kind: TicketKind::Repair,
    order: &[
        &[Recorded],
        &[Ordered],
        &[Dispatched],
        &[OnSite],
        &[Finished],
        &[Closed, Cancelled],
    ],
    given: Dispatched,
    steps: &[
        // To give a repair to somebody is to order it too.
        Step::new(&[Recorded], Ordered, Office).said_again(&[Dispatched, OnSite, Finished, Closed]),
        // T-04: maintenance goes with the slip.
        Step::new(&[Ordered], Dispatched, Office).needs(Needs::Assignee),
        // The second worker on site is a fact too.
        Step::new(&[Dispatched, OnSite], OnSite, Handler),
        Step::new(&[OnSite], Finished, Handler)
            .ends_work()
            .said_again(&[Finished, Closed]),
        Step::new(&[Finished], Closed, Office),
        // The return visit found it wanting (V-03).
        Step::new(&[Finished], OnSite, Office).reopens(),
        Step::new(&[Recorded, Ordered, Dispatched, OnSite], Cancelled, Office),
    ],
};

#[cfg(test)]
mod tests {
    use entity::tickets::TicketState;
    use sea_orm::Iterable;

    use super::super::super::is_settled;
    use super::*;

    // Domain 13.2, the workflow of a repair; T-04: maintenance goes with the slip.
    #[test]
    fn a_repair_moves_only_along_its_path() {
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
                    REPAIR.step(from, to, false).is_some(),
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
                TicketState::iter().all(|to| REPAIR.counts(from, to, false).is_none()),
                "{from:?}"
            );
        }
    }

    #[test]
    fn what_a_worker_did_counts_though_nobody_noted_the_steps_before() {
        for (from, to, counts) in [
            (Dispatched, Finished, true),
            (Recorded, OnSite, false),
            (Recorded, Closed, false),
            (Finished, OnSite, false),
            (Finished, Cancelled, true),
            (Closed, Cancelled, false),
        ] {
            assert_eq!(
                REPAIR.counts(from, to, false).is_some(),
                counts,
                "{from:?} {to:?}"
            );
        }
    }
}
