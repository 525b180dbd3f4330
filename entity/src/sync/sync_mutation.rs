//! A mutation as it arrived, whole, with what became of it.

use crate::ids::{AccountId, CommunityId, SessionId};
use crate::sealed::Sealed;
use crate::sync::MutationOutcome;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "sync_mutation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: SessionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mutation_id: String,
    pub community_id: CommunityId,
    pub author_account_id: AccountId,
    pub kind: String,
    /// As the phone sent it; not every phone sends a proper id.
    pub record_id: String,
    pub after: Option<String>,
    pub group_id: Option<String>,
    /// Its place in the push that brought it.
    pub position: i32,
    /// The whole envelope, sealed: it may hold personal values. Empty once it was purged.
    pub envelope: Sealed,
    /// How many bytes the envelope had.
    pub bytes: i64,
    /// The payload, sealed, that the office put in its place when it let it through.
    pub correction: Option<Sealed>,
    pub outcome: MutationOutcome,
    pub code: Option<String>,
    /// The collection of a record that was missing.
    pub missing: Option<String>,
    /// Head of the realm when its outcome was written: a pull past it sees the effects.
    pub seq: i64,
    /// How often it was delivered, the first time included.
    pub deliveries: i32,
    pub received_at: DateTimeUtc,
    pub resolved_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
