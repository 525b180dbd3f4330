//! A route (巡查路线): a patrol that is walked again and again.

use crate::ids::{CommunityId, PatrolRouteId, StaffMemberId, ZoneId};
use crate::kinds::PostKind;
use crate::patrol::{Notice, Plan, PointIds};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "patrol_route")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PatrolRouteId,
    pub community_id: CommunityId,
    pub zone_id: Option<ZoneId>,
    /// Which frequency of the handbook it keeps: `estate`, `posts`, …
    pub key: String,
    pub name: String,
    pub post: PostKind,
    pub notice: Notice,
    /// Who walks it; anybody of its zone when left out.
    pub assignee_id: Option<StaffMemberId>,
    pub point_ids: PointIds,
    pub plan: Plan,
    pub needs_code: bool,
    pub needs_photo: bool,
    pub needs_position: bool,
    /// The rule of the handbook it stands for: `P-01`.
    pub rule: String,
    pub retired_at: Option<DateTimeUtc>,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
