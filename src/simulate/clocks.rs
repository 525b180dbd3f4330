//! The clocks of a phone: one that is wrong, one that only runs forward, and the last contact with
//! a server that knows better.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::queue::Believed;

/// Ten years in milliseconds.
pub const TEN_YEARS_MS: i64 = 3_653 * 86_400_000;

/// A contact with the server, as the phone noted it.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: String,
    pub server_time: DateTime<Utc>,
    pub boot_id: String,
    /// By the clock that only runs forward.
    pub at_ms: i64,
}

/// What a phone knows of time.
#[derive(Clone, Debug)]
pub struct Clocks {
    /// The right time when the run began.
    pub began_at: DateTime<Utc>,
    /// How far the wall clock is off.
    pub offset_ms: i64,
    pub boot_id: String,
    pub contact: Option<Contact>,
}

/// How much of what it knows a phone tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    Everything,
    WallOnly,
    Nothing,
}

impl Clocks {
    /// What the phone's display shows.
    pub fn wall(&self, now_ms: i64) -> DateTime<Utc> {
        let shift = TimeDelta::try_milliseconds(now_ms.saturating_add(self.offset_ms));
        let shown = shift.and_then(|shift| self.began_at.checked_add_signed(shift));
        shown.unwrap_or(self.began_at)
    }

    /// For a pull.
    pub fn for_pull(&self, now_ms: i64) -> Value {
        json!({ "bootId": self.boot_id, "wallClock": self.wall(now_ms) })
    }

    /// For a mutation made now, and what the server must make of it.
    pub fn observed(&self, now_ms: i64, telling: Telling) -> (Option<Value>, Option<Believed>) {
        let wall = self.wall(now_ms);
        match (telling, &self.contact) {
            (Telling::Nothing, _) => (None, None),
            (Telling::Everything, Some(contact)) => {
                let elapsed_ms = now_ms - contact.at_ms;
                let observed = json!({ "contactId": contact.id, "elapsedMs": elapsed_ms,
                    "bootId": self.boot_id, "wallClock": wall });
                let believed = Believed {
                    contact_at: contact.server_time,
                    elapsed_ms: (contact.boot_id == self.boot_id).then_some(elapsed_ms),
                };
                (Some(observed), Some(believed))
            }
            _ => (Some(json!({ "wallClock": wall })), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_started_anew_believes_its_elapsed_time_no_more() {
        let began_at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let contact = Contact {
            id: "k".to_owned(),
            server_time: began_at,
            boot_id: "b1".to_owned(),
            at_ms: 10,
        };
        let mut clocks = Clocks {
            began_at,
            offset_ms: TEN_YEARS_MS,
            boot_id: "b1".to_owned(),
            contact: Some(contact),
        };
        let (observed, believed) = clocks.observed(30, Telling::Everything);
        assert_eq!(observed.unwrap()["elapsedMs"], 20);
        assert_eq!(believed.unwrap().elapsed_ms, Some(20));
        clocks.boot_id = "b2".to_owned();
        let (_, believed) = clocks.observed(30, Telling::Everything);
        assert_eq!(believed.unwrap().elapsed_ms, None);
        assert_eq!(clocks.observed(30, Telling::Nothing), (None, None));
        assert_eq!(clocks.observed(30, Telling::WallOnly).1, None);
    }
}
