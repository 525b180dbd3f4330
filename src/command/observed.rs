//! Time truth: when a phone saw something, whatever its clock says.
//!
//! The strongest witness is the monotonic time elapsed since a contact with the server, good only while the
//! phone has not been restarted since. Next comes the phone's wall clock, corrected by how far it was off at
//! that contact. Failing both, the receipt stands for the observation. A wrong clock moves the result only
//! between contact and receipt.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::ZoneId;
use entity::sync::ObservedMark as Mark;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json;

/// How long before its receipt an observation may lie when no contact with the server bounds it: longer than
/// anyone works offline in one stretch, and no year that a dead battery has made up.
pub const UNBOUNDED_REACH: TimeDelta = TimeDelta::days(30);

/// What a phone says about when it saw something; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct Observed {
    /// A contact with the server before the observation, as the server named it.
    pub contact_id: Option<String>,
    /// Monotonic time between that contact and the observation.
    pub elapsed_ms: Option<i64>,
    /// The run of the phone's system in which `elapsedMs` was measured; an empty one counts as missing.
    pub boot_id: Option<String>,
    /// The phone's own clock at the observation.
    pub wall_clock: Option<DateTime<Utc>>,
}

impl Observed {
    /// The names of its parts, in their order.
    pub const PARTS: [&str; 4] = ["contactId", "elapsedMs", "bootId", "wallClock"];

    /// What can be read of what a phone says, and each part that cannot, by its name. A clock counts
    /// fractions, and a wall clock may count the milliseconds since 1970.
    pub fn read(said: &Value) -> (Self, Vec<(String, Value)>) {
        let (mut observed, mut unread) = (Self::default(), Vec::new());
        let Some(parts) = said.as_object() else {
            return (observed, vec![(String::new(), said.clone())]);
        };
        for (name, part) in parts.iter().filter(|(_, part)| !json::says_nothing(part)) {
            let place = Self::PARTS.iter().position(|known| known == name);
            let is_read = match place {
                Some(0) => put(&mut observed.contact_id, text(part)),
                Some(1) => put(&mut observed.elapsed_ms, json::rounded(part)),
                Some(2) => put(&mut observed.boot_id, text(part)),
                Some(_) => put(&mut observed.wall_clock, moment(part)),
                None => false,
            };
            if !is_read {
                unread.push((name.clone(), part.clone()));
            }
        }
        (observed, unread)
    }
}

/// Whether there is something to put.
fn put<T>(place: &mut Option<T>, read: Option<T>) -> bool {
    *place = read;
    place.is_some()
}

fn text(said: &Value) -> Option<String> {
    json::meant(said.clone()).ok()
}

fn moment(said: &Value) -> Option<DateTime<Utc>> {
    let counted = || DateTime::from_timestamp_millis(json::rounded(said)?);
    json::meant(said.clone()).ok().or_else(counted)
}

/// The contact that `contact_id` names, as the server remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The server's clock.
    pub at: DateTime<Utc>,
    pub boot_id: Option<String>,
    /// The phone's wall clock minus the server's, at the contact.
    pub wall_offset_ms: Option<i64>,
    /// The zones that whoever made the contact worked in then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<ZoneId>,
}

/// When something was seen, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedAt {
    pub at: DateTime<Utc>,
    pub mark: Mark,
}

/// Works out when something was seen: never after `received_at`, and never before `contact` or, without one,
/// before [`UNBOUNDED_REACH`] ahead of the receipt.
///
/// A contact later than the receipt (two servers whose clocks differ) leaves the receipt.
pub fn observed_at(
    observed: &Observed,
    contact: Option<&Contact>,
    received_at: DateTime<Utc>,
) -> ObservedAt {
    let earliest = match contact {
        Some(contact) => contact.at,
        None => received_at
            .checked_sub_signed(UNBOUNDED_REACH)
            .unwrap_or(DateTime::<Utc>::MIN_UTC),
    };
    let monotonic = contact.and_then(|contact| since(contact, observed));
    let wall = observed.wall_clock.map(|wall_clock| {
        match contact.and_then(|contact| contact.wall_offset_ms) {
            Some(offset_ms) => corrected(wall_clock, offset_ms),
            None => wall_clock,
        }
    });
    let (at, mark) = match (monotonic, wall) {
        (Some(at), _) => (at, Mark::Monotonic),
        (None, Some(at)) => (at, Mark::Wall),
        (None, None) => (received_at, Mark::Received),
    };
    ObservedAt {
        at: at.max(earliest).min(received_at),
        mark,
    }
}

