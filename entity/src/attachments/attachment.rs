//! A photo or signature whose content is here, whole and checked.

use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    /// Of its content, in lower-case hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: String,
    /// In bytes.
    pub size: i64,
    /// What the content says it is: `image/jpeg`, …
    pub media_type: String,
    /// When somebody last sent it.
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
