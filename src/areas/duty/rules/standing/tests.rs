use entity::duty::{EquipmentList, OpenMatters};
use entity::ids::{CommunityId, HandoverEventId, HandoverId};
use entity::kinds::PostKind;
use entity::sync::ObservedMark;
use proptest::prelude::*;
use uuid::Uuid;

use super::super::responsible_at;
use super::HandoverEventKind::{Checked, Noted, Prepared, PutRight, Rejected};
use super::*;
use crate::history::law;

const ZHAO: StaffMemberId = StaffMemberId(Uuid::from_u128(1));
const QIAN: StaffMemberId = StaffMemberId(Uuid::from_u128(2));
const SUN: StaffMemberId = StaffMemberId(Uuid::from_u128(3));

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(60 * minute, 0).unwrap()
}

fn pieces(list: &[(&str, i32, Option<i32>)]) -> EquipmentList {
    let piece = |(name, count, counted): &(&str, i32, Option<i32>)| Equipment {
        name: (*name).to_owned(),
        count: *count,
        counted: *counted,
    };
    EquipmentList(list.iter().map(piece).collect())
}

fn event(minute: i64, kind: HandoverEventKind, by: StaffMemberId) -> handover_event::Model {
    let equipment = match kind {
        Prepared => pieces(&[("对讲机", 2, None)]),
        Checked => pieces(&[("对讲机", 0, Some(2))]),
        _ => EquipmentList::default(),
    };
    handover_event::Model {
        id: HandoverEventId(Uuid::from_u128(100 + u128::try_from(minute).unwrap())),
        community_id: CommunityId(Uuid::nil()),
        handover_id: HandoverId(Uuid::nil()),
        kind,
        note: String::new(),
        equipment,
        signature: (kind == HandoverEventKind::Signed).then(|| "签名".to_owned()),
        incoming_id: (kind == Prepared).then_some(QIAN),
        author_staff_id: Some(by),
        author_account_id: None,
        author_name: String::new(),
        observed_at: at(minute),
        observed_mark: ObservedMark::Monotonic,
        received_at: at(minute),
        seq: 0,
        created_at: at(minute),
    }
}

fn signed(minute: i64, by: StaffMemberId) -> handover_event::Model {
    event(minute, HandoverEventKind::Signed, by)
}

fn handover(outgoing_id: StaffMemberId) -> handover::Model {
    handover::Model {
        id: HandoverId(Uuid::nil()),
        community_id: CommunityId(Uuid::nil()),
        zone_id: None,
        post: PostKind::SecurityGuard,
        shift_id: None,
        outgoing_id,
        incoming_id: Some(QIAN),
        state: HandoverState::Prepared,
        open_matters: OpenMatters::default(),
        equipment: EquipmentList::default(),
        is_environment_fine: None,
        note: String::new(),
        prepared_at: at(0),
        arrive_by: None,
        arrived_at: None,
        checked_at: None,
        outgoing_signed_at: None,
        incoming_signed_at: None,
        outgoing_signature: None,
        incoming_signature: None,
        passed_at: None,
        left_phones_at: None,
        seq: 0,
        created_at: at(0),
        updated_at: at(0),
        deleted_at: None,
    }
}

fn standing<'a>(
    outgoing: StaffMemberId,
    events: impl IntoIterator<Item = &'a handover_event::Model>,
) -> Standing {
    let events = events.into_iter().cloned().collect();
    law::after(&handover(outgoing), &[events], |event, seq| event.seq = seq)
}

