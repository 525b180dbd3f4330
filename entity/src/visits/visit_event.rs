//! One step in the history of a visit. Append-only.

use crate::ids::{AccountId, CommunityId, VisitEventId, VisitId};
use crate::sync::ObservedMark;
use crate::visits::{Photos, VisitDetails, VisitEventKind, VisitState};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "visit_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VisitEventId,
    pub community_id: CommunityId,
    pub visit_id: VisitId,
    pub kind: VisitEventKind,
    pub from_state: Option<VisitState>,
    /// None when it is told beside what stands: the second of two who went together.
    pub to_state: Option<VisitState>,
    pub note: String,
    pub details: VisitDetails,
    pub photos: Photos,
    pub signature: Option<String>,
    /// Not shown to residents.
    pub is_internal: bool,
    pub author_account_id: Option<AccountId>,
    pub author_name: String,
    pub observed_at: DateTimeUtc,
    pub observed_mark: ObservedMark,
    pub received_at: DateTimeUtc,
    /// Its place in the realm's sequence.
    pub seq: i64,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
