//! A workbook to tables: its sheets, its merged cells, and how much of it is taken.
//!
//! A workbook is a packed file, and a small one can unpack to more than any memory holds. So it is
//! unpacked once part by part, counting, before the library that understands it sees it. Where that
//! library stumbles over what somebody made up, the file is refused and the process goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, Reader as _, SheetType, SheetVisible};
use calamine::{Xlsx, XlsxError, XlsxFormulaMetadata};
use zip::ZipArchive;

use super::hidden::hidden_rows;
use super::shown::{shown, text_shown};
use super::{CELL_LIMIT, Table, TableReader};
use crate::import::columns::Column;
use crate::import::fault::{Fault, Reason};
use crate::import::value::{Epoch, Number, Value};

/// The largest file, in bytes: an estate of 11 000 units takes one.
pub const FILE_LIMIT: usize = 16 << 20;

/// What all parts may unpack to, and one of them.
const UNPACKED_LIMIT: u64 = 256 << 20;
const PART_LIMIT: u64 = 96 << 20;
const PARTS_LIMIT: usize = 1000;

/// Texts that a workbook says it shares; room is made for them before they are there.
const SHARED_LIMIT: u64 = 2_000_000;

/// Rows with something in them, of one sheet.
pub const ROW_LIMIT: usize = 100_000;
pub const COLUMN_LIMIT: usize = 50;

/// What the cells of one sheet may hold, in bytes: one shared text may stand in every cell.
const TEXT_LIMIT: usize = 64 << 20;

/// A workbook whose sheets can be read.
pub struct Workbook {
    inner: Xlsx<Cursor<Vec<u8>>>,
    /// Whether there can be merged cells; to look for them, each sheet is read once more.
    has_merged_cells: bool,
    /// The rows that are not shown, by the place of their sheet.
    hidden: Vec<BTreeSet<usize>>,
}

impl Workbook {
    pub fn open(bytes: &[u8]) -> Result<Self, Reason> {
        let has_merged_cells = check_parts(bytes)?;
        let open = || Xlsx::new(Cursor::new(bytes.to_vec())).map_err(|_| Reason::NotAWorkbook);
        let inner = survived(open)?;
        Ok(Self {
            inner,
            has_merged_cells,
            hidden: hidden_rows(|name| part(bytes, name)),
        })
    }

    /// The names of the sheets that somebody sees.
    pub fn sheets(&self) -> Vec<String> {
        let sheets = self.inner.sheets_metadata().iter();
        sheets
            .filter(|sheet| {
                sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
            })
            .map(|sheet| sheet.name.clone())
            .collect()
    }

    /// Whether nothing stands in a sheet.
    pub fn is_blank(&mut self, sheet: &str) -> bool {
        self.rows(sheet).is_ok_and(|rows| rows.is_empty())
    }

    /// Reads a sheet whose header holds these columns, in any order.
    pub fn read(&mut self, sheet: &str, columns: &[Column]) -> Table {
        match self.rows(sheet) {
            Ok(rows) => {
                let hidden = self.hidden_of(sheet);
                let mut table = self.table(rows, columns);
                let records = table.records.iter();
                table.hidden = records.filter(|it| hidden.contains(&it.row)).count();
                table
            }
            Err(reason) => Table::refused(Fault::of_file(reason)),
        }
    }

    fn hidden_of(&self, sheet: &str) -> BTreeSet<usize> {
        let mut sheets = self.inner.sheets_metadata().iter();
        let place = sheets.position(|it| it.name == sheet);
        let hidden = place.and_then(|place| self.hidden.get(place));
        hidden.cloned().unwrap_or_default()
    }

    fn table(&self, rows: Rows, columns: &[Column]) -> Table {
        let epoch = if self.inner.has_1904_epoch() {
            Epoch::Of1904
        } else {
            Epoch::Of1900
        };
        let mut table = TableReader::new(columns, epoch);
        for (row, mut values) in rows {
            let written = values.iter().rposition(|value| !value.is_blank());
            values.truncate(written.map_or(0, |last| last + 1));
            values.resize(values.len().max(table.width()), Value::Empty);
            if table.take(row, &values).is_err() {
                break;
            }
        }
        table.finish()
    }

