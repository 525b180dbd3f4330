//! A ticket (事务单): a contact that needs work, here a repair (报修).

use crate::ids::{CommunityId, PartyId, StaffMemberId, TicketId, UnitId, ZoneId};
use crate::sealed::Sealed;
use crate::stamps::FieldStamps;
use crate::tickets::{Priority, TicketKind, TicketState};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketId,
    pub community_id: CommunityId,
    pub kind: TicketKind,
    pub state: TicketState,
    pub priority: Priority,
    pub summary: String,
    pub description: String,
    /// When it suits the resident, as he said it (T-01).
    pub convenient_time: String,
    pub unit_id: Option<UnitId>,
    /// The zone of its unit, repeated here so that scope never needs a join.
    pub zone_id: Option<ZoneId>,
    pub reporter_party_id: Option<PartyId>,
    /// Who of the staff wrote it down, and so sees it as long as he works here.
    pub recorded_by: Option<StaffMemberId>,
    pub contact_name: String,
    pub contact_phone: Option<Sealed>,
    pub contact_phone_masked: Option<String>,
    pub assignee_id: Option<StaffMemberId>,
    /// When the trouble was reported, by the best clock there was.
    pub observed_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    /// When phones put it down, some time after it was closed.
    pub left_phones_at: Option<DateTimeUtc>,
    /// Who changed which field last.
    pub field_seq: FieldStamps,
    /// Its last change in the realm's sequence, and so its version.
    pub seq: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
