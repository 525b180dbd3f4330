//! Headers by which a client that sends rows tells its clocks, and learns the name of this contact.
//!
//! `Xunfang-Clock: <run of the phone's system>;<its wall clock, RFC 3339>` is answered with
//! `Xunfang-Contact: <contact id>`: what is observed from now on may name it.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::Http;
use crate::auth::Viewer;
use crate::sync::pull::{PhoneClock, contact_id};

pub const CLOCK: HeaderName = HeaderName::from_static("xunfang-clock");
pub const CONTACT: HeaderName = HeaderName::from_static("xunfang-contact");

/// The longest name of a phone's run that is taken, in bytes.
const LONGEST_BOOT_ID: usize = 128;

/// What a request says of the phone's clocks; nothing when it says nothing that can be read.
pub fn clock_of(headers: &HeaderMap) -> Option<PhoneClock> {
    let (boot, wall) = headers.get(CLOCK)?.to_str().ok()?.split_once(';')?;
    let boot = Some(boot.trim()).filter(|boot| (1..=LONGEST_BOOT_ID).contains(&boot.len()));
    let wall = DateTime::parse_from_rfc3339(wall.trim()).ok();
    let clock = PhoneClock {
        boot_id: boot.map(str::to_owned),
        wall_clock: wall.map(|wall| wall.with_timezone(&Utc)),
    };
    (clock.boot_id.is_some() || clock.wall_clock.is_some()).then_some(clock)
}

impl Http {
    /// The header that names this contact, if the request told its clocks and somebody is signed in.
    pub fn contact(
        &self,
        clock: Option<&PhoneClock>,
        viewer: Option<&Viewer>,
    ) -> Option<HeaderValue> {
        let contact = contact_id(self.app(), viewer?.person()?, clock?).ok()?;
        HeaderValue::from_str(&contact).ok()
    }
}

/// Puts the name of the contact on an answer.
pub fn named(mut response: Response, contact: Option<HeaderValue>) -> Response {
    if let Some(contact) = contact {
        response.headers_mut().insert(CONTACT, contact);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_read_as_far_as_it_can_be() {
        let noon = "2026-11-21T12:00:00+08:00";
        for (header, boot, wall) in [
            (format!("b1;{noon}"), Some("b1"), true),
            (format!(" b1 ; {noon} "), Some("b1"), true),
            (format!(";{noon}"), None, true),
            ("b1;soon".to_owned(), Some("b1"), false),
            (format!("{};{noon}", "x".repeat(129)), None, true),
        ] {
            let headers = HeaderMap::from_iter([(CLOCK, HeaderValue::from_str(&header).unwrap())]);
            let clock = clock_of(&headers).unwrap();
            assert_eq!(
                (clock.boot_id.as_deref(), clock.wall_clock.is_some()),
                (boot, wall),
                "{header}"
            );
        }
        for nothing in ["", "b1", ";", ";soon"] {
            let headers = HeaderMap::from_iter([(CLOCK, HeaderValue::from_str(nothing).unwrap())]);
            assert!(clock_of(&headers).is_none(), "{nothing}");
        }
    }
}
