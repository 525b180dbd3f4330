//! What is wrong with a cell, a row or a file, in English for logs and in Chinese for the office.

use std::fmt;
use std::io;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::error::{Coded, ErrorCode};
use crate::text;

/// How much of a refused cell a fault repeats, in characters.
const SHOWN: usize = 60;

/// A refused cell, row or file. Of a personal number `value` holds the ends only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Row as the spreadsheet shows it; the header is row 1. 0 where the whole file is at fault.
    pub row: usize,
    /// The header of the faulty cell; none where the whole row or file is at fault.
    pub column: Option<String>,
    /// The cell as it was read, shortened to 60 characters.
    pub value: String,
    pub reason: Reason,
}

impl Fault {
    /// The line for the office: `第 6 行 建筑面积「约90」：不是面积，…`.
    pub fn zh(&self) -> String {
        let column = self
            .column
            .as_ref()
            .map(|column| format!(" {column}"))
            .unwrap_or_default();
        let value = if self.value.is_empty() {
            String::new()
        } else {
            format!("「{}」", self.value)
        };
        let row = match self.row {
            0 => String::new(),
            row => format!("第 {row} 行"),
        };
        format!("{row}{column}{value}：{}", self.reason.zh())
    }

    /// Of a whole file or sheet.
    pub fn of_file(reason: Reason) -> Self {
        Self {
            row: 0,
            column: None,
            value: String::new(),
            reason,
        }
    }
}

/// The beginning of a cell on one line, as a fault repeats it.
pub fn shown(cell: &str) -> String {
    let rest = cell.chars().nth(SHOWN).map(|_| '…');
    cell.chars()
        .take(SHOWN)
        .map(|character| if is_hidden(character) { ' ' } else { character })
        .chain(rest)
        .collect()
}

/// A personal number with its first three and last four characters: enough to find it in the file.
pub fn masked(cell: &str) -> String {
    const FIRST: usize = 3;
    const LAST: usize = 4;
    let length = cell.chars().count();
    let characters = cell.chars().enumerate();
    characters
        .map(|(place, character)| {
            let is_between = place >= FIRST && place + LAST < length;
            if is_between && character.is_numeric() {
                '*'
            } else {
                character
            }
        })
        .collect()
}

