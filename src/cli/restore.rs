//! `xunfang restore`

use std::path::PathBuf;

use clap::Args;

use super::{Failure, say};
use crate::clock::{SharedClock, SystemClock};
use crate::config::StorageSettings;
use crate::database::backup;

/// Put a backup in the place of the embedded database
///
/// Stop the server first. What is replaced stays beside it. A new epoch begins: phones notice it,
/// pull from the start and give back what the backup did not have. For PostgreSQL use pg_restore.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  xunfang restore /backups/2026-11-21.db")]
pub struct Restore {
    /// Backup to restore
    file: PathBuf,
    #[command(flatten)]
    storage: StorageSettings,
}

impl Restore {
    pub async fn run(self) -> Result<(), Failure> {
        let clock: SharedClock = std::sync::Arc::new(SystemClock);
        let stamp = clock.now().format("%Y%m%dT%H%M%SZ").to_string();
        let url = &self.storage.database_url;
        let replaced = backup::restore(url, &self.file, &stamp, &clock).await?;
        say(format_args!("restored {}", self.file.display()));
        if let Some(replaced) = replaced {
            say(format_args!("what it replaced is {}", replaced.display()));
        }
        Ok(())
    }
}
