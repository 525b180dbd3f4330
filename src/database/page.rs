//! Pages by the sort key: one row more than asked tells whether there are more.

use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

/// The most that one page of a list may hold.
pub const MOST: u64 = 200;

/// The place of a row in a list that is sorted by time, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub at: DateTime<Utc>,
    /// Tells rows of the same millisecond apart.
    pub id: Uuid,
}

impl Place {
    /// As an opaque cursor.
    pub fn encode(self) -> String {
        format!("{}.{}", self.at.timestamp_millis(), self.id.simple())
    }

    pub fn decode(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        let at = DateTime::from_timestamp_millis(at.parse().ok()?)?;
        // Times that no database can compare are of no list of ours.
        let at = Some(at).filter(|at| (1..=9999).contains(&at.year()))?;
        Some(Self {
            at,
            id: Uuid::try_parse(id).ok()?,
        })
    }
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub has_more: bool,
}

impl<T> Page<T> {
    /// From rows that were asked for with one more than `limit`.
    pub fn of(mut rows: Vec<T>, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Self {
            items: rows,
            has_more,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_cursor() {
        let place = Place {
            at: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            id: Uuid::from_u128(7),
        };
        assert_eq!(Place::decode(&place.encode()), Some(place));
        for bad in [
            "",
            "1",
            "x.y",
            "1.2",
            "99999999999999999999.0",
            "-8000000000000000.00000000000000000000000000000007",
        ] {
            assert_eq!(Place::decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn one_row_more_than_asked_means_there_are_more() {
        assert!(Page::of(vec![1, 2, 3], 2).has_more);
        assert!(!Page::of(vec![1, 2], 2).has_more);
    }
}
