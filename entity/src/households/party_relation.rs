//! A party's relation to a unit, with its dates.

use crate::ids::{CommunityId, PartyId, PartyRelationId, UnitId};
use crate::kinds::RelationKind;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "party_relation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartyRelationId,
    pub community_id: CommunityId,
    pub party_id: PartyId,
    pub unit_id: UnitId,
    pub relation: RelationKind,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    /// Whether it counts today. Scope reads this column and never the clock.
    pub is_current: bool,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
