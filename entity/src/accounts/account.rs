//! An account: whoever can sign in, staff or resident.

use crate::ids::AccountId;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// What is typed to sign in, lower case, unique.
    pub login: String,
    /// How the person is called on screens.
    pub name: String,
    #[serde(skip)]
    pub password_hash: String,
    /// May add staff and communities.
    pub is_administrator: bool,
    /// Belongs to the demo estate and signs in only while the demo runs.
    pub is_demo: bool,
    /// The person has left: pushes are still taken, into quarantine, then the phone is wiped.
    pub left_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
