//! The import as the command line runs it: files in, a report in the reader's language out.

use std::io;
use std::path::{Path, PathBuf};

use super::office::{ImportReport, List, Lists, import_estate};
use crate::app::App;
use crate::areas::estate::Imported;
use crate::error::{ApiError, Coded, ErrorCode, Language};

/// What the command line was asked to import.
#[derive(Clone, Debug)]
pub struct ImportOrder {
    /// Name or code; one that is not there is taken into care.
    pub community: String,
    /// The code of a new community; made up when left out.
    pub code: Option<String>,
    pub units: Option<PathBuf>,
    pub parties: Option<PathBuf>,
    /// Check everything and keep nothing.
    pub dry_run: bool,
    /// The language of the report.
    pub language: Language,
}

/// Why an import came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("name a list to import: units, parties or both")]
    NothingToDo,
    #[error("cannot read {}: {cause}", .path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("cannot write the report: {0}")]
    Report(#[from] io::Error),
    #[error("nothing was imported; mend the {0} faults above and import again")]
    Faulty(usize),
}

impl Coded for ImportError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NothingToDo | Self::File { .. } => ErrorCode::INVALID_INPUT,
            Self::Report(_) => ErrorCode::INTERNAL,
            Self::Faulty(_) => ErrorCode::IMPORT_FAULTY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NothingToDo => "请指定要导入的房屋表或住户表".to_owned(),
            Self::File { path, cause } => format!("无法读取 {}：{cause}", path.display()),
            Self::Report(cause) => format!("无法输出结果：{cause}"),
            Self::Faulty(count) => format!("没有导入任何内容；请改正以上 {count} 处错误后重新导入"),
        }
    }
}

/// Imports the files of an order and writes the report to `out`.
pub async fn run(
    app: &App,
    order: &ImportOrder,
    out: &mut impl io::Write,
) -> Result<ImportReport, ApiError> {
    if order.units.is_none() && order.parties.is_none() {
        return Err(ImportError::NothingToDo.into());
    }
    let units = order.units.as_deref().map(read).transpose()?;
    let parties = order.parties.as_deref().map(read).transpose()?;
    let lists = Lists {
        community: &order.community,
        code: order.code.as_deref(),
        units: units.as_deref(),
        parties: parties.as_deref(),
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
    std::fs::read(path).map_err(|cause| ImportError::File {
        path: path.to_owned(),
        cause,
    })
}

impl ImportReport {
    /// The report line by line: the faults if there are any, else what was taken over.
    pub fn text(&self, language: Language) -> String {
        if self.faults.is_empty() {
            self.counts(language)
        } else {
            self.fault_lines(language)
        }
    }

    fn fault_lines(&self, language: Language) -> String {
        let lines = self.faults.iter().map(|it| match (language, it.list) {
            (Language::Chinese, List::Units) => format!("房屋表 {}\n", it.fault.zh()),
            (Language::Chinese, List::Parties) => format!("住户表 {}\n", it.fault.zh()),
            (Language::English, List::Units) => format!("units, {}\n", it.fault),
            (Language::English, List::Parties) => format!("parties, {}\n", it.fault),
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
        for (chinese, english, counts) in [
            ("房屋", "units", self.units),
            ("住户", "parties", self.parties),
            ("住户与房屋的关系", "relations", self.relations),
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
        lines.concat()
    }
}
