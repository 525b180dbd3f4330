//! The two lists of an office as typed rows: its units, and who has to do with them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use chrono::NaiveDate;
use entity::kinds::{Occupancy, RelationKind};

use super::cells;
use super::fault::{Fault, Reason};
use super::table::{Record, read_table, shown};

const BUILDING: &str = "楼栋";
const FLOOR: &str = "楼层";
const ROOM_NUMBER: &str = "房号";
const LAYOUT: &str = "户型";
const AREA: &str = "建筑面积";
const OCCUPANCY: &str = "居住状态";
const NAME: &str = "姓名";
const RELATION: &str = "身份";
const PHONE: &str = "手机";
const IDENTITY_NUMBER: &str = "证件号码";
const STARTS_ON: &str = "起始日期";
const ENDS_ON: &str = "结束日期";

/// The columns of the list of units.
pub const UNIT_COLUMNS: [&str; 6] = [BUILDING, FLOOR, ROOM_NUMBER, LAYOUT, AREA, OCCUPANCY];

/// The columns of the list of parties.
pub const PARTY_COLUMNS: [&str; 8] = [
    BUILDING,
    ROOM_NUMBER,
    NAME,
    RELATION,
    PHONE,
    IDENTITY_NUMBER,
    STARTS_ON,
    ENDS_ON,
];

/// A file as read: the rows that are right, and every fault of the others in the order of their rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Sheet<T> {
    pub rows: Vec<T>,
    pub faults: Vec<Fault>,
}

/// A line of the list of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// Row as the spreadsheet shows it; the header is row 1.
    pub row: usize,
    pub building: String,
    /// Below ground is negative; there is no floor 0.
    pub floor: i16,
    /// As written, with its leading zeros.
    pub room_number: String,
    pub layout: Option<String>,
    /// Hundredths of a square metre.
    pub area_centi_m2: Option<i64>,
    pub occupancy: Occupancy,
}

/// A line of the list of parties: one relation of one party to one unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartyRow {
    /// Row as the spreadsheet shows it; the header is row 1.
    pub row: usize,
    pub building: String,
    pub room_number: String,
    pub name: String,
    pub relation: RelationKind,
    /// 11 digits, or a landline as `0757-22334455`.
    pub phone: Option<String>,
    pub identity_number: Option<String>,
    pub starts_on: Option<NaiveDate>,
    /// Not before `starts_on`.
    pub ends_on: Option<NaiveDate>,
}

/// Reads the list of units. The same room of the same building twice is a fault, also where the first is itself refused.
pub fn read_units(bytes: &[u8]) -> Sheet<UnitRow> {
    let mut first_rows = HashMap::new();
    read_sheet(bytes, &UNIT_COLUMNS, |reading| {
        let building = reading.required(BUILDING, text);
        let floor = reading.required(FLOOR, cells::floor);
        let room_number = reading.required(ROOM_NUMBER, text);
        let layout = reading.optional(LAYOUT, text);
        let area_centi_m2 = reading.optional(AREA, cells::area_centi_m2);
        let occupancy = reading.required(OCCUPANCY, cells::occupancy);
        let row = reading.record.row;
        if let (Ok(building), Ok(room_number)) = (&building, &room_number) {
            let unit = (building.clone(), room_number.clone());
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

/// Reads the list of parties. One person may stand in it for several units or times; the same entry twice is a fault,
/// also where its dates or numbers are written differently.
pub fn read_parties(bytes: &[u8]) -> Sheet<PartyRow> {
    let mut first_rows = HashMap::new();
    let mut first_refused = HashMap::new();
    read_sheet(bytes, &PARTY_COLUMNS, |reading| {
        let row = reading.record.row;
        let first_row = match party(reading) {
            Ok(party) => {
                let entry = PartyRow {
                    row: 0,
                    ..party.clone()
                };
                match seen_in(&mut first_rows, entry, row) {
                    None => return Ok(party),
                    Some(first_row) => first_row,
                }
            }
            Err(refused) => {
                let cells: Vec<_> = reading
                    .record
                    .cells()
                    .map(|cell| cell.map(str::to_owned))
                    .collect();
                match seen_in(&mut first_refused, cells, row) {
                    None => return Err(refused),
                    Some(first_row) => first_row,
                }
            }
        };
        Err(reading.refuse(None, Reason::DuplicateParty { first_row }))
    })
}

fn party(reading: &mut Reading<'_>) -> Result<PartyRow, Refused> {
    let building = reading.required(BUILDING, text);
    let room_number = reading.required(ROOM_NUMBER, text);
    let name = reading.required(NAME, text);
    let relation = reading.required(RELATION, cells::relation);
    let phone = reading.optional(PHONE, cells::phone);
    let identity_number = reading.optional(IDENTITY_NUMBER, cells::identity_number);
    let starts_on = reading.optional(STARTS_ON, cells::date);
    let ends_on = reading.optional(ENDS_ON, |cell| match (cells::date(cell)?, &starts_on) {
        (ends_on, Ok(Some(starts_on))) if ends_on < *starts_on => Err(Reason::EndsBeforeStart {
            starts_on: *starts_on,
        }),
        (ends_on, _) => Ok(ends_on),
    });
    Ok(PartyRow {
        row: reading.record.row,
        building: building?,
        room_number: room_number?,
        name: name?,
        relation: relation?,
        phone: phone?,
        identity_number: identity_number?,
        starts_on: starts_on?,
        ends_on: ends_on?,
    })
}

fn read_sheet<T>(
    bytes: &[u8],
    columns: &[&'static str],
    mut read_row: impl FnMut(&mut Reading<'_>) -> Result<T, Refused>,
) -> Sheet<T> {
    let table = read_table(bytes, columns);
    let mut faults = table.faults;
    let mut rows = Vec::with_capacity(table.records.len());
    for record in &table.records {
        let faults = &mut faults;
        if let Ok(row) = read_row(&mut Reading { record, faults }) {
            rows.push(row);
        }
    }
    faults.sort_by_key(|fault| fault.row);
    Sheet { rows, faults }
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
        column: &'static str,
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
        column: &'static str,
        read: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Result<Option<T>, Refused> {
        match self.record.cell(column) {
            None => Err(Refused),
            Some("") => Ok(None),
            Some(cell) => read(cell)
                .map(Some)
                .map_err(|reason| self.refuse(Some(column), reason)),
        }
    }

    fn refuse(&mut self, column: Option<&'static str>, reason: Reason) -> Refused {
        let cell = column.and_then(|column| self.record.cell(column));
        self.faults.push(Fault {
            row: self.record.row,
            column: column.map(str::to_owned),
            value: cell.map(shown).unwrap_or_default(),
            reason,
        });
        Refused
    }
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

#[expect(
    clippy::unnecessary_wraps,
    reason = "has the shape of the other cell readers"
)]
fn text(cell: &str) -> Result<String, Reason> {
    Ok(cell.to_owned())
}
