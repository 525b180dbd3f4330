//! Taking over the office's list of parties.

mod register;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::estate::{building, community, unit};
use entity::households::{party, party_relation};
use entity::ids::{BuildingId, CommunityId, UnitId};
use entity::kinds::RelationKind;
use sea_orm::{ColumnTrait, Condition};

use self::register::Register;
use super::{SealedIdentityNumber, SealedPhone};
use crate::areas::estate::Imported;
use crate::areas::households::access::get_community_to_keep;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Takes over a list of parties, all of it or nothing.
///
/// A party is the same by identity number, else by name and phone, else by name within the unit. An
/// empty cell leaves what is known, and of several cells for one value the last counts. The same
/// list again changes nothing.
#[derive(Clone, Debug)]
pub struct ImportParties {
    pub community_id: CommunityId,
    pub rows: Vec<ImportedParty>,
}

/// A line of the list: one relation of one party to one unit.
#[derive(Clone, Debug)]
pub struct ImportedParty {
    pub building: String,
    pub room_number: String,
    pub name: String,
    pub relation: RelationKind,
    pub phone: Option<SealedPhone>,
    pub identity_number: Option<SealedIdentityNumber>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
}

/// What became of a list of parties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedParties {
    pub parties: Imported,
    pub relations: Imported,
    /// Places in the list, from 0, of rows whose unit does not exist. If there is one, nothing of the
    /// list was taken.
    pub without_unit: Vec<usize>,
}

impl Command for ImportParties {
    type Output = ImportedParties;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|command| command.community_id);
        write.see::<community::Model>(ids.clone()).await?;
        let of = building::Column::CommunityId.is_in(ids.clone());
        let of = Condition::all().add(of);
        write.load_where::<building::Model>(of, false).await?;
        let of = Condition::all().add(unit::Column::CommunityId.is_in(ids.clone()));
        write.load_where::<unit::Model>(of, false).await?;
        let of = Condition::all().add(party::Column::CommunityId.is_in(ids.clone()));
        write.load_where::<party::Model>(of, true).await?;
        let of = Condition::all().add(party_relation::Column::CommunityId.is_in(ids));
        Ok(write.load_where::<party_relation::Model>(of, true).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<ImportedParties, ApiError> {
        let community = get_community_to_keep(viewer, write, self.community_id)?;
        let units = self.known_units(write);
        let units: Vec<Option<UnitId>> = self
            .rows
            .iter()
            .map(|row| {
                units
                    .get(&(row.building.as_str(), row.room_number.as_str()))
                    .copied()
            })
            .collect();
        let places = units.iter().enumerate();
        let without_unit: Vec<usize> = places
            .filter(|(_, unit)| unit.is_none())
            .map(|(place, _)| place)
            .collect();
        if !without_unit.is_empty() {
            let imported = ImportedParties {
                without_unit,
                ..ImportedParties::default()
            };
            return Ok(imported);
        }
        let mut register = Register::read(write, community);
        for (row, unit) in self.rows.iter().zip(units.into_iter().flatten()) {
            register.enter(write, row, unit)?;
        }
        register.stage(write)
    }
}

impl ImportParties {
    fn known_units<'a>(&self, write: &'a Write) -> BTreeMap<(&'a str, &'a str), UnitId> {
        let buildings: BTreeMap<BuildingId, &str> = write
            .rows::<building::Model>()
            .filter(|row| row.community_id == self.community_id && row.deleted_at.is_none())
            .map(|row| (row.id, row.name.as_str()))
            .collect();
        let units = write
            .rows::<unit::Model>()
            .filter(|row| row.community_id == self.community_id && row.deleted_at.is_none());
        units
            .filter_map(|row| {
                let building = buildings.get(&row.building_id)?;
                Some(((*building, row.room_number.as_str()), row.id))
            })
            .collect()
    }
}
