//! A staff member (员工): a person holding a post in one community.

use crate::ids::{AccountId, CommunityId, StaffMemberId, ZoneId};
use crate::kinds::PostKind;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "staff_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffMemberId,
    pub community_id: CommunityId,
    pub account_id: AccountId,
    pub name: String,
    pub post: PostKind,
    /// The zone a field worker answers for.
    pub zone_id: Option<ZoneId>,
    pub left_at: Option<DateTimeUtc>,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
