//! How long to wait before trying again. Pure.

use chrono::TimeDelta;
use entity::ids::JobId;

/// How often a job is tried before it is given up: for about an hour.
pub const MOST_ATTEMPTS: i32 = 8;

const FIRST: TimeDelta = TimeDelta::seconds(30);
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// How long to wait after an attempt failed: twice as long each time, and up to a quarter longer,
/// so that jobs that failed together do not come back together.
pub fn wait_after(id: JobId, attempt: i32) -> TimeDelta {
    let doublings = attempt.clamp(1, 20).unsigned_abs() - 1;
    let wait = FIRST
        .checked_mul(1 << doublings)
        .map_or(LONGEST, |wait| wait.min(LONGEST));
    let quarter = (wait / 4).num_milliseconds().unsigned_abs();
    let later = scattered(id, attempt) % (quarter + 1);
    wait + TimeDelta::milliseconds(i64::try_from(later).unwrap_or_default())
}

/// A number that looks random and follows from job and attempt (FNV-1a).
fn scattered(id: JobId, attempt: i32) -> u64 {
    let bytes = id.0.into_bytes().into_iter().chain(attempt.to_be_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_wait_is_about_twice_as_long_up_to_an_hour() {
        for (attempt, least) in [
            (1, 30),
            (2, 60),
            (3, 120),
            (4, 240),
            (5, 480),
            (6, 960),
            (7, 1_920),
            (8, 3_600),
            (9, 3_600),
            (i32::MAX, 3_600),
            (0, 30),
            (-1, 30),
        ] {
            for id in 0..100 {
                let wait = wait_after(JobId(Uuid::from_u128(id)), attempt);
                let bounds = TimeDelta::seconds(least)..=TimeDelta::seconds(least + least / 4 + 1);
                assert!(bounds.contains(&wait), "{wait} after attempt {attempt}");
            }
        }
    }

    #[test]
    fn jobs_that_failed_together_come_back_apart() {
        let wait = |id| wait_after(JobId(Uuid::from_u128(id)), 5);
        assert_eq!(wait(1), wait(1));
        let different: std::collections::BTreeSet<_> = (0..100).map(wait).collect();
        assert!(different.len() > 90);
    }
}
