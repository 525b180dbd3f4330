//! `xunfang backup`

use std::path::PathBuf;

use clap::Args;

use super::{Failure, say};
use crate::config::StorageSettings;
use crate::database::backup;

/// Copy the embedded database to a file, also while it is being served
///
/// The copy is complete and consistent, as of one moment. The key file is not in it: keep that
/// elsewhere, for without it the personal values of a backup cannot be read. For PostgreSQL use
/// pg_dump.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  xunfang backup /backups/$(date +%F).db")]
pub struct Backup {
    /// File to write; must not exist
    file: PathBuf,
    #[command(flatten)]
    storage: StorageSettings,
}

impl Backup {
    pub async fn run(self) -> Result<(), Failure> {
        backup::backup(&self.storage.database_url, &self.file).await?;
        let bytes = std::fs::metadata(&self.file)?.len();
        say(format_args!(
            "wrote {} ({bytes} bytes)",
            self.file.display()
        ));
        if self.storage.key.is_none() {
            let key = self.storage.key_file.display();
            say(format_args!(
                "the key is not in it; keep a copy of {key} too"
            ));
        }
        Ok(())
    }
}
