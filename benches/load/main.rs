//! What the server does under load, beside what PostgreSQL does without it. `scripts/bench` runs it.

mod closed_loop;
mod likeness;
mod measure;
mod phone;
mod pull;
mod push;
mod report;
mod stage;
mod storm;

use tokio::task::LocalSet;

use self::stage::{Settings, Stage};

/// Why there is no figure.
type Fault = Box<dyn std::error::Error>;

/// Of all accounts of the bench.
const PASSWORD: &str = "xunfang-bench";

/// Edits in one push.
const EDITS: usize = 50;

/// Prints a line; whoever does not listen any more is not told.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        drop(writeln!(std::io::stdout(), $($text)*));
    }};
}
use say;

fn main() -> Result<(), Fault> {
    let Some(settings) = Settings::from_environment()? else {
        say!("This bench fills and loads a PostgreSQL of its own: run scripts/bench.");
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, run(&settings))
}

async fn run(settings: &Settings) -> Result<(), Fault> {
    let stage = Stage::set(settings, "bench", 1).await?;
    likeness::compare(&stage).await?;
    if settings.wants("pull") {
        let cursor = pull::first(&stage).await?;
        pull::delta(&stage, &cursor, 1).await?;
    }
    if settings.wants("storm") {
        storm::storm(&stage).await?;
    }
    if settings.wants("push") {
        push::push(&stage).await?;
    }
    drop(stage);
    if settings.wants("ten") {
        let stage = Stage::set(settings, "bench10", 10).await?;
        let cursor = pull::first(&stage).await?;
        pull::delta(&stage, &cursor, 10).await?;
        pull::resident(&stage).await?;
    }
    Ok(())
}
