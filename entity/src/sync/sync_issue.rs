//! A sync issue: a mutation that could not be applied as it was, or lost a field.

use crate::ids::{AccountId, CommunityId, SessionId, SyncIssueId};
use crate::sync::{SyncIssueKind, SyncIssueState};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "sync_issue")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SyncIssueId,
    pub community_id: CommunityId,
    pub session_id: SessionId,
    pub mutation_id: String,
    pub author_account_id: AccountId,
    pub author_name: String,
    /// Empty when it was made at the desk.
    pub mutation_kind: String,
    /// The collection of the record it is about; empty when that cannot be told.
    pub collection: String,
    pub record_id: String,
    pub kind: SyncIssueKind,
    pub code: Option<String>,
    /// The field that lost a value; none when the whole mutation was kept out.
    pub field: Option<String>,
    pub kept_value: Option<Json>,
    pub lost_value: Option<Json>,
    pub state: SyncIssueState,
    pub settled_by: Option<AccountId>,
    pub settled_at: Option<DateTimeUtc>,
    /// What the office said when it settled it by hand.
    pub settled_note: String,
    /// Whether the office let another payload through than the author had sent.
    pub is_corrected: bool,
    /// When phones put it down, or that they never carry it.
    pub left_phones_at: Option<DateTimeUtc>,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
