//! When scheduled work is due, in the time zone of each community. Pure.

use chrono::{
    DateTime, Days, NaiveDate, NaiveTime, SubsecRound, TimeDelta, TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;

/// When a job is due by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Never: somebody queues it.
    Queued,
    /// At the start of every hour, once for all communities.
    Hourly,
    /// So many times in an hour, once for all communities.
    EveryMinutes(u32),
    /// In each community, every day at a time of its own clocks.
    Daily {
        at: NaiveTime,
        /// And once more in each process that starts.
        also_at_start: bool,
    },
}

/// One turn of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Names it among the turns of its job: `2026-11-21`, `2026-11-21T16Z`.
    pub key: String,
    pub due_at: DateTime<Utc>,
}

impl Schedule {
    /// Daily at a time that is written as hours and minutes.
    pub const fn daily(hour: u32, minute: u32) -> Self {
        let at = match NaiveTime::from_hms_opt(hour, minute, 0) {
            Some(at) => at,
            None => NaiveTime::MIN,
        };
        Self::Daily {
            at,
            also_at_start: false,
        }
    }

    /// Like before, and once in each process that starts.
    #[must_use]
    pub const fn and_at_start(self) -> Self {
        match self {
            Self::Daily { at, .. } => Self::Daily {
                at,
                also_at_start: true,
            },
            other => other,
        }
    }

    pub fn is_per_community(self) -> bool {
        matches!(self, Self::Daily { .. })
    }

    /// The last turn whose time has come. Only the last: what was missed while no server ran is
    /// made up for once.
    pub fn latest(self, zone: Tz, now: DateTime<Utc>) -> Option<Period> {
        match self {
            Self::Queued => None,
            Self::Hourly => {
                let past = i64::from(now.minute() * 60 + now.second());
                let hour = now.trunc_subsecs(0) - TimeDelta::seconds(past);
                Some(Period {
                    key: hour.format("%Y-%m-%dT%HZ").to_string(),
                    due_at: hour,
                })
            }
            Self::EveryMinutes(minutes) => {
                let minutes = i64::from(minutes.max(1));
                let past = now.timestamp().rem_euclid(minutes * 60);
                let turn = now.trunc_subsecs(0) - TimeDelta::seconds(past);
                Some(Period {
                    key: turn.format("%Y-%m-%dT%H:%MZ").to_string(),
                    due_at: turn,
                })
            }
            Self::Daily { at, .. } => {
                let today = now.with_timezone(&zone).date_naive();
                let yesterday = today.checked_sub_days(Days::new(1))?;
                let mut days = [today, yesterday].into_iter();
                days.find_map(|day| {
                    let due_at = moment(zone, day, at)?;
                    (due_at <= now).then(|| Period {
                        key: day.to_string(),
                        due_at,
                    })
                })
            }
        }
    }
}

