//! Visits to homes by plan (走访), and return visits after repairs (回访).
//!
//! A home visit goes `planned → appointed → at_door → in_talk → done → reported`; who is refused or
//! finds nobody agrees on another time. A return visit is planned by a job when a repair is finished,
//! is made at the door with the owner's signature or by telephone, and goes on to `checked` and
//! `archived` (domain 14, 15). Two who go together may both tell of it, each on a phone of his own and
//! offline: the second account is kept beside the first.

pub mod access;
pub mod error;
pub mod graphql;
pub mod jobs;
pub mod read;
pub mod record;
pub mod rules;
mod sync;
pub mod write;

pub use rules::VisitPolicy;

use entity::visits::{visit, visit_event};

use self::jobs::{MarkOverdueVisits, PlanReturnVisits};
use self::write::{
    AppointVisit, Archiving, CancelVisit, Checking, EditVisit, FinishVisit, NoteVisit, PlanVisit,
    Reporting, SettleVisit, StepVisit,
};
use super::Area;
use crate::jobs::leave_phones::LeavePhones;
use crate::policy::settable;

/// What this area hands in.
pub const AREA: Area = Area {
    sync: |all| {
        all.record::<visit::Model>()
            .record::<visit_event::Model>()
            .kind::<PlanVisit>()
            .kind::<AppointVisit>()
            .kind::<StepVisit>()
            .kind::<NoteVisit>()
            .kind::<FinishVisit>()
            .kind::<SettleVisit<Reporting>>()
            .kind::<SettleVisit<Checking>>()
            .kind::<SettleVisit<Archiving>>()
            .kind::<EditVisit>()
            .kind::<CancelVisit>()
    },
    jobs: |all| {
        all.job(PlanReturnVisits)
            .job(MarkOverdueVisits)
            .job(LeavePhones::<visit::Model>::new())
    },
    policies: &[settable::<VisitPolicy>()],
    ..Area::NOTHING
};
