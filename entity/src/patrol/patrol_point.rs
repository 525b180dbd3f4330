//! A point (巡查点): a place that patrols come by, with what is to be looked at there.

use crate::ids::{BuildingId, CommunityId, PatrolPointId, ZoneId};
use crate::patrol::Checklist;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "patrol_point")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PatrolPointId,
    pub community_id: CommunityId,
    pub zone_id: Option<ZoneId>,
    pub building_id: Option<BuildingId>,
    pub name: String,
    /// Where to find it, in words.
    pub place: String,
    /// What its label says, printed or in a chip. Unique in the community; phones get its digest.
    pub code: String,
    pub checklist: Checklist,
    /// Ten-millionths of a degree.
    pub latitude_e7: Option<i32>,
    pub longitude_e7: Option<i32>,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
