//! That a record carries a photo, whether its content is here yet or not.

use crate::ids::{AccountId, CommunityId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "attachment_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: String,
    /// Name of the collection of the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub root_id: Uuid,
    /// Who let the record carry it; nil where it was the system itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub community_id: CommunityId,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
