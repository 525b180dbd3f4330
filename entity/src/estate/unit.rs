//! A unit (房屋): dwelling, workshop or shop.

use crate::ids::{BuildingId, CommunityId, UnitId, ZoneId};
use crate::kinds::Occupancy;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UnitId,
    pub community_id: CommunityId,
    pub building_id: BuildingId,
    /// The zone of its building, repeated here so that scope never needs a join.
    pub zone_id: Option<ZoneId>,
    /// Negative below ground.
    pub floor: i32,
    /// What the building calls it, where that is not its number: `3A`, `夹层`.
    pub floor_name: Option<String>,
    /// As written on the door, leading zeros kept.
    pub room_number: String,
    pub layout: Option<String>,
    /// Floor area in hundredths of a square metre.
    pub area_centi_m2: Option<i64>,
    pub occupancy: Occupancy,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
