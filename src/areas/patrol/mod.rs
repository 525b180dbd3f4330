//! Patrols (巡视 / 巡查): points, routes, the tasks that follow from them, and what was found.
//!
//! A task goes `due → in_progress → done`, or is `missed` when its window has passed (domain 16.2).
//! What is reported is never refused because it comes late, from elsewhere or without evidence: it
//! is kept and marked. A point counts when it was seen in the window with the evidence that was asked
//! for, judged by when it was seen. So a report that comes late turns `missed` into `done`. A
//! finding names the ticket that was opened for it in the same group (P-16).

pub mod access;
pub mod error;
pub mod graphql;
pub mod jobs;
pub mod read;
pub mod record;
pub mod rules;
pub mod sync;
pub mod write;

use entity::patrol::{patrol_point, patrol_result, patrol_route, patrol_task};

use self::jobs::{CloseMissedPatrols, GeneratePatrolsDaily};
use self::rules::PatrolPolicy;
use self::write::{OrderPatrol, ReportPatrol};
use super::Area;
use crate::jobs::leave_phones::LeavePhones;
use crate::policy::settable;

/// What this area hands in.
pub const AREA: Area = Area {
    sync: |all| {
        all.record::<patrol_point::Model>()
            .record::<patrol_route::Model>()
            .record::<patrol_task::Model>()
            .record::<patrol_result::Model>()
            .kind::<OrderPatrol>()
            .kind::<ReportPatrol>()
    },
    jobs: |all| {
        all.job(GeneratePatrolsDaily)
            .job(CloseMissedPatrols)
            .job(LeavePhones::<patrol_task::Model>::new())
    },
    policies: &[settable::<PatrolPolicy>()],
    ..Area::NOTHING
};
