use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::TicketEventKind::{
    Advanced, Assigned, Escalated, Graded, Opened, Reopened, Resolved, Routed, WaterTested,
};
use super::TicketState::{
    Cancelled, Closed, Contacted, Dispatched, Finished, InProgress, Informed, OnSite, Ordered,
    Returned,
};
use super::*;
use crate::areas::tickets::rules::examples::{self, blank_ticket};
use crate::history::law::{self, Batches, heard_in_any_order};

const PEOPLE: [StaffMemberId; 2] = [
    StaffMemberId(Uuid::from_u128(1)),
    StaffMemberId(Uuid::from_u128(2)),
];

fn event(minute: i64, kind: TicketEventKind, to: Option<TicketState>) -> ticket_event::Model {
    ticket_event::Model {
        assignee_id: Some(PEOPLE[usize::try_from(minute).unwrap() % 2]),
        severity: Some(Severity::Minor),
        ..examples::event(minute, kind, to)
    }
}

/// A history of up to seven steps, likely ones and others, heard of in any order.
fn heard() -> impl Strategy<Value = (Vec<ticket_event::Model>, Batches<ticket_event::Model>)> {
    let steps = [
        (Assigned, None),
        (Graded, None),
        (Routed, None),
        (Escalated, None),
        (Resolved, None),
        (WaterTested, None),
        (Advanced, Some(OnSite)),
        (Advanced, Some(Finished)),
        (Advanced, Some(Closed)),
        (Advanced, Some(Cancelled)),
        (Advanced, Some(Contacted)),
        (Advanced, Some(InProgress)),
        (Advanced, Some(Informed)),
        (Reopened, Some(OnSite)),
        (Reopened, Some(InProgress)),
    ];
    let steps = proptest::collection::vec(select(steps.to_vec()), 0..7);
    steps.prop_flat_map(|steps| {
        let steps = (1..)
            .zip(steps)
            .map(|(minute, (kind, to))| event(minute, kind, to));
        let history: Vec<_> = [event(0, Opened, None)].into_iter().chain(steps).collect();
        (Just(history.clone()), heard_in_any_order(history))
    })
}

fn after(ticket: &ticket::Model, heard: &[Vec<ticket_event::Model>]) -> Course {
    law::after(ticket, heard, |event, seq| event.seq = seq)
}

proptest! {
    #[test]
    fn every_order_in_which_a_history_is_heard_of_comes_to_one_state(
        (history, heard) in heard(),
        kind in select(vec![TicketKind::Repair, TicketKind::Complaint]),
        is_anonymous in any::<bool>(),
    ) {
        let ticket = ticket::Model { kind, is_anonymous, ..blank_ticket() };
        prop_assert_eq!(after(&ticket, &heard), after(&ticket, &[history]));
    }
}

/// Where a repair stands after these steps, each a minute after the one before.
fn stands(steps: &[(TicketEventKind, Option<TicketState>)]) -> (TicketState, Option<i64>) {
    let steps = (1..)
        .zip(steps)
        .map(|(minute, (kind, to))| event(minute, *kind, *to));
    let history = [event(0, Opened, None)].into_iter().chain(steps).collect();
    let course = after(&blank_ticket(), &[history]);
    let minutes = course.finished_at.map(|at| at.timestamp() / 60);
    (course.state, minutes)
}

