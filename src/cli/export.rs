//! `xunfang export`

use std::path::PathBuf;

use clap::Args;

use super::{Failure, open, say, write_private};
use crate::config::{LogSettings, Settings, StorageSettings};
use crate::import::export::{ExportOrder, export_estate};
use crate::telemetry;

/// Write the estate of a community to a workbook that `import` reads
///
/// Buildings, units, parties, relations and present staff, in the sheets of the template. Importing
/// the file again changes nothing. Phones and identity numbers are left out unless asked for, and an
/// import of a file without them leaves them as they are.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct Export {
    /// Workbook to write; must not exist
    #[arg(value_name = "FILE.xlsx")]
    file: PathBuf,
    /// Name or code of the community
    #[arg(long, value_name = "NAME|CODE")]
    community: String,
    /// Phones and identity numbers in full; the audit trail notes it
    #[arg(long)]
    with_personal_numbers: bool,
    #[command(flatten)]
    storage: StorageSettings,
    #[command(flatten)]
    log: LogSettings,
}

const EXAMPLES: &str = "\
Example:
  xunfang export estate.xlsx --community 云栖花园

With the embedded database, stop the server first; with PostgreSQL it may go on.";

impl Export {
    pub async fn run(self) -> Result<(), Failure> {
        telemetry::start(&self.log.log, self.log.log_json)?;
        // Before the numbers are opened and the audit trail says so.
        if self.file.exists() {
            let file = self.file.display();
            return Err(Failure::new(format!("{file} exists already")));
        }
        let app = open(Settings::of_command(self.storage, self.log)?).await?;
        let order = ExportOrder {
            community: &self.community,
            with_personal_numbers: self.with_personal_numbers,
        };
        let bytes = export_estate(&app, order).await;
        app.db().clone().close().await?;
        write_private(&self.file, &bytes?)?;
        say(format_args!("wrote {}", self.file.display()));
        Ok(())
    }
}
