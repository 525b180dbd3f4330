//! The sheets of a workbook that are no files of their own: buildings, parties, relations, staff.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::kinds::{PostKind, RelationKind};

use uuid::Uuid;

use super::{Sheet, code, days, read_rows, seen_in, text};
use crate::import::cells;
use crate::import::columns::{
    ACCOUNT, BUILDING, IDENTITY_NUMBER, NAME, NAME_TO_COMPARE, PARTY_KEY, PHONE, POST, RELATION,
    ROOM_NUMBER, ZONE,
};
use crate::import::fault::Reason;
use crate::import::table::Table;
use crate::text::names;

/// A line of the sheet of buildings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildingRow {
    pub row: usize,
    pub name: String,
    pub zone: Option<String>,
}

/// A line of the sheet of parties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    pub row: usize,
    /// By which the sheet of relations names the party; of an export, its id.
    pub key: String,
    pub name: String,
    pub phone: Option<String>,
    pub identity_number: Option<String>,
}

/// A line of the sheet of relations: what one party is to one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationRow {
    pub row: usize,
    pub key: String,
    /// What the office says the party is called.
    pub name: Option<String>,
    pub building: String,
    pub room_number: String,
    pub relation: RelationKind,
    pub starts_on: Option<NaiveDate>,
    /// Not before `starts_on`.
    pub ends_on: Option<NaiveDate>,
}

/// A line of the sheet of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    pub row: usize,
    pub name: String,
    pub post: PostKind,
    pub zone: Option<String>,
    /// As it is stored.
    pub account: String,
}

/// Reads the sheet of buildings, each once.
pub fn buildings_of(table: Table) -> Sheet<BuildingRow> {
    let mut first_rows = HashMap::new();
    read_rows(table, |reading| {
        let row = reading.record.row;
        let name = reading.required(BUILDING, text);
        let zone = reading.optional(ZONE, text);
        if let Ok(name) = &name
            && let Some(first_row) = seen_in(&mut first_rows, names::key(name), row)
        {
            return Err(reading.refuse(Some(BUILDING), Reason::DuplicateBuilding { first_row }));
        }
        Ok(BuildingRow {
            row,
            name: name?,
            zone: zone?,
        })
    })
}

/// Reads the sheet of parties, each once by its key and by its identity number.
pub fn persons_of(table: Table) -> Sheet<PersonRow> {
    let (mut by_key, mut by_number) = (HashMap::new(), HashMap::new());
    read_rows(table, |reading| {
        let row = reading.record.row;
        let key = reading.required(PARTY_KEY, code);
        // A name that was exported stays as it was written.
        let is_exported = key.as_ref().is_ok_and(|key| Uuid::try_parse(key).is_ok());
        let name = reading.required(NAME, if is_exported { text } else { cells::name });
        let phone = reading.optional(PHONE, cells::phone);
        let number = reading.optional(IDENTITY_NUMBER, cells::identity_number);
        if let Ok(key) = &key
            && let Some(first_row) = seen_in(&mut by_key, key.clone(), row)
        {
            return Err(reading.refuse(Some(PARTY_KEY), Reason::DuplicateKey { first_row }));
        }
        if let Ok(Some(number)) = &number
            && let Some(first_row) = seen_in(&mut by_number, number.clone(), row)
        {
            let reason = Reason::DuplicateIdentityNumber { first_row };
            return Err(reading.refuse(Some(IDENTITY_NUMBER), reason));
        }
        Ok(PersonRow {
            row,
            key: key?,
            name: name?,
            phone: phone?,
            identity_number: number?,
        })
    })
}

/// Reads the sheet of relations. The same party, unit, relation and first day twice is a fault.
pub fn relations_of(table: Table) -> Sheet<RelationRow> {
    let mut first_rows = HashMap::new();
    read_rows(table, |reading| {
        let building = reading.required(BUILDING, text);
        let room_number = reading.required(ROOM_NUMBER, text);
        let key = reading.required(PARTY_KEY, code);
        let name = reading.optional(NAME_TO_COMPARE, cells::name);
        let relation = reading.required(RELATION, cells::relation);
        let (starts_on, ends_on) = days(reading);
        let relation = RelationRow {
            row: reading.record.row,
            key: key?,
            name: name?,
            building: building?,
            room_number: room_number?,
            relation: relation?,
            starts_on: starts_on?,
            ends_on: ends_on?,
        };
        let entry = (
            relation.key.clone(),
            names::key(&relation.building),
            names::key(&relation.room_number),
            relation.relation,
            relation.starts_on,
        );
        match seen_in(&mut first_rows, entry, relation.row) {
            None => Ok(relation),
            Some(first_row) => Err(reading.refuse(None, Reason::DuplicateParty { first_row })),
        }
    })
}

/// Reads the sheet of staff, each account once.
pub fn staff_of(table: Table) -> Sheet<StaffRow> {
    let mut first_rows = HashMap::new();
    read_rows(table, |reading| {
        let row = reading.record.row;
        let name = reading.required(NAME, cells::name);
        let post = reading.required(POST, cells::post);
        let zone = reading.optional(ZONE, text);
        let account = reading.required(ACCOUNT, cells::account);
        if let Ok(account) = &account
            && let Some(first_row) = seen_in(&mut first_rows, account.clone(), row)
        {
            return Err(reading.refuse(Some(ACCOUNT), Reason::DuplicateAccount { first_row }));
        }
        Ok(StaffRow {
            row,
            name: name?,
            post: post?,
            zone: zone?,
            account: account?,
        })
    })
}