/// The contact plus the monotonic time since, if the phone has run through.
fn since(contact: &Contact, observed: &Observed) -> Option<DateTime<Utc>> {
    let boot_id = observed.boot_id.as_ref().filter(|it| !it.is_empty())?;
    let elapsed_ms = observed.elapsed_ms.filter(|it| *it >= 0)?;
    if contact.boot_id.as_ref() != Some(boot_id) {
        return None;
    }
    let elapsed = TimeDelta::try_milliseconds(elapsed_ms);
    let at = elapsed.and_then(|elapsed| contact.at.checked_add_signed(elapsed));
    Some(at.unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// The wall clock without its offset; past the calendar's ends, the end.
fn corrected(wall_clock: DateTime<Utc>, offset_ms: i64) -> DateTime<Utc> {
    let offset = TimeDelta::try_milliseconds(offset_ms);
    let at = offset.and_then(|offset| wall_clock.checked_sub_signed(offset));
    at.unwrap_or(if offset_ms < 0 {
        DateTime::<Utc>::MAX_UTC
    } else {
        DateTime::<Utc>::MIN_UTC
    })
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use serde_json::json;

    use super::Mark::{Monotonic, Received, Wall};
    use super::*;

    const DAY_MS: i64 = 86_400_000;
    const TEN_YEARS_MS: i64 = 3_653 * DAY_MS;

    /// Minutes after an arbitrary noon; the contact is at 0 and the receipt at 60 where nothing else is said.
    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH
            + TimeDelta::days(20_000)
            + TimeDelta::minutes(12 * 60 + minutes)
    }

    fn contact() -> Contact {
        Contact {
            at: minute(0),
            boot_id: Some("b1".to_owned()),
            wall_offset_ms: Some(5 * 60_000),
            zones: Vec::new(),
        }
    }

    /// An observation by minutes; the boot id `-` is none.
    fn observed(elapsed: Option<i64>, boot_id: &str, wall: Option<i64>) -> Observed {
        Observed {
            contact_id: Some("c1".to_owned()),
            elapsed_ms: elapsed.map(|it| it * 60_000),
            boot_id: (boot_id != "-").then(|| boot_id.to_owned()),
            wall_clock: wall.map(minute),
        }
    }

    #[test]
    fn the_strongest_witness_speaks_inside_the_bounds() {
        let cases = [
            (Some(20), "b1", Some(50), 20, Monotonic),
            (Some(20), "b1", None, 20, Monotonic),
            (Some(0), "b1", Some(50), 0, Monotonic),
            // Past the receipt.
            (Some(90), "b1", None, 60, Monotonic),
            // Below zero, another boot, none, an empty one.
            (Some(-1), "b1", Some(50), 45, Wall),
            (Some(20), "b2", Some(50), 45, Wall),
            (Some(20), "-", Some(50), 45, Wall),
            (Some(20), "", Some(50), 45, Wall),
            // The wall clock between its bounds and past them.
            (None, "b1", Some(50), 45, Wall),
            (None, "-", Some(4), 0, Wall),
            (None, "-", Some(500), 60, Wall),
            // Nothing to go by.
            (Some(20), "b2", None, 60, Received),
            (None, "-", None, 60, Received),
        ];
        for (elapsed, boot_id, wall, at, mark) in cases {
            let observed = observed(elapsed, boot_id, wall);
            let at = minute(at);
            let result = observed_at(&observed, Some(&contact()), minute(60));
            assert_eq!(result, ObservedAt { at, mark }, "{observed:?}");
        }
    }

    #[test]
    fn without_a_contact_only_the_wall_clock_counts() {
        let month = 30 * 24 * 60;
        let cases = [
            (Some(50), 50, Wall),
            (Some(-5_000), -5_000, Wall),
            (Some(-100 * month), 60 - month, Wall),
            (Some(100 * month), 60, Wall),
            (None, 60, Received),
        ];
        for (wall, at, mark) in cases {
            let at = minute(at);
            let result = observed_at(&observed(Some(20), "b1", wall), None, minute(60));
            assert_eq!(result, ObservedAt { at, mark }, "{wall:?}");
        }
    }

    #[test]
    fn a_contact_may_know_less_than_the_phone() {
        // Contact at, its boot id and offset; then the phone's boot id; then what comes of it.
        let cases = [
            (0, None, Some(300_000), "b1", 45, Wall),
            (0, Some(""), Some(300_000), "", 45, Wall),
            (0, Some("b1"), None, "b2", 50, Wall),
            (0, Some("b1"), None, "b1", 20, Monotonic),
            // Servers whose clocks differ: the contact after the receipt.
            (70, Some("b1"), None, "b1", 60, Monotonic),
        ];
        for (contact_minute, boot_id, wall_offset_ms, phone, at, mark) in cases {
            let contact = Contact {
                at: minute(contact_minute),
                boot_id: boot_id.map(str::to_owned),
                wall_offset_ms,
                zones: Vec::new(),
            };
            let at = minute(at);
            let observed = observed(Some(20), phone, Some(50));
            let result = observed_at(&observed, Some(&contact), minute(60));
            assert_eq!(result, ObservedAt { at, mark }, "{contact:?}");
        }
    }

    #[test]
    fn numbers_past_the_calendar_end_at_the_bounds() {
        let cases = [
            (Some(i64::MAX), 0, 60, Monotonic),
            (None, i64::MIN, 60, Wall),
            (None, i64::MAX, 0, Wall),
        ];
        for (elapsed_ms, offset_ms, at, mark) in cases {
            let observed = Observed {
                elapsed_ms,
                ..observed(None, "b1", Some(50))
            };
            let contact = Contact {
                wall_offset_ms: Some(offset_ms),
                ..contact()
            };
            let at = minute(at);
            let result = observed_at(&observed, Some(&contact), minute(60));
            assert_eq!(result, ObservedAt { at, mark }, "{offset_ms}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_takes_nothing_with_it() {
        let full = observed(Some(20), "b1", Some(50));
        let said = json!({
            "contactId": "c1", "elapsedMs": 1_200_000, "bootId": "b1",
            "wallClock": minute(50).to_rfc3339(),
        });
        assert_eq!(Observed::read(&said), (full.clone(), Vec::new()));
        let with = |name: &str, part: Value| {
            let mut said = said.clone();
            said[name] = part;
            Observed::read(&said)
        };
        for (name, part) in [
            ("elapsedMs", json!(1_199_999.6)),
            ("elapsedMs", json!("1200000.0")),
            ("wallClock", json!(minute(50).timestamp_millis())),
        ] {
            assert_eq!(with(name, part), (full.clone(), Vec::new()));
        }
        let (without, unread) = with("elapsedMs", json!("1e999"));
        assert_eq!(
            without,
            Observed {
                elapsed_ms: None,
                ..full.clone()
            }
        );
        assert_eq!(unread, [("elapsedMs".to_owned(), json!("1e999"))]);
        let (without, unread) = with("wallClock", json!("yesterday"));
        assert_eq!(
            without,
            Observed {
                wall_clock: None,
                ..full.clone()
            }
        );
        assert_eq!(unread.len(), 1);
        let (without, unread) = with("bootId", json!(["b1"]));
        assert_eq!(
            without,
            Observed {
                boot_id: None,
                ..full.clone()
            }
        );
        assert_eq!(unread.len(), 1);
        assert_eq!(with("elapsed", json!(5)).1.len(), 1);
        assert_eq!(with("elapsed", json!(null)), (full, Vec::new()));
        assert_eq!(Observed::read(&json!(5)).1.len(), 1);
    }

    fn any_ms() -> impl Strategy<Value = i64> {
        prop_oneof![
            Just(i64::MIN),
            Just(i64::MAX),
            any::<i64>(),
            -TEN_YEARS_MS..TEN_YEARS_MS
        ]
    }

    fn any_time() -> impl Strategy<Value = DateTime<Utc>> {
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        prop_oneof![
            Just(first),
            Just(last),
            near_time(),
            (first.timestamp_millis()..=last.timestamp_millis())
                .prop_map(|ms| DateTime::from_timestamp_millis(ms).unwrap_or_default()),
        ]
    }

    fn near_time() -> impl Strategy<Value = DateTime<Utc>> {
        (-TEN_YEARS_MS..TEN_YEARS_MS).prop_map(|ms| minute(0) + TimeDelta::milliseconds(ms))
    }

    fn any_boot_id() -> impl Strategy<Value = Option<String>> {
        option::of(prop_oneof![
            Just(String::new()),
            Just("1".to_owned()),
            Just("2".to_owned())
        ])
    }

    prop_compose! {
        fn any_observed()(
            elapsed_ms in option::of(any_ms()),
            boot_id in any_boot_id(),
            wall_clock in option::of(any_time()),
        ) -> Observed {
            Observed { contact_id: None, elapsed_ms, boot_id, wall_clock }
        }
    }

    prop_compose! {
        fn any_contact()(
            at in any_time(),
            boot_id in any_boot_id(),
            wall_offset_ms in option::of(any_ms()),
        ) -> Contact {
            Contact { at, boot_id, wall_offset_ms, zones: Vec::new() }
        }
    }

    proptest! {
        #[test]
        fn any_input_lies_in_the_bounds(
            observed in any_observed(),
            contact in option::of(any_contact()),
            received_at in any_time(),
        ) {
            let result = observed_at(&observed, contact.as_ref(), received_at);
            prop_assert!(result.at <= received_at);
            match contact {
                Some(contact) => prop_assert!(result.at >= contact.at.min(received_at)),
                None => prop_assert!(received_at - result.at <= UNBOUNDED_REACH),
            }
        }

        #[test]
        fn no_wall_clock_moves_elapsed_time(
            elapsed_ms in 0..i64::MAX,
            wall_clock in option::of(any_time()),
            shifted in option::of(any_time()),
            contact in any_contact(),
            received_at in any_time(),
        ) {
            let contact = Contact { boot_id: Some("1".to_owned()), ..contact };
            let before = Observed {
                contact_id: None,
                elapsed_ms: Some(elapsed_ms),
                boot_id: contact.boot_id.clone(),
                wall_clock,
            };
            let after = Observed { wall_clock: shifted, ..before.clone() };
            let result = observed_at(&before, Some(&contact), received_at);
            prop_assert_eq!(result.mark, Monotonic);
            prop_assert_eq!(observed_at(&after, Some(&contact), received_at), result);
        }

        #[test]
        fn a_clock_that_was_wrong_at_the_contact_too_changes_nothing(
            observed in any_observed(),
            wall_clock in near_time(),
            contact in any_contact(),
            offset_ms in -TEN_YEARS_MS..TEN_YEARS_MS,
            shift_ms in -TEN_YEARS_MS..TEN_YEARS_MS,
            received_at in any_time(),
        ) {
            let right = Observed { wall_clock: Some(wall_clock), ..observed };
            let right_contact = Contact { wall_offset_ms: Some(offset_ms), ..contact };
            let wrong = Observed {
                wall_clock: Some(wall_clock + TimeDelta::milliseconds(shift_ms)),
                ..right.clone()
            };
            let wrong_contact = Contact {
                wall_offset_ms: Some(offset_ms + shift_ms),
                ..right_contact.clone()
            };
            prop_assert_eq!(
                observed_at(&wrong, Some(&wrong_contact), received_at),
                observed_at(&right, Some(&right_contact), received_at)
            );
        }
    }
}
