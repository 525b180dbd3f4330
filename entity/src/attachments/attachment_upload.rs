//! An upload that has begun and is not whole. How much of it is here the file itself says.

use crate::ids::AccountId;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "attachment_upload")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: String,
    /// How long the whole will be, in bytes.
    pub total: i64,
    pub created_at: DateTimeUtc,
    /// When a piece of it last began to arrive.
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
