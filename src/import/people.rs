//! Who is named by a list, whether a row says one relation or one person.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::PartyId;
use entity::kinds::RelationKind;
use uuid::Uuid;

use super::columns::{IDENTITY_NUMBER, NAME, ROOM_NUMBER};
use super::fault::{Fault, Reason, masked};
use super::fault::{List, ListFault};
use super::rows::{PartyRow, PersonRow, RelationRow};
use crate::areas::households::write::{
    ImportedParty, ImportedRelation, SealedIdentityNumber, SealedPhone,
};
use crate::database::sealed::Keyring;
use crate::error::ApiError;

/// A party of a list, with its numbers in clear.
pub struct Person {
    row: usize,
    party_id: Option<PartyId>,
    name: String,
    phone: Option<String>,
    identity_number: Option<String>,
    ties: Vec<Tie>,
}

/// What it is to a unit, and where that is said.
struct Tie {
    list: List,
    row: usize,
    building: String,
    room_number: String,
    relation: RelationKind,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
}

/// Of a list whose rows are relations.
pub fn of_list(row: PartyRow) -> Person {
    let tie = Tie {
        list: List::Parties,
        row: row.row,
        building: row.building,
        room_number: row.room_number,
        relation: row.relation,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
    };
    Person {
        row: row.row,
        party_id: None,
        name: row.name,
        phone: row.phone,
        identity_number: row.identity_number,
        ties: vec![tie],
    }
}

/// Of a workbook, whose sheets say persons and relations apart.
pub fn of_book(persons: Vec<PersonRow>, relations: Vec<RelationRow>) -> Vec<Person> {
    let mut ties: HashMap<String, Vec<Tie>> = HashMap::new();
    for row in relations {
        let tie = Tie {
            list: List::Relations,
            row: row.row,
            building: row.building,
            room_number: row.room_number,
            relation: row.relation,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
        };
        ties.entry(row.key).or_default().push(tie);
    }
    let persons = persons.into_iter().map(|row| Person {
        row: row.row,
        // Only an export has ids for keys.
        party_id: Uuid::try_parse(&row.key).ok().map(PartyId),
        ties: ties.remove(&row.key).unwrap_or_default(),
        name: row.name,
        phone: row.phone,
        identity_number: row.identity_number,
    });
    persons.collect()
}

impl Person {
    pub fn sealed(&self, keys: &Keyring) -> Result<ImportedParty, ApiError> {
        let (phone, number) = (self.phone.as_deref(), self.identity_number.as_deref());
        let relations = self.ties.iter().map(|tie| ImportedRelation {
            building: tie.building.clone(),
            room_number: tie.room_number.clone(),
            relation: tie.relation,
            starts_on: tie.starts_on,
            ends_on: tie.ends_on,
        });
        Ok(ImportedParty {
            party_id: self.party_id,
            name: self.name.clone(),
            phone: phone.map(|it| SealedPhone::seal(keys, it)).transpose()?,
            identity_number: number
                .map(|it| SealedIdentityNumber::seal(keys, it))
                .transpose()?,
            relations: relations.collect(),
        })
    }

    /// The fault of a tie whose unit does not exist.
    pub fn without_unit(&self, tie: usize) -> Option<ListFault> {
        let tie = self.ties.get(tie)?;
        Some(ListFault {
            list: tie.list,
            fault: Fault {
                row: tie.row,
                column: Some(ROOM_NUMBER.name.to_owned()),
                value: format!("{} {}", tie.building, tie.room_number),
                reason: Reason::UnknownUnit,
            },
        })
    }

    /// The fault of somebody whose identity number is that of a party which another row is about.
    pub fn of_another_row(&self, first: &Self) -> ListFault {
        let number = self.identity_number.as_deref().unwrap_or_default();
        ListFault {
            list: List::Parties,
            fault: Fault {
                row: self.row,
                column: Some(IDENTITY_NUMBER.name.to_owned()),
                value: masked(number),
                reason: Reason::DuplicateIdentityNumber {
                    first_row: first.row,
                },
            },
        }
    }

    /// The fault of somebody whom nobody could find again.
    pub fn without_trace(&self) -> ListFault {
        ListFault {
            list: List::Parties,
            fault: Fault {
                row: self.row,
                column: Some(NAME.name.to_owned()),
                value: self.name.clone(),
                reason: Reason::PartyWithoutTrace,
            },
        }
    }
}