    /// The rows that hold something, by the number that the spreadsheet shows.
    fn rows(&mut self, sheet: &str) -> Result<Rows, Reason> {
        let mut rows = survived(|| self.written(sheet))?;
        survived(|| self.dress(sheet, &mut rows))?;
        if self.has_merged_cells {
            let merged = survived(|| {
                let merged = self.inner.merge_cells_by_sheet_name(sheet);
                merged.map_err(|_| Reason::NotAWorkbook)
            })?;
            fill(&mut rows, &merged)?;
        }
        Ok(rows)
    }

    /// Puts what the formats of the cells show in the place of what is stored.
    fn dress(&mut self, sheet: &str, rows: &mut Rows) -> Result<(), Reason> {
        let unreadable = |_: XlsxError| Reason::NotAWorkbook;
        let mut cells = self
            .inner
            .worksheet_cells_reader(sheet)
            .map_err(unreadable)?;
        let formats = cells.styles().iter().map(|style| {
            let format = style.number_format.as_ref()?;
            let code = format.format_code.as_str();
            let is_plain = matches!(code, "@" | "") || code.eq_ignore_ascii_case("general");
            (!is_plain).then(|| code.to_owned())
        });
        let formats: Vec<Option<String>> = formats.collect();
        if formats.iter().all(Option::is_none) {
            return Ok(());
        }
        while let Some((row, column, style)) = cells.next_style_id().map_err(unreadable)? {
            let (row, column) = (place(row)? + 1, place(column)?);
            let value = rows.get_mut(&row).and_then(|row| row.get_mut(column));
            let (Some(value), Some(Some(format))) = (value, formats.get(style)) else {
                continue;
            };
            match value {
                Value::Number(number) => number.shown = shown(number.stored, format),
                Value::Text(text) => {
                    if let Some(shown) = text_shown(text, format) {
                        *text = shown;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn written(&mut self, sheet: &str) -> Result<Rows, Reason> {
        let unreadable = |_: XlsxError| Reason::NotAWorkbook;
        let mut cells = self
            .inner
            .worksheet_cells_reader(sheet)
            .map_err(unreadable)?;
        let (mut rows, mut text) = (Rows::new(), 0);
        while let Some(cell) = cells
            .next_cell_with_formula_metadata()
            .map_err(unreadable)?
        {
            let value = match value(&cell.value) {
                Value::Empty if cell.formula.is_some_and(|it| is_formula(&it)) => Value::Unreckoned,
                value => value,
            };
            if value.is_blank() {
                continue;
            }
            let (row, column) = cell.pos;
            let (row, column) = (place(row)?, place(column)?);
            if column >= COLUMN_LIMIT {
                return Err(Reason::TooManyColumns {
                    limit: COLUMN_LIMIT,
                });
            }
            if let Value::Text(written) = &value {
                text += written.len();
            }
            if text > TEXT_LIMIT {
                return Err(Reason::TooMuchText {
                    limit_mib: TEXT_LIMIT >> 20,
                });
            }
            let values = rows.entry(row + 1).or_default();
            values.resize(values.len().max(column + 1), Value::Empty);
            values[column] = value;
            if rows.len() > ROW_LIMIT {
                return Err(Reason::TooManyRows { limit: ROW_LIMIT });
            }
        }
        Ok(rows)
    }
}

type Rows = BTreeMap<usize, Vec<Value>>;

/// What the library read, and a refusal if it panicked: it reckons with numbers of the file, which
/// may be any. What it leaves half done is thrown away with the file.
fn survived<T>(read: impl FnOnce() -> Result<T, Reason>) -> Result<T, Reason> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Reason::NotAWorkbook))
}

/// What stands in a merged cell counts for every row of it that holds anything else.
fn fill(rows: &mut Rows, merged: &[Dimensions]) -> Result<(), Reason> {
    // Merged cells do not overlap, so no more can be filled than there are.
    let mut left = rows.len() * COLUMN_LIMIT;
    for cell in merged.iter().filter(|cell| cell.start.0 < cell.end.0) {
        let (first, last) = (place(cell.start.0)? + 1, place(cell.end.0)? + 1);
        let column = place(cell.start.1)?;
        let value = rows.get(&first).and_then(|row| row.get(column)).cloned();
        let Some(value) = value.filter(|value| !value.is_blank()) else {
            continue;
        };
        for (_, row) in rows.range_mut(first + 1..=last) {
            left = left.checked_sub(1).ok_or(Reason::NotAWorkbook)?;
            row.resize(row.len().max(column + 1), Value::Empty);
            row[column] = value.clone();
        }
    }
    Ok(())
}

fn place(number: u32) -> Result<usize, Reason> {
    usize::try_from(number).map_err(|_| Reason::NotAWorkbook)
}

/// Whether a cell is reckoned. One whose result is an empty text has it stored, and is blank.
fn is_formula(formula: &XlsxFormulaMetadata) -> bool {
    match formula {
        XlsxFormulaMetadata::Normal { formula } => !formula.trim().is_empty(),
        _ => true,
    }
}

fn value(cell: &DataRef<'_>) -> Value {
    match cell {
        DataRef::Empty => Value::Empty,
        DataRef::String(text) | DataRef::DurationIso(text) => Value::Text(beginning(text)),
        DataRef::SharedString(text) => Value::Text(beginning(text)),
        // `2024-03-01T00:00:00`: the day is what is wanted.
        DataRef::DateTimeIso(text) => {
            Value::Text(text.split('T').next().unwrap_or_default().to_owned())
        }
        #[expect(clippy::cast_precision_loss, reason = "spreadsheets hold floats only")]
        DataRef::Int(number) => Value::Number(Number::general(*number as f64)),
        DataRef::Float(number) => Value::Number(Number::general(*number)),
        DataRef::DateTime(time) => Value::Day(time.as_f64()),
        DataRef::Bool(is_true) => Value::Flag(*is_true),
        DataRef::Error(error) => Value::Failed(error.to_string()),
    }
}

/// Enough of a text to see that it is too long. Its lines are broken where the column is narrow.
fn beginning(text: &str) -> String {
    const BLANKS: usize = 100;
    let beginning = text.chars().take(CELL_LIMIT + BLANKS);
    beginning
        .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c })
        .collect()
}

