//! The words of tickets in the API.

use async_graphql::Enum;

/// What a ticket is about.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::TicketKind")]
pub enum TicketKind {
    /// Repair (报修).
    Repair,
    /// Complaint (投诉).
    Complaint,
}

/// Where a ticket stands on its path. A repair goes from `RECORDED` to `FINISHED`, a complaint from
/// `REGISTERED` to `RETURNED`; `CLOSED` and `CANCELLED` end both.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::TicketState")]
pub enum TicketState {
    /// Repair: details asked and written down (已登记).
    Recorded,
    /// Repair: the work order is made (已下单).
    Ordered,
    /// Repair: given to a worker, with the slip (已派工).
    Dispatched,
    /// Repair: the worker has arrived (维修中).
    OnSite,
    /// Repair: repaired, to be visited again before it is closed (已完工).
    Finished,
    /// Both: nothing more to do; the ticket can no longer change (已关闭).
    Closed,
    /// Both: called off before it was finished; the ticket can no longer change (已取消).
    Cancelled,
    /// Complaint: details taken, thanks said (已受理).
    Registered,
    /// Complaint: its severity is judged (已定级).
    Graded,
    /// Complaint: given to the department and the person responsible (已转办).
    Routed,
    /// Complaint: the person responsible has spoken with the complainant (已联系).
    Contacted,
    /// Complaint: cause found, remedy planned (已定方案).
    Planned,
    /// Complaint: being remedied (处理中).
    InProgress,
    /// Complaint: the complainant has been told the result (已告知).
    Informed,
    /// Complaint: return visit made, the complainant's opinion heard (已回访).
    Returned,
    /// Complaint: cannot be solved, and the complainant was told why (无法解决).
    CannotSolve,
    /// Complaint: no complaint in fact (无效投诉).
    Invalid,
}

/// How urgent a ticket is. Residents do not set it: what they report begins as `NORMAL`.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::Priority")]
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

/// What a step in the history of a ticket was.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::TicketEventKind")]
pub enum TicketEventKind {
    /// The ticket was opened.
    Opened,
    /// It moved from `fromState` to `toState`.
    Advanced,
    /// It was given to a worker, `assigneeId`.
    Assigned,
    /// Fields were edited; `changes` says which. For staff.
    Edited,
    /// Somebody added a note.
    Noted,
    /// Work that was finished began again.
    Reopened,
    /// The repair of a leak was tested with water (试水).
    WaterTested,
    /// A complaint got its `severity`. For staff.
    Graded,
    /// A complaint was given to a department and to the person responsible, `assigneeId`. For staff.
    Routed,
    /// A complaint was handed up (呈报) to `assigneeId`. For staff.
    Escalated,
    /// The remedy of a complaint was carried out; `note` is the result.
    Resolved,
    /// It was found to repeat an earlier complaint. For staff.
    Repeated,
    /// A clock of a complaint ran out; `assigneeId` is the person responsible at that time. For staff.
    Breached,
}

/// What was repaired, which decides by when the return visit (回访) is due.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::RepairClass")]
pub enum RepairClass {
    /// Safety facilities (安全设施).
    SafetyFacility,
    /// Leaks and seepage (渗漏).
    LeakOrSeepage,
    /// Everything else.
    Other,
}
