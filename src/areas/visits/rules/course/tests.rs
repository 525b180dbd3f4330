use chrono::TimeDelta;
use entity::ids::{CommunityId, VisitEventId, VisitId};
use entity::stamps::FieldStamps;
use entity::sync::ObservedMark;
use entity::visits::Photos;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::VisitEventKind::{
    Absent, Appointed, Archived, AtDoor, Cancelled, Checked, Finished, InTalk, Planned, Refused,
    Reported,
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
fn said(minute: i64, kind: VisitEventKind, details: VisitDetails) -> visit_event::Model {
    visit_event::Model {
        details,
        ..event(minute, kind)
    }
}

// W-01: whoever stood at a door to which nobody had asked him was not on the visit; V-05: a home visit is not
// made by telephone.
#[test]
fn what_may_not_be_done_does_not_count() {
    let unappointed = VisitDetails {
        is_unappointed: Some(true),
        ..VisitDetails::default()
    };
    let by_phone = VisitDetails {
        channel: Some(VisitChannel::Phone),
        ..VisitDetails::default()
    };
    for (kind, steps, state) in [
        (VisitKind::Home, vec![event(1, AtDoor)], VisitState::Planned),
        (
            VisitKind::Home,
            vec![event(1, AtDoor), event(2, Appointed)],
            VisitState::Appointed,
        ),
        (
            VisitKind::Home,
            vec![said(1, AtDoor, unappointed.clone())],
            VisitState::AtDoor,
        ),
        (
            VisitKind::Home,
            vec![said(1, InTalk, unappointed)],
            VisitState::InTalk,
        ),
        (
            VisitKind::Home,
            vec![event(1, Appointed), said(2, Finished, by_phone.clone())],
            VisitState::Appointed,
        ),
        (
            VisitKind::Return,
            vec![said(2, Finished, by_phone)],
            VisitState::Done,
        ),
    ] {
        let history: Vec<_> = [event(0, Planned)].into_iter().chain(steps).collect();
        let course = after(&visit(kind), std::slice::from_ref(&history));
        assert_eq!(course.state, state, "{history:?}");
        assert_eq!(
            course.started_at.is_some(),
            !matches!(state, VisitState::Planned | VisitState::Appointed)
        );
    }
}

#[test]
fn what_was_called_off_was_not_made() {
    let steps = [Appointed, InTalk, Finished, Cancelled];
    let course = after(&visit(VisitKind::Return), &[history(&steps)]);
    assert_eq!(
        (course.state, course.finished_at),
        (VisitState::Cancelled, None)
    );
    assert_eq!((course.outcome, course.signature), (None, None));
}

#[test]
fn who_is_not_named_in_an_appointment_stays_by_all_that_is_known() {
    let [li, zhao, chen] = [1, 2, 3].map(|id| Some(StaffMemberId(Uuid::from_u128(id))));
    let appointed = |minute, visitor_id, companion_id, appointed_by| {
        let details = VisitDetails {
            visitor_id,
            companion_id,
            appointed_by,
            ..VisitDetails::default()
        };
        said(minute, Appointed, details)
    };
    let planned = || said(0, Planned, VisitDetails::default());
    for (steps, people) in [
        (vec![appointed(1, None, None, chen)], (chen, None)),
        (
            vec![appointed(1, li, zhao, chen), appointed(2, None, None, chen)],
            (li, zhao),
        ),
        (
            vec![appointed(1, li, zhao, chen), appointed(2, zhao, None, chen)],
            (zhao, None),
        ),
        (
            vec![appointed(1, li, None, chen), appointed(2, None, zhao, chen)],
            (li, zhao),
        ),
    ] {
        let course = |heard: Vec<visit_event::Model>| {
            let course = after(&visit(VisitKind::Home), &[vec![planned()], heard]);
            (course.visitor_id, course.companion_id)
        };
        assert_eq!(course(steps.clone()), people, "{steps:?}");
        assert_eq!(
            course(steps.iter().rev().cloned().collect()),
            people,
            "{steps:?}"
        );
    }
}
