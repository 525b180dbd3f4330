//! What was found at one point of a patrol (巡查结果). Append-only.

use crate::ids::{
    AccountId, CommunityId, PatrolPointId, PatrolResultId, PatrolTaskId, StaffMemberId, TicketId,
};
use crate::patrol::{AnswerKeys, Answers, MissingEvidence, Photos};
use crate::sync::ObservedMark;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "patrol_result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PatrolResultId,
    pub community_id: CommunityId,
    pub task_id: PatrolTaskId,
    pub point_id: PatrolPointId,
    pub answers: Answers,
    /// Those of them that the checklist did not ask for, or not in that way, when they came.
    pub unasked_answers: AnswerKeys,
    /// What is wrong, in words; empty when nothing is.
    pub finding: String,
    /// The ticket that was opened for it.
    pub ticket_id: Option<TicketId>,
    pub photos: Photos,
    /// What was read at the point.
    pub code_read: Option<String>,
    pub code_matches: Option<bool>,
    /// Ten-millionths of a degree.
    pub latitude_e7: Option<i32>,
    pub longitude_e7: Option<i32>,
    pub accuracy_m: Option<i32>,
    /// Whether that is at the point; none when either has no position.
    pub is_near: Option<bool>,
    /// Whether the point was one of the task when it came.
    pub is_on_round: bool,
    /// Whether it was seen in the window of the task.
    pub is_in_window: bool,
    pub missing_evidence: MissingEvidence,
    pub author_staff_id: Option<StaffMemberId>,
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