/// What nobody sees, and what shows that an earlier program has lost a character.
fn is_hidden(character: char) -> bool {
    text::is_hidden(character) || character == char::REPLACEMENT_CHARACTER
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            0 => f.write_str("the whole of it")?,
            row => write!(f, "row {row}")?,
        }
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        if !self.value.is_empty() {
            write!(f, " `{}`", self.value)?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for Fault {}

/// Why it was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("the file has no header row")]
    EmptyFile,
    #[error("neither UTF-8 nor GB18030 at byte {byte}")]
    NotText { byte: usize },
    #[error("this column is missing")]
    MissingHeader,
    #[error("this column stands in the file more than once")]
    DuplicateHeader,
    #[error("not a column of this list")]
    UnknownHeader,
    #[error("column {position} has no header")]
    UnnamedHeader { position: usize },
    #[error("{found} cells where the header has {expected}")]
    Ragged { expected: usize, found: usize },
    #[error("hidden character U+{:04X}", u32::from(*character))]
    HiddenCharacter { character: char },
    #[error(
        "private character U+{:04X}, which only the machine it was made on can show: write another",
        u32::from(*character)
    )]
    PrivateCharacter { character: char },
    #[error("a line break inside the cell, or a quotation mark that is never closed")]
    LineBreak,
    #[error("longer than {limit} characters")]
    TooLong { limit: usize },
    #[error("must not be empty")]
    Required,
    #[error("not a floor: write 3, 三, 首层, 3A, B1 or 地下一")]
    NotAFloor,
    #[error("floors go from {lowest} to {highest}, without 0")]
    FloorOutOfRange { lowest: i16, highest: i16 },
    #[error("not an area: write square metres as a plain number")]
    NotAnArea,
    #[error("an area has at most two decimals")]
    AreaTooPrecise,
    #[error("an area is more than 0 and at most {limit} square metres")]
    AreaOutOfRange { limit: i64 },
    #[error("unknown occupancy: write 长住, 非长住, 空置, 托管 or 出租")]
    UnknownOccupancy,
    #[error("unknown relation: write 业主, 家属, 租户, 住户, 商户 or 受托人")]
    UnknownRelation,
    #[error(
        "not a phone: 11 digits starting with 1, or a landline with its area code, 转 before an extension; several with / between them"
    )]
    NotAPhone,
    #[error(
        "not the number of an identity card, of a travel permit or residence permit of Hong Kong, Macau or Taiwan, of a passport, nor the code of a firm (18 characters, the last of which checks the others)"
    )]
    NotAnIdentityNumber,
    #[error("the birth date inside the identity number does not exist")]
    ImpossibleBirthDate,
    #[error(
        "the spreadsheet has rounded this number: format the column as text and enter it again"
    )]
    RoundedBySpreadsheet,
    #[error(
        "the sheet shows this number otherwise than it is stored: format the column as text and enter what is meant"
    )]
    ShownOtherwise,
    #[error(
        "the spreadsheet has turned this into a logical value: format the column as text and enter it again"
    )]
    TurnedIntoFlag,
    #[error("not a date between 1900 and 2199: write 2014-10-14")]
    NotADate,
    #[error("ends before it starts on {starts_on}")]
    EndsBeforeStart { starts_on: NaiveDate },
    #[error("this unit already stands in row {first_row}")]
    DuplicateUnit { first_row: usize },
    #[error("the same entry already stands in row {first_row}")]
    DuplicateParty { first_row: usize },
    #[error("there is no such unit in the community")]
    UnknownUnit,
    #[error("not a workbook that can be read: save it as .xlsx, without a password")]
    NotAWorkbook,
    #[error("larger than {limit_mib} MiB")]
    FileTooLarge { limit_mib: u64 },
    #[error("holds more than {limit_mib} MiB when unpacked")]
    UnpackedTooLarge { limit_mib: u64 },
    #[error("more than {limit} rows")]
    TooManyRows { limit: usize },
    #[error("something stands to the right of column {limit}")]
    TooManyColumns { limit: usize },
    #[error("more than {limit_mib} MiB of text in one sheet")]
    TooMuchText { limit_mib: usize },
    #[error("not one of the sheets 楼栋, 房屋, 住户, 关系, 员工; delete or hide it")]
    UnknownSheet,
    #[error("two sheets hold this list")]
    DuplicateSheet,
    #[error("none of the sheets 楼栋, 房屋, 住户, 关系, 员工 is in it")]
    NoSheet,
    #[error("the formula in this cell came to nothing")]
    FormulaFailed,
    #[error(
        "the file holds a formula but not its result: open it in a spreadsheet program and save it"
    )]
    FormulaUnreckoned,
    #[error(
        "the spreadsheet has turned this into a date: format the column as text and enter it again"
    )]
    TurnedIntoDate,
    #[error("unknown post: choose one from the list, such as 客户助理 or 维修员")]
    UnknownPost,
    #[error("there is no such zone; write it in the sheet 楼栋 first")]
    UnknownZone,
    #[error("no party of this number is in the sheet 住户")]
    UnknownParty,
    #[error("the party of this number is called {name}")]
    NameDiffers { name: String },
    #[error("neither a unit in the sheet 关系 nor a number to know the party by")]
    PartyWithoutTrace,
    #[error("this building already stands in row {first_row}")]
    DuplicateBuilding { first_row: usize },
    #[error("this number already stands in row {first_row}")]
    DuplicateKey { first_row: usize },
    #[error("the party with this identity number already stands in row {first_row}")]
    DuplicateIdentityNumber { first_row: usize },
    #[error("this account already stands in row {first_row}")]
    DuplicateAccount { first_row: usize },
    #[error("an account has no blanks and at most {limit} characters")]
    NotAnAccount { limit: usize },
    #[error("this account belongs to {name}")]
    AccountOfAnother { name: String },
}

