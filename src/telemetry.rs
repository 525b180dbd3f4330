//! Logs: readable lines or JSON, to standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// Starts logging for this process: what `filter` names (`info`, `xunfang=debug,warn`), as lines for
/// people or as one JSON object each. A second call changes nothing.
pub fn start(filter: &str, json: bool) -> Result<(), ParseError> {
    // Every start would tell at length that there was nothing to migrate.
    let quiet = "sea_orm_migration=warn,sqlx::postgres::notice=warn";
    let filter = EnvFilter::try_new(format!("{quiet},{filter}"))?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = if json {
        logs.json()
            .flatten_event(true)
            .with_span_list(false)
            .try_init()
    } else {
        logs.compact().try_init()
    };
    // Whoever comes second, as a test does, writes to the log of the first.
    drop(started);
    Ok(())
}
