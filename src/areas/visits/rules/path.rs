//! How a visit moves.

use entity::visits::{VisitChannel, VisitKind, VisitState};

use super::super::error::VisitError;
use super::VisitPolicy;

/// The step from one state to another, or why it cannot be taken (domain 14, 15). What another has
/// reported of a door or a record already may be reported again.
pub fn step(
    policy: &VisitPolicy,
    kind: VisitKind,
    from: VisitState,
    to: VisitState,
) -> Result<(), VisitError> {
    use VisitState::{
        Absent, Appointed, Archived, AtDoor, Cancelled, Checked, Done, InTalk, Planned, Refused,
        Reported,
    };
    match (from, to) {
        // From the door on each of two tells what he saw of it, also when the other one has gone further; and
        // somebody may come to the door after all.
        (Planned | Appointed | Refused | Absent, Appointed)
        | (Appointed, AtDoor)
        | (
            AtDoor | Refused | Absent | InTalk | Done | Reported | Checked | Archived,
            AtDoor | Refused | Absent | InTalk,
        )
        | (InTalk | Done | Reported | Checked | Archived, Done)
        | (Reported, Reported)
        | (Checked | Archived, Checked)
        | (Archived, Archived)
        | (Planned | Appointed | AtDoor | Refused | Absent | InTalk, Cancelled) => Ok(()),
        (Done, Reported) if kind == VisitKind::Home => Ok(()),
        (Done, Checked) | (Checked, Archived) if kind == VisitKind::Return => Ok(()),
        (Planned, AtDoor) if !policy.appointment_required => Ok(()),
        (Planned, AtDoor | Refused | Absent | InTalk) => Err(VisitError::NotAppointed),
        _ => Err(VisitError::StepNotAllowed { from, to }),
    }
}

/// Whether a step that is reported leads on from here, though perhaps nobody reported those between: of two who
/// went each knows a part. One that was called off is called off, whatever was done meanwhile.
pub fn leads_on(kind: VisitKind, from: VisitState, to: VisitState) -> bool {
    use VisitState::{
        Absent, Appointed, Archived, AtDoor, Cancelled, Checked, Done, InTalk, Planned, Refused,
        Reported,
    };
    match to {
        Planned => false,
        Appointed => matches!(from, Planned | Appointed | Refused | Absent),
        AtDoor => from == Appointed,
        // Of several times that nobody was let in the last one counts.
        Refused | Absent => matches!(from, Appointed | AtDoor | Refused | Absent),
        InTalk => matches!(from, Appointed | AtDoor | Refused | Absent),
        Done => matches!(from, Appointed | AtDoor | Refused | Absent | InTalk),
        Reported => (from, kind) == (Done, VisitKind::Home),
        Checked => (from, kind) == (Done, VisitKind::Return),
        Archived => from == Checked,
        Cancelled => is_open(from) || from == Done,
    }
}

/// Whether a visit that is made by telephone ends from here: it needs no door, and only a return visit is made so
/// (V-05).
pub fn leads_on_by_phone(kind: VisitKind, from: VisitState) -> bool {
    kind == VisitKind::Return && is_open(from)
}

/// The end of a visit. By telephone it needs no door, but only a return visit is made so (V-05).
pub fn finish(
    policy: &VisitPolicy,
    kind: VisitKind,
    from: VisitState,
    channel: VisitChannel,
) -> Result<(), VisitError> {
    use VisitState::{Absent, Appointed, Done, Planned, Refused};
    let by_phone = channel == VisitChannel::Phone;
    match from {
        _ if by_phone && kind == VisitKind::Home => {
            Err(VisitError::StepNotAllowed { from, to: Done })
        }
        Planned | Appointed | Refused | Absent if by_phone => Ok(()),
        Planned => Err(VisitError::NotAppointed),
        _ => step(policy, kind, from, Done),
    }
}

/// Whether nobody was let in at the door.
pub fn is_in_vain(state: VisitState) -> bool {
    matches!(state, VisitState::Refused | VisitState::Absent)
}

/// Whether as many go into a home as must (W-02).
pub fn accompanied(policy: &VisitPolicy, is_inside: bool, has_companion: bool) -> bool {
    !is_inside || has_companion || policy.persons_inside <= 1
}

/// Whether the owner must sign a visit that is made so (V-06, V-07).
pub fn must_be_signed(policy: &VisitPolicy, kind: VisitKind, channel: VisitChannel) -> bool {
    policy.home_signature_required && kind == VisitKind::Return && channel == VisitChannel::Home
}

/// Whether it has yet to be made.
pub fn is_open(state: VisitState) -> bool {
    use VisitState::{Absent, Appointed, AtDoor, InTalk, Planned, Refused};
    matches!(
        state,
        Planned | Appointed | AtDoor | Refused | Absent | InTalk
    )
}

