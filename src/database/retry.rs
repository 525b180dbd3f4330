//! Trying again what the database broke off.

use std::time::Duration;

use sea_orm::DbErr;

use crate::error::Coded as _;

/// How often something is run in all.
pub(super) const TRIES: u32 = 8;

/// The longest pause before the second try; each later one may be twice as long. A database that
/// restarts is back before the last.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits before the next try, each time a little longer and never as long as others do.
pub(super) async fn pause(tries: u32) {
    let longest = PAUSE.saturating_mul(1 << tries.min(TRIES));
    tokio::time::sleep(longest.mul_f64(rand::random())).await;
}

/// Runs what changes nothing until it is not broken off.
pub(super) async fn again<T, Run: Future<Output = Result<T, DbErr>>>(
    mut run: impl FnMut() -> Run,
) -> Result<T, DbErr> {
    let mut tries = 1;
    loop {
        match run().await {
            Err(error) if error.is_transient() && tries < TRIES => {
                pause(tries).await;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}
