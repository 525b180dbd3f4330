//! The hours of a shift on a day, where the community lies.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::DutyPolicy;

/// A time of day as it is written on the roster: `07:30`.
pub fn clock_time(text: &str) -> Option<NaiveTime> {
    let is_plain = text.len() == 5 && text.as_bytes().get(2) == Some(&b':');
    is_plain
        .then(|| NaiveTime::parse_from_str(text, "%H:%M").ok())
        .flatten()
}

/// From when to when a shift that begins on this day lasts. One that ends no later than it begins
/// ends on the next day.
pub fn span(
    from: &str,
    to: &str,
    day: NaiveDate,
    time_zone: &str,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (from, to) = (clock_time(from)?, clock_time(to)?);
    let last_day = if to > from { day } else { day.succ_opt()? };
    Some((
        moment(day, from, time_zone)?,
        moment(last_day, to, time_zone)?,
    ))
}

/// The beginning of a shift that lies nearest to a moment: whoever hands over does so around it.
pub fn nearest_start(from: &str, at: DateTime<Utc>, time_zone: &str) -> Option<DateTime<Utc>> {
    let from = clock_time(from)?;
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let day = at.with_timezone(&zone).date_naive();
    let days = [day.pred_opt(), Some(day), day.succ_opt()];
    let starts = days.into_iter().flatten();
    let starts = starts.filter_map(|day| moment(day, from, time_zone));
    starts.min_by_key(|start| (*start - at).abs())
}

/// The moment a clock on the wall shows this time; where clocks are put forward over it, the first
/// quarter of an hour after that.
fn moment(day: NaiveDate, time: NaiveTime, time_zone: &str) -> Option<DateTime<Utc>> {
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let quarters = (0..=12).map(|quarter| day.and_time(time) + TimeDelta::minutes(15 * quarter));
    let mut there = quarters.filter_map(|at| zone.from_local_datetime(&at).earliest());
    Some(there.next()?.with_timezone(&Utc))
}

/// When the successor should be there (S-11).
pub fn arrive_by(start: DateTime<Utc>, policy: &DutyPolicy) -> DateTime<Utc> {
    start - TimeDelta::minutes(policy.early_arrival_minutes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from: &str, to: &str, day: &str, zone: &str) -> (String, String) {
        let (start, end) = span(from, to, day.parse().unwrap(), zone).unwrap();
        let text = |at: DateTime<Utc>| at.format("%m-%d %H:%M").to_string();
        (text(start), text(end))
    }

    // S-10: night duty ends on the next day.
    #[test]
    fn a_shift_lasts_from_clock_to_clock_also_over_midnight() {
        let day = "2026-09-01";
        for (from, to, zone, start, end) in [
            (
                "07:00",
                "16:00",
                "Asia/Shanghai",
                "08-31 23:00",
                "09-01 08:00",
            ),
            (
                "17:30",
                "08:30",
                "Asia/Shanghai",
                "09-01 09:30",
                "09-02 00:30",
            ),
            (
                "22:00",
                "06:00",
                "Asia/Shanghai",
                "09-01 14:00",
                "09-01 22:00",
            ),
            ("00:00", "00:00", "UTC", "09-01 00:00", "09-02 00:00"),
            ("08:00", "17:00", "no zone", "09-01 08:00", "09-01 17:00"),
        ] {
            let expected = (start.to_owned(), end.to_owned());
            assert_eq!(hours(from, to, day, zone), expected, "{from} {to}");
        }
        // Clocks are put forward from 02:00 to 03:00.
        assert_eq!(
            hours("02:30", "06:00", "2026-03-29", "Europe/Berlin"),
            ("03-29 01:00".to_owned(), "03-29 04:00".to_owned())
        );
    }

    #[test]
    fn a_handover_is_for_the_shift_that_begins_around_it() {
        for (from, at, start) in [
            ("22:00", "2026-09-01T13:40:00Z", "2026-09-01T14:00:00Z"),
            ("22:00", "2026-09-01T16:30:00Z", "2026-09-01T14:00:00Z"),
            ("00:00", "2026-09-01T15:50:00Z", "2026-09-01T16:00:00Z"),
            ("23:50", "2026-09-01T16:10:00Z", "2026-09-01T15:50:00Z"),
        ] {
            let (at, start) = (at.parse().unwrap(), start.parse().unwrap());
            assert_eq!(
                nearest_start(from, at, "Asia/Shanghai"),
                Some(start),
                "{from} {at}"
            );
        }
    }

    #[test]
    fn a_time_of_day_has_two_digits_each() {
        assert!(clock_time("07:30").is_some());
        for wrong in ["7:30", "24:00", "07:60", "0730", "", "七点半", "07:30:00"] {
            assert_eq!(clock_time(wrong), None, "{wrong}");
        }
    }

    // S-11: fifteen minutes before the shift; CF-07: ten where the community says so.
    #[test]
    fn a_successor_is_there_before_his_shift() {
        let start: DateTime<Utc> = "2026-09-01T00:00:00Z".parse().unwrap();
        for (minutes, expected) in [(15, "23:45"), (10, "23:50")] {
            let policy = DutyPolicy {
                early_arrival_minutes: minutes,
                ..DutyPolicy::default()
            };
            let by = arrive_by(start, &policy);
            assert_eq!(by.format("%H:%M").to_string(), expected);
        }
    }
}
