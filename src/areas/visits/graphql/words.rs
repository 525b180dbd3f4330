//! The words of visits in the API.

use async_graphql::Enum;

/// Why somebody is visited.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::visits::VisitKind")]
pub enum VisitKind {
    /// Visit to a home by the visit plan (走访).
    Home,
    /// Return visit after a ticket (回访).
    Return,
}

/// Where a visit stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::visits::VisitState")]
pub enum VisitState {
    /// Arranged (已计划).
    Planned,
    /// Telephoned, time agreed (已预约).
    Appointed,
    /// Knocked or rung (已到门口).
    AtDoor,
    /// The resident does not want it (被谢绝).
    Refused,
    /// Nobody at home (家中无人).
    Absent,
    /// Admitted, talking (访谈中).
    InTalk,
    /// Over, with its result (已完成).
    Done,
    /// The record is with the supervisor (已上报).
    Reported,
    /// Checked by the supervisor (已检查).
    Checked,
    /// Filed (已归档).
    Archived,
    /// Called off (已取消).
    Cancelled,
}

/// How somebody was spoken to.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::visits::VisitChannel")]
pub enum VisitChannel {
    /// At his home (上门).
    Home,
    /// By telephone (电话回访).
    Phone,
}

/// What came of a visit.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::visits::VisitOutcome")]
pub enum VisitOutcome {
    /// All is well; the ticket of a return visit is closed by it.
    Satisfied,
    /// Something new was asked for.
    NewOpinion,
    /// What was repaired is not in order; the ticket is opened again by it.
    Defect,
}

/// What happened to a visit.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::visits::VisitEventKind")]
pub enum VisitEventKind {
    /// It was arranged.
    Planned,
    /// A time was agreed.
    Appointed,
    /// Somebody knocked.
    AtDoor,
    /// The resident did not want it.
    Refused,
    /// Nobody was at home.
    Absent,
    /// Somebody was admitted.
    InTalk,
    /// The resident said something that is to be kept.
    Opinion,
    /// Somebody wrote a note.
    Noted,
    /// It was over.
    Finished,
    /// The record went to the supervisor.
    Reported,
    /// The supervisor checked it.
    Checked,
    /// It was filed.
    Archived,
    /// The ticket was opened again because of it.
    Reopened,
    /// It was called off.
    Cancelled,
    /// Editable fields were changed.
    Edited,
}
