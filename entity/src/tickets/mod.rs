//! Tickets and their history.

pub mod ticket;
pub mod ticket_clock;
pub mod ticket_event;

words! {
    /// What a ticket is about.
    TicketKind {
        /// Repair (报修).
        Repair = "repair" "报修",
        /// Complaint (投诉).
        Complaint = "complaint" "投诉",
    }

    /// Where a ticket stands on its path. A repair goes from `RECORDED` to `FINISHED`, a complaint from
    /// `REGISTERED` to `RETURNED`; `CLOSED` and `CANCELLED` end both.
    TicketState {
        /// Repair: details asked and written down (已登记).
        Recorded = "recorded" "已登记",
        /// Repair: the work order is made (已下单).
        Ordered = "ordered" "已下单",
        /// Repair: given to a worker, with the slip (已派工).
        Dispatched = "dispatched" "已派工",
        /// Repair: the worker has arrived (维修中).
        OnSite = "on site" "维修中",
        /// Repair: repaired, to be visited again before it is closed (已完工).
        Finished = "finished" "已完工",
        /// Both: nothing more to do; the ticket can no longer change (已关闭).
        Closed = "closed" "已关闭",
        /// Both: called off before it was finished; the ticket can no longer change (已取消).
        Cancelled = "cancelled" "已取消",
        /// Complaint: details taken, thanks said (已受理).
        Registered = "registered" "已受理",
        /// Complaint: its severity is judged (已定级).
        Graded = "graded" "已定级",
        /// Complaint: given to the department and the person responsible (已转办).
        Routed = "routed" "已转办",
        /// Complaint: the person responsible has spoken with the complainant (已联系).
        Contacted = "contacted" "已联系",
        /// Complaint: cause found, remedy planned (已定方案).
        Planned = "planned" "已定方案",
        /// Complaint: being remedied (处理中).
        InProgress = "in progress" "处理中",
        /// Complaint: the complainant has been told the result (已告知).
        Informed = "informed" "已告知",
        /// Complaint: return visit made, the complainant's opinion heard (已回访).
        Returned = "returned" "已回访",
        /// Complaint: cannot be solved, and the complainant was told why (无法解决).
        CannotSolve = "unsolvable" "无法解决",
        /// Complaint: no complaint in fact (无效投诉).
        Invalid = "invalid" "无效",
    }

    /// How urgent a ticket is. Residents do not set it: what they report begins as `NORMAL`.
    Priority {
        /// Can wait.
        Low = "low" "不急",
        /// In its turn.
        Normal = "normal" "普通",
        /// Before others.
        High = "high" "优先",
        /// Now.
        Urgent = "urgent" "紧急",
    }

    /// What a step in the history of a ticket was.
    TicketEventKind {
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
    RepairClass {
        /// Safety facilities (安全设施).
        SafetyFacility,
        /// Leaks and seepage (渗漏).
        LeakOrSeepage,
        /// Everything else.
        Other,
    }

    /// How grave a complaint is. Communities name the three in one of two ways.
    Severity {
        /// Seriously affects daily life or safety, or harms the company (重大, or A级).
        Major,
        /// An error of management or service (重要, or B级).
        Important,
        /// A single incident or person (轻微, or C级).
        Minor,
    }

    /// How a complaint came in.
    ComplaintChannel {
        /// At the desk or on the phone (口头).
        Spoken,
        /// By letter (书面).
        Letter,
    }

    /// What must be done before a clock of a complaint runs out.
    ClockKind {
        /// Hand it up to the post that decides (呈报).
        HandUp,
        /// Give the complainant an answer (答复).
        Answer,
        /// Solve it (解决).
        Resolve,
        /// Tell the complainant the result (告知结果).
        Inform,
        /// Give the next answer, as was promised to the complainant (承诺回复).
        PromisedReply,
    }

    /// What stops a clock.
    ClockMetBy {
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
}