impl Reason {
    /// The sentence for the office.
    pub fn zh(&self) -> String {
        match self {
            Self::EmptyFile => "文件里没有表头".into(),
            Self::NotText { byte } => {
                format!("第 {byte} 字节既不是 UTF-8 也不是 GB18030，请另存为 CSV UTF-8 再导入")
            }
            Self::MissingHeader => "缺少这一列".into(),
            Self::DuplicateHeader => "这一列出现了不止一次".into(),
            Self::UnknownHeader => "不是本表的列".into(),
            Self::UnnamedHeader { position } => format!("第 {position} 列没有表头"),
            Self::Ragged { expected, found } => {
                format!("本行有 {found} 格，表头有 {expected} 格")
            }
            Self::HiddenCharacter { character } => {
                format!("含有看不见的字符 U+{:04X}", u32::from(*character))
            }
            Self::PrivateCharacter { character } => format!(
                "含有自造字 U+{:04X}，换一台电脑就不能显示，请改用其他写法",
                u32::from(*character)
            ),
            Self::LineBreak => "格内有换行，或引号没有闭合".into(),
            Self::TooLong { limit } => format!("超过 {limit} 个字"),
            Self::Required => "不能为空".into(),
            Self::NotAFloor => "不是楼层，请写 3、三、首层、3A、B1 或 地下一".into(),
            Self::FloorOutOfRange { lowest, highest } => {
                format!("楼层应在 {lowest} 到 {highest} 之间，没有 0 层")
            }
            Self::NotAnArea => "不是面积，请只写平方米数".into(),
            Self::AreaTooPrecise => "面积最多两位小数".into(),
            Self::AreaOutOfRange { limit } => format!("面积应大于 0,不超过 {limit} 平方米"),
            Self::UnknownOccupancy => {
                "没有这种居住状态，请写 长住、非长住、空置、托管 或 出租".into()
            }
            Self::UnknownRelation => {
                "没有这种身份，请写 业主、家属、租户、住户、商户 或 受托人".into()
            }
            Self::NotAPhone => "不是电话号码，应为 1 开头的 11 位手机号或带区号的座机，分机前写 转，多个号码用 / 分开".into(),
            Self::NotAnIdentityNumber => "不是证件号码，应为身份证、港澳台通行证或居住证、护照的号码，或 18 位统一社会信用代码（最后一位为校验码）".into(),
            Self::ShownOtherwise => {
                "表中显示的与实际存储的数不同，请把该列设为文本后按实际填写".into()
            }
            Self::TurnedIntoFlag => "已被电子表格改成逻辑值，请把该列设为文本后重新填写".into(),
            Self::ImpossibleBirthDate => "身份证号码中的出生日期不存在".into(),
            Self::RoundedBySpreadsheet => {
                "号码已被电子表格改成科学记数，请把该列设为文本后重新填写".into()
            }
            Self::NotADate => "不是 1900 至 2199 年间的日期，请写成 2014-10-14".into(),
            Self::EndsBeforeStart { starts_on } => format!("早于起始日期 {starts_on}"),
            Self::DuplicateUnit { first_row } => format!("与第 {first_row} 行是同一房屋"),
            Self::UnknownUnit => "本小区没有这套房屋".into(),
            Self::DuplicateParty { first_row } => format!("与第 {first_row} 行内容相同"),
            Self::NotAWorkbook => "不是可以读取的工作簿，请另存为 .xlsx，不要加密码".into(),
            Self::FileTooLarge { limit_mib } => format!("文件超过 {limit_mib} MiB"),
            Self::UnpackedTooLarge { limit_mib } => format!("解开后超过 {limit_mib} MiB"),
            Self::TooManyRows { limit } => format!("超过 {limit} 行"),
            Self::TooManyColumns { limit } => format!("第 {limit} 列以右还有内容"),
            Self::TooMuchText { limit_mib } => format!("一张表内的文字超过 {limit_mib} MiB"),
            Self::UnknownSheet => "不是 楼栋、房屋、住户、关系、员工 之一，请删除或隐藏".into(),
            Self::DuplicateSheet => "有两张表是同一内容".into(),
            Self::NoSheet => "没有 楼栋、房屋、住户、关系、员工 中的任何一张表".into(),
            Self::FormulaFailed => "单元格中的公式出错".into(),
            Self::FormulaUnreckoned => {
                "只有公式，没有结果，请用电子表格软件打开并保存后再导入".into()
            }
            Self::TurnedIntoDate => "已被电子表格改成日期，请把该列设为文本后重新填写".into(),
            Self::UnknownPost => "没有这个岗位，请从下拉列表中选择，如 客户助理、维修员".into(),
            Self::UnknownZone => "没有这个分区，请先写在楼栋表中".into(),
            Self::UnknownParty => "住户表中没有这个编号".into(),
            Self::NameDiffers { name } => format!("这个编号的住户叫 {name}"),
            Self::PartyWithoutTrace => "关系表中没有其房屋，也没有号码，无法辨认".into(),
            Self::DuplicateBuilding { first_row } => format!("与第 {first_row} 行是同一楼栋"),
            Self::DuplicateKey { first_row } => format!("与第 {first_row} 行编号相同"),
            Self::DuplicateIdentityNumber { first_row } => {
                format!("与第 {first_row} 行证件号码相同，是同一人")
            }
            Self::DuplicateAccount { first_row } => format!("与第 {first_row} 行账号相同"),
            Self::NotAnAccount { limit } => format!("账号不能含空格，不超过 {limit} 个字"),
            Self::AccountOfAnother { name } => format!("这个账号属于 {name}"),
        }
    }
}

/// A fault, and the list it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    pub list: List,
    pub fault: Fault,
}

/// One of the lists of an office, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// None of them: the file they are in.
    Workbook,
    Buildings,
    Units,
    Parties,
    Relations,
    Staff,
}

/// Why an import came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("name a workbook or a list to import")]
    NothingToDo,
    #[error("cannot read {}: {cause}", .path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("cannot write the report: {0}")]
    Report(#[from] io::Error),
    #[error("nothing was imported; mend the {0} faults above and import again")]
    Faulty(usize),
    #[error(
        "this database holds the demo estate, whose people have a published password; take another with --database-url, or begin anew in an empty folder"
    )]
    Demo,
}

impl Coded for ImportError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NothingToDo | Self::File { .. } => ErrorCode::INVALID_INPUT,
            Self::Report(_) => ErrorCode::INTERNAL,
            Self::Demo => ErrorCode::CONFLICT,
            Self::Faulty(_) => ErrorCode::IMPORT_FAULTY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NothingToDo => "请指定要导入的工作簿、房屋表或住户表".to_owned(),
            Self::File { path, cause } => format!("无法读取 {}：{cause}", path.display()),
            Self::Report(cause) => format!("无法输出结果：{cause}"),
            Self::Demo => "此数据库装的是演示数据，其账号使用公开密码；请用 --database-url 指定另一个数据库，或换一个空目录".to_owned(),
            Self::Faulty(count) => format!("没有导入任何内容；请改正以上 {count} 处错误后重新导入"),
        }
    }
}
