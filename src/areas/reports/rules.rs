//! Which stretch of time a board is about, and how far a round has come.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::ids::PatrolPointId;

/// How long before its end a clock is about to run out.
const SOON: TimeDelta = TimeDelta::hours(24);

/// How long a round that nobody has begun is shown before its window.
const AHEAD: TimeDelta = TimeDelta::hours(2);

/// How long a handover that is not signed is shown.
const UNSIGNED: TimeDelta = TimeDelta::days(7);

/// The moment of a board, and the day around it where the community lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub day: NaiveDate,
    /// When that day begins, and when the next one does.
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Moment {
    /// Until when a clock that ends is about to run out.
    pub fn soon(&self) -> DateTime<Utc> {
        self.now + SOON
    }

    /// Until when a round that begins is shown.
    pub fn ahead(&self) -> DateTime<Utc> {
        self.now + AHEAD
    }

    /// Since when a handover must have been prepared that is shown while it is not signed.
    pub fn unsigned_since(&self) -> DateTime<Utc> {
        self.from - UNSIGNED
    }
}

/// How many of these points were seen so that they count.
pub fn points_done(
    points: &[PatrolPointId],
    counting: impl IntoIterator<Item = PatrolPointId>,
) -> usize {
    let seen: BTreeSet<_> = counting.into_iter().collect();
    points.iter().filter(|point| seen.contains(point)).count()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_point_counts_once_and_only_where_it_belongs() {
        let point = |number| PatrolPointId(Uuid::from_u128(number));
        let points = [point(1), point(2), point(3)];
        for (seen, done) in [
            (vec![], 0),
            (vec![1], 1),
            (vec![1, 1], 1),
            (vec![3, 1, 9], 2),
            (vec![1, 2, 3], 3),
        ] {
            let seen = seen.into_iter().map(point);
            assert_eq!(points_done(&points, seen), done);
        }
    }
}
