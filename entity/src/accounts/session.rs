//! A session: one account on one device, with its refresh token family.

use crate::ids::{AccountId, SessionId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub account_id: AccountId,
    /// The device's own name for itself, unique within the account.
    pub device_id: String,
    pub device_name: String,
    /// Changes at every sign-in; tokens of an older family are refused.
    pub refresh_family: Uuid,
    /// Number of the newest refresh token. Its predecessor still returns it until it is first used.
    pub refresh_generation: i64,
    pub refresh_expires_at: DateTimeUtc,
    /// When the newest pair of tokens was first used: from then on its answer is known to have arrived.
    pub refresh_confirmed_at: Option<DateTimeUtc>,
    /// When two devices were found to use this sign-in.
    pub copied_at: Option<DateTimeUtc>,
    pub last_contact_at: DateTimeUtc,
    pub signed_out_at: Option<DateTimeUtc>,
    /// The device was reported lost, or a used refresh token came back.
    pub revoked_at: Option<DateTimeUtc>,
    pub revoked_reason: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
