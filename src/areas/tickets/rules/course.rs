//! Where a ticket stands: it follows from what happened, in the order in which it happened.

use chrono::{DateTime, Utc};
use entity::ids::StaffMemberId;
use entity::tickets::{Severity, TicketEventKind, TicketState, ticket, ticket_event};

use super::is_settled;
use super::kinds::{Path, Step};
use crate::history::{Happened, Story};

/// What the history of a ticket comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    path: &'static Path,
    is_anonymous: bool,
    pub state: TicketState,
    pub assignee_id: Option<StaffMemberId>,
    /// The first end of the work since it was last worked at again.
    pub finished_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// The last test with water since it was last worked at again.
    pub water_tested_at: Option<DateTime<Utc>>,
    pub severity: Option<Severity>,
    pub is_second: bool,
    pub department: String,
    pub responsible_id: Option<StaffMemberId>,
    pub escalated_at: Option<DateTime<Utc>>,
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Path {}

impl Course {
    pub fn path(&self) -> &'static Path {
        self.path
    }

    /// The step that may be taken from here.
    pub fn step(&self, to: TicketState) -> Option<&'static Step> {
        self.path.step(self.state, to, self.is_anonymous)
    }

    /// The step that counts from here once it is reported.
    pub fn counting(&self, to: TicketState) -> Option<&'static Step> {
        self.path.counts(self.state, to, self.is_anonymous)
    }

    /// Whether it is done, or nothing more will happen.
    pub fn is_over(&self) -> bool {
        is_settled(self.state) || self.state == TicketState::Finished
    }

    fn take(&mut self, event: &ticket_event::Model) {
        use TicketEventKind as Kind;
        let at = event.observed_at;
        match event.kind {
            Kind::Advanced => {
                if let Some(step) = event.to_state.and_then(|to| self.counting(to)) {
                    self.go(step, at);
                }
            }
            Kind::Reopened => {
                let step = event.to_state.and_then(|to| self.path.reopening(to));
                if let Some(step) = step.filter(|step| self.may_reopen(step)) {
                    self.go(step, at);
                }
            }
            Kind::Assigned if !self.is_over() => {
                self.assignee_id = event.assignee_id;
                if matches!(self.state, TicketState::Recorded | TicketState::Ordered) {
                    self.state = TicketState::Dispatched;
                }
            }
            Kind::Graded if !is_settled(self.state) => {
                self.severity = event.severity;
                self.is_second = event.is_second.unwrap_or(self.is_second);
                if self.state == TicketState::Registered {
                    self.state = TicketState::Graded;
                }
            }
            Kind::Routed if !is_settled(self.state) => {
                self.responsible_id = event.assignee_id;
                if let Some(department) = &event.department {
                    self.department.clone_from(department);
                }
                if matches!(self.state, TicketState::Registered | TicketState::Graded) {
                    self.state = TicketState::Routed;
                }
            }
            Kind::Escalated if !is_settled(self.state) => self.escalated_at = Some(at),
            Kind::Resolved if is_in_work(self.state) => {
                self.finished_at = self.finished_at.or(Some(at));
            }
            Kind::WaterTested if is_testable(self.state) => self.water_tested_at = Some(at),
            Kind::Repeated => self.is_second = true,
            _ => {}
        }
    }

    fn go(&mut self, step: &Step, at: DateTime<Utc>) {
        let is_undone = step.to == TicketState::Cancelled && self.state == TicketState::Finished;
        self.state = step.to;
        if step.reopens || is_undone {
            (self.finished_at, self.water_tested_at, self.closed_at) = (None, None, None);
        }
        if step.ends_work {
            self.finished_at = self.finished_at.or(Some(at));
        }
        if is_settled(step.to) {
            self.closed_at = Some(at);
        }
    }

    /// Whether it is worked at again by what was noted as that. A repair that one visitor closed is opened
    /// by the other one, who found it wanting.
    fn may_reopen(&self, step: &Step) -> bool {
        step.from.contains(&self.state) || self.state == TicketState::Closed
    }
}

/// Whether somebody works at a complaint, so that it may come to a result.
pub(super) fn is_in_work(state: TicketState) -> bool {
    use TicketState::{Contacted, InProgress, Planned, Routed};
    matches!(state, Routed | Contacted | Planned | InProgress)
}

/// Whether a repair may be tested with water: it has been worked at.
pub fn is_testable(state: TicketState) -> bool {
    matches!(state, TicketState::OnSite | TicketState::Finished)
}

impl Story for ticket::Model {
    type Event = ticket_event::Model;
    type State = Course;

    fn begin(&self) -> Course {
        let path = Path::of(self.kind);
        Course {
            path,
            is_anonymous: self.is_anonymous,
            state: path.first(),
            assignee_id: None,
            finished_at: None,
            closed_at: None,
            water_tested_at: None,
            severity: None,
            is_second: false,
            department: String::new(),
            responsible_id: None,
            escalated_at: None,
        }
    }

    fn follow(course: &mut Course, event: &ticket_event::Model) {
        course.take(event);
    }

    fn stand(&mut self, course: Course) {
        self.state = course.state;
        self.assignee_id = course.assignee_id;
        self.finished_at = course.finished_at;
        self.closed_at = course.closed_at;
        self.water_tested_at = course.water_tested_at;
        self.severity = course.severity;
        self.is_second = course.is_second;
        self.department = course.department;
        self.responsible_id = course.responsible_id;
        self.escalated_at = course.escalated_at;
        // What is worked at again comes back to the phones.
        if self.closed_at.is_none() {
            self.left_phones_at = None;
        }
    }

    fn note_step(event: &mut ticket_event::Model, from: &Course, to: &Course) {
        use TicketEventKind::{Advanced, Assigned, Graded, Reopened, Routed};
        let is_step = match event.kind {
            Advanced => event.to_state.and_then(|to| from.counting(to)).is_some(),
            Reopened | Assigned | Graded | Routed => true,
            _ => false,
        };
        if is_step {
            event.from_state = Some(from.state);
            event.to_state = event.to_state.or(Some(to.state));
        }
    }
}

impl Happened for ticket_event::Model {
    fn observed_at(&self) -> DateTime<Utc> {
        self.observed_at
    }

    fn seq(&self) -> i64 {
        self.seq
    }

    fn begins(&self) -> bool {
        self.kind == TicketEventKind::Opened
    }
}

#[cfg(test)]
mod tests {
    use entity::tickets::TicketKind;
    use proptest::prelude::*;
    use proptest::sample::select;
    use uuid::Uuid;

    use super::TicketEventKind::{
        Advanced, Assigned, Escalated, Graded, Opened, Reopened, Resolved, Routed, WaterTested,
    };
    use super::TicketState::{
        Cancelled, Closed, Contacted, Finished, InProgress, Informed, OnSite,
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
        for (steps, state, end) in [
            (vec![assigned], TicketState::Dispatched, None),
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
                vec![assigned, arrived, finished, closed, reopened],
                OnSite,
                None,
            ),
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
}
