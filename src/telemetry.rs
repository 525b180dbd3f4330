//! Logs: readable lines or JSON, to standard error.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::LogSettings;

/// Starts logging for this process. A second call changes nothing.
pub fn start(settings: &LogSettings) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(&settings.log)?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = if settings.log_json {
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
