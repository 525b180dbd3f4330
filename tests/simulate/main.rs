//! Seeded phones against servers of this program: whatever happens to them, nothing is lost.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test may stop where it stands"
)]

mod disk;
mod keys;
mod outages;
mod postgres;
mod processes;

use processes::{Run, database};

/// How many laws a run is judged by.
const LAWS: usize = 13;

/// A run against a server of its own.
async fn run(seed: u64, rounds: u64, is_serial: bool) {
    let mut run = Run::new(seed, rounds);
    if is_serial {
        run.command.arg("--serial");
    }
    if let Some(url) = database(seed).await {
        run.command.args(["--database-url", &url]);
    }
    run.holds(|| ());
}

#[tokio::test]
async fn phones_in_turn_lose_nothing() {
    for seed in 1..=3 {
        run(seed, 40, true).await;
    }
}

#[tokio::test]
async fn phones_at_once_lose_nothing() {
    run(4, 50, false).await;
}