// V-03: what the return visit finds wanting is mended once more.
#[test]
fn a_repair_stands_where_its_events_put_it() {
    let (assigned, arrived) = ((Assigned, None), (Advanced, Some(OnSite)));
    let (finished, closed) = ((Advanced, Some(Finished)), (Advanced, Some(Closed)));
    let (reopened, cancelled) = ((Reopened, Some(OnSite)), (Advanced, Some(Cancelled)));
    let sent = (Advanced, Some(Dispatched));
    for (steps, state, end) in [
        (vec![assigned], Dispatched, None),
        (vec![assigned, arrived, finished], Finished, Some(3)),
        // Who was not noted as on site has finished all the same, and first.
        (
            vec![assigned, finished, arrived, finished],
            Finished,
            Some(2),
        ),
        (
            vec![assigned, arrived, finished, finished, closed],
            Closed,
            Some(3),
        ),
        (vec![assigned, arrived, finished, reopened], OnSite, None),
        (
            vec![assigned, arrived, finished, reopened, closed],
            OnSite,
            None,
        ),
        (
            vec![assigned, arrived, finished, reopened, finished],
            Finished,
            Some(5),
        ),
        // To arrive where others have finished opens nothing.
        (vec![assigned, finished, arrived], Finished, Some(2)),
        // Nobody is sent where nobody is named.
        (vec![(Advanced, Some(Ordered)), sent], Ordered, None),
        // What was called off has no end.
        (
            vec![assigned, arrived, finished, cancelled],
            Cancelled,
            None,
        ),
        (vec![cancelled, arrived, finished], Cancelled, None),
    ] {
        assert_eq!(stands(&steps), (state, end), "{steps:?}");
    }
}

fn visited(minute: i64, visit: u128, is_sound: bool) -> ticket_event::Model {
    let (kind, to) = if is_sound {
        (Advanced, Closed)
    } else {
        (Reopened, OnSite)
    };
    ticket_event::Model {
        visit_id: Some(VisitId(Uuid::from_u128(visit))),
        ..event(minute, kind, Some(to))
    }
}

// V-03: who found it wanting opens what the other one of the same visit closed, not what others closed since.
#[test]
fn a_visit_closes_a_repair_and_opens_again_what_it_closed_itself() {
    let closed = event(5, Advanced, Some(Closed));
    for (steps, state) in [
        (vec![visited(4, 1, true)], Closed),
        (vec![visited(4, 1, false)], OnSite),
        (vec![visited(4, 1, true), visited(6, 1, false)], OnSite),
        (vec![visited(4, 1, false), visited(6, 1, true)], OnSite),
        (vec![visited(4, 1, true), visited(6, 2, false)], Closed),
        (vec![closed, visited(6, 1, false)], Closed),
        // Made before the work was done.
        (vec![visited(2, 1, true), visited(2, 1, false)], Finished),
    ] {
        let worked = [
            event(0, Opened, None),
            event(1, Assigned, None),
            event(3, Advanced, Some(Finished)),
        ];
        let history: Vec<_> = worked.into_iter().chain(steps).collect();
        let course = after(&blank_ticket(), std::slice::from_ref(&history));
        assert_eq!(course.state, state, "{history:?}");
    }
}

// To arrive where others have finished opens nothing, whoever arrives: nobody decided it.
#[test]
fn who_arrives_where_it_was_finished_opens_nothing() {
    let history = |kind| {
        vec![
            event(0, Opened, None),
            event(1, Assigned, None),
            event(2, Advanced, Some(Finished)),
            event(3, kind, Some(OnSite)),
        ]
    };
    let stands = |kind| after(&blank_ticket(), &[history(kind)]).state;
    assert_eq!((stands(Advanced), stands(Reopened)), (Finished, OnSite));
}

// Domain 13.3: graded, then routed.
#[test]
fn a_complaint_is_routed_once_it_is_graded() {
    let complaint = ticket::Model {
        kind: TicketKind::Complaint,
        ..blank_ticket()
    };
    let back = event(5, Reopened, Some(InProgress));
    for (steps, state) in [
        (vec![event(1, Routed, None)], TicketState::Registered),
        (
            vec![event(1, Routed, None), event(2, Graded, None)],
            TicketState::Graded,
        ),
        (
            vec![event(1, Graded, None), event(2, Routed, None)],
            TicketState::Routed,
        ),
        (
            vec![
                event(1, Graded, None),
                event(2, Routed, None),
                event(3, Advanced, Some(Informed)),
                event(4, Advanced, Some(Returned)),
                back,
            ],
            InProgress,
        ),
    ] {
        let history: Vec<_> = [event(0, Opened, None)].into_iter().chain(steps).collect();
        let course = after(&complaint, std::slice::from_ref(&history));
        assert_eq!(course.state, state, "{history:?}");
    }
}
