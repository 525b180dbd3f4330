//! Shifts (班次), the roster (值班表) and handovers (交接班).
//!
//! A handover goes `prepared → checked → signed`, and through `rejected` where the successor finds the
//! place not in order (domain 17.2). Whatever happened is kept as an event, in whichever order the
//! phones come home, and where a handover stands follows from its events by when they were observed.

pub mod access;
mod error;
pub mod graphql;
pub mod jobs;
mod read;
mod record;
pub mod rules;
mod sync;
pub mod write;

use entity::duty::{duty as line, handover, handover_event, shift};

use self::rules::DutyPolicy;
use self::write::{
    CheckHandover, NoteHandover, PrepareHandover, PutRightHandover, RejectHandover, SignHandover,
};
use super::Area;
use crate::jobs::leave_phones::LeavePhones;
use crate::policy::settable;

/// What this area hands in.
pub const AREA: Area = Area {
    sync: |all| {
        all.record::<shift::Model>()
            .record::<line::Model>()
            .record::<handover::Model>()
            .record::<handover_event::Model>()
            .kind::<PrepareHandover>()
            .kind::<CheckHandover>()
            .kind::<RejectHandover>()
            .kind::<PutRightHandover>()
            .kind::<SignHandover>()
            .kind::<NoteHandover>()
    },
    jobs: |all| {
        all.job(LeavePhones::<handover::Model>::new())
            .job(LeavePhones::<line::Model>::new())
    },
    policies: &[settable::<DutyPolicy>()],
    ..Area::NOTHING
};
