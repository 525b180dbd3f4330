//! The list of parties as a file of its own.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::kinds::RelationKind;

use super::{Reading, Refused, Sheet, days, read_rows, seen_in, text};
use crate::import::cells;
use crate::import::columns::{
    BUILDING, IDENTITY_NUMBER, NAME, PARTY_COLUMNS, PHONE, RELATION, ROOM_NUMBER,
};
use crate::import::fault::Reason;
use crate::import::table::read_table;
use crate::text::names::key;

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

/// Reads the list of parties. One person may stand in it for several units or times; the same entry twice is a fault,
/// also where its dates or numbers are written differently.
pub fn read_parties(bytes: &[u8]) -> Sheet<PartyRow> {
    let table = read_table(bytes, &PARTY_COLUMNS);
    let mut first_rows = HashMap::new();
    let mut first_refused = HashMap::new();
    read_rows(table, |reading| {
        let row = reading.record.row;
        let first_row = match party(reading) {
            Ok(party) => {
                let entry = PartyRow {
                    row: 0,
                    building: key(&party.building),
                    room_number: key(&party.room_number),
                    name: key(&party.name),
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
    let name = reading.required(NAME, cells::name);
    let relation = reading.required(RELATION, cells::relation);
    let phone = reading.optional(PHONE, cells::phone);
    let identity_number = reading.optional(IDENTITY_NUMBER, cells::identity_number);
    let (starts_on, ends_on) = days(reading);
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
