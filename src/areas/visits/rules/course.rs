//! Where a visit stands: it follows from what happened, in the order in which it happened.

use chrono::{DateTime, Utc};
use entity::ids::{StaffMemberId, TicketId};
use entity::visits::{
    VisitChannel, VisitDetails, VisitEventKind, VisitKind, VisitOutcome, VisitState, visit,
    visit_event,
};

use super::due::is_late;
use super::path::{is_in_vain, is_open, leads_on};
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
        let said = &event.details;
        match event.kind {
            Kind::Planned => {
                self.visitor_id = said.visitor_id;
                self.companion_id = said.companion_id;
            }
            Kind::Appointed => self.appoint(said),
            Kind::AtDoor | Kind::Refused | Kind::Absent | Kind::InTalk => {
                self.stand_at_door(event);
            }
            Kind::Finished => self.end(event),
            Kind::Reported | Kind::Checked | Kind::Archived | Kind::Cancelled => {
                if let Some(to) = target(event.kind).filter(|to| self.counts(*to)) {
                    self.state = to;
                }
            }
            Kind::Opinion | Kind::Noted | Kind::Reopened | Kind::Edited => {}
        }
    }

    /// Whether what is reported counts from here.
    pub fn counts(&self, to: VisitState) -> bool {
        leads_on(self.kind, self.state, to)
    }

    fn appoint(&mut self, said: &VisitDetails) {
        if self.counts(VisitState::Appointed) {
            self.state = VisitState::Appointed;
            self.appointed_at = said.appointed_at;
            self.visitor_id = said.visitor_id;
            self.companion_id = said.companion_id;
            self.is_inside = said.is_inside.unwrap_or(self.is_inside);
        }
    }

    fn stand_at_door(&mut self, event: &visit_event::Model) {
        let said = &event.details;
        self.started_at = self.started_at.or(Some(event.observed_at));
        // The first of two to tell names both.
        self.companion_id = self.companion_id.or(said.companion_id);
        if let Some(to) = target(event.kind).filter(|to| self.counts(*to)) {
            self.state = to;
            self.is_inside = said.is_inside.unwrap_or(self.is_inside);
        }
    }

    fn end(&mut self, event: &visit_event::Model) {
        let said = &event.details;
        let by_phone = said.channel == Some(VisitChannel::Phone);
        let may_end =
            self.counts(VisitState::Done) || by_phone && self.state == VisitState::Planned;
        if may_end {
            self.state = VisitState::Done;
        }
        if is_open(self.state) || self.state == VisitState::Cancelled {
            return;
        }
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
        course.take(event);
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
mod tests {
    use chrono::TimeDelta;
    use entity::ids::{CommunityId, VisitEventId, VisitId};
    use entity::stamps::FieldStamps;
    use entity::sync::ObservedMark;
    use entity::visits::Photos;
    use proptest::prelude::*;
    use proptest::sample::select;
    use uuid::Uuid;

    use super::VisitEventKind::{
        Absent, Appointed, Archived, AtDoor, Cancelled, Checked, Finished, InTalk, Planned,
        Refused, Reported,
    };
    use super::*;
    use crate::history::law::{self, heard_in_any_order};

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn visit(kind: VisitKind) -> visit::Model {
        visit::Model {
            id: VisitId(Uuid::nil()),
            community_id: CommunityId(Uuid::nil()),
            kind,
            state: VisitState::Planned,
            unit_id: None,
            zone_id: None,
            party_id: None,
            ticket_id: None,
            repair_finished_at: None,
            repair_tested_at: None,
            purpose: String::new(),
            due_at: None,
            due_rule: None,
            overdue_at: None,
            channel: None,
            appointed_at: None,
            is_inside: true,
            visitor_id: None,
            companion_id: None,
            opinion: String::new(),
            handling: String::new(),
            result: String::new(),
            outcome: None,
            reply_promised_at: None,
            signature: None,
            new_ticket_id: None,
            observed_at: at(0),
            started_at: None,
            finished_at: None,
            left_phones_at: None,
            field_seq: FieldStamps::default(),
            seq: 0,
            created_at: at(0),
            updated_at: at(0),
            deleted_at: None,
        }
    }

    fn event(minute: i64, kind: VisitEventKind) -> visit_event::Model {
        let place = u128::try_from(minute).unwrap();
        let is_end = kind == Finished;
        let details = VisitDetails {
            appointed_at: (kind == Appointed).then(|| at(minute + 100)),
            companion_id: Some(StaffMemberId(Uuid::from_u128(place))),
            channel: is_end.then_some(VisitChannel::Home),
            outcome: is_end.then_some(VisitOutcome::Satisfied),
            ..VisitDetails::default()
        };
        visit_event::Model {
            id: VisitEventId(Uuid::from_u128(place)),
            community_id: CommunityId(Uuid::nil()),
            visit_id: VisitId(Uuid::nil()),
            kind,
            from_state: None,
            to_state: None,
            note: String::new(),
            details,
            photos: Photos::default(),
            signature: is_end.then(|| minute.to_string()),
            is_internal: false,
            author_account_id: None,
            author_name: String::new(),
            observed_at: at(minute),
            observed_mark: ObservedMark::Monotonic,
            received_at: at(minute),
            seq: 0,
            created_at: at(minute),
        }
    }

    fn history(steps: &[VisitEventKind]) -> Vec<visit_event::Model> {
        let steps = (1..).zip(steps).map(|(minute, kind)| event(minute, *kind));
        [event(0, Planned)].into_iter().chain(steps).collect()
    }

    fn after(visit: &visit::Model, heard: &[Vec<visit_event::Model>]) -> Course {
        law::after(visit, heard, |event, seq| event.seq = seq)
    }

    proptest! {
        #[test]
        fn every_order_in_which_a_visit_is_heard_of_comes_to_one_state(
            (steps, heard) in proptest::collection::vec(select(vec![
                Appointed, AtDoor, Refused, Absent, InTalk, Finished, Reported, Checked, Archived, Cancelled,
            ]), 0..8).prop_flat_map(|steps| {
                let heard = heard_in_any_order(history(&steps));
                (Just(steps), heard)
            }),
            kind in select(vec![VisitKind::Home, VisitKind::Return]),
        ) {
            let visit = visit(kind);
            prop_assert_eq!(after(&visit, &heard), after(&visit, &[history(&steps)]));
        }
    }

    // W-05, W-06: nobody was let in; V-09: a return visit is checked and filed.
    #[test]
    fn a_visit_stands_where_its_events_put_it() {
        for (steps, state, end) in [
            (
                vec![Appointed, AtDoor, InTalk, Finished],
                VisitState::Done,
                Some(4),
            ),
            // Of two who went each tells a part.
            (
                vec![Appointed, Finished, InTalk, Finished],
                VisitState::Done,
                Some(2),
            ),
            (
                vec![Appointed, AtDoor, Refused, Absent],
                VisitState::Absent,
                None,
            ),
            (
                vec![Appointed, AtDoor, Absent, Appointed],
                VisitState::Appointed,
                None,
            ),
            (
                vec![Appointed, AtDoor, Absent, InTalk, Finished, Appointed],
                VisitState::Done,
                Some(5),
            ),
            (
                vec![Appointed, InTalk, Finished, Checked, Archived],
                VisitState::Archived,
                Some(3),
            ),
            (
                vec![Appointed, InTalk, Checked, Finished],
                VisitState::Done,
                Some(4),
            ),
            (
                vec![Appointed, Cancelled, InTalk, Finished],
                VisitState::Cancelled,
                None,
            ),
            (vec![Finished], VisitState::Planned, None),
        ] {
            let course = after(&visit(VisitKind::Return), &[history(&steps)]);
            let minutes = course.finished_at.map(|at| at.timestamp() / 60);
            assert_eq!((course.state, minutes), (state, end), "{steps:?}");
        }
    }

    #[test]
    fn of_two_ends_the_first_signs_and_is_judged() {
        let steps = [Appointed, InTalk, Finished, Finished];
        let course = after(&visit(VisitKind::Return), &[history(&steps)]);
        assert_eq!(course.signature.as_deref(), Some("3"));
        let mut row = visit::Model {
            due_at: Some(at(1)),
            ..visit(VisitKind::Return)
        };
        row.stand(course);
        assert_eq!(row.overdue_at, Some(at(1)));
    }
}
