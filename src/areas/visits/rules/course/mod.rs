//! Where a visit stands: it follows from what happened, in the order in which it happened.

use chrono::{DateTime, Utc};
use entity::ids::{StaffMemberId, TicketId};
use entity::visits::{
    VisitChannel, VisitDetails, VisitEventKind, VisitKind, VisitOutcome, VisitState, visit,
    visit_event,
};

use super::due::is_late;
use super::path::{is_in_vain, is_open, leads_on, leads_on_by_phone};
use crate::history::{Happened, Story};

/// What the history of a visit comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    kind: VisitKind,
    pub state: VisitState,
    pub appointed_at: Option<DateTime<Utc>>,
    pub visitor_id: Option<StaffMemberId>,
    pub companion_id: Option<StaffMemberId>,
    pub is_inside: bool,
    /// When somebody first stood at the door, or telephoned.
    pub started_at: Option<DateTime<Utc>>,
    /// Its first end: of two who went together the second ends it too.
    pub finished_at: Option<DateTime<Utc>>,
    pub channel: Option<VisitChannel>,
    pub outcome: Option<VisitOutcome>,
    /// Of several promises the earliest is to be kept.
    pub reply_promised_at: Option<DateTime<Utc>>,
    pub signature: Option<String>,
    pub new_ticket_id: Option<TicketId>,
}

impl Course {
    fn take(&mut self, event: &visit_event::Model) {
        use VisitEventKind as Kind;
        let (said, to) = (&event.details, self.step(event));
        self.state = to.unwrap_or(self.state);
        match event.kind {
            Kind::Planned => {
                self.visitor_id = said.visitor_id;
                self.companion_id = said.companion_id;
            }
            Kind::Appointed => self.appoint(said),
            Kind::AtDoor | Kind::Refused | Kind::Absent | Kind::InTalk => {
                self.started_at = self.started_at.or(Some(event.observed_at));
                // The first of two to tell names both.
                let companion = self.companion_id.or(said.companion_id);
                self.companion_id = companion.filter(|_| companion != self.visitor_id);
                let is_inside = said.is_inside.filter(|_| to.is_some());
                self.is_inside = is_inside.unwrap_or(self.is_inside);
            }
            Kind::Finished => self.end(event),
            Kind::Cancelled => self.call_off(),
            _ => {}
        }
    }

    /// Whether what is reported counts from here: it leads on, or the other one of two has been there before.
    fn counts(&self, event: &visit_event::Model) -> bool {
        event.kind == VisitEventKind::Planned || self.step(event).is_some() || self.repeats(event)
    }

    /// Where an event leads from here.
    fn step(&self, event: &visit_event::Model) -> Option<VisitState> {
        let to = target(event.kind)?;
        let by_phone = event.details.channel == Some(VisitChannel::Phone);
        let leads_on = if by_phone {
            leads_on_by_phone(self.kind, self.state)
        } else {
            leads_on(self.kind, self.stands(event), to)
        };
        leads_on.then_some(to)
    }

    /// Where nobody had to agree on a time, a visit that is planned stands as one that was agreed on.
    fn stands(&self, event: &visit_event::Model) -> VisitState {
        let is_agreed = event.details.is_unappointed == Some(true);
        match self.state {
            VisitState::Planned if is_agreed => VisitState::Appointed,
            state => state,
        }
    }

    /// Whether an event tells of a door, or an end, that another has told of already.
    fn repeats(&self, event: &visit_event::Model) -> bool {
        use VisitEventKind::{Absent, AtDoor, Finished, InTalk, Refused};
        let is_made = !is_open(self.state) && self.state != VisitState::Cancelled;
        let was_at_door = is_made
            || matches!(self.state, VisitState::AtDoor | VisitState::InTalk)
            || is_in_vain(self.state);
        let by_phone = event.details.channel == Some(VisitChannel::Phone);
        let is_called_at_home = by_phone && self.kind == VisitKind::Home;
        match event.kind {
            AtDoor | Refused | Absent | InTalk => was_at_door,
            Finished => is_made && !is_called_at_home,
            _ => false,
        }
    }

    fn appoint(&mut self, said: &VisitDetails) {
        self.appointed_at = said.appointed_at;
        (self.visitor_id, self.companion_id) = self.who_goes(said);
        self.is_inside = said.is_inside.unwrap_or(self.is_inside);
    }

