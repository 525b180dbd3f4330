//! How long phones keep what was acknowledged: until a backup has it.
//!
//! A restored database has lost what came after its backup, and the phones are the only ones that
//! still have it. So a phone keeps every mutation that was acknowledged until it is older than it has
//! to be, and is asked to push all of them again when the database went back.

use chrono::{DateTime, TimeDelta, Utc};

/// So long it is kept though there is a backup: the newest may not be the one that is restored.
const AT_LEAST: TimeDelta = TimeDelta::days(7);

/// So long it is kept where nobody makes backups, or nobody notes them.
const AT_MOST: TimeDelta = TimeDelta::days(30);

/// What was acknowledged before this moment, by the clock of the server, may be forgotten.
pub(super) fn forget_before(
    backed_up_until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let (earliest, latest) = (now - AT_MOST, now - AT_LEAST);
    backed_up_until.map_or(earliest, |at| at.clamp(earliest, latest))
}

/// Whether a record that is not there may be one that a restore has lost, and that the phone which made
/// it has yet to give back: for as long as phones keep what was acknowledged.
pub(super) fn may_be_given_back(restored_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    restored_at.is_some_and(|at| now - at < AT_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_backup_has_is_kept_for_a_month_and_the_rest_for_a_week() {
        let at = |days| DateTime::UNIX_EPOCH + TimeDelta::days(days);
        for (backed_up, forgotten) in [
            (None, 70),
            (Some(at(10)), 70),
            (Some(at(80)), 80),
            (Some(at(99)), 93),
            (Some(at(101)), 93),
        ] {
            let before = forget_before(backed_up, at(100));
            assert_eq!(before, at(forgotten), "{backed_up:?}");
        }
    }

    #[test]
    fn what_a_restore_has_lost_is_expected_for_as_long_as_phones_keep_it() {
        let at = |days| DateTime::UNIX_EPOCH + TimeDelta::days(days);
        for (restored_at, is_expected) in [
            (None, false),
            (Some(at(100)), true),
            (Some(at(71)), true),
            (Some(at(70)), false),
        ] {
            let expected = may_be_given_back(restored_at, at(100));
            assert_eq!(expected, is_expected, "{restored_at:?}");
        }
    }
}
