//! Names, codes, and the day of a community.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use entity::estate::community;

use super::error::EstateError;
use crate::text::Size;
use crate::text::names::{self, key};

/// A name of a community, a zone or a building.
const NAME: Size = Size::line(100);

/// The time zone of an office that names none.
pub const TIME_ZONE: &str = "Asia/Shanghai";

/// A name as it is stored.
pub fn name(text: &str) -> Result<String, EstateError> {
    let most = NAME.longest();
    let name = NAME.fit(text).filter(|name| !name.is_empty());
    name.ok_or(EstateError::NameUnsuitable { most })
}

/// 2 to 40 small latin letters, digits and hyphens.
pub fn code(text: &str) -> Result<String, EstateError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(2..=40).contains(&text.len()) || !text.chars().all(is_plain) {
        return Err(EstateError::CodeUnsuitable);
    }
    Ok(text.to_owned())
}

/// The community that a person means by a name or a code, however he writes it.
pub fn find_named<'a>(
    communities: &[&'a community::Model],
    word: &str,
) -> Option<&'a community::Model> {
    let all = || communities.iter().copied();
    names::find(all(), word, |row| &row.name).or_else(|| names::find(all(), word, |row| &row.code))
}

/// The communities whose names or codes come nearest to a word, the nearest first.
pub fn nearest_to(communities: &[&community::Model], word: &str) -> Vec<String> {
    /// More than that are no help.
    const MOST: usize = 3;
    let meant = key(word);
    let likeness = |row: &community::Model| {
        let like = |name: &str| strsim::normalized_damerau_levenshtein(&key(name), &meant);
        like(&row.name).max(like(&row.code))
    };
    let mut sorted: Vec<_> = communities.iter().map(|row| (likeness(row), row)).collect();
    sorted.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let nearest = sorted.into_iter().take(MOST);
    nearest
        .map(|(_, row)| format!("{} ({})", row.name, row.code))
        .collect()
}

/// The IANA name of a time zone that exists.
pub fn time_zone(text: &str) -> Result<String, EstateError> {
    let zone: Tz = text.parse().map_err(|_| EstateError::TimeZoneUnknown)?;
    Ok(zone.name().to_owned())
}

/// The day it is in a time zone; a name that is none counts as UTC.
pub fn day_at(time_zone: &str, now: DateTime<Utc>) -> NaiveDate {
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    now.with_timezone(&zone).date_naive()
}

/// The moment a day begins in a time zone; where clocks are put forward at midnight, an hour later.
pub fn start_of(time_zone: &str, day: NaiveDate) -> DateTime<Utc> {
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let mut hours = (0..=3).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    let first = hours.find_map(|time| zone.from_local_datetime(&time).earliest());
    first.map_or_else(
        || day.and_time(NaiveTime::MIN).and_utc(),
        |at| at.with_timezone(&Utc),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_community_lies() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let start = start_of("Asia/Shanghai", day);
        assert_eq!(start.to_rfc3339(), "2026-02-28T16:00:00+00:00");
        assert_eq!(day_at("Asia/Shanghai", start), day);
        let before = start - chrono::TimeDelta::milliseconds(1);
        assert_eq!(day_at("Asia/Shanghai", before), day.pred_opt().unwrap());
        assert_eq!(day_at("no zone", start), day.pred_opt().unwrap());
    }

    #[test]
    fn a_day_without_midnight_begins_an_hour_later() {
        let day = NaiveDate::from_ymd_opt(2018, 11, 4).unwrap();
        let start = start_of("America/Sao_Paulo", day);
        assert_eq!(start.to_rfc3339(), "2018-11-04T03:00:00+00:00");
        assert_eq!(day_at("America/Sao_Paulo", start), day);
    }

    #[test]
    fn names_codes_and_zones_are_checked() {
        assert_eq!(name(" 碧江花园 ").unwrap(), "碧江花园");
        assert!(name("  ").is_err() && name(&"长".repeat(101)).is_err());
        assert!(code("bijiang-2").is_ok());
        assert!(code("B").is_err() && code("Bijiang").is_err() && code("碧江").is_err());
        assert!(time_zone("Asia/Hong_Kong").is_ok() && time_zone("Peking").is_err());
    }
}
