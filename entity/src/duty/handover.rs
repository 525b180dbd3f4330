//! A handover (交接班) from one shift to the next.
//!
//! What stands here beside who, where and what was prepared follows from its events.

use crate::duty::{EquipmentList, HandoverState, OpenMatters};
use crate::ids::{CommunityId, HandoverId, ShiftId, StaffMemberId, ZoneId};
use crate::kinds::PostKind;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "handover")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HandoverId,
    pub community_id: CommunityId,
    /// The zone of the outgoing person.
    pub zone_id: Option<ZoneId>,
    /// The post that is handed over.
    pub post: PostKind,
    /// The shift that begins with it.
    pub shift_id: Option<ShiftId>,
    pub outgoing_id: StaffMemberId,
    /// The successor: named, or whoever came.
    pub incoming_id: Option<StaffMemberId>,
    pub state: HandoverState,
    pub open_matters: OpenMatters,
    pub equipment: EquipmentList,
    /// What the successor found; none before he looked, and after it was put right.
    pub is_environment_fine: Option<bool>,
    pub note: String,
    pub prepared_at: DateTimeUtc,
    /// When the successor should be there (S-11).
    pub arrive_by: Option<DateTimeUtc>,
    /// The first that was seen of him.
    pub arrived_at: Option<DateTimeUtc>,
    pub checked_at: Option<DateTimeUtc>,
    pub outgoing_signed_at: Option<DateTimeUtc>,
    pub incoming_signed_at: Option<DateTimeUtc>,
    /// SHA-256 of the signature as a picture, or a name that was typed.
    pub outgoing_signature: Option<String>,
    pub incoming_signature: Option<String>,
    /// From when on the successor is responsible (S-19).
    pub passed_at: Option<DateTimeUtc>,
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