/// A part of a workbook whose parts were checked.
fn part(bytes: &[u8], name: &str) -> Option<String> {
    let mut parts = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut content = String::new();
    let part = parts.by_name(name).ok()?;
    let read = part.take(PART_LIMIT).read_to_string(&mut content);
    read.ok().map(|_| content)
}

/// Unpacks the parts one after the other, and keeps nothing but whether one of them has merged cells.
fn check_parts(bytes: &[u8]) -> Result<bool, Reason> {
    if bytes.len() > FILE_LIMIT {
        return Err(Reason::FileTooLarge {
            limit_mib: (FILE_LIMIT >> 20) as u64,
        });
    }
    let mut parts = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Reason::NotAWorkbook)?;
    if parts.len() > PARTS_LIMIT {
        return Err(Reason::NotAWorkbook);
    }
    let too_large = Reason::UnpackedTooLarge {
        limit_mib: UNPACKED_LIMIT >> 20,
    };
    let (mut left, mut unpacked) = (UNPACKED_LIMIT, Vec::new());
    let mut has_merged_cells = false;
    for number in 0..parts.len() {
        let part = parts.by_index(number).map_err(|_| Reason::NotAWorkbook)?;
        let name = part
            .name()
            .map_err(|_| Reason::NotAWorkbook)?
            .to_lowercase();
        let is_xml = name.ends_with("xml") || name.ends_with("rels");
        let most = PART_LIMIT.min(left);
        unpacked.clear();
        // What a part says of its own size may be a lie.
        let read = part.take(most + 1).read_to_end(&mut unpacked);
        let read = read.map_err(|_| Reason::NotAWorkbook)? as u64;
        if read > most {
            return Err(too_large);
        }
        left -= read;
        if is_xml && shares_too_much(&unpacked) {
            return Err(too_large);
        }
        has_merged_cells |= places(&unpacked, b"mergeCell").next().is_some();
    }
    Ok(has_merged_cells)
}

/// Where a word stands in a part.
fn places(part: &[u8], word: &'static [u8]) -> impl Iterator<Item = usize> {
    let places = part.windows(word.len()).enumerate();
    places.filter_map(move |(place, window)| (window == word).then_some(place))
}

/// Whether a part announces more texts than it can hold. Text that hides its letters, by another
/// encoding or by shifts, is none that a spreadsheet program writes.
fn shares_too_much(part: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    if part.iter().any(|byte| matches!(byte, 0 | 0x1B)) {
        return true;
    }
    places(part, COUNT).any(|place| {
        let rest = part[place + COUNT.len()..].iter().take(64);
        let digits = rest
            .skip_while(|byte| !byte.is_ascii_digit())
            .take_while(|byte| byte.is_ascii_digit());
        let count = digits.fold(0_u64, |count, digit| {
            count
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        });
        count > SHARED_LIMIT
    })
}
