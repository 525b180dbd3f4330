//! `xunfang backup`

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;

use super::{Failure, say};
use crate::clock::{Clock as _, SystemClock};
use crate::config::StorageSettings;
use crate::database::backup;

/// Copy the embedded database to a file, also while it is being served
///
/// The copy is complete and consistent, as of one moment. The key file is not in it: keep that
/// elsewhere, for without it the personal values of a backup cannot be read. Phones keep what was
/// acknowledged until a backup has it, so tell also of backups that were made by other means: for
/// PostgreSQL use pg_dump, then --mark with the moment at which it was begun.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct Backup {
    /// File to write; must not exist
    #[arg(required_unless_present = "mark")]
    file: Option<PathBuf>,
    /// Only note that a backup is complete that was begun at this moment, as 2026-11-29T02:00:00Z
    #[arg(long, value_name = "MOMENT", conflicts_with = "file")]
    mark: Option<DateTime<Utc>>,
    #[command(flatten)]
    storage: StorageSettings,
}

const EXAMPLES: &str = "\
Examples:
  xunfang backup /backups/$(date +%F).db
  begun=$(date -u +%FT%TZ); pg_dump xunfang > dump && xunfang backup --mark $begun";

impl Backup {
    pub async fn run(self) -> Result<(), Failure> {
        let now = SystemClock.now();
        match (&self.file, self.mark) {
            (Some(file), _) => {
                self.copy(file).await?;
                // What was there when it began is in it.
                self.note(now).await
            }
            (None, Some(begun_at)) if begun_at > now => {
                let unborn =
                    format!("{begun_at} is not yet: name the moment at which it was begun");
                Err(Failure::new(unborn))
            }
            (None, Some(begun_at)) => {
                self.note(begun_at).await?;
                say(format_args!("a backup has what came before {begun_at}"));
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    async fn copy(&self, file: &Path) -> Result<(), Failure> {
        backup::backup(&self.storage.database_url, file).await?;
        let bytes = std::fs::metadata(file)?.len();
        say(format_args!("wrote {} ({bytes} bytes)", file.display()));
        if self.storage.key.is_none() {
            let key = self.storage.key_file.display();
            say(format_args!(
                "the key is not in it; keep a copy of {key} too"
            ));
        }
        Ok(())
    }

    async fn note(&self, begun_at: DateTime<Utc>) -> Result<(), Failure> {
        Ok(backup::note(&self.storage.database_url, begun_at).await?)
    }
}