/// Whether its texts are no longer edited.
pub fn is_settled(state: VisitState) -> bool {
    matches!(state, VisitState::Archived | VisitState::Cancelled)
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    const BOTH: [VisitKind; 2] = [VisitKind::Home, VisitKind::Return];

    // W-01: an appointment before any visit; W-05: who is refused does not go in; W-08: the record goes
    // to the supervisor; V-09: a return visit is checked.
    #[test]
    fn a_visit_moves_only_along_its_path() {
        use VisitKind::{Home, Return};
        use VisitState::{
            Absent, Appointed, Archived, AtDoor, Cancelled, Checked, Done, InTalk, Planned,
            Refused, Reported,
        };
        let allowed = [
            (Planned, Appointed, &BOTH[..]),
            (Appointed, Appointed, &BOTH),
            (Refused, Appointed, &BOTH),
            (Absent, Appointed, &BOTH),
            (Appointed, AtDoor, &BOTH),
            (AtDoor, Refused, &BOTH),
            (AtDoor, Absent, &BOTH),
            (AtDoor, InTalk, &BOTH),
            (Refused, InTalk, &BOTH),
            (Absent, InTalk, &BOTH),
            (InTalk, Done, &BOTH),
            (Done, Reported, &[Home]),
            (Done, Checked, &[Return]),
            (Checked, Archived, &[Return]),
            (Planned, Cancelled, &BOTH),
            (Appointed, Cancelled, &BOTH),
            (AtDoor, Cancelled, &BOTH),
            (Refused, Cancelled, &BOTH),
            (Absent, Cancelled, &BOTH),
            (InTalk, Cancelled, &BOTH),
        ];
        let policy = VisitPolicy::default();
        // Of several times that nobody was let in the last one counts.
        let in_vain = |from, to| is_in_vain(from) && is_in_vain(to);
        for kind in BOTH {
            for from in VisitState::iter() {
                for to in VisitState::iter() {
                    let listed = allowed
                        .iter()
                        .any(|(a, b, kinds)| (*a, *b) == (from, to) && kinds.contains(&kind));
                    let moved = step(&policy, kind, from, to).is_ok() && leads_on(kind, from, to);
                    assert_eq!(
                        moved,
                        listed || in_vain(from, to),
                        "{kind:?}: {from:?} {to:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_the_second_of_two_tells_moves_nothing_and_is_not_refused() {
        use VisitState::{Absent, Archived, AtDoor, Checked, Done, InTalk, Refused, Reported};
        let policy = VisitPolicy::default();
        for (told, stands) in [
            (
                AtDoor,
                &[
                    AtDoor, Refused, Absent, InTalk, Done, Reported, Checked, Archived,
                ][..],
            ),
            (Absent, &[Refused, Absent, InTalk, Done, Reported]),
            (Refused, &[Refused, Absent, InTalk, Done, Reported]),
            (InTalk, &[InTalk, Done, Reported, Checked, Archived]),
            (Done, &[Done, Reported, Checked, Archived]),
            (Reported, &[Reported]),
            (Checked, &[Checked, Archived]),
            (Archived, &[Archived]),
        ] {
            for from in stands {
                let is_taken = step(&policy, VisitKind::Home, *from, told).is_ok();
                let moves = leads_on(VisitKind::Home, *from, told);
                let is_last = is_in_vain(*from) && is_in_vain(told);
                assert!(is_taken && moves == is_last, "{from:?} {told:?}");
            }
        }
    }

    // W-01.
    #[test]
    fn nobody_goes_to_a_door_without_an_appointment() {
        let strict = VisitPolicy::default();
        let lax = VisitPolicy {
            appointment_required: false,
            ..VisitPolicy::default()
        };
        let go = |policy| {
            step(
                policy,
                VisitKind::Home,
                VisitState::Planned,
                VisitState::AtDoor,
            )
        };
        assert!(matches!(go(&strict), Err(VisitError::NotAppointed)));
        assert!(go(&lax).is_ok());
    }

    // V-05, V-07: a return visit may be made by telephone, without a door.
    #[test]
    fn only_a_return_visit_is_made_by_telephone() {
        use VisitState::{Absent, Appointed, AtDoor, Cancelled, Done, InTalk, Planned, Refused};
        let policy = VisitPolicy::default();
        let end = |kind, from, channel| finish(&policy, kind, from, channel).is_ok();
        for from in [Planned, Appointed, Refused, Absent] {
            assert!(
                end(VisitKind::Return, from, VisitChannel::Phone),
                "{from:?}"
            );
            assert!(!end(VisitKind::Home, from, VisitChannel::Phone), "{from:?}");
            assert!(
                !end(VisitKind::Return, from, VisitChannel::Home),
                "{from:?}"
            );
        }
        for kind in BOTH {
            assert!(end(kind, InTalk, VisitChannel::Home));
            assert!(!end(kind, AtDoor, VisitChannel::Home));
            assert!(!end(kind, Cancelled, VisitChannel::Home));
            assert!(end(kind, Done, VisitChannel::Home));
        }
    }

    // V-06, V-07.
    #[test]
    fn only_a_return_visit_at_home_must_be_signed() {
        let policy = VisitPolicy::default();
        let lax = VisitPolicy {
            home_signature_required: false,
            ..VisitPolicy::default()
        };
        for (policy, kind, channel, is_signed) in [
            (&policy, VisitKind::Return, VisitChannel::Home, true),
            (&policy, VisitKind::Return, VisitChannel::Phone, false),
            (&policy, VisitKind::Home, VisitChannel::Home, false),
            (&lax, VisitKind::Return, VisitChannel::Home, false),
        ] {
            let must = must_be_signed(policy, kind, channel);
            assert_eq!(must, is_signed, "{kind:?} {channel:?}");
        }
    }

    // W-02: two inside a home, one outside.
    #[test]
    fn two_go_into_a_home_and_one_stays_outside_alone() {
        let policy = VisitPolicy::default();
        let alone = VisitPolicy {
            persons_inside: 1,
            ..VisitPolicy::default()
        };
        assert!(!accompanied(&policy, true, false));
        assert!(accompanied(&policy, true, true));
        assert!(accompanied(&policy, false, false));
        assert!(accompanied(&alone, true, false));
    }
}
