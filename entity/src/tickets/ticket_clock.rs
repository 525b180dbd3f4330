//! A clock that runs on a complaint: what must be done by when, and whether it was.

use crate::ids::{CommunityId, StaffMemberId, TicketClockId, TicketId};
use crate::kinds::PostKind;
use crate::tickets::{ClockKind, ClockMetBy};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_clock")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketClockId,
    pub community_id: CommunityId,
    pub ticket_id: TicketId,
    pub kind: ClockKind,
    /// The rule of the handbook: `T-17`.
    pub rule: String,
    pub met_by: ClockMetBy,
    /// The post that is told when it runs out, and to which it is handed up.
    pub tells: Option<PostKind>,
    pub started_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    pub met_at: Option<DateTimeUtc>,
    pub breached_at: Option<DateTimeUtc>,
    pub told_staff_id: Option<StaffMemberId>,
    /// Its last change in the realm's sequence.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
