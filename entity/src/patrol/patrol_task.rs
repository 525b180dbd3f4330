//! A task (巡查任务): one patrol, to be walked in its window.

use crate::ids::{CommunityId, PatrolRouteId, PatrolTaskId, StaffMemberId, ZoneId};
use crate::kinds::PostKind;
use crate::patrol::{Notice, PatrolReason, PatrolTaskState, PointIds};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "patrol_task")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PatrolTaskId,
    pub community_id: CommunityId,
    pub route_id: Option<PatrolRouteId>,
    pub zone_id: Option<ZoneId>,
    pub name: String,
    pub post: PostKind,
    pub notice: Notice,
    pub assignee_id: Option<StaffMemberId>,
    /// The day of the community on which its window begins.
    pub on_day: Date,
    /// Tells the tasks of one route and day apart, from 1; 0 for one that was ordered.
    pub number: i32,
    pub window_from: DateTimeUtc,
    pub window_to: DateTimeUtc,
    pub point_ids: PointIds,
    pub needs_code: bool,
    pub needs_photo: bool,
    pub needs_position: bool,
    pub reason: PatrolReason,
    pub state: PatrolTaskState,
    /// When the first thing was seen, by the best clock there was.
    pub started_at: Option<DateTimeUtc>,
    /// When the last point was seen that made it done.
    pub finished_at: Option<DateTimeUtc>,
    /// When its time was up.
    pub missed_at: Option<DateTimeUtc>,
    pub missed_point_ids: PointIds,
    pub finding_count: i32,
    /// When phones put it down, some time after it was settled.
    pub left_phones_at: Option<DateTimeUtc>,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
