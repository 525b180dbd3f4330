//! Taking over the office's list of parties.

mod register;

use chrono::NaiveDate;
use entity::estate::{building, community, unit};
use entity::households::{party, party_relation};
use entity::ids::{BuildingId, CommunityId, PartyId, UnitId};
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
use crate::text::names::Named;

/// Takes over a list of parties, all of it or nothing.
///
/// A party is the same by its id, else by identity number, else by name and phone, else by name within
/// one of the units; names are one that differ only in width or in the blanks between their
/// characters, and are left as they are known. An empty cell leaves what is known, and of several cells for one value the last
/// counts. The same list again changes nothing.
#[derive(Clone, Debug)]
pub struct ImportParties {
    pub community_id: CommunityId,
    pub rows: Vec<ImportedParty>,
    /// Whether the list names nobody twice: two rows are two parties then, also where nothing but
    /// the row tells them apart.
    pub has_each_once: bool,
}

/// A party of the list, and what it is to which units.
#[derive(Clone, Debug)]
pub struct ImportedParty {
    /// Where the list was exported. One that is not known here is passed over.
    pub party_id: Option<PartyId>,
    pub name: String,
    pub phone: Option<SealedPhone>,
    pub identity_number: Option<SealedIdentityNumber>,
    pub relations: Vec<ImportedRelation>,
}

/// What a party of the list is to one unit.
#[derive(Clone, Debug)]
pub struct ImportedRelation {
    pub building: String,
    pub room_number: String,
    pub relation: RelationKind,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
}

/// What became of a list of parties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedParties {
    pub parties: Imported,
    pub relations: Imported,
    /// Places from 0, in the list and among the relations of the row, of relations whose unit does
    /// not exist. If there is one, nothing of the list was taken.
    pub without_unit: Vec<(usize, usize)>,
    /// Places in the list of rows that nobody could find again: without a unit, a number or a known
    /// id. If there is one, nothing of the list was taken.
    pub without_trace: Vec<usize>,
    /// Places in the list of rows whose identity number is that of a party another row is about, with
    /// the place of that row. If there is one, nothing of the list was taken.
    pub of_another_row: Vec<(usize, usize)>,
}

impl ImportedParties {
    /// Whether nothing of the list was taken.
    pub fn is_refused(&self) -> bool {
        let is_unknown = !self.without_unit.is_empty() || !self.without_trace.is_empty();
        is_unknown || !self.of_another_row.is_empty()
    }
}

impl Command for ImportParties {
    const KIND: &'static str = "party.import";
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
        let known = self.known_units(write);
        let find = |it: &ImportedRelation| {
            let building = known.0.find((), &it.building)?;
            known.1.find(*building, &it.room_number).copied()
        };
        let units = self.rows.iter().map(|row| row.relations.iter().map(find));
        let units: Vec<Vec<Option<UnitId>>> = units.map(Iterator::collect).collect();
        let mut imported = ImportedParties::default();
        for (place, units) in units.iter().enumerate() {
            let lost = (0..).zip(units).filter(|(_, unit)| unit.is_none());
            let lost = lost.map(|(relation, _)| (place, relation));
            imported.without_unit.extend(lost);
            if self
                .rows
                .get(place)
                .is_some_and(|row| self.is_without_trace(write, row))
            {
                imported.without_trace.push(place);
            }
        }
        if imported.is_refused() {
            return Ok(imported);
        }
        let mut register = Register::read(write, community, self.has_each_once, &self.rows);
        for (place, (row, units)) in self.rows.iter().zip(units).enumerate() {
            let units: Vec<UnitId> = units.into_iter().flatten().collect();
            if let Some(first) = register.enter(write, place, row, &units)? {
                imported.of_another_row.push((place, first));
            }
        }
        if imported.is_refused() {
            return Ok(imported);
        }
        register.stage(write)
    }
}

impl ImportParties {
    fn is_without_trace(&self, write: &Write, row: &ImportedParty) -> bool {
        let known = row.party_id.and_then(|id| write.get::<party::Model>(id));
        let is_known =
            known.is_some_and(|it| it.community_id == self.community_id && it.deleted_at.is_none());
        let has_number = row.phone.is_some() || row.identity_number.is_some();
        row.relations.is_empty() && !has_number && !is_known
    }

    /// The buildings, and the units in them.
    fn known_units(&self, write: &Write) -> (Named<(), BuildingId>, Named<BuildingId, UnitId>) {
        let (mut buildings, mut units) = (Named::default(), Named::default());
        for row in write.rows::<building::Model>() {
            if row.community_id == self.community_id && row.deleted_at.is_none() {
                buildings.add((), &row.name, row.id);
            }
        }
        for row in write.rows::<unit::Model>() {
            if row.community_id == self.community_id && row.deleted_at.is_none() {
                units.add(row.building_id, &row.room_number, row.id);
            }
        }
        (buildings, units)
    }
}
