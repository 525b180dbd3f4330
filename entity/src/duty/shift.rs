//! A shift (班次): the hours of a day that one person works.

use crate::ids::{CommunityId, ShiftId};
use crate::kinds::PostKind;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "shift")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShiftId,
    pub community_id: CommunityId,
    /// `A` to `E`, `noon`, `night`.
    pub code: String,
    /// Local time of day, `22:00`.
    pub from_time: String,
    /// Local time of day; on the next one when it is not after `from_time`.
    pub to_time: String,
    pub has_noon_break: bool,
    /// The post that works it; any when there is none.
    pub post: Option<PostKind>,
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
