//! `xunfang restore`

use std::path::PathBuf;

use clap::Args;

use super::{Failure, open_database, say};
use crate::clock::{SharedClock, SystemClock};
use crate::config::StorageSettings;
use crate::database::{backup, installation};

/// Put a backup in the place of the embedded database
///
/// Stop the server first. What is replaced stays beside it. A new epoch begins: phones notice it,
/// pull from the start and keep what is unsent. For PostgreSQL use pg_restore, then --new-epoch.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct Restore {
    /// Backup to restore
    #[arg(required_unless_present = "new_epoch")]
    file: Option<PathBuf>,
    /// Only begin a new epoch, in a database that was restored by other means
    #[arg(long, conflicts_with = "file")]
    new_epoch: bool,
    #[command(flatten)]
    storage: StorageSettings,
}

const EXAMPLES: &str = "\
Examples:
  xunfang restore /backups/monday.db
  xunfang restore --new-epoch --database-url postgres://xunfang@db/xunfang";

impl Restore {
    pub async fn run(self) -> Result<(), Failure> {
        let clock: SharedClock = std::sync::Arc::new(SystemClock);
        let Some(file) = self.file else {
            let db = open_database(&self.storage).await?;
            installation::new_epoch(&db, &clock).await?;
            db.close().await?;
            say("a new epoch has begun");
            return Ok(());
        };
        let stamp = clock.now().format("%Y%m%dT%H%M%SZ").to_string();
        let url = &self.storage.database_url;
        let replaced = backup::restore(url, &file, &stamp, &clock).await?;
        say(format_args!("restored {}", file.display()));
        if let Some(replaced) = replaced {
            say(format_args!("what it replaced is {}", replaced.display()));
        }
        Ok(())
    }
}
