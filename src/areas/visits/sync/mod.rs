//! Visits on phones: what they carry, and what they may send.

mod kinds;
mod rows;

use entity::visits::{visit, visit_event};

use super::access::SHOWN_EVENTS;
use crate::database::Within;
use crate::sync::collection::Synced;

impl Synced for visit::Model {
    crate::sync::collection::synced_columns!(visit, leaving root "visit");
}

impl Synced for visit_event::Model {
    crate::sync::collection::synced_columns!(visit_event, root "visit" by VisitId, of leaving visit);

    const WITHIN: Within<visit_event::Column> = SHOWN_EVENTS;
}
