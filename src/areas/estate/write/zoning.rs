//! Which zone a building belongs to.

use entity::estate::{building, unit, zone};
use entity::ids::{BuildingId, UnitId, ZoneId};
use sea_orm::{ColumnTrait, Condition};

use crate::areas::estate::access::{building_scope, may_lay_out};
use crate::areas::estate::error::EstateError;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Puts a building, and all its units, into a zone, or out of any. Tickets keep the zone they were
/// recorded in: whoever looked after them then still does.
#[derive(Clone, Debug)]
pub struct PutBuildingInZone {
    pub building_id: BuildingId,
    pub zone_id: Option<ZoneId>,
}

impl Command for PutBuildingInZone {
    const KIND: &'static str = "building.put_in_zone";
    type Output = BuildingId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let buildings = batch.iter().map(|command| command.building_id);
        write.load::<building::Model>(buildings.clone()).await?;
        let zones = batch.iter().filter_map(|command| command.zone_id);
        write.see::<zone::Model>(zones).await?;
        let units = Condition::all().add(unit::Column::BuildingId.is_in(buildings));
        Ok(write.load_where::<unit::Model>(units, true).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<BuildingId, ApiError> {
        let building = write.visible(&building_scope(), viewer.reach(), self.building_id)?;
        let (id, community_id) = (building.id, building.community_id);
        if !may_lay_out(viewer, community_id) {
            return Err(ApiError::forbidden());
        }
        if let Some(zone) = self.zone_id {
            let zone = write.get::<zone::Model>(zone);
            let is_there = |zone: &&zone::Model| {
                zone.community_id == community_id && zone.deleted_at.is_none()
            };
            zone.filter(is_there).ok_or(EstateError::ZoneUnknown)?;
        }
        write.update::<building::Model>(id, |row| row.zone_id = self.zone_id)?;
        let units = write
            .rows::<unit::Model>()
            .filter(|unit| unit.building_id == id);
        let units: Vec<UnitId> = units.map(|unit| unit.id).collect();
        for unit in units {
            write.update::<unit::Model>(unit, |row| row.zone_id = self.zone_id)?;
        }
        Ok(id)
    }
}
