//! The clocks that are stored, compared with those that follow from policy and history. Pure.

use chrono::{DateTime, Utc};
use entity::tickets::{ClockKind, ticket_clock};

use super::policy::ComplaintPolicy;
use super::timing::DueClock;

/// Whether a clock still counts.
pub fn is_live(clock: &ticket_clock::Model) -> bool {
    clock.deleted_at.is_none()
}

/// Whether a clock that nobody has marked has run out.
pub fn has_run_out(clock: &ticket_clock::Model, now: DateTime<Utc>) -> bool {
    is_live(clock) && clock.met_at.is_none() && clock.breached_at.is_none() && clock.due_at < now
}

/// Lets a stored clock be what it was found to be. What was done in time is no breach, even if one was marked
/// before anybody knew; what was done too late is marked now. What is still to be done is marked where
/// somebody is told of it. What was judged once keeps its rule and its end, whatever was laid down since.
pub fn keep(
    policy: &ComplaintPolicy,
    clock: &mut ticket_clock::Model,
    found: &DueClock,
    now: DateTime<Utc>,
) {
    let is_same = clock.rule == found.rule || !policy.names(&clock.rule);
    let is_same = is_same && clock.started_at == found.started_at && !found.is_agreed;
    if !(is_same && is_judged(clock)) {
        clock.rule.clone_from(&found.rule);
        clock.due_at = found.due_at;
    }
    clock.tells = found.tells;
    clock.met_by = found.met_by;
    clock.started_at = found.started_at;
    clock.met_at = found.met_at;
    clock.deleted_at = None;
    let is_late = clock.met_at.unwrap_or(now) > clock.due_at;
    let since = clock.breached_at.or(clock.met_at.map(|_| now));
    clock.breached_at = since.filter(|_| is_late);
}

/// Whether a clock was stopped, or has run out.
fn is_judged(clock: &ticket_clock::Model) -> bool {
    clock.met_at.is_some() || clock.breached_at.is_some()
}

/// Whether a clock that nobody asks for any more goes. One that was judged by a rule of which the policy knows
/// nothing any more stays: what is laid down now does not change what was.
pub fn is_dropped(policy: &ComplaintPolicy, clock: &ticket_clock::Model) -> bool {
    let is_of_history = clock.kind == ClockKind::PromisedReply || policy.names(&clock.rule);
    is_live(clock) && (is_of_history || !is_judged(clock))
}

/// Which stored clock each of these is: the same one, or else one of its kind that is not needed otherwise. One
/// that had gone comes back as itself only. Gives those that nobody asks for any more, too.
pub fn matched<'a>(
    due: &'a [DueClock],
    stored: &'a [ticket_clock::Model],
) -> (
    Vec<(&'a DueClock, Option<&'a ticket_clock::Model>)>,
    Vec<&'a ticket_clock::Model>,
) {
    let mut left: Vec<_> = stored.iter().collect();
    let mut found = vec![None; due.len()];
    let alike: [fn(&DueClock, &ticket_clock::Model) -> bool; 3] = [
        |one, other| one.started_at == other.started_at && one.rule == other.rule,
        |one, other| one.started_at == other.started_at,
        |_, _| true,
    ];
    for is_same in alike {
        for (one, found) in due.iter().zip(&mut found) {
            let same = |other: &&ticket_clock::Model| {
                let is_itself = one.started_at == other.started_at && one.rule == other.rule;
                one.kind == other.kind && is_same(one, other) && (is_live(other) || is_itself)
            };
            if found.is_none() {
                let place = left.iter().position(same);
                *found = place.map(|place| left.remove(place));
            }
        }
    }
    (due.iter().zip(found).collect(), left)
}

/// The open clock that runs out first.
pub fn nearest<'a>(
    clocks: impl Iterator<Item = &'a ticket_clock::Model>,
) -> Option<&'a ticket_clock::Model> {
    clocks
        .filter(|clock| is_live(clock) && clock.met_at.is_none())
        .min_by_key(|clock| (clock.due_at, clock.id))
}

#[cfg(test)]
mod tests {
    use entity::ids::{CommunityId, TicketClockId, TicketId};
    use entity::tickets::ClockMetBy;
    use uuid::Uuid;

    use super::super::policy::Profile;
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn of_profile(profile: Profile) -> ComplaintPolicy {
        ComplaintPolicy {
            profile,
            ..ComplaintPolicy::default()
        }
    }

