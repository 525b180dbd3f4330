//! Files to tables: header, rows and clean cells, before anything is known of what they mean.

mod csv;
pub mod workbook;

pub use csv::read_table;

use super::columns::Column;
use super::fault::{Fault, Reason, is_hidden, shown};
use super::value::{Epoch, Value};
use crate::names::plain as folded;

/// The longest cell that is taken, in characters.
pub const CELL_LIMIT: usize = 200;

/// The readable rows of a file and the faults of the others.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub records: Vec<Record>,
    pub faults: Vec<Fault>,
}

impl Table {
    /// Nothing but a fault.
    pub fn refused(fault: Fault) -> Self {
        Self {
            records: Vec::new(),
            faults: vec![fault],
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

/// The header cannot be used, and so no row.
#[derive(Clone, Copy, Debug)]
pub struct Unusable;

/// Takes the rows of a file one by one, the header first. Blank rows are skipped.
pub struct TableReader<'a> {
    columns: &'a [Column],
    epoch: Epoch,
    header: Option<Header>,
    table: Table,
}

impl<'a> TableReader<'a> {
    pub fn new(columns: &'a [Column], epoch: Epoch) -> Self {
        Self {
            columns,
            epoch,
            header: None,
            table: Table::default(),
        }
    }

    /// Takes the next row. An unknown column is a fault but hides no other.
    pub fn take(&mut self, row: usize, values: &[Value]) -> Result<(), Unusable> {
        if values.iter().all(Value::is_blank) {
            return Ok(());
        }
        let faults = &mut self.table.faults;
        match &self.header {
            None => {
                let header = Header::read(row, values, self.columns, faults);
                self.header = Some(header.ok_or(Unusable)?);
            }
            Some(header) => header.take(row, values, self.epoch, &mut self.table),
        }
        Ok(())
    }

    pub fn refuse(&mut self, fault: Fault) {
        self.table.faults.push(fault);
    }

    /// How many cells a row has at least.
    pub fn width(&self) -> usize {
        self.header.as_ref().map_or(0, |header| header.width)
    }

    pub fn finish(mut self) -> Table {
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
            places,
        })
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
    let text = folded(&value.raw());
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
    if let Some(character) = cell.chars().find(|character| is_hidden(*character)) {
        return Some(match character {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => Reason::LineBreak,
            _ => Reason::HiddenCharacter { character },
        });
    }
    cell.chars()
        .nth(CELL_LIMIT)
        .map(|_| Reason::TooLong { limit: CELL_LIMIT })
}
