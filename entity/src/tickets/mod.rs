//! Tickets and their history.

pub mod ticket;
pub mod ticket_clock;
pub mod ticket_event;

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// What a ticket is about.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// Repair (报修).
    Repair,
    /// Complaint (投诉).
    Complaint,
}

/// Where a ticket stands: a repair from `Recorded` to `Finished` (domain 13.2), a complaint from
/// `Registered` to `Returned` (domain 13.3).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Details asked and written down.
    Recorded,
    /// Work order made by content and warranty.
    Ordered,
    /// Maintenance told, with the slip, for the agreed time.
    Dispatched,
    /// Maintenance has arrived.
    OnSite,
    /// Repaired.
    Finished,
    /// Nothing more to do.
    Closed,
    /// Called off before it was finished.
    Cancelled,
    /// Registered centrally, details taken, thanks said.
    Registered,
    /// Severity judged.
    Graded,
    /// Given to the department and the one responsible.
    Routed,
    /// The responsible has spoken with the complainant.
    Contacted,
    /// Cause found, remedy planned.
    Planned,
    /// Being remedied, the complainant told of progress.
    InProgress,
    /// The result told to the complainant.
    Informed,
    /// Return visit made, opinion heard.
    Returned,
    /// Cannot be solved: explained, apologised, reported to the supervisor.
    CannotSolve,
    /// No complaint in fact (无效投诉).
    Invalid,
}

/// How pressing a ticket is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// In its turn.
    Normal,
    /// Before others.
    High,
    /// Now.
    Urgent,
}

/// What happened to a ticket.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TicketEventKind {
    /// The ticket was recorded.
    Opened,
    /// It moved to another state.
    Advanced,
    /// It was given to somebody.
    Assigned,
    /// Editable fields were changed.
    Edited,
    /// Somebody wrote a note.
    Noted,
    /// What was finished is worked at again.
    Reopened,
    /// The repair was tested with water.
    WaterTested,
    /// Its severity was judged.
    Graded,
    /// It was given to a department and a responsible.
    Routed,
    /// It was handed up.
    Escalated,
    /// A remedy has been carried out.
    Resolved,
    /// The same matter was complained about before.
    Repeated,
    /// A deadline passed.
    Breached,
}

/// What was repaired, which decides when it is visited again (V-02 to V-04).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum RepairClass {
    /// Safety facilities (安全设施).
    SafetyFacility,
    /// Leaks and seepage (渗漏).
    LeakOrSeepage,
    /// Everything else.
    Other,
}

/// How grave a complaint is (T-15 to T-21).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 重大, or A.
    Major,
    /// 重要, or B.
    Important,
    /// 轻微, or C.
    Minor,
}

/// How a complaint came in (T-23, T-24).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ComplaintChannel {
    /// By word of mouth, at the desk or on the phone.
    Spoken,
    /// By letter.
    Letter,
}

/// What must be done before a clock runs out.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// Hand it up to the one who decides.
    HandUp,
    /// Give the complainant an answer.
    Answer,
    /// Solve it.
    Resolve,
    /// Tell the complainant the result.
    Inform,
    /// Reply again, as was promised.
    PromisedReply,
}

/// What stops a clock.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ClockMetBy {
    /// Its being handed up.
    HandedUp,
    /// Word with the complainant.
    Contacted,
    /// A plan, and so a clear answer.
    Planned,
    /// A remedy carried out.
    Resolved,
    /// The result told.
    Informed,
}
