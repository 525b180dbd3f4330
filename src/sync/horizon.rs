//! How long phones keep what was acknowledged: until a backup has it.
//!
//! A restored database has lost what came after its backup, and the phones are the only ones that
//! still have it. So a phone keeps every mutation that was acknowledged until it is older than it has
//! to be, and is asked to push all of them again when the database went back.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::database::installation;
use crate::error::ApiError;

/// So long it is kept though there is a backup: the newest may not be the one that is restored.
const AT_LEAST: TimeDelta = TimeDelta::days(7);

/// So long it is kept where nobody makes backups, or nobody notes them.
const AT_MOST: TimeDelta = TimeDelta::days(30);

/// What was acknowledged before this moment, by the clock of the server, may be forgotten.
pub(super) async fn forget_before(app: &App) -> Result<DateTime<Utc>, ApiError> {
    let backed_up = installation::backed_up_until(app.db().reader()).await?;
    Ok(horizon(backed_up, app.clock().now()))
}

fn horizon(backed_up: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let (earliest, latest) = (now - AT_MOST, now - AT_LEAST);
    backed_up.map_or(earliest, |at| at.clamp(earliest, latest))
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
            assert_eq!(horizon(backed_up, at(100)), at(forgotten), "{backed_up:?}");
        }
    }
}
