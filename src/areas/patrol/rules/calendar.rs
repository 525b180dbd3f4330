//! What a plan comes to on a day, by the clocks of the community.

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
    TimeZone, Utc,
};
use chrono_tz::Tz;
use entity::patrol::{Per, Plan, Window};

use crate::error::ApiError;

/// The most times and windows that a plan may have.
const MOST_TIMES: u32 = 48;
const MOST_WINDOWS: usize = 12;

/// When one patrol is to be walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// Whether a plan can be kept at all.
pub fn check_plan(plan: &Plan) -> Result<(), ApiError> {
    let wrong = |english: &str, chinese: &str| Err(ApiError::invalid("plan", english, chinese));
    if !(1..=MOST_TIMES).contains(&plan.times) {
        return wrong("times must be 1 to 48", "次数须为 1 至 48");
    }
    if plan.windows.len() > MOST_WINDOWS || plan.windows.iter().any(|it| clocks(it).is_none()) {
        return wrong(
            "windows must be at most 12, with times such as 22:00",
            "时段最多 12 个，时间写作 22:00",
        );
    }
    let times = usize::try_from(plan.times).unwrap_or(usize::MAX);
    if plan.per == Per::Day && plan.windows.len() > times {
        return wrong(
            "there must be at least one time for each window",
            "每个时段至少一次",
        );
    }
    let are_days = plan.weekdays.iter().all(|day| (1..=7).contains(day));
    if !are_days || (plan.per != Per::Week && !plan.weekdays.is_empty()) {
        return wrong(
            "weekdays are 1 to 7 and belong to a plan by the week",
            "星期须为 1 至 7，且仅用于按周计划",
        );
    }
    Ok(())
}

/// The windows of the patrols that begin on a day, in their order. A window over midnight belongs to
/// the day on which it begins.
pub fn occurrences(plan: &Plan, day: NaiveDate, zone: Tz) -> Vec<Occurrence> {
    let spans = spans(plan, day);
    let count = times_on(plan, day);
    let windows = u32::try_from(spans.len()).unwrap_or(u32::MAX).max(1);
    let shares = (0..windows).map(|place| share(count, windows, place));
    let mut found: Vec<Occurrence> = spans
        .into_iter()
        .zip(shares)
        .flat_map(|(span, share)| (0..share).map(move |part| (span, share, part)))
        .filter_map(|(span, share, part)| {
            let (parts, part) = if plan.irregular {
                (1, 0)
            } else {
                (share, part)
            };
            occurrence(zone, cut(span, parts, part))
        })
        .collect();
    found.sort();
    found
}

/// How often a route is walked on a day.
fn times_on(plan: &Plan, day: NaiveDate) -> u32 {
    match plan.per {
        Per::Day => plan.times,
        Per::Week => {
            let weekday = day.weekday().number_from_monday();
            if plan.weekdays.is_empty() {
                let week = day.iso_week();
                let turn = chosen(plan, &[week.year().unsigned_abs(), week.week()], 7);
                let place = (weekday - 1 + turn) % 7;
                return times_in(plan.times, 7, place, |_, _| 0);
            }
            let mut weekdays = plan.weekdays.clone();
            weekdays.sort_unstable();
            weekdays.dedup();
            let place = weekdays.iter().position(|it| *it == weekday);
            let place = place.and_then(|place| u32::try_from(place).ok());
            let days = u32::try_from(weekdays.len()).unwrap_or(7);
            place.map_or(0, |place| share(plan.times, days, place))
        }
        Per::Month => {
            let month = [day.year().unsigned_abs(), day.month()];
            times_in(plan.times, days_in_month(day), day.day0(), |time, days| {
                chosen(plan, &[month[0], month[1], time], days)
            })
        }
    }
}

/// How many of `times`, spread over `days`, fall on one of them. Each has a stretch of days of its
/// own, and `within` says on which of those it falls.
fn times_in(times: u32, days: u32, day: u32, within: impl Fn(u32, u32) -> u32) -> u32 {
    let falls_on_it = |time: &u32| {
        let (first, next) = (time * days / times, (time + 1) * days / times);
        first + within(*time, next.saturating_sub(first).max(1)) == day
    };
    let count = (0..times).filter(falls_on_it).count();
    u32::try_from(count).unwrap_or(0)
}

/// Of `count` things the share of one of several places; the first ones take the rest.
fn share(count: u32, places: u32, place: u32) -> u32 {
    count / places + u32::from(place < count % places)
}

/// For an irregular plan one of so many, the same whenever it is asked; else the first.
fn chosen(plan: &Plan, seed: &[u32], of: u32) -> u32 {
    if !plan.irregular {
        return 0;
    }
    // FNV-1a, folded: good enough for nobody to count on.
    let mixed = seed.iter().fold(0x811c_9dc5_u32, |hash, part| {
        let bytes = part.to_be_bytes();
        bytes.iter().fold(hash, |hash, byte| {
            (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
        })
    });
    (mixed ^ (mixed >> 16)) % of
}

fn days_in_month(day: NaiveDate) -> u32 {
    let next = day.with_day(1).and_then(|first| {
        let month = chrono::Months::new(1);
        first.checked_add_months(month)?.pred_opt()
    });
    next.map_or(31, |last| last.day())
}

type Span = (NaiveDateTime, NaiveDateTime);

/// The windows of a day by its local clocks.
fn spans(plan: &Plan, day: NaiveDate) -> Vec<Span> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    if plan.windows.is_empty() {
        return vec![(day.and_time(NaiveTime::MIN), next.and_time(NaiveTime::MIN))];
    }
    let span = |window: &Window| {
        let (from, to) = clocks(window)?;
        let until = if to > from { day } else { next };
        Some((day.and_time(from), until.and_time(to)))
    };
    plan.windows.iter().filter_map(span).collect()
}

fn clocks(window: &Window) -> Option<(NaiveTime, NaiveTime)> {
    let clock = |text: &str| match text {
        "24:00" => Some(NaiveTime::MIN),
        _ => NaiveTime::parse_from_str(text, "%H:%M").ok(),
    };
    Some((clock(&window.from)?, clock(&window.to)?))
}

/// One of equal parts of a span.
fn cut((from, to): Span, parts: u32, part: u32) -> Span {
    let minutes = (to - from).num_minutes();
    let edge = |part: u32| {
        let gone = minutes * i64::from(part) / i64::from(parts.max(1));
        from + TimeDelta::minutes(gone)
    };
    (edge(part), edge(part + 1))
}

/// By the clocks of the zone: from the first moment they show the one time to the last moment they
/// show the other. What falls wholly into skipped time is as long as it was meant to be, after it.
fn occurrence(zone: Tz, (from, to): Span) -> Option<Occurrence> {
    let start = moment(zone, from, LocalResult::earliest)?;
    let end = moment(zone, to, LocalResult::latest)?;
    let to = if end > start {
        end
    } else {
        start + (to - from)
    };
    Some(Occurrence { from: start, to })
}

/// The moment the clocks of a zone show this time; where it is skipped the first one after it.
fn moment(
    zone: Tz,
    local: NaiveDateTime,
    which: fn(LocalResult<DateTime<Tz>>) -> Option<DateTime<Tz>>,
) -> Option<DateTime<Utc>> {
    /// The longest that clocks were ever put forward is a whole day.
    const LONGEST_GAP: i64 = 25 * 60;
    let mut minutes = (0..=LONGEST_GAP).map(|minutes| local + TimeDelta::minutes(minutes));
    let found = minutes.find_map(|time| which(zone.from_local_datetime(&time)))?;
    Some(found.with_timezone(&Utc))
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
