//! A party: a person or firm as one community knows it.

use crate::ids::{AccountId, CommunityId, PartyId};
use crate::sealed::Sealed;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "party")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartyId,
    pub community_id: CommunityId,
    pub name: String,
    /// The name as it is compared and looked for.
    #[serde(skip)]
    pub name_key: String,
    /// The account a resident signs in with.
    pub account_id: Option<AccountId>,
    pub phone: Option<Sealed>,
    /// Keyed digest of the whole number, to find and to tell apart.
    #[serde(skip)]
    pub phone_index: Option<String>,
    /// Keyed digest of the last four digits, to find by.
    #[serde(skip)]
    pub phone_tail_index: Option<String>,
    /// Where there are several phones: keyed digests of the others and of their last four digits, separated
    /// by blanks, to find by.
    #[serde(skip)]
    pub other_phones_index: Option<String>,
    pub phone_masked: Option<String>,
    pub identity_number: Option<Sealed>,
    #[serde(skip)]
    pub identity_number_index: Option<String>,
    pub identity_number_masked: Option<String>,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
