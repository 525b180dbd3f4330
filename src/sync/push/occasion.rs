//! When and how a mutation came about.

use entity::ids::SessionId;
use entity::sync::ObservedMark;
use sea_orm::prelude::DateTimeUtc;

use super::envelope::Arrived;
use crate::command::observed::{self, ObservedAt};
use crate::command::{Occasion, Origin};
use crate::database::sealed::Keyring;
use crate::sync::pull::find_contact;

/// The occasion of a mutation that came in a session: what its `observed` is worth is judged by the
/// contacts of that session, whoever runs it and whenever.
pub(super) fn occasion(
    keys: &Keyring,
    session_id: SessionId,
    arrived: &Arrived,
    received_at: DateTimeUtc,
) -> Occasion {
    let observed = arrived.read.as_ref().ok();
    let observed = observed.and_then(|mutation| mutation.observed.as_ref());
    let contact = observed.and_then(|observed| observed.contact_id.as_deref());
    let contact = contact.and_then(|id| find_contact(keys, session_id, id));
    let unobserved = ObservedAt {
        at: received_at,
        mark: ObservedMark::Received,
    };
    let ObservedAt { at, mark } = observed.map_or(unobserved, |observed| {
        observed::observed_at(observed, contact.as_ref(), received_at)
    });
    Occasion {
        observed_at: at,
        observed_mark: mark,
        received_at,
        mutation: Some(Origin {
            session_id,
            mutation_id: arrived.id.clone(),
            kind: arrived.text("kind").unwrap_or_default().to_owned(),
        }),
        contact,
    }
}
