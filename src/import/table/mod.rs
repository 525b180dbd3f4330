//! Files to tables: header, rows and clean cells, before anything is known of what they mean.

mod csv;
mod hidden;
pub mod shown;
pub mod workbook;

pub use csv::read_table;

use super::columns::Column;
use super::fault::{Fault, Reason, shown};
use super::value::{Epoch, Value};
use crate::text::names::{key, plain};

/// The longest cell that is taken, in characters.
pub const CELL_LIMIT: usize = 200;

/// The readable rows of a file and the faults of the others.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub records: Vec<Record>,
    pub faults: Vec<Fault>,
    /// Rows that were read though the spreadsheet does not show them: hidden, or filtered out.
    pub hidden: usize,
    /// Rows that hold a note instead of a record, by their number; they were not read.
    pub notes: Vec<usize>,
}

impl Table {
    /// Nothing but a fault.
    pub fn refused(fault: Fault) -> Self {
        Self {
            faults: vec![fault],
            ..Self::default()
        }
    }
}

/// One row that is not blank.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// Row as the spreadsheet shows it; the header is row 1.
    pub row: usize,
    cells: Vec<(&'static str, Option<String>)>,
}

impl Record {
    /// The cell under a header; `None` if it was refused and its fault is already in the table.
    pub fn cell(&self, column: &str) -> Option<&str> {
        let (_, cell) = self.cells.iter().find(|(name, _)| *name == column)?;
        cell.as_deref()
    }

    /// All cells in the order in which the columns were asked for.
    pub fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        self.cells.iter().map(|(_, cell)| cell.as_deref())
    }
}

/// A header is looked for in so many rows, below the title of the sheet.
const ROWS_ABOVE: usize = 20;

/// The header cannot be used, and so no row.
#[derive(Clone, Copy, Debug)]
pub struct Unusable;

/// Takes the rows of a file one by one, the header first. Blank rows are skipped.
pub struct TableReader<'a> {
    columns: &'a [Column],
    epoch: Epoch,
    header: Option<Header>,
    /// The rows above the header, as long as none was found.
    above: Vec<(usize, Vec<Value>)>,
    table: Table,
}

impl<'a> TableReader<'a> {
    pub fn new(columns: &'a [Column], epoch: Epoch) -> Self {
        Self {
            columns,
            epoch,
            header: None,
            above: Vec::new(),
            table: Table::default(),
        }
    }

    /// Takes the next row. What stands above the header is a title; an unknown column is a fault but
    /// hides no other.
    pub fn take(&mut self, row: usize, values: &[Value]) -> Result<(), Unusable> {
        if values.iter().all(Value::is_blank) {
            return Ok(());
        }
        match &self.header {
            Some(header) if header.is_repeated(values) => {}
            Some(header) if header.is_note(values) => self.table.notes.push(row),
            Some(header) => header.take(row, values, self.epoch, &mut self.table),
            None if self.is_header(values) => self.read_header(row, values)?,
            None => {
                self.above.push((row, values.to_vec()));
                if self.above.len() == ROWS_ABOVE {
                    self.read_first_as_header()?;
                }
            }
        }
        Ok(())
    }

    /// Whether a row names columns: two of them, or all that must be there.
    fn is_header(&self, values: &[Value]) -> bool {
        let cells: Vec<String> = values.iter().map(header).collect();
        let is_named = |column: &&Column| cells.iter().any(|cell| column.is_called(cell));
        let named = self.columns.iter().filter(is_named).count();
        let required = self.columns.iter().filter(|it| !it.may_be_absent).count();
        named >= required.min(2)
    }

    fn read_header(&mut self, row: usize, values: &[Value]) -> Result<(), Unusable> {
        let header = Header::read(row, values, self.columns, &mut self.table.faults);
        self.header = Some(header.ok_or(Unusable)?);
        Ok(())
    }

    /// There is no header: what stands in its place is told.
    fn read_first_as_header(&mut self) -> Result<(), Unusable> {
        let above = std::mem::take(&mut self.above).into_iter().next();
        above.map_or(Ok(()), |(row, values)| self.read_header(row, &values))
    }

    pub fn refuse(&mut self, fault: Fault) {
        self.table.faults.push(fault);
    }

    /// How many cells a row has at least.
    pub fn width(&self) -> usize {
        self.header.as_ref().map_or(0, |header| header.width)
    }

    pub fn finish(mut self) -> Table {
        if self.header.is_none() {
            let _ = self.read_first_as_header();
        }
        if self.header.is_none() && self.table.faults.is_empty() {
            self.refuse(Fault {
                row: 1,
                column: None,
                value: String::new(),
                reason: Reason::EmptyFile,
            });
        }
        self.table
    }
}

/// Where each asked column stands in the file; nowhere, if the file does without it.
struct Header {
    /// As they were read, to know the header where it is printed again.
    names: Vec<String>,
    width: usize,
    places: Vec<(Column, Option<usize>)>,
}

