//! Where a ticket stands: it follows from what happened, in the order in which it happened.

use chrono::{DateTime, Utc};
use entity::ids::{StaffMemberId, VisitId};
use entity::tickets::{Severity, TicketEventKind, TicketKind, TicketState, ticket, ticket_event};

use super::is_settled;
use super::kinds::{Needs, Path, Step};
use crate::history::{Happened, Story};

/// What the history of a ticket comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    kind: TicketKind,
    is_anonymous: bool,
    pub state: TicketState,
    pub assignee_id: Option<StaffMemberId>,
    /// The first end of the work since it was last worked at again.
    pub finished_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// The return visit that found all well.
    closed_by: Option<VisitId>,
    /// The last test with water since it was last worked at again.
    pub water_tested_at: Option<DateTime<Utc>>,
    pub severity: Option<Severity>,
    pub is_second: bool,
    pub department: String,
    pub responsible_id: Option<StaffMemberId>,
    pub escalated_at: Option<DateTime<Utc>>,
}

impl Course {
    pub fn path(&self) -> &'static Path {
        Path::of(self.kind)
    }

    /// The step that may be taken from here.
    pub fn step(&self, to: TicketState) -> Option<&'static Step> {
        self.path().step(self.state, to, self.is_anonymous)
    }

    /// The step that counts from here once it is reported, if it does not work again at what was finished.
    fn counting(&self, to: TicketState) -> Option<&'static Step> {
        self.path().counts(self.state, to, self.is_anonymous)
    }

    /// Whether it is done, or nothing more will happen.
    pub fn is_over(&self) -> bool {
        is_settled(self.state) || self.state == TicketState::Finished
    }

    fn take(&mut self, event: &ticket_event::Model) {
        use TicketEventKind as Kind;
        let at = event.observed_at;
        match event.kind {
            Kind::Advanced | Kind::Reopened => {
                if let Some(step) = self.taken(event) {
                    self.go(step, event);
                }
            }
            Kind::Assigned => {
                self.assignee_id = event.assignee_id;
                if matches!(self.state, TicketState::Recorded | TicketState::Ordered) {
                    self.state = TicketState::Dispatched;
                }
            }
            Kind::Graded => {
                self.severity = event.severity;
                self.is_second = event.is_second.unwrap_or(self.is_second);
                if self.state == TicketState::Registered {
                    self.state = TicketState::Graded;
                }
            }
            Kind::Routed => {
                self.responsible_id = event.assignee_id;
                if let Some(department) = &event.department {
                    self.department.clone_from(department);
                }
                if self.state == TicketState::Graded {
                    self.state = TicketState::Routed;
                }
            }
            Kind::Escalated => self.escalated_at = Some(at),
            Kind::Resolved => self.finished_at = self.finished_at.or(Some(at)),
            Kind::WaterTested => self.water_tested_at = Some(at),
            Kind::Repeated => self.is_second = true,
            Kind::Opened | Kind::Noted | Kind::Edited | Kind::Breached => {}
        }
    }

    /// Whether what is reported counts from here.
    fn counts(&self, event: &ticket_event::Model) -> bool {
        use TicketEventKind as Kind;
        match event.kind {
            Kind::Advanced | Kind::Reopened => self.taken(event).is_some(),
            Kind::Assigned => !self.is_over(),
            Kind::Graded | Kind::Escalated => !is_settled(self.state),
            Kind::Routed => !is_settled(self.state) && self.state != TicketState::Registered,
            Kind::Resolved => is_in_work(self.state),
            Kind::WaterTested => is_testable(self.state),
            Kind::Repeated => true,
            Kind::Opened | Kind::Noted | Kind::Edited | Kind::Breached => false,
        }
    }

    /// The step that an event is from here. To arrive where others have finished does not work at it again, unless it
    /// was noted as that.
    fn taken(&self, event: &ticket_event::Model) -> Option<&'static Step> {
        let to = event.to_state?;
        if event.kind == TicketEventKind::Reopened {
            let reopening = self.path().reopening(to);
            return reopening.filter(|step| {
                step.from.contains(&self.state) || self.was_closed_by_visit_of(event)
            });
        }
        let is_given =
            |step: &&'static Step| step.needs != Needs::Assignee || self.assignee_id.is_some();
        self.counting(to).filter(is_given)
    }

    /// Of two who made a return visit the one found all well, and the other one found it wanting.
    fn was_closed_by_visit_of(&self, event: &ticket_event::Model) -> bool {
        self.closed_by.is_some() && self.closed_by == event.visit_id
    }

    fn go(&mut self, step: &Step, event: &ticket_event::Model) {
        let at = event.observed_at;
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
        self.closed_by = event.visit_id.filter(|_| step.to == TicketState::Closed);
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
        Course {
            kind: self.kind,
            is_anonymous: self.is_anonymous,
            state: Path::of(self.kind).first(),
            assignee_id: None,
            finished_at: None,
            closed_at: None,
            closed_by: None,
            water_tested_at: None,
            severity: None,
            is_second: false,
            department: String::new(),
            responsible_id: None,
            escalated_at: None,
        }
    }

    fn follow(course: &mut Course, event: &ticket_event::Model) {
        if course.counts(event) {
            course.take(event);
        }
    }

    fn counts(course: &Course, event: &ticket_event::Model) -> bool {
        course.counts(event)
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
            Advanced | Reopened => from.taken(event).is_some(),
            Assigned | Graded | Routed => true,
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
mod tests;