/// The time zone of that name; one that is none counts as UTC.
pub fn zone_named(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The moment the clocks of a zone show this time on this day: of two the first, and where it is
/// skipped the first one after it.
fn moment(zone: Tz, day: NaiveDate, at: NaiveTime) -> Option<DateTime<Utc>> {
    /// The longest that clocks were ever put forward is a whole day.
    const LONGEST_GAP: i64 = 25 * 60;
    let wanted = day.and_time(at);
    let mut minutes = (0..=LONGEST_GAP).map(|minutes| wanted + TimeDelta::minutes(minutes));
    let local = minutes.find_map(|time| zone.from_local_datetime(&time).earliest())?;
    Some(local.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_due_when_the_clocks_of_its_community_say_so() {
        let night = Schedule::daily(0, 5);
        let small_hours = Schedule::daily(2, 30);
        for (schedule, zone, now, key, due_at) in [
            // Before and at the time.
            (
                night,
                "Asia/Shanghai",
                "2026-11-20T16:04:59Z",
                "2026-11-20",
                "2026-11-19T16:05:00Z",
            ),
            (
                night,
                "Asia/Shanghai",
                "2026-11-20T16:05:00Z",
                "2026-11-21",
                "2026-11-20T16:05:00Z",
            ),
            (
                night,
                "Asia/Shanghai",
                "2026-11-21T15:59:59Z",
                "2026-11-21",
                "2026-11-20T16:05:00Z",
            ),
            // A zone of half hours, and one on the other side of the day.
            (
                night,
                "Asia/Kolkata",
                "2026-11-20T18:35:00Z",
                "2026-11-21",
                "2026-11-20T18:35:00Z",
            ),
            (
                night,
                "Pacific/Kiritimati",
                "2026-11-20T10:05:00Z",
                "2026-11-21",
                "2026-11-20T10:05:00Z",
            ),
            // Midnight is skipped: the first moment after it, once.
            (
                night,
                "America/Sao_Paulo",
                "2018-11-04T02:59:59Z",
                "2018-11-03",
                "2018-11-03T03:05:00Z",
            ),
            (
                night,
                "America/Sao_Paulo",
                "2018-11-04T03:00:00Z",
                "2018-11-04",
                "2018-11-04T03:00:00Z",
            ),
            // Half past two is skipped in spring and comes twice in autumn.
            (
                small_hours,
                "Europe/Berlin",
                "2026-03-29T00:59:59Z",
                "2026-03-28",
                "2026-03-28T01:30:00Z",
            ),
            (
                small_hours,
                "Europe/Berlin",
                "2026-03-29T01:00:00Z",
                "2026-03-29",
                "2026-03-29T01:00:00Z",
            ),
            (
                small_hours,
                "Europe/Berlin",
                "2026-10-25T00:30:00Z",
                "2026-10-25",
                "2026-10-25T00:30:00Z",
            ),
            (
                small_hours,
                "Europe/Berlin",
                "2026-10-25T01:30:00Z",
                "2026-10-25",
                "2026-10-25T00:30:00Z",
            ),
            // Samoa had no 30 December 2011.
            (
                night,
                "Pacific/Apia",
                "2011-12-30T10:06:00Z",
                "2011-12-31",
                "2011-12-30T10:05:00Z",
            ),
            (
                night,
                "no zone",
                "2026-11-21T00:05:00Z",
                "2026-11-21",
                "2026-11-21T00:05:00Z",
            ),
        ] {
            let period = schedule.latest(zone_named(zone), utc(now)).unwrap();
            let expected = (key, utc(due_at));
            assert_eq!((&*period.key, period.due_at), expected, "{zone} at {now}");
        }
    }

    #[test]
    fn every_day_comes_once_whatever_the_clocks_do() {
        for zone in [
            "Europe/Berlin",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Asia/Shanghai",
        ] {
            let mut keys = Vec::new();
            let mut now = utc("2018-01-01T12:00:00Z");
            while now < utc("2019-01-01T12:00:00Z") {
                let period = Schedule::daily(0, 5).latest(zone_named(zone), now).unwrap();
                assert!(period.due_at <= now && now - period.due_at < TimeDelta::hours(26));
                if keys.last() != Some(&period.key) {
                    keys.push(period.key);
                }
                now += TimeDelta::minutes(17);
            }
            assert_eq!(keys.len(), 366, "{zone}");
            assert!(keys.is_sorted());
        }
    }

    #[test]
    fn an_hour_is_the_same_everywhere() {
        for zone in ["Asia/Shanghai", "Asia/Kolkata"] {
            let period = Schedule::Hourly.latest(zone_named(zone), utc("2026-11-21T16:59:59.999Z"));
            let due_at = utc("2026-11-21T16:00:00Z");
            let key = "2026-11-21T16Z".to_owned();
            assert_eq!(period, Some(Period { key, due_at }));
        }
    }

    #[test]
    fn turns_within_an_hour_begin_with_it() {
        for (now, due_at) in [
            ("2026-11-21T16:59:59.999Z", "2026-11-21T16:55:00Z"),
            ("2026-11-21T17:00:00Z", "2026-11-21T17:00:00Z"),
        ] {
            let period = Schedule::EveryMinutes(5).latest(Tz::UTC, utc(now)).unwrap();
            assert_eq!(period.due_at, utc(due_at));
        }
    }

    #[test]
    fn work_that_is_queued_has_no_time_of_its_own() {
        assert_eq!(
            Schedule::Queued.latest(Tz::UTC, utc("2026-11-21T16:00:00Z")),
            None
        );
    }
}
