//! What phones carry of the estate.

use entity::estate::{building, community, unit, zone};
use entity::ids::{BuildingId, CommunityId, UnitId, ZoneId};
use entity::kinds::Occupancy;
use serde::Serialize;

use crate::auth::Viewer;
use crate::database::sealed::Keyring;
use crate::error::ApiError;
use crate::sync::collection::Synced;
use crate::sync::rows::{Carried, Column, Shape};

const COMMUNITY_ID: Column = Column::new("communityId", Shape::Id, "The community it belongs to.");
const ZONE_ID: Column = Column::new("zoneId", Shape::Id, "The zone it lies in.").optional();

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

impl Carried for community::Model {
    const COLLECTION: &'static str = "community";
    const TABLE: &'static str = "communities";
    const COLUMNS: &'static [Column] = &[
        Column::new(
            "code",
            Shape::Text,
            "Short latin name, unique in the company.",
        ),
        Column::new("name", Shape::Text, "Its name."),
        Column::new(
            "timeZone",
            Shape::Text,
            "IANA name of the time zone its day runs in.",
        ),
    ];
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

impl Carried for zone::Model {
    const COLLECTION: &'static str = "zone";
    const TABLE: &'static str = "zones";
    const COLUMNS: &'static [Column] =
        &[COMMUNITY_ID, Column::new("name", Shape::Text, "Its name.")];
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

impl Carried for building::Model {
    const COLLECTION: &'static str = "building";
    const TABLE: &'static str = "buildings";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        ZONE_ID,
        Column::new("name", Shape::Text, "Its name."),
    ];
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

impl Carried for unit::Model {
    const COLLECTION: &'static str = "unit";
    const TABLE: &'static str = "units";
    const COLUMNS: &'static [Column] = &[
        COMMUNITY_ID,
        Column::new("buildingId", Shape::Id, "The building it is in."),
        ZONE_ID,
        Column::new("floor", Shape::Number, "The storey; negative below ground."),
        Column::new("roomNumber", Shape::Text, "As written on the door."),
        Column::new(
            "layout",
            Shape::Text,
            "Rooms and halls, as the office writes it.",
        )
        .optional(),
        Column::new(
            "areaCentiM2",
            Shape::Number,
            "Floor area in hundredths of a square metre.",
        )
        .optional(),
        Column::new(
            "occupancy",
            Shape::Word,
            "`owner_resident`, `owner_not_resident`, `vacant`, `entrusted` or `let`.",
        ),
    ];
}
