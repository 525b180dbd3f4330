//! The list of units.

use std::collections::HashMap;

use entity::kinds::Occupancy;

use super::{Sheet, read_rows, seen_in, text};
use crate::import::cells::{self, Floor};
use crate::import::columns::{AREA, BUILDING, FLOOR, LAYOUT, OCCUPANCY, ROOM_NUMBER, UNIT_COLUMNS};
use crate::import::fault::Reason;
use crate::import::table::{Table, read_table};
use crate::text::names::key;

/// A line of the list of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// Row as the spreadsheet shows it; the header is row 1.
    pub row: usize,
    pub building: String,
    pub floor: Floor,
    /// As written, with its leading zeros.
    pub room_number: String,
    pub layout: Option<String>,
    /// Hundredths of a square metre.
    pub area_centi_m2: Option<i64>,
    pub occupancy: Occupancy,
}

/// Reads the list of units. The same room of the same building twice is a fault, also where the first is itself refused.
pub fn read_units(bytes: &[u8]) -> Sheet<UnitRow> {
    units_of(read_table(bytes, &UNIT_COLUMNS))
}

pub fn units_of(table: Table) -> Sheet<UnitRow> {
    let mut first_rows = HashMap::new();
    read_rows(table, |reading| {
        let building = reading.required(BUILDING, text);
        let floor = reading.required(FLOOR, cells::floor);
        let room_number = reading.required(ROOM_NUMBER, text);
        let layout = reading.optional(LAYOUT, text);
        let area_centi_m2 = reading.optional(AREA, cells::area_centi_m2);
        let occupancy = reading.required(OCCUPANCY, cells::occupancy);
        let row = reading.record.row;
        if let (Ok(building), Ok(room_number)) = (&building, &room_number) {
            let unit = (key(building), key(room_number));
            if let Some(first_row) = seen_in(&mut first_rows, unit, row) {
                return Err(reading.refuse(Some(ROOM_NUMBER), Reason::DuplicateUnit { first_row }));
            }
        }
        Ok(UnitRow {
            row,
            building: building?,
            floor: floor?,
            room_number: room_number?,
            layout: layout?,
            area_centi_m2: area_centi_m2?,
            occupancy: occupancy?,
        })
    })
}
