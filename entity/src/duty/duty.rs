//! A duty (值班): who works which shift on a day.

use crate::ids::{CommunityId, DutyId, ShiftId, StaffMemberId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "duty")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DutyId,
    pub community_id: CommunityId,
    pub staff_member_id: StaffMemberId,
    pub shift_id: ShiftId,
    /// The day on which the shift begins.
    pub on_day: Date,
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
