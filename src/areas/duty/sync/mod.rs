//! Shifts, the roster and handovers on phones: what they carry, and what they may send.

mod rows;

use entity::duty::{duty, handover, handover_event, shift};

use super::write::{
    CheckHandover, NoteHandover, PrepareHandover, PutRightHandover, RejectHandover, SignHandover,
};
use crate::sync::collection::Synced;
use crate::sync::registry::{Reference, Replayed, as_it_is};

impl Synced for shift::Model {
    crate::sync::collection::synced_columns!(shift, root "shift" by Id);
}

impl Synced for duty::Model {
    crate::sync::collection::synced_columns!(duty, leaving root "duty");
}

impl Synced for handover::Model {
    crate::sync::collection::synced_columns!(handover, leaving root "handover");
}

impl Synced for handover_event::Model {
    crate::sync::collection::synced_columns!(handover_event, root "handover" by HandoverId, of leaving handover);
}

impl Replayed for PrepareHandover {
    as_it_is!(made by its author);
    const CREATES: bool = true;
    const REFERENCES: &'static [Reference] = &[
        ("communityId", "community"),
        ("incomingId", "staff_member"),
        ("shiftId", "shift"),
    ];
}

impl Replayed for CheckHandover {
    as_it_is!();
}

impl Replayed for RejectHandover {
    as_it_is!();
}

impl Replayed for PutRightHandover {
    as_it_is!();
}

impl Replayed for SignHandover {
    as_it_is!();
}

impl Replayed for NoteHandover {
    as_it_is!();
    const REFERENCES: &'static [Reference] = &[("incomingId", "staff_member")];
}
