//! `xunfang migrate`

use clap::Args;

use super::{Failure, open_database, say};
use crate::config::{LogSettings, StorageSettings};
use crate::telemetry;

/// Bring the database up to date, and stop
///
/// `serve` does the same when it starts; this is for deployments that want it as a step of its own.
#[derive(Args, Debug)]
pub struct Migrate {
    #[command(flatten)]
    storage: StorageSettings,
    #[command(flatten)]
    log: LogSettings,
}

impl Migrate {
    pub async fn run(self) -> Result<(), Failure> {
        telemetry::start(&self.log.log, self.log.log_json)?;
        open_database(&self.storage).await?.close().await?;
        say("the database is up to date");
        Ok(())
    }
}
