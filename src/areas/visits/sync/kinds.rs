//! What phones may send about visits.

use entity::ids::VisitId;

use super::super::write::{
    AppointVisit, Archiving, CancelVisit, Checking, FinishVisit, NoteVisit, PlanVisit, Reporting,
    SettleVisit, Settled, StepVisit,
};
use crate::error::ApiError;
use crate::sync::registry::{About, Reference, Replayed, as_it_is};

impl Replayed for PlanVisit {
    as_it_is!(made by its author);
    const CREATES: bool = true;
    const REFERENCES: &'static [Reference] = &[
        ("communityId", "community"),
        ("ticketId", "ticket"),
        ("unitId", "unit"),
        ("partyId", "party"),
        ("visitorId", "staff_member"),
        ("companionId", "staff_member"),
    ];
}

impl Replayed for AppointVisit {
    as_it_is!();
    const REFERENCES: &'static [Reference] = &[
        ("visitorId", "staff_member"),
        ("companionId", "staff_member"),
    ];
}

impl Replayed for StepVisit {
    as_it_is!();
    const REFERENCES: &'static [Reference] = &[("companionId", "staff_member")];
}

impl Replayed for NoteVisit {
    as_it_is!();
}

impl Replayed for FinishVisit {
    as_it_is!();
    const REFERENCES: &'static [Reference] = &[("newTicketId", "ticket")];
}

/// The steps that say no more than a note.
macro_rules! settled {
    ($($command:ty),+) => {$(
        impl Replayed for $command {
            type Payload = Settled;

            fn from_mutation(about: About, payload: Settled) -> Result<Self, ApiError> {
                let id = VisitId(about.record_id);
                Ok(Self::from(Settled { id, ..payload }))
            }
        }
    )+};
}

settled!(
    CancelVisit,
    SettleVisit<Reporting>,
    SettleVisit<Checking>,
    SettleVisit<Archiving>
);
