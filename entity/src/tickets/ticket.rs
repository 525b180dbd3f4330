//! A ticket (工单): a contact that needs work, a repair (报修) or a complaint (投诉).

use crate::ids::{CommunityId, PartyId, StaffMemberId, TicketId, UnitId, ZoneId};
use crate::sealed::Sealed;
use crate::stamps::FieldStamps;
use crate::tickets::{ComplaintChannel, Priority, RepairClass, Severity, TicketKind, TicketState};
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
    /// What was repaired, which decides when it is visited again.
    pub repair_class: Option<RepairClass>,
    /// When a mended leak was last tested with water.
    pub water_tested_at: Option<DateTimeUtc>,
    /// How grave a complaint is; none before it is graded.
    pub severity: Option<Severity>,
    pub channel: Option<ComplaintChannel>,
    /// When what is complained about happened (T-14).
    pub occurred_at: Option<DateTimeUtc>,
    pub place: String,
    pub person_concerned: String,
    pub departments_concerned: String,
    pub demand: String,
    /// The period the resident asked for (T-21).
    pub wanted_by: Option<DateTimeUtc>,
    pub is_anonymous: bool,
    /// The same matter was complained about before (T-31).
    pub is_second: bool,
    /// The department it was routed to.
    pub department: String,
    /// Who answers for it.
    pub responsible_id: Option<StaffMemberId>,
    /// When it was last handed up.
    pub escalated_at: Option<DateTimeUtc>,
    /// When the nearest of its open clocks runs out; by which rule; and whether it has.
    pub due_at: Option<DateTimeUtc>,
    pub due_rule: Option<String>,
    pub breached_at: Option<DateTimeUtc>,
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
