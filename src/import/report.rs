//! The import as the command line runs it: files in, a report in the reader's language out.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::fault::{ImportError, List};
use super::office::{ImportReport, Lists, import_estate};
use super::table::workbook::FILE_LIMIT;
use crate::app::App;
use crate::areas::estate::Imported;
use crate::error::{ApiError, Language};

/// How much of a file is read.
const LARGEST: u64 = FILE_LIMIT as u64 + 1;

/// What the command line was asked to import.
#[derive(Clone, Debug)]
pub struct ImportOrder {
    /// Name or code.
    pub community: String,
    /// One that is not there is taken into care, beside those there are.
    pub may_be_new: bool,
    /// The code of a new community; made up when left out.
    pub code: Option<String>,
    pub units: Option<PathBuf>,
    pub parties: Option<PathBuf>,
    /// All lists as sheets of one workbook.
    pub workbook: Option<PathBuf>,
    /// Check everything and keep nothing.
    pub dry_run: bool,
    /// The language of the report.
    pub language: Language,
}

/// Imports the files of an order and writes the report to `out`.
pub async fn run(
    app: &App,
    order: &ImportOrder,
    out: &mut impl io::Write,
) -> Result<ImportReport, ApiError> {
    if order.units.is_none() && order.parties.is_none() && order.workbook.is_none() {
        return Err(ImportError::NothingToDo.into());
    }
    let units = order.units.as_deref().map(read).transpose()?;
    let parties = order.parties.as_deref().map(read).transpose()?;
    let workbook = order.workbook.as_deref().map(read).transpose()?;
    let lists = Lists {
        community: &order.community,
        may_be_new: order.may_be_new,
        code: order.code.as_deref(),
        units: units.as_deref(),
        parties: parties.as_deref(),
        workbook: workbook.as_deref(),
        dry_run: order.dry_run,
    };
    let report = import_estate(app, lists).await?;
    let text = report.text(order.language);
    out.write_all(text.as_bytes())
        .map_err(ImportError::Report)?;
    match report.faults.len() {
        0 => Ok(report),
        count => Err(ImportError::Faulty(count).into()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ImportError> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path);
    // One byte more than is taken tells that it is too large.
    let read = file.and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    read.map_err(|cause| ImportError::File {
        path: path.to_owned(),
        cause,
    })?;
    Ok(bytes)
}

impl ImportReport {
    /// The report line by line: the faults if there are any, else what was taken over.
    pub fn text(&self, language: Language) -> String {
        let lines = if self.faults.is_empty() {
            self.counts(language)
        } else {
            self.fault_lines(language)
        };
        lines + &self.passed_lines(language)
    }

    /// What of the files is not seen by whoever looks at them, and what was no record.
    fn passed_lines(&self, language: Language) -> String {
        let lines = self.passed.iter().flat_map(|(list, passed)| {
            let list = list.title(language);
            let (hidden, notes) = (passed.hidden, passed.notes.iter().map(ToString::to_string));
            let notes = notes.collect::<Vec<_>>();
            let (hidden_line, notes_line) = match language {
                Language::Chinese => (
                    format!("{list} 有 {hidden} 个隐藏或被筛选的行，也已读取\n"),
                    format!("{list} 第 {} 行是说明或合计，未读取\n", notes.join("、")),
                ),
                Language::English => (
                    format!("{list}: {hidden} hidden or filtered rows were read too\n"),
                    format!(
                        "{list}: notes or sums, not read: rows {}\n",
                        notes.join(", ")
                    ),
                ),
            };
            let hidden_line = (hidden > 0).then_some(hidden_line);
            let notes_line = (!notes.is_empty()).then_some(notes_line);
            [hidden_line, notes_line].into_iter().flatten()
        });
        lines.collect()
    }

    fn fault_lines(&self, language: Language) -> String {
        let lines = self.faults.iter().map(|it| {
            let (list, fault) = (it.list.title(language), &it.fault);
            match language {
                Language::Chinese => format!("{list} {}\n", fault.zh()),
                Language::English => format!("{list}, {fault}\n"),
            }
        });
        lines.collect()
    }

    fn counts(&self, language: Language) -> String {
        let is_chinese = language == Language::Chinese;
        let said = |chinese: &str, english: &str| {
            let line = if is_chinese { chinese } else { english };
            format!("{line}\n")
        };
        let mut lines = Vec::new();
        if self.is_dry_run {
            lines.push(said("试导入，未保存", "dry run: nothing was kept"));
        }
        if self.community_is_new {
            lines.push(said("新建小区", "the community is new"));
        }
        // A dry run would be followed by another.
        if let Some(code) = self.made_up_code.as_ref().filter(|_| !self.is_dry_run) {
            lines.push(said(
                &format!("小区代码（未指定，自动生成）：{code}"),
                &format!("its code, made up because none was given: {code}"),
            ));
        }
        for (chinese, english, counts) in [
            ("楼栋", "buildings", self.buildings),
            ("房屋", "units", self.units),
            ("住户", "parties", self.parties),
            ("住户与房屋的关系", "relations", self.relations),
            ("员工", "staff", self.staff),
        ] {
            let Some(Imported {
                created,
                changed,
                unchanged,
            }) = counts
            else {
                continue;
            };
            let all = created + changed + unchanged;
            lines.push(said(
                &format!("{chinese}：共 {all}，新增 {created}，更新 {changed}，未变 {unchanged}"),
                &format!("{english}: {all} read, {created} created, {changed} changed, {unchanged} unchanged"),
            ));
        }
        if !self.new_accounts.is_empty() {
            let (accounts, given) = (self.new_accounts.join(" "), "xunfang staff password");
            lines.push(said(
                &format!("新账号没有密码，请用 {given} 设置：{accounts}"),
                &format!("new accounts have no password; give them one with {given}: {accounts}"),
            ));
        }
        lines.concat()
    }
}

impl List {
    fn title(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            Self::Workbook => ("工作簿", "workbook"),
            Self::Buildings => ("楼栋表", "buildings"),
            Self::Units => ("房屋表", "units"),
            Self::Parties => ("住户表", "parties"),
            Self::Relations => ("关系表", "relations"),
            Self::Staff => ("员工表", "staff"),
        };
        match language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }
}