    /// Who goes once this was agreed on, and who with him. Who is not named stays; where nobody was ever named,
    /// whoever agreed on it goes.
    pub fn who_goes(&self, said: &VisitDetails) -> (Option<StaffMemberId>, Option<StaffMemberId>) {
        let visitor = said.visitor_id.or(self.visitor_id).or(said.appointed_by);
        let companion = said.companion_id.or(self.companion_id);
        // Who was to go with another and goes himself now takes nobody's place twice.
        (visitor, companion.filter(|_| companion != visitor))
    }

    /// What was called off is not on the books as made, whatever was done meanwhile.
    fn call_off(&mut self) {
        (self.finished_at, self.channel, self.outcome) = (None, None, None);
        (self.reply_promised_at, self.signature, self.new_ticket_id) = (None, None, None);
    }

    fn end(&mut self, event: &visit_event::Model) {
        let said = &event.details;
        self.started_at = self.started_at.or(Some(event.observed_at));
        self.finished_at = self.finished_at.or(Some(event.observed_at));
        self.channel = self.channel.or(said.channel);
        self.outcome = self.outcome.max(said.outcome);
        let promised = [self.reply_promised_at, said.reply_promised_at];
        self.reply_promised_at = promised.into_iter().flatten().min();
        self.signature = self.signature.take().or_else(|| event.signature.clone());
        self.new_ticket_id = self.new_ticket_id.or(said.new_ticket_id);
    }
}

/// Where an event brings a visit.
fn target(kind: VisitEventKind) -> Option<VisitState> {
    match kind {
        VisitEventKind::Planned => Some(VisitState::Planned),
        VisitEventKind::Appointed => Some(VisitState::Appointed),
        VisitEventKind::AtDoor => Some(VisitState::AtDoor),
        VisitEventKind::Refused => Some(VisitState::Refused),
        VisitEventKind::Absent => Some(VisitState::Absent),
        VisitEventKind::InTalk => Some(VisitState::InTalk),
        VisitEventKind::Finished => Some(VisitState::Done),
        VisitEventKind::Reported => Some(VisitState::Reported),
        VisitEventKind::Checked => Some(VisitState::Checked),
        VisitEventKind::Archived => Some(VisitState::Archived),
        VisitEventKind::Cancelled => Some(VisitState::Cancelled),
        VisitEventKind::Opinion
        | VisitEventKind::Noted
        | VisitEventKind::Reopened
        | VisitEventKind::Edited => None,
    }
}

impl Story for visit::Model {
    type Event = visit_event::Model;
    type State = Course;

    fn begin(&self) -> Course {
        Course {
            kind: self.kind,
            state: VisitState::Planned,
            appointed_at: None,
            visitor_id: None,
            companion_id: None,
            is_inside: true,
            started_at: None,
            finished_at: None,
            channel: None,
            outcome: None,
            reply_promised_at: None,
            signature: None,
            new_ticket_id: None,
        }
    }

    fn follow(course: &mut Course, event: &visit_event::Model) {
        if course.counts(event) {
            course.take(event);
        }
    }

    fn counts(course: &Course, event: &visit_event::Model) -> bool {
        course.counts(event)
    }

    fn stand(&mut self, course: Course) {
        self.state = course.state;
        self.appointed_at = course.appointed_at;
        self.visitor_id = course.visitor_id;
        self.companion_id = course.companion_id;
        self.is_inside = course.is_inside;
        self.started_at = course.started_at;
        self.finished_at = course.finished_at;
        self.channel = course.channel;
        self.outcome = course.outcome;
        self.reply_promised_at = course.reply_promised_at;
        self.signature = course.signature;
        self.new_ticket_id = course.new_ticket_id;
        // The first end is the one that is judged, so a mark may be taken back.
        if let Some(finished_at) = self.finished_at {
            self.overdue_at = self.due_at.filter(|_| is_late(self.due_at, finished_at));
        }
        if self.state == VisitState::Cancelled {
            self.overdue_at = None;
        }
    }

    fn note_step(event: &mut visit_event::Model, from: &Course, to: &Course) {
        let is_there = target(event.kind) == Some(to.state);
        let is_moved =
            from.state != to.state || is_in_vain(to.state) || from.appointed_at != to.appointed_at;
        event.to_state = Some(to.state).filter(|_| is_there && is_moved && from != to);
    }
}

impl Happened for visit_event::Model {
    fn observed_at(&self) -> DateTime<Utc> {
        self.observed_at
    }

    fn seq(&self) -> i64 {
        self.seq
    }

    fn begins(&self) -> bool {
        self.kind == VisitEventKind::Planned
    }
}

#[cfg(test)]
mod tests;
