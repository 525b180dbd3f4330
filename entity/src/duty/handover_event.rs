//! One step of a handover. Append-only.

use crate::duty::{EquipmentList, HandoverEventKind};
use crate::ids::{AccountId, CommunityId, HandoverEventId, HandoverId, StaffMemberId};
use crate::sync::ObservedMark;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "handover_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HandoverEventId,
    pub community_id: CommunityId,
    pub handover_id: HandoverId,
    pub kind: HandoverEventKind,
    pub note: String,
    /// What was prepared or counted with it.
    pub equipment: EquipmentList,
    pub signature: Option<String>,
    /// The successor who was named with it.
    pub incoming_id: Option<StaffMemberId>,
    pub author_staff_id: Option<StaffMemberId>,
    pub author_account_id: Option<AccountId>,
    pub author_name: String,
    pub observed_at: DateTimeUtc,
    pub observed_mark: ObservedMark,
    pub received_at: DateTimeUtc,
    /// Its place in the realm's sequence.
    pub seq: i64,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
