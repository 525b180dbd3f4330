//! The lists of an office as typed rows: its buildings and units, who has to do with them, its staff.

mod book;
mod parties;
mod units;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

pub use book::{
    BuildingRow, PersonRow, RelationRow, StaffRow, buildings_of, persons_of, relations_of, staff_of,
};
use chrono::NaiveDate;
pub use parties::{PartyRow, read_parties};
pub use units::{UnitRow, read_units, units_of};

use super::cells;
use super::columns::{Column, ENDS_ON, STARTS_ON};
use super::fault::{Fault, Reason};
use super::table::{Record, Table};
use crate::text::names::plain;

/// What nobody would know of a file without being told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Rows that were read though the spreadsheet does not show them.
    pub hidden: usize,
    /// The rows of notes, which were not read.
    pub notes: Vec<usize>,
}

/// A file as read: the rows that are right, and every fault of the others in the order of their rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Sheet<T> {
    pub rows: Vec<T>,
    pub faults: Vec<Fault>,
    pub passed: Passed,
}

fn read_rows<T>(
    table: Table,
    mut read_row: impl FnMut(&mut Reading<'_>) -> Result<T, Refused>,
) -> Sheet<T> {
    let mut faults = table.faults;
    let mut rows = Vec::with_capacity(table.records.len());
    for record in &table.records {
        let faults = &mut faults;
        if let Ok(row) = read_row(&mut Reading { record, faults }) {
            rows.push(row);
        }
    }
    faults.sort_by_key(|fault| fault.row);
    let passed = Passed {
        hidden: table.hidden,
        notes: table.notes,
    };
    Sheet {
        rows,
        faults,
        passed,
    }
}

/// The fault has been noted; the row cannot be taken.
#[derive(Clone, Copy)]
struct Refused;

/// One row being read, and where its faults go.
struct Reading<'a> {
    record: &'a Record,
    faults: &'a mut Vec<Fault>,
}

impl Reading<'_> {
    fn required<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Result<T, Refused> {
        match self.optional(column, read)? {
            Some(value) => Ok(value),
            None => Err(self.refuse(Some(column), Reason::Required)),
        }
    }

    /// `None` for an empty cell.
    fn optional<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Result<Option<T>, Refused> {
        match self.record.cell(column.name) {
            None => Err(Refused),
            Some("") => Ok(None),
            Some(cell) => read(cell)
                .map(Some)
                .map_err(|reason| self.refuse(Some(column), reason)),
        }
    }

    fn refuse(&mut self, column: Option<Column>, reason: Reason) -> Refused {
        let cell = column.and_then(|column| Some(column.shown(self.record.cell(column.name)?)));
        self.faults.push(Fault {
            row: self.record.row,
            column: column.map(|column| column.name.to_owned()),
            value: cell.unwrap_or_default(),
            reason,
        });
        Refused
    }
}

type Day = Result<Option<NaiveDate>, Refused>;

/// The first and the last day of a relation; the last is not before the first.
fn days(reading: &mut Reading<'_>) -> (Day, Day) {
    let starts_on = reading.optional(STARTS_ON, cells::date);
    let ends_on = reading.optional(ENDS_ON, |cell| match (cells::date(cell)?, &starts_on) {
        (ends_on, Ok(Some(starts_on))) if ends_on < *starts_on => Err(Reason::EndsBeforeStart {
            starts_on: *starts_on,
        }),
        (ends_on, _) => Ok(ends_on),
    });
    (starts_on, ends_on)
}

/// The row where this was first seen, if it was; else it is remembered.
fn seen_in<K: Eq + Hash>(first_rows: &mut HashMap<K, usize>, key: K, row: usize) -> Option<usize> {
    match first_rows.entry(key) {
        Entry::Occupied(first_row) => Some(*first_row.get()),
        Entry::Vacant(place) => {
            place.insert(row);
            None
        }
    }
}

/// What rows know each other by.
#[expect(
    clippy::unnecessary_wraps,
    reason = "has the shape of the other cell readers"
)]
fn code(cell: &str) -> Result<String, Reason> {
    Ok(plain(cell))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "has the shape of the other cell readers"
)]
fn text(cell: &str) -> Result<String, Reason> {
    Ok(cell.to_owned())
}
