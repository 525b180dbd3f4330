//! The program: parses the command line, runs the command, tells what went wrong.

use std::process::ExitCode;

use xunfang::cli::Cli;
use xunfang::{private, telemetry};

/// Gives back what a large answer took (docs/decisions/0027).
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    private::by_default();
    let cli = Cli::from_args(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let code = match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            telemetry::tell(&format!("error: {failure}"));
            ExitCode::FAILURE
        }
    };
    telemetry::finish();
    code
}
