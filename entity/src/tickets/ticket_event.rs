//! One step in the history of a ticket. Append-only.

use crate::changes::FieldChanges;
use crate::ids::{AccountId, CommunityId, StaffMemberId, TicketEventId, TicketId, VisitId};
use crate::kinds::PostKind;
use crate::sync::ObservedMark;
use crate::tickets::{Severity, TicketEventKind, TicketState};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketEventId,
    pub community_id: CommunityId,
    pub ticket_id: TicketId,
    pub kind: TicketEventKind,
    pub from_state: Option<TicketState>,
    pub to_state: Option<TicketState>,
    pub assignee_id: Option<StaffMemberId>,
    /// The post of whoever was given it or had it handed up to him, on that day.
    pub assignee_post: Option<PostKind>,
    /// The return visit of which this comes.
    pub visit_id: Option<VisitId>,
    /// What a complaint was graded.
    pub severity: Option<Severity>,
    /// Whether it repeats an earlier complaint, if whoever graded it said so.
    pub is_second: Option<bool>,
    /// The department it was routed to, if one was named.
    pub department: Option<String>,
    /// When the complainant was promised to hear again (T-25).
    pub promised_at: Option<DateTimeUtc>,
    pub note: String,
    /// What an edit changed; none of any other step.
    pub changes: Option<FieldChanges>,
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