// Domain 17.2; S-17: put right first; S-19: the later signature.
#[test]
fn a_handover_stands_where_its_events_put_it() {
    use HandoverState as State;
    let prepared = || event(0, Prepared, ZHAO);
    for (name, events, state, passed) in [
        ("nobody came", vec![signed(5, ZHAO)], State::Prepared, None),
        (
            "checked",
            vec![event(5, Checked, QIAN)],
            State::Checked,
            None,
        ),
        (
            "only the successor signed",
            vec![event(5, Checked, QIAN), signed(6, QIAN)],
            State::Checked,
            None,
        ),
        (
            "the successor signed last",
            vec![signed(3, ZHAO), event(5, Checked, QIAN), signed(6, QIAN)],
            State::Signed,
            Some(6),
        ),
        (
            "the successor signed first",
            vec![event(5, Checked, QIAN), signed(6, QIAN), signed(9, ZHAO)],
            State::Signed,
            Some(9),
        ),
        (
            "he signed without a look",
            vec![signed(5, QIAN), signed(6, ZHAO)],
            State::Prepared,
            None,
        ),
        (
            "not in order, and signed nevertheless",
            vec![event(5, Rejected, QIAN), signed(6, ZHAO), signed(7, QIAN)],
            State::Rejected,
            None,
        ),
        (
            "looked again before it was put right",
            vec![event(5, Rejected, QIAN), event(6, Checked, QIAN)],
            State::Rejected,
            None,
        ),
        (
            "put right, but signed only before",
            vec![
                signed(3, ZHAO),
                event(5, Rejected, QIAN),
                event(6, PutRight, ZHAO),
                event(7, Checked, QIAN),
                signed(8, QIAN),
            ],
            State::Checked,
            None,
        ),
        (
            "put right and signed",
            vec![
                event(5, Rejected, QIAN),
                event(6, PutRight, ZHAO),
                event(7, Checked, QIAN),
                signed(8, QIAN),
                signed(9, ZHAO),
            ],
            State::Signed,
            Some(9),
        ),
        (
            "nothing comes after both signatures",
            vec![
                event(5, Checked, QIAN),
                signed(6, QIAN),
                signed(7, ZHAO),
                event(8, Rejected, SUN),
            ],
            State::Signed,
            Some(7),
        ),
        (
            "the successor does not put right, nor the outgoing check",
            vec![
                event(4, Checked, ZHAO),
                event(5, Rejected, QIAN),
                event(6, PutRight, QIAN),
            ],
            State::Rejected,
            None,
        ),
    ] {
        let all: Vec<_> = events.into_iter().chain([prepared()]).collect();
        let stands = standing(ZHAO, &all);
        assert_eq!(
            (stands.state, stands.passed_at),
            (state, passed.map(at)),
            "{name}"
        );
    }
}

// S-19: signatures arrive in the wrong order, and so may everything else.
#[test]
fn the_order_of_arrival_is_of_no_account() {
    let events = [
        event(0, Prepared, ZHAO),
        event(2, Rejected, QIAN),
        event(3, PutRight, ZHAO),
        event(4, Checked, QIAN),
        signed(5, QIAN),
        signed(6, ZHAO),
    ];
    let expected = standing(ZHAO, &events);
    assert_eq!(expected.state, HandoverState::Signed);
    proptest!(|(heard in law::heard_in_any_order(events.to_vec()))| {
        prop_assert_eq!(law::after(&handover(ZHAO), &heard, |event, seq| event.seq = seq), expected.clone());
    });
}

// S-16: what was counted stands beside what there should be.
#[test]
fn what_is_counted_stands_beside_what_there_should_be() {
    let mut check = event(5, Checked, QIAN);
    check.equipment = pieces(&[("对讲机", 0, Some(1)), ("手电筒", 0, Some(3))]);
    let stands = standing(ZHAO, &[event(0, Prepared, ZHAO), check]);
    let expected = pieces(&[("对讲机", 2, Some(1)), ("手电筒", 0, Some(3))]);
    assert_eq!(stands.equipment, expected.0);
}

#[test]
fn the_successor_is_whoever_came_and_what_he_signs_counts() {
    let named = Noted;
    let mut note = event(2, named, ZHAO);
    note.incoming_id = Some(SUN);
    let prepared = event(0, Prepared, ZHAO);
    let stands = standing(ZHAO, [&prepared, &note]);
    assert_eq!((stands.incoming_id, stands.arrived_at), (Some(SUN), None));

    let (check, again) = (event(4, Checked, QIAN), event(6, Checked, SUN));
    let (one, other) = (signed(5, QIAN), signed(7, ZHAO));
    let stands = standing(ZHAO, [&prepared, &note, &check, &one, &again, &other]);
    assert_eq!(stands.incoming_id, Some(SUN));
    assert_eq!(
        (stands.state, stands.incoming),
        (HandoverState::Checked, None)
    );
    assert_eq!(stands.arrived_at, Some(at(4)));
}

// S-18: until then he stays and answers for it; S-19: liability by the moment.
#[test]
fn who_is_responsible_depends_on_the_moment() {
    let mut row = handover(ZHAO);
    let prepared = event(0, Prepared, ZHAO);
    let check = event(4, Checked, QIAN);
    let (early, late) = (signed(5, QIAN), signed(9, ZHAO));
    for (events, moment, who) in [
        (vec![&prepared], 100, ZHAO),
        (vec![&prepared, &check, &early], 100, ZHAO),
        (vec![&prepared, &check, &early, &late], 8, ZHAO),
        (vec![&prepared, &check, &early, &late], 9, QIAN),
        (vec![&prepared, &check, &early, &late], 100, QIAN),
    ] {
        row.stand(standing(ZHAO, events));
        assert_eq!(responsible_at(&row, at(moment)), who, "{moment}");
    }
}
