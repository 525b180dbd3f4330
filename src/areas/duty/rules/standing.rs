//! Where a handover stands: it follows from what happened, in the order in which it happened, and
//! never from the order in which phones came home.

use chrono::{DateTime, Utc};
use entity::duty::{Equipment, HandoverEventKind, HandoverState, handover, handover_event};
use entity::ids::StaffMemberId;

use crate::text::names::key;

/// What the events of a handover come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: HandoverState,
    pub incoming_id: Option<StaffMemberId>,
    pub equipment: Vec<Equipment>,
    pub is_environment_fine: Option<bool>,
    pub arrived_at: Option<DateTime<Utc>>,
    pub checked_at: Option<DateTime<Utc>>,
    pub outgoing: Option<Signature>,
    pub incoming: Option<Signature>,
    /// From when on the successor is responsible (S-19).
    pub passed_at: Option<DateTime<Utc>>,
}

/// A signature that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub at: DateTime<Utc>,
    pub text: Option<String>,
}

/// Where a handover of this outgoing person stands after these events.
pub fn standing<'a>(
    outgoing: StaffMemberId,
    events: impl IntoIterator<Item = &'a handover_event::Model>,
) -> Standing {
    let mut events: Vec<_> = events.into_iter().collect();
    // Of what is told for the same moment, whatever comes first in a handover came first.
    events.sort_by_key(|event| (event.observed_at, event.kind, event.id));
    let mut standing = Standing {
        state: HandoverState::Prepared,
        incoming_id: None,
        equipment: Vec::new(),
        is_environment_fine: None,
        arrived_at: None,
        checked_at: None,
        outgoing: None,
        incoming: None,
        passed_at: None,
    };
    // It can only be about what was prepared, however the clocks of phones stood.
    let (first, rest): (Vec<_>, Vec<_>) = events
        .into_iter()
        .partition(|event| event.kind == HandoverEventKind::Prepared);
    for event in first.into_iter().chain(rest) {
        standing.take(outgoing, event);
    }
    standing
}

impl Standing {
    /// What one event changes. One that does not count where the handover stands changes nothing and is
    /// kept all the same.
    fn take(&mut self, outgoing: StaffMemberId, event: &handover_event::Model) {
        use HandoverState::{Checked, Prepared, Rejected, Signed};
        if self.state == Signed {
            return;
        }
        let is_outgoing = event.author_staff_id == Some(outgoing);
        match event.kind {
            HandoverEventKind::Prepared => {
                self.equipment.clone_from(&event.equipment.0);
                self.incoming_id = event.incoming_id;
            }
            HandoverEventKind::Rejected if !is_outgoing && self.state != Rejected => {
                self.come(event);
                self.state = Rejected;
                self.is_environment_fine = Some(false);
                // Nobody has signed for a place that is not in order (S-17).
                (self.outgoing, self.incoming) = (None, None);
            }
            HandoverEventKind::PutRight if is_outgoing && self.state == Rejected => {
                self.state = Prepared;
                self.is_environment_fine = None;
            }
            HandoverEventKind::Checked if !is_outgoing && self.state != Rejected => {
                self.come(event);
                self.state = Checked;
                self.is_environment_fine = Some(true);
                self.checked_at = Some(event.observed_at);
                self.count(&event.equipment.0);
            }
            HandoverEventKind::Signed if self.state != Rejected => self.sign(is_outgoing, event),
            HandoverEventKind::Noted if self.state == Prepared && event.incoming_id.is_some() => {
                self.incoming_id = event.incoming_id;
            }
            _ => {}
        }
    }

    /// The successor is whoever came.
    fn come(&mut self, event: &handover_event::Model) {
        self.arrived_at = self.arrived_at.or(Some(event.observed_at));
        if self.incoming_id != event.author_staff_id {
            self.incoming_id = event.author_staff_id;
            self.incoming = None;
        }
    }

    fn count(&mut self, counted: &[Equipment]) {
        for item in counted {
            let known = self
                .equipment
                .iter_mut()
                .find(|it| key(&it.name) == key(&item.name));
            match known {
                Some(known) => known.counted = item.counted,
                None => self.equipment.push(Equipment {
                    count: 0,
                    ..item.clone()
                }),
            }
        }
    }

    /// The outgoing person may sign as soon as he has prepared, his successor when he has checked; the
    /// later of the two signatures passes the responsibility on (S-19).
    fn sign(&mut self, is_outgoing: bool, event: &handover_event::Model) {
        let signature = Signature {
            at: event.observed_at,
            text: event.signature.clone(),
        };
        if is_outgoing {
            self.outgoing.get_or_insert(signature);
        } else if self.state == HandoverState::Checked && self.incoming_id == event.author_staff_id
        {
            self.incoming.get_or_insert(signature);
        }
        let both = self.outgoing.as_ref().zip(self.incoming.as_ref());
        if let Some((one, other)) = both.filter(|_| self.state == HandoverState::Checked) {
            self.passed_at = Some(one.at.max(other.at));
            self.state = HandoverState::Signed;
        }
    }

    /// Writes it into the row.
    pub fn write_into(self, row: &mut handover::Model) {
        row.state = self.state;
        row.incoming_id = self.incoming_id;
        row.equipment.0 = self.equipment;
        row.is_environment_fine = self.is_environment_fine;
        row.arrived_at = self.arrived_at;
        row.checked_at = self.checked_at;
        row.outgoing_signed_at = self.outgoing.as_ref().map(|it| it.at);
        row.outgoing_signature = self.outgoing.and_then(|it| it.text);
        row.incoming_signed_at = self.incoming.as_ref().map(|it| it.at);
        row.incoming_signature = self.incoming.and_then(|it| it.text);
        row.passed_at = self.passed_at;
    }
}

/// Who was responsible at a moment: the outgoing person until both have signed, then the successor
/// (S-18, S-19).
pub fn responsible_at(handover: &handover::Model, moment: DateTime<Utc>) -> StaffMemberId {
    let has_passed = handover.passed_at.is_some_and(|passed| moment >= passed);
    let successor = handover.incoming_id.filter(|_| has_passed);
    successor.unwrap_or(handover.outgoing_id)
}

#[cfg(test)]
mod tests {
    use entity::duty::{EquipmentList, OpenMatters};
    use entity::ids::{CommunityId, HandoverEventId, HandoverId};
    use entity::kinds::PostKind;
    use entity::sync::ObservedMark;
    use uuid::Uuid;

    use super::HandoverEventKind::{Checked, Noted, Prepared, PutRight, Rejected};
    use super::*;

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

    /// Every order of arrival.
    fn orders(events: &[handover_event::Model]) -> Vec<Vec<handover_event::Model>> {
        if events.len() < 2 {
            return vec![events.to_vec()];
        }
        let mut all = Vec::new();
        for place in 0..events.len() {
            let mut rest = events.to_vec();
            let taken = rest.remove(place);
            for mut order in orders(&rest) {
                order.insert(0, taken.clone());
                all.push(order);
            }
        }
        all
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
        for order in orders(&events) {
            assert_eq!(standing(ZHAO, &order), expected);
        }
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
        let mut row = handover::Model {
            id: HandoverId(Uuid::nil()),
            community_id: CommunityId(Uuid::nil()),
            zone_id: None,
            post: PostKind::SecurityGuard,
            shift_id: None,
            outgoing_id: ZHAO,
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
        };
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
            standing(ZHAO, events).write_into(&mut row);
            assert_eq!(responsible_at(&row, at(moment)), who, "{moment}");
        }
    }
}
