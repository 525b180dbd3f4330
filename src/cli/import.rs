//! `xunfang import`

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::{Failure, Terminal, open, say, write_private};
use crate::config::{LogSettings, Settings, StorageSettings};
use crate::error::Language;
use crate::import::{self, ImportOrder, template};
use crate::telemetry;

/// Take over the office's lists of its estate: all of them, or nothing
///
/// The lists are sheets of one workbook (.xlsx) for buildings, units, parties, relations and staff:
/// 楼栋, 房屋, 住户, 关系, 员工; or CSV files of units and parties in UTF-8 or GB18030, as spreadsheet
/// programs save them. --template writes an empty workbook that explains itself. Every fault is told
/// with its sheet, row, column, value and reason; as long as there is one, nothing is taken over and
/// the exit code is 1. Importing a list again changes what has changed in it, and only that.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
#[command(group = ArgGroup::new("lists").required(true).multiple(true))]
pub struct Import {
    /// Workbook with the sheets 楼栋, 房屋, 住户, 关系, 员工, as many of them as there are
    #[arg(value_name = "FILE.xlsx", group = "lists", conflicts_with_all = ["units", "parties"])]
    workbook: Option<PathBuf>,
    /// Write an empty workbook to fill, and do nothing else; must not exist
    #[arg(long, value_name = "FILE.xlsx", group = "lists")]
    #[arg(conflicts_with_all = ["workbook", "units", "parties", "community", "code", "new", "dry_run"])]
    template: Option<PathBuf>,
    /// Name or code of the community; the first is made when it is not there
    #[arg(long, value_name = "NAME|CODE", required_unless_present = "template")]
    community: Option<String>,
    /// Make the community when it is not there, beside those there are
    #[arg(long)]
    new: bool,
    /// Code of a new community; made up when left out
    #[arg(long)]
    code: Option<String>,
    /// List of units: 楼栋,楼层,房号,户型,建筑面积,居住状态
    #[arg(long, value_name = "FILE", group = "lists")]
    units: Option<PathBuf>,
    /// List of parties: 楼栋,房号,姓名,身份,手机,证件号码,起始日期,结束日期
    #[arg(long, value_name = "FILE", group = "lists")]
    parties: Option<PathBuf>,
    /// Check everything and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Language of the report
    #[arg(long, value_enum, default_value_t = ReportLanguage::Zh)]
    language: ReportLanguage,
    #[command(flatten)]
    storage: StorageSettings,
    #[command(flatten)]
    log: LogSettings,
}

const EXAMPLES: &str = "\
Examples:
  xunfang import --template estate.xlsx
  xunfang import estate.xlsx --community 云栖花园 --code yunxi --dry-run
  xunfang import --community 云栖花园 --code yunxi --units units.csv --parties parties.csv --dry-run
  xunfang import --community yunxi --parties parties.csv --language en

With the embedded database, stop the server first; with PostgreSQL it may go on.";

/// The languages a report is written in.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReportLanguage {
    Zh,
    En,
}

impl Import {
    pub async fn run(self) -> Result<(), Failure> {
        telemetry::start(&self.log.log, self.log.log_json)?;
        let language = match self.language {
            ReportLanguage::Zh => Language::Chinese,
            ReportLanguage::En => Language::English,
        };
        if let Some(file) = self.template {
            let bytes = template::template()?;
            write_private(&file, &bytes)?;
            say(format_args!("wrote {}", file.display()));
            return Ok(());
        }
        let order = ImportOrder {
            community: self.community.unwrap_or_default(),
            may_be_new: self.new,
            code: self.code,
            units: self.units,
            parties: self.parties,
            workbook: self.workbook,
            dry_run: self.dry_run,
            language,
        };
        let app = open(Settings::of_command(self.storage, self.log)?).await?;
        let done = import::run(&app, &order, &mut Terminal).await;
        app.db().clone().close().await?;
        match done {
            Ok(_) => Ok(()),
            Err(error) if error.is_internal() => Err(error.into()),
            Err(error) => Err(Failure::new(error.message(language))),
        }
    }
}
