//! Whether a point was seen in time and with what was asked for, and what a task comes to.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::PatrolPointId;
use entity::patrol::{Evidence, PatrolTaskState};

/// The evidence that a task asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    pub code: bool,
    pub photo: bool,
    pub position: bool,
}

/// The evidence that a result brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Whether what was read is the code of the point; none when nothing was read.
    pub code_matches: Option<bool>,
    pub has_photo: bool,
    /// One that is not known to be far from the point.
    pub has_position: bool,
    /// Whether something that must be answered was not.
    pub lacks_answers: bool,
}

/// What was asked for and is not there.
pub fn missing(demand: Demand, given: Given) -> Vec<Evidence> {
    let lacks = [
        (
            Evidence::Code,
            demand.code && given.code_matches != Some(true),
        ),
        (Evidence::Photo, demand.photo && !given.has_photo),
        (Evidence::Position, demand.position && !given.has_position),
        (Evidence::Answers, given.lacks_answers),
    ];
    let lacks = lacks.into_iter().filter(|(_, lacks)| *lacks);
    lacks.map(|(evidence, _)| evidence).collect()
}

/// Whether a moment lies in a window; its end belongs to it.
pub fn is_in_window(from: DateTime<Utc>, to: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    (from..=to).contains(&at)
}

/// A point that was seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub point_id: PatrolPointId,
    pub at: DateTime<Utc>,
    /// In the window, with the evidence that was asked for.
    pub counts: bool,
}

/// What of a task is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The points that are left, in the order they are walked.
    pub missed: Vec<PatrolPointId>,
    /// When the last point was seen that made it done; none while one is left.
    pub done_at: Option<DateTime<Utc>>,
    /// When the first thing was seen, whether it counts or not.
    pub started_at: Option<DateTime<Utc>>,
}

/// What these results come to. The order in which they arrived does not matter.
pub fn standing(points: &[PatrolPointId], results: impl IntoIterator<Item = Seen>) -> Standing {
    let mut first_seen: BTreeMap<PatrolPointId, DateTime<Utc>> = BTreeMap::new();
    let mut started_at: Option<DateTime<Utc>> = None;
    for seen in results {
        started_at = Some(started_at.map_or(seen.at, |at| at.min(seen.at)));
        if seen.counts {
            let at = first_seen.entry(seen.point_id).or_insert(seen.at);
            *at = (*at).min(seen.at);
        }
    }
    let is_left = |point: &&PatrolPointId| !first_seen.contains_key(point);
    let missed: Vec<_> = points.iter().filter(is_left).copied().collect();
    let last = points
        .iter()
        .filter_map(|point| first_seen.get(point))
        .max();
    Standing {
        done_at: last.copied().filter(|_| missed.is_empty()),
        missed,
        started_at,
    }
}

/// Where a task stands after a report. What was missed stays so until everything was seen in time
/// after all.
pub fn state_after(state: PatrolTaskState, standing: &Standing) -> PatrolTaskState {
    use PatrolTaskState::{Done, Due, InProgress, Missed};
    match state {
        _ if standing.done_at.is_some() => Done,
        Due if standing.started_at.is_none() => Due,
        Due | InProgress => InProgress,
        Missed => Missed,
        Done => Done,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    fn point(number: u128) -> PatrolPointId {
        PatrolPointId(Uuid::from_u128(number))
    }

    fn minute(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn seen(number: u128, at: i64, counts: bool) -> Seen {
        Seen {
            point_id: point(number),
            at: minute(at),
            counts,
        }
    }

    #[test]
    fn evidence_that_was_asked_for_must_be_there() {
        use Evidence::{Answers, Code, Photo, Position};
        let all = Demand {
            code: true,
            photo: true,
            position: true,
        };
        let given = Given {
            code_matches: Some(true),
            has_photo: true,
            has_position: true,
            lacks_answers: false,
        };
        let nothing = Given::default();
        let wrong_code = Given {
            code_matches: Some(false),
            ..given
        };
        let lacks_answers = Given {
            lacks_answers: true,
            ..nothing
        };
        for (demand, given, lacking) in [
            (all, given, vec![]),
            (all, nothing, vec![Code, Photo, Position]),
            (all, wrong_code, vec![Code]),
            (Demand::default(), nothing, vec![]),
            (Demand::default(), wrong_code, vec![]),
            (Demand::default(), lacks_answers, vec![Answers]),
        ] {
            assert_eq!(missing(demand, given), lacking, "{demand:?} {given:?}");
        }
    }

    #[test]
    fn a_window_holds_both_its_ends() {
        for (at, is_in) in [(9, false), (10, true), (15, true), (20, true), (21, false)] {
            assert_eq!(
                is_in_window(minute(10), minute(20), minute(at)),
                is_in,
                "{at}"
            );
        }
    }

    #[test]
    fn a_patrol_is_done_when_every_point_was_seen_and_not_before() {
        let points = [point(1), point(2)];
        for (results, missed, done_at) in [
            (vec![], vec![point(1), point(2)], None),
            (vec![seen(1, 5, true)], vec![point(2)], None),
            (
                vec![seen(1, 5, true), seen(2, 7, false)],
                vec![point(2)],
                None,
            ),
            (vec![seen(1, 5, true), seen(2, 7, true)], vec![], Some(7)),
            // In whatever order they arrive; of two the first counts.
            (
                vec![seen(2, 7, true), seen(1, 9, true), seen(1, 5, true)],
                vec![],
                Some(7),
            ),
            (vec![seen(3, 7, true)], vec![point(1), point(2)], None),
        ] {
            let standing = standing(&points, results.clone());
            let expected = (missed, done_at.map(minute));
            assert_eq!((standing.missed, standing.done_at), expected, "{results:?}");
        }
    }

    // Domain 16.2, the workflow of a patrol.
    #[test]
    fn a_late_report_turns_missed_into_done_and_nothing_turns_done_back() {
        use PatrolTaskState::{Done, Due, InProgress, Missed};
        let points = [point(1), point(2)];
        let none = standing(&points, []);
        let some = standing(&points, [seen(1, 5, true)]);
        let outside = standing(&points, [seen(1, 5, false)]);
        let all = standing(&points, [seen(1, 5, true), seen(2, 6, true)]);
        for (before, standing, after) in [
            (Due, &none, Due),
            (Due, &some, InProgress),
            (Due, &outside, InProgress),
            (Due, &all, Done),
            (InProgress, &some, InProgress),
            (InProgress, &all, Done),
            (Missed, &some, Missed),
            (Missed, &all, Done),
            (Done, &some, Done),
            (Done, &all, Done),
        ] {
            assert_eq!(
                state_after(before, standing),
                after,
                "{before:?} {standing:?}"
            );
        }
    }
}