    fn clock(due_at: &str) -> ticket_clock::Model {
        let at = utc("2026-09-01T00:00:00Z");
        ticket_clock::Model {
            id: TicketClockId(Uuid::nil()),
            community_id: CommunityId(Uuid::nil()),
            ticket_id: TicketId(Uuid::nil()),
            kind: ClockKind::Answer,
            rule: "T-16".to_owned(),
            met_by: ClockMetBy::Planned,
            tells: None,
            started_at: at,
            due_at: utc(due_at),
            met_at: None,
            breached_at: None,
            told_staff_id: None,
            seq: 0,
            created_at: at,
            updated_at: at,
            deleted_at: None,
        }
    }

    #[test]
    fn what_was_done_in_time_is_no_breach_whenever_it_is_heard_of() {
        let (early, late) = (utc("2026-09-02T00:00:00Z"), utc("2026-09-04T00:00:00Z"));
        let now = utc("2026-09-05T00:00:00Z");
        let mut clock = clock("2026-09-03T00:00:00Z");
        assert!(has_run_out(&clock, late) && !has_run_out(&clock, early));
        clock.breached_at = Some(late);
        let met = |at| DueClock {
            kind: clock.kind,
            rule: clock.rule.clone(),
            met_by: clock.met_by,
            tells: None,
            started_at: clock.started_at,
            due_at: clock.due_at,
            is_agreed: false,
            met_at: Some(at),
        };
        let (in_vain, in_time) = (met(late), met(early));
        let policy = ComplaintPolicy::default();
        keep(&policy, &mut clock, &in_vain, now);
        assert_eq!((clock.met_at, clock.breached_at), (Some(late), Some(late)));
        keep(&policy, &mut clock, &in_time, now);
        assert_eq!((clock.met_at, clock.breached_at), (Some(early), None));
        assert!(!has_run_out(&clock, now));
    }

    #[test]
    fn what_was_judged_stays_judged_whatever_is_laid_down_since() {
        let (tiered, same_day) = (ComplaintPolicy::default(), of_profile(Profile::SameDay));
        let now = utc("2026-09-05T00:00:00Z");
        let met = clock("2026-09-03T00:00:00Z");
        let met_at = Some(utc("2026-09-04T00:00:00Z"));
        let judged = ticket_clock::Model {
            met_at,
            breached_at: met_at,
            ..met.clone()
        };
        let found = |rule: &str, due_at: &str| DueClock {
            kind: met.kind,
            rule: rule.to_owned(),
            met_by: met.met_by,
            tells: None,
            started_at: met.started_at,
            due_at: utc(due_at),
            is_agreed: false,
            met_at,
        };
        for (policy, before, found, due_at) in [
            // Three days are five now.
            (
                &tiered,
                &judged,
                found("T-16", "2026-09-06T00:00:00Z"),
                "2026-09-03T00:00:00Z",
            ),
            // Another profile.
            (
                &same_day,
                &judged,
                found("T-26", "2026-09-06T00:00:00Z"),
                "2026-09-03T00:00:00Z",
            ),
            // Another grade, by the policy of that time.
            (
                &tiered,
                &judged,
                found("T-20", "2026-09-06T00:00:00Z"),
                "2026-09-06T00:00:00Z",
            ),
            // One that still runs goes by what is laid down now.
            (
                &same_day,
                &met,
                found("T-26", "2026-09-06T00:00:00Z"),
                "2026-09-06T00:00:00Z",
            ),
        ] {
            let mut clock = before.clone();
            keep(policy, &mut clock, &found, now);
            assert_eq!(clock.due_at, utc(due_at), "{found:?}");
            assert_eq!(
                clock.breached_at.is_some(),
                met_at > Some(utc(due_at)),
                "{found:?}"
            );
        }
        let dropped = [(&tiered, &judged), (&same_day, &judged), (&same_day, &met)];
        let dropped = dropped.map(|(policy, clock)| is_dropped(policy, clock));
        assert_eq!(dropped, [true, false, true]);
    }

    // Nobody is told of one clock twice.
    #[test]
    fn a_clock_that_was_gone_comes_back_as_itself() {
        let gone = ticket_clock::Model {
            deleted_at: Some(utc("2026-09-02T00:00:00Z")),
            ..clock("2026-09-03T00:00:00Z")
        };
        let found = |rule: &str| DueClock {
            kind: gone.kind,
            rule: rule.to_owned(),
            met_by: gone.met_by,
            tells: None,
            started_at: gone.started_at,
            due_at: gone.due_at,
            is_agreed: false,
            met_at: None,
        };
        let stored = std::slice::from_ref(&gone);
        for (rule, comes_back) in [("T-16", true), ("T-20", false)] {
            let due = [found(rule)];
            let (known, _) = matched(&due, stored);
            assert_eq!(known[0].1.is_some(), comes_back, "{rule}");
        }
        let mut back = gone.clone();
        keep(
            &ComplaintPolicy::default(),
            &mut back,
            &found("T-16"),
            gone.started_at,
        );
        assert!(is_live(&back));
    }
}
