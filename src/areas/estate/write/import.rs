//! Taking over the office's list of units.

use entity::estate::{building, community, unit};
use entity::ids::{BuildingId, CommunityId, UnitId, ZoneId};
use entity::kinds::Occupancy;
use sea_orm::{ColumnTrait, Condition};

use crate::areas::estate::access::get_to_lay_out;
use crate::areas::estate::rules;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names::{Named, key};

/// Takes over a list of units: makes missing buildings and units, and updates those that differ.
/// An empty cell leaves what is known, and so does a text that differs only in the width of its
/// characters. The same list again changes nothing.
#[derive(Clone, Debug)]
pub struct ImportUnits {
    pub community_id: CommunityId,
    pub rows: Vec<ImportedUnit>,
}

/// A line of the list; building and room number name the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedUnit {
    pub building: String,
    pub floor: i32,
    /// Where it is not the number.
    pub floor_name: Option<String>,
    pub room_number: String,
    pub layout: Option<String>,
    /// Hundredths of a square metre.
    pub area_centi_m2: Option<i64>,
    pub occupancy: Occupancy,
}

/// What became of the rows of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub created: usize,
    pub changed: usize,
    pub unchanged: usize,
}

impl Command for ImportUnits {
    const KIND: &'static str = "unit.import";
    type Output = Imported;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|command| command.community_id);
        write.see::<community::Model>(communities.clone()).await?;
        let buildings = building::Column::CommunityId.is_in(communities.clone());
        let buildings = Condition::all().add(buildings);
        write.load_where::<building::Model>(buildings, true).await?;
        let units = Condition::all().add(unit::Column::CommunityId.is_in(communities));
        Ok(write.load_where::<unit::Model>(units, true).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Imported, ApiError> {
        get_to_lay_out(viewer, write, self.community_id)?;
        let mut buildings = self.known_buildings(write);
        let mut units = self.known_units(write);
        let mut imported = Imported::default();
        for row in &self.rows {
            let (building, zone) = self.building(write, &mut buildings, &row.building)?;
            let Some(id) = units.find(building, &row.room_number) else {
                let id = self.create(write, row, building, zone)?;
                units.add(building, &row.room_number, id);
                imported.created += 1;
                continue;
            };
            let known = write.get::<unit::Model>(*id);
            let known = known.ok_or_else(|| ApiError::not_found("unit"))?;
            let updated = updated(known, row);
            if updated == *known {
                imported.unchanged += 1;
            } else {
                write.update::<unit::Model>(*id, |unit| *unit = updated)?;
                imported.changed += 1;
            }
        }
        Ok(imported)
    }
}

type Buildings = Named<(), (BuildingId, Option<ZoneId>)>;

impl ImportUnits {
    /// Those that were deleted come after the others.
    fn known_buildings(&self, write: &Write) -> Buildings {
        let own = write
            .rows::<building::Model>()
            .filter(|row| row.community_id == self.community_id);
        let mut own: Vec<_> = own.collect();
        own.sort_by_key(|row| row.deleted_at.is_some());
        let mut known = Buildings::default();
        for row in own {
            known.add((), &row.name, (row.id, row.zone_id));
        }
        known
    }

    fn known_units(&self, write: &Write) -> Named<BuildingId, UnitId> {
        let own = write
            .rows::<unit::Model>()
            .filter(|row| row.community_id == self.community_id);
        let mut own: Vec<_> = own.collect();
        own.sort_by_key(|row| row.deleted_at.is_some());
        let mut known = Named::default();
        for row in own {
            known.add(row.building_id, &row.room_number, row.id);
        }
        known
    }

    /// The building of this name, made when it is missing; one that was deleted comes back.
    fn building(
        &self,
        write: &mut Write,
        buildings: &mut Buildings,
        name: &str,
    ) -> Result<(BuildingId, Option<ZoneId>), ApiError> {
        if let Some((id, zone)) = buildings.find((), name) {
            let known = write.get::<building::Model>(*id);
            if known.is_some_and(|row| row.deleted_at.is_some()) {
                write.update::<building::Model>(*id, |row| row.deleted_at = None)?;
            }
            return Ok((*id, *zone));
        }
        let id = BuildingId(write.new_id());
        write.insert(building::Model {
            id,
            community_id: self.community_id,
            zone_id: None,
            name: rules::name(name)?,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        })?;
        buildings.add((), name, (id, None));
        Ok((id, None))
    }

    fn create(
        &self,
        write: &mut Write,
        row: &ImportedUnit,
        building_id: BuildingId,
        zone_id: Option<ZoneId>,
    ) -> Result<UnitId, ApiError> {
        let id = UnitId(write.new_id());
        write.insert(unit::Model {
            id,
            community_id: self.community_id,
            building_id,
            zone_id,
            floor: row.floor,
            floor_name: row.floor_name.clone(),
            room_number: row.room_number.clone(),
            layout: row.layout.clone(),
            area_centi_m2: row.area_centi_m2,
            occupancy: row.occupancy,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        })?;
        Ok(id)
    }
}

fn updated(known: &unit::Model, row: &ImportedUnit) -> unit::Model {
    let is_known = |layout: &&String| {
        let known = known.layout.as_deref();
        known.is_some_and(|known| key(known) == key(layout))
    };
    let layout = row.layout.as_ref().filter(|layout| !is_known(layout));
    unit::Model {
        floor: row.floor,
        floor_name: row.floor_name.clone(),
        layout: layout.or(known.layout.as_ref()).cloned(),
        area_centi_m2: row.area_centi_m2.or(known.area_centi_m2),
        occupancy: row.occupancy,
        deleted_at: None,
        ..known.clone()
    }
}
