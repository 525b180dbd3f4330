//! A contact with the server, named so that what happens from then on can refer to it.

use chrono::{DateTime, Utc};
use entity::ids::SessionId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::auth::viewer::Person;
use crate::command::observed::Contact;
use crate::database::sealed::{Keyring, Purpose};
use crate::error::ApiError;

/// The clocks of a phone.
#[derive(Clone, Debug, Default)]
pub struct PhoneClock {
    /// Changes when the phone starts anew.
    pub boot_id: Option<String>,
    pub wall_clock: Option<DateTime<Utc>>,
}

/// What a contact id says, sealed.
#[derive(Serialize, Deserialize)]
struct SealedContact {
    session: Uuid,
    contact: Contact,
}

/// Names this contact, for `observed.contactId` of what happens from now on.
pub fn contact_id(app: &App, person: &Person, clock: &PhoneClock) -> Result<String, ApiError> {
    let at = app.clock().now();
    let offset = |wall: DateTime<Utc>| (wall - at).num_milliseconds();
    let contact = Contact {
        at,
        boot_id: clock.boot_id.clone(),
        wall_offset_ms: clock.wall_clock.map(offset),
        zones: person.zones().collect(),
    };
    let sealed = SealedContact {
        session: person.session_id.into(),
        contact,
    };
    Ok(app.keys().seal_token(Purpose::Contact, &sealed)?)
}

/// The contact that an id of this session names.
pub fn find_contact(keys: &Keyring, session: SessionId, id: &str) -> Option<Contact> {
    let sealed: SealedContact = keys.open_token(Purpose::Contact, id).ok()?;
    (sealed.session == Uuid::from(session)).then_some(sealed.contact)
}
