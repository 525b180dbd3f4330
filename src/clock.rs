//! Where time and ids come from, so that a test can hold both still.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, Datelike, SubsecRound, TimeDelta, Utc};
use uuid::Uuid;

use crate::error::ApiError;

/// Tells the time and makes ids.
pub trait Clock: Send + Sync + 'static {
    /// The time, cut to the millisecond so that both databases give back what they were given.
    fn now(&self) -> DateTime<Utc>;

    /// A new UUID v7.
    fn new_id(&self) -> Uuid;
}

/// The clock that everybody shares.
pub type SharedClock = Arc<dyn Clock>;

/// A moment or a day that somebody names, as it may be stored: of a year from 1900 to 9999. No calendar of
/// an office holds others, and neither do the databases.
pub fn moment<M: Datelike>(field: &'static str, at: M) -> Result<M, ApiError> {
    if (1900..=9999).contains(&at.year()) {
        Ok(at)
    } else {
        Err(ApiError::invalid(
            field,
            "must lie between the years 1900 and 9999",
            "年份须在 1900 至 9999 之间",
        ))
    }
}

/// The same, if one is named.
pub fn optional_moment<M: Datelike>(
    field: &'static str,
    at: Option<M>,
) -> Result<Option<M>, ApiError> {
    at.map(|at| moment(field, at)).transpose()
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that makes ids"
    )]
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// A clock that moves only when told, and whose ids follow from a seed.
#[derive(Debug)]
pub struct FixedClock {
    milliseconds: AtomicI64,
    ids: AtomicU64,
    seed: u64,
}

impl FixedClock {
    /// Stands at `at`; clocks of different seeds make different ids.
    pub fn new(at: DateTime<Utc>, seed: u64) -> Self {
        Self {
            milliseconds: AtomicI64::new(at.timestamp_millis()),
            ids: AtomicU64::new(0),
            seed,
        }
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.milliseconds
            .fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.milliseconds.load(Ordering::SeqCst))
            .unwrap_or_default()
    }

    fn new_id(&self) -> Uuid {
        let milliseconds = self.milliseconds.load(Ordering::SeqCst).unsigned_abs();
        let count = self.ids.fetch_add(1, Ordering::SeqCst);
        let mut random = [0; 10];
        random[..2].copy_from_slice(&(count >> 48).to_be_bytes()[6..]);
        random[2..].copy_from_slice(&((count << 16) | (self.seed & 0xffff)).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_still_until_told() {
        let clock = FixedClock::new(DateTime::UNIX_EPOCH, 1);
        let before = clock.now();
        clock.advance(TimeDelta::minutes(3));
        assert_eq!(clock.now() - before, TimeDelta::minutes(3));
    }

    #[test]
    fn ids_of_a_fixed_clock_differ_and_follow_the_seed() {
        let (one, other) = (
            FixedClock::new(DateTime::UNIX_EPOCH, 1),
            FixedClock::new(DateTime::UNIX_EPOCH, 2),
        );
        let (first, second) = (one.new_id(), one.new_id());
        assert_ne!(first, second);
        assert_ne!(first, other.new_id());
        assert_eq!(first.get_version_num(), 7);
        assert_eq!(first, FixedClock::new(DateTime::UNIX_EPOCH, 1).new_id());
    }

    #[test]
    fn a_moment_that_may_be_stored_is_of_a_year_that_people_use() {
        for (text, is_taken) in [
            ("-5000-01-01T00:00:00Z", false),
            ("1899-12-31T23:59:59Z", false),
            ("1900-01-01T00:00:00Z", true),
            ("9999-12-31T23:59:59Z", true),
            ("+10000-01-01T00:00:00Z", false),
        ] {
            let at: DateTime<Utc> = text.parse().unwrap();
            assert_eq!(moment("dueAt", at).is_ok(), is_taken, "{text}");
            assert_eq!(moment("onDay", at.date_naive()).is_ok(), is_taken, "{text}");
        }
        let refused = moment("dueAt", DateTime::<Utc>::MIN_UTC).unwrap_err();
        assert_eq!(refused.field(), Some("dueAt"));
    }
}
