//! Seeded phones against a server of this program: whatever happens to them, nothing is lost.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test may stop where it stands"
)]

use std::process::Command;

use sea_orm::ConnectionTrait;

/// A database of its own on the test server of `PostgreSQL`, where there is one.
async fn database(seed: u64) -> Option<String> {
    if std::env::var("XUNFANG_TEST_DATABASE").is_ok_and(|kind| kind == "postgres") {
        let server = std::env::var("XUNFANG_TEST_POSTGRES_URL")
            .expect("XUNFANG_TEST_POSTGRES_URL says where PostgreSQL is");
        let name = format!("xunfang_simulate_{}_{seed}", std::process::id());
        let admin = sea_orm::Database::connect(&server).await.unwrap();
        let create = format!("CREATE DATABASE {name}");
        admin.execute_unprepared(&create).await.unwrap();
        admin.close().await.unwrap();
        let (start, _) = server.rsplit_once('/').unwrap();
        return Some(format!("{start}/{name}"));
    }
    None
}

async fn run(seed: u64, rounds: u64, serial: bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xunfang"));
    command.args(["simulate", "--phones", "5"]);
    command.args(["--seed", &seed.to_string(), "--rounds", &rounds.to_string()]);
    if serial {
        command.arg("--serial");
    }
    if let Some(url) = database(seed).await {
        command.args(["--database-url", &url]);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{errors}");
    assert_eq!(told.matches('✓').count(), 9, "{told}");
}

#[tokio::test]
async fn five_phones_in_turn_lose_nothing() {
    for seed in 1..=3 {
        run(seed, 60, true).await;
    }
}

#[tokio::test]
async fn five_phones_at_once_lose_nothing() {
    run(4, 60, false).await;
}
