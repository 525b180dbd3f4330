//! A community (屋村 / 小区 / 园区): the unit of work, configuration and sequence.

use std::collections::BTreeMap;

use crate::ids::CommunityId;
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The fields of policies that a community has set, by the key of the policy:
/// `{"complaint": {"profile": "same_day"}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Policies(pub BTreeMap<String, Map<String, Value>>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "community")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommunityId,
    /// Short latin name, unique in the company: `bijiang`.
    pub code: String,
    pub name: String,
    /// IANA name of the zone its day runs in.
    pub time_zone: String,
    /// In what it differs from the handbooks.
    pub policies: Policies,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
