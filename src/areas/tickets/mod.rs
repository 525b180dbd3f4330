//! Tickets (工单): contacts that need work. Here: repairs (报修) and complaints (投诉).
//!
//! A repair goes `recorded → ordered → dispatched → on_site → finished → closed`, and may be
//! `cancelled` before it is finished (domain 13.2). Its history is a list of append-only events.
//!
//! A complaint goes `registered → graded → routed → contacted → planned → in_progress → informed →
//! returned → closed` (domain 13.3); that it cannot be solved, is none, or is called off ends it earlier.
//! To hand it up and to solve it are marks beside its state. Clocks run on it, which ones is said by the
//! policy of its community; what is done in time by the time it was observed is in time whenever it is heard of.
//!
//! Free text, convenient time and priority may be edited, also offline; edits of different fields
//! are merged, and of two edits of one field the loser is kept in a sync issue.

pub mod access;
pub mod error;
pub mod graphql;
pub mod jobs;
pub mod read;
pub mod record;
pub mod rules;
pub mod sync;
pub mod write;

pub use rules::is_settled;
pub use write::{FollowVisit, NoteTicket};

use entity::tickets::{ticket, ticket_event};

use self::jobs::WatchClocks;
use self::rules::policy::ComplaintPolicy;
use self::write::{
    AdvanceTicket, AssignTicket, EditTicket, EscalateTicket, GradeTicket, OpenTicket,
    ResolveTicket, RouteTicket, TestWater,
};
use super::Area;
use crate::jobs::leave_phones::LeavePhones;
use crate::policy::settable;

/// What this area hands in.
pub const AREA: Area = Area {
    sync: |all| {
        all.record::<ticket::Model>()
            .record::<ticket_event::Model>()
            .kind::<OpenTicket>()
            .kind::<EditTicket>()
            .kind::<AssignTicket>()
            .kind::<AdvanceTicket>()
            .kind::<NoteTicket>()
            .kind::<TestWater>()
            .kind::<GradeTicket>()
            .kind::<RouteTicket>()
            .kind::<EscalateTicket>()
            .kind::<ResolveTicket>()
    },
    jobs: |all| {
        all.job(WatchClocks)
            .job(LeavePhones::<ticket::Model>::new())
    },
    policies: &[settable::<ComplaintPolicy>()],
    ..Area::NOTHING
};
