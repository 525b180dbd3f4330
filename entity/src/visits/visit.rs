//! A visit: to a home by plan (走访), or after a ticket (回访).

use crate::ids::{CommunityId, PartyId, StaffMemberId, TicketId, UnitId, VisitId, ZoneId};
use crate::stamps::FieldStamps;
use crate::visits::{VisitChannel, VisitKind, VisitOutcome, VisitState};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "visit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VisitId,
    pub community_id: CommunityId,
    pub kind: VisitKind,
    pub state: VisitState,
    pub unit_id: Option<UnitId>,
    /// The zone of its unit, repeated here so that scope never needs a join.
    pub zone_id: Option<ZoneId>,
    pub party_id: Option<PartyId>,
    /// The ticket a return visit follows.
    pub ticket_id: Option<TicketId>,
    /// Which end of the repair it follows: a repair that is opened again is visited again.
    pub repair_finished_at: Option<DateTimeUtc>,
    /// The water test from which its day was counted.
    pub repair_tested_at: Option<DateTimeUtc>,
    pub purpose: String,
    pub due_at: Option<DateTimeUtc>,
    /// The rule of the handbook that says when it is due (`V-02`).
    pub due_rule: Option<String>,
    pub overdue_at: Option<DateTimeUtc>,
    pub channel: Option<VisitChannel>,
    /// The time that was agreed.
    pub appointed_at: Option<DateTimeUtc>,
    /// Whether the visitors go into the home (W-02).
    pub is_inside: bool,
    pub visitor_id: Option<StaffMemberId>,
    pub companion_id: Option<StaffMemberId>,
    pub opinion: String,
    pub handling: String,
    pub result: String,
    pub outcome: Option<VisitOutcome>,
    pub reply_promised_at: Option<DateTimeUtc>,
    /// SHA-256 of the picture of the resident's signature.
    pub signature: Option<String>,
    /// The ticket that was opened for a new opinion.
    pub new_ticket_id: Option<TicketId>,
    /// When it was planned.
    pub observed_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
    /// When phones put it down, some time after it was settled.
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
