//! The workbook that an office fills: its sheets, explained headers, lists to choose from.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, FormatAlign, Note, Workbook,
    Worksheet, XlsxError,
};

use super::book::{EXPLANATIONS, SHEETS, SheetKind};
use super::columns::{Column, Kind};
use super::table::workbook::ROW_LIMIT;

const WIDTH: f64 = 16.0;
const WIDE: f64 = 60.0;

/// What is explained once, above the columns.
const GENERAL: [&str; 7] = [
    "每张表第一行是表头，请勿改动；列的顺序可以调整，加粗的列必须填写。",
    "不需要的表可以删除或隐藏；隐藏的表、空行不导入。",
    "楼栋可以合并单元格，其内容适用于合并的每一行。",
    "手机、证件号码、房号、日期各列已设为文本格式，请勿改为数字，否则末几位或前面的 0 会丢失。",
    "空着的选填格保留系统中的原值；同一工作簿导入两次，第二次不会有任何变化。",
    "先试导入：xunfang import 文件.xlsx --community 小区 --dry-run；只要有一处错误，就什么都不导入。",
    "Fill the sheets, try with --dry-run, then import; one fault keeps everything out.",
];

/// The sheets of a workbook being written, in the order of `SHEETS`.
pub struct Template {
    workbook: Workbook,
    text: Format,
}

impl Template {
    /// The explanations, and every sheet with its headers. A column in `without` is left out.
    pub fn new(without: &[&str]) -> Result<Self, XlsxError> {
        // 49 is "text" in every spreadsheet program.
        let text = Format::new().set_num_format_index(49);
        let mut template = Self {
            workbook: Workbook::new(),
            text,
        };
        for kind in &SHEETS {
            let sheet = template.workbook.add_worksheet();
            sheet.set_name(kind.name)?;
            begin(sheet, kind, without, &template.text)?;
        }
        explain(template.workbook.add_worksheet())?;
        Ok(template)
    }

    /// Fills a sheet; the cells stand in the order of its columns.
    pub fn fill(&mut self, name: &str, rows: &[Vec<String>]) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_name(name)?;
        for (number, row) in (1..).zip(rows) {
            for (column, cell) in (0..).zip(row) {
                if !cell.is_empty() {
                    sheet.write_string_with_format(number, column, cell, &self.text)?;
                }
            }
        }
        Ok(())
    }

    pub fn bytes(mut self) -> Result<Vec<u8>, XlsxError> {
        self.workbook.save_to_buffer()
    }
}

/// An empty workbook for an office.
pub fn template() -> Result<Vec<u8>, XlsxError> {
    Template::new(&[])?.bytes()
}

fn begin(
    sheet: &mut Worksheet,
    kind: &SheetKind,
    without: &[&str],
    text: &Format,
) -> Result<(), XlsxError> {
    let optional = Format::new()
        .set_background_color(Color::RGB(0x00D9_E2F3))
        .set_align(FormatAlign::Center);
    let required = optional.clone().set_bold();
    let columns = kind.columns.iter();
    let columns = columns.filter(|column| !without.contains(&column.name));
    for (place, column) in (0..).zip(columns) {
        let header = if column.is_required {
            &required
        } else {
            &optional
        };
        // Text, so that nothing that is typed turns into a number or a day.
        sheet.set_column_format(place, text)?;
        sheet.set_column_width(place, WIDTH)?;
        sheet.write_string_with_format(0, place, column.name, header)?;
        let note = Note::new(explanation(column)).add_author_prefix(false);
        sheet.insert_note(0, place, &note)?;
        if let Kind::Choice(words) = column.kind {
            let words = words();
            let choice = DataValidation::new()
                .allow_list_strings(&words)?
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_message("请从列表中选择")?;
            let last = u32::try_from(ROW_LIMIT).unwrap_or(u32::MAX);
            sheet.add_data_validation(1, place, last, place, &choice)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn explanation(column: &Column) -> String {
    let must = if column.is_required {
        "必填"
    } else {
        "选填"
    };
    format!("{must}。{}", column.explained)
}

fn explain(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name(EXPLANATIONS)?;
    sheet.set_column_width(0, WIDTH)?;
    sheet.set_column_width(1, WIDTH)?;
    sheet.set_column_width(2, WIDE)?;
    let mut row = 0;
    for line in GENERAL {
        sheet.write_string(row, 0, line)?;
        row += 1;
    }
    for kind in &SHEETS {
        row += 1;
        for column in kind.columns {
            sheet.write_string_with_format(row, 0, kind.name, &bold)?;
            sheet.write_string_with_format(row, 1, column.name, &bold)?;
            sheet.write_string(row, 2, explanation(column))?;
            row += 1;
        }
    }
    Ok(())
}