impl Header {
    /// `None` if a column is missing or doubtful; every fault of the header is noted.
    fn read(
        row: usize,
        values: &[Value],
        columns: &[Column],
        faults: &mut Vec<Fault>,
    ) -> Option<Self> {
        let cells: Vec<String> = values.iter().map(header).collect();
        let mut refuse = |column: Option<&str>, reason| {
            faults.push(Fault {
                row,
                column: column.map(shown),
                value: String::new(),
                reason,
            });
        };
        let mut is_usable = true;
        let mut places = Vec::new();
        for &column in columns {
            let mut found = (0..).zip(&cells).filter(|(_, cell)| column.is_called(cell));
            match (found.next(), found.next()) {
                (Some((place, _)), None) => places.push((column, Some(place))),
                (None, _) if column.may_be_absent => places.push((column, None)),
                (None, _) => {
                    is_usable = false;
                    refuse(Some(column.name), Reason::MissingHeader);
                }
                (Some(_), Some(_)) => {
                    is_usable = false;
                    refuse(Some(column.name), Reason::DuplicateHeader);
                }
            }
        }
        for (position, cell) in (1..).zip(&cells) {
            if cell.is_empty() {
                refuse(None, Reason::UnnamedHeader { position });
            } else if !columns.iter().any(|column| column.is_called(cell)) {
                refuse(Some(cell), Reason::UnknownHeader);
            }
        }
        is_usable.then_some(Self {
            width: cells.len(),
            names: cells,
            places,
        })
    }

    /// Whether this is the header once more, as sheets have it at the head of each page.
    fn is_repeated(&self, values: &[Value]) -> bool {
        let cells = values.iter().map(header);
        values.len() == self.width && cells.eq(self.names.iter().cloned())
    }

    /// Whether a row holds nothing but a note, in one cell or merged ones: what it is to be read for, a sum,
    /// who wrote it.
    fn is_note(&self, values: &[Value]) -> bool {
        const BEGINNINGS: [&str; 14] = [
            "注:", "注1", "注、", "备注", "说明", "填表", "制表", "审核", "合计", "总计", "小计",
            "共计", "以上", "打印",
        ];
        let required = self.places.iter().filter(|(column, _)| column.is_required);
        let filled = values.iter().filter(|value| !value.is_blank());
        let mut filled = filled.map(|value| plain(&value.raw()));
        let begins = |cell: &String| {
            let cell = key(cell);
            BEGINNINGS
                .iter()
                .any(|beginning| cell.starts_with(beginning))
        };
        match (filled.next(), filled.next()) {
            (Some(only), None) => required.count() > 1 && begins(&only),
            // A sum stands under its column.
            (Some(first), Some(_)) => {
                required.count() > 3 && filled.next().is_none() && begins(&first)
            }
            _ => false,
        }
    }

    fn take(&self, row: usize, values: &[Value], epoch: Epoch, table: &mut Table) {
        if values.len() != self.width {
            table.faults.push(Fault {
                row,
                column: None,
                value: String::new(),
                reason: Reason::Ragged {
                    expected: self.width,
                    found: values.len(),
                },
            });
            return;
        }
        let mut cells = Vec::with_capacity(self.places.len());
        for (column, place) in &self.places {
            let value = place.and_then(|place| values.get(place));
            let cell = value.map_or(Ok(String::new()), |value| clean(value, column, epoch));
            let cell = cell.map_err(|(cell, reason)| {
                table.faults.push(Fault {
                    row,
                    column: Some(column.name.to_owned()),
                    value: column.shown(&cell),
                    reason,
                });
            });
            cells.push((column.name, cell.ok()));
        }
        table.records.push(Record { row, cells });
    }
}

/// A header without its blanks: offices spread short words (姓 名) and break long ones.
fn header(value: &Value) -> String {
    let text = plain(&value.raw());
    text.split_whitespace().collect()
}

/// The text of a cell, or what it was and why it is refused.
fn clean(value: &Value, column: &Column, epoch: Epoch) -> Result<String, (String, Reason)> {
    let cell = value
        .text(column.kind, epoch)
        .map_err(|reason| (value.raw(), reason))?;
    match uncleanness(&cell) {
        None => Ok(cell),
        Some(reason) => Err((cell, reason)),
    }
}

fn uncleanness(cell: &str) -> Option<Reason> {
    if cell.contains('\n') {
        return Some(Reason::LineBreak);
    }
    // A program before this one has lost what stood there.
    if cell.contains(char::REPLACEMENT_CHARACTER) {
        let character = char::REPLACEMENT_CHARACTER;
        return Some(Reason::HiddenCharacter { character });
    }
    if let Some(character) = cell.chars().find(|character| is_private(*character)) {
        return Some(Reason::PrivateCharacter { character });
    }
    cell.chars()
        .nth(CELL_LIMIT)
        .map(|_| Reason::TooLong { limit: CELL_LIMIT })
}

/// A character whose form only the machine knows that it was made on: offices had them for rare names.
fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}
