//! What phones carry of the estate.

use entity::estate::{building, community, unit, zone};
use entity::ids::{BuildingId, CommunityId, UnitId, ZoneId};
use entity::kinds::Occupancy;
use serde::Serialize;

use crate::auth::Viewer;
use crate::database::sealed::Keyring;
use crate::error::ApiError;
use crate::sync::collection::Synced;

/// A community on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommunityDocument {
    id: CommunityId,
    code: String,
    name: String,
    time_zone: String,
}

impl Synced for community::Model {
    crate::sync::collection::synced_columns!(community, root "community" by Id);
    type Document = CommunityDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<CommunityDocument, ApiError> {
        Ok(CommunityDocument {
            id: self.id,
            code: self.code.clone(),
            name: self.name.clone(),
            time_zone: self.time_zone.clone(),
        })
    }
}

/// A zone on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneDocument {
    id: ZoneId,
    community_id: CommunityId,
    name: String,
}

impl Synced for zone::Model {
    crate::sync::collection::synced_columns!(zone, root "zone" by Id);
    type Document = ZoneDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<ZoneDocument, ApiError> {
        Ok(ZoneDocument {
            id: self.id,
            community_id: self.community_id,
            name: self.name.clone(),
        })
    }
}

/// A building on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BuildingDocument {
    id: BuildingId,
    community_id: CommunityId,
    zone_id: Option<ZoneId>,
    name: String,
}

impl Synced for building::Model {
    crate::sync::collection::synced_columns!(building, root "building" by Id);
    type Document = BuildingDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<BuildingDocument, ApiError> {
        Ok(BuildingDocument {
            id: self.id,
            community_id: self.community_id,
            zone_id: self.zone_id,
            name: self.name.clone(),
        })
    }
}

/// A unit on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitDocument {
    id: UnitId,
    community_id: CommunityId,
    building_id: BuildingId,
    zone_id: Option<ZoneId>,
    floor: i32,
    room_number: String,
    layout: Option<String>,
    area_centi_m2: Option<i64>,
    occupancy: Occupancy,
}

impl Synced for unit::Model {
    crate::sync::collection::synced_columns!(unit, root "unit" by Id);
    type Document = UnitDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<UnitDocument, ApiError> {
        Ok(UnitDocument {
            id: self.id,
            community_id: self.community_id,
            building_id: self.building_id,
            zone_id: self.zone_id,
            floor: self.floor,
            room_number: self.room_number.clone(),
            layout: self.layout.clone(),
            area_centi_m2: self.area_centi_m2,
            occupancy: self.occupancy,
        })
    }
}
