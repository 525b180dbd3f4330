//! What is wrong with a cell, a row or a file, in English for logs and in Chinese for the office.

use std::fmt;

use chrono::NaiveDate;

/// A refused cell, row or file.
///
/// `value` may hold a personal number: a fault goes to the person who brought the file, never into a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Row as the spreadsheet shows it; the header is row 1.
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
        format!("第 {} 行{column}{value}：{}", self.row, self.reason.zh())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.row)?;
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
    #[error("a line break inside the cell, or a quotation mark that is never closed")]
    LineBreak,
    #[error("longer than {limit} characters")]
    TooLong { limit: usize },
    #[error("must not be empty")]
    Required,
    #[error("not a floor: write 3, 三, B1 or 地下一")]
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
    #[error("not a phone: 11 digits starting with 1, or a landline with its area code")]
    NotAPhone,
    #[error("not an identity number: 17 digits and a digit or X")]
    NotAnIdentityNumber,
    #[error("the birth date inside the identity number does not exist")]
    ImpossibleBirthDate,
    #[error(
        "the spreadsheet has rounded this number: format the column as text and enter it again"
    )]
    RoundedBySpreadsheet,
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
            Self::LineBreak => "格内有换行，或引号没有闭合".into(),
            Self::TooLong { limit } => format!("超过 {limit} 个字"),
            Self::Required => "不能为空".into(),
            Self::NotAFloor => "不是楼层，请写 3、三、B1 或 地下一".into(),
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
            Self::NotAPhone => "不是电话号码，应为 1 开头的 11 位手机号或带区号的座机".into(),
            Self::NotAnIdentityNumber => "不是身份证号码，应为 17 位数字加一位数字或 X".into(),
            Self::ImpossibleBirthDate => "身份证号码中的出生日期不存在".into(),
            Self::RoundedBySpreadsheet => {
                "号码已被电子表格改成科学记数，请把该列设为文本后重新填写".into()
            }
            Self::NotADate => "不是 1900 至 2199 年间的日期，请写成 2014-10-14".into(),
            Self::EndsBeforeStart { starts_on } => format!("早于起始日期 {starts_on}"),
            Self::DuplicateUnit { first_row } => format!("与第 {first_row} 行是同一房屋"),
            Self::UnknownUnit => "本小区没有这套房屋".into(),
            Self::DuplicateParty { first_row } => format!("与第 {first_row} 行内容相同"),
        }
    }
}
