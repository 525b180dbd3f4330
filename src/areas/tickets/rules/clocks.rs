//! When the clocks of a complaint run out. Pure.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveTime, SubsecRound, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use entity::tickets::{ComplaintChannel, Severity, ticket, ticket_clock};

use super::policy::{ClockLine, ComplaintPolicy, Within};

/// What decides which clocks run on a complaint.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub severity: Option<Severity>,
    /// A complaint of which nobody wrote down how it came in counts as spoken.
    pub channel: Option<ComplaintChannel>,
    pub wanted_by: Option<DateTime<Utc>>,
    pub is_anonymous: bool,
}

impl From<&ticket::Model> for Facts {
    fn from(ticket: &ticket::Model) -> Self {
        Self {
            severity: ticket.severity,
            channel: ticket.channel,
            wanted_by: ticket.wanted_by,
            is_anonymous: ticket.is_anonymous,
        }
    }
}

/// The clocks that run on a complaint from its reception on.
pub fn from_reception(policy: &ComplaintPolicy, facts: Facts) -> impl Iterator<Item = &ClockLine> {
    of(policy, facts).filter(|line| !line.from_resolution)
}

/// Those that begin when it is solved. Who is not known is not told.
pub fn from_resolution(policy: &ComplaintPolicy, facts: Facts) -> impl Iterator<Item = &ClockLine> {
    of(policy, facts).filter(move |line| line.from_resolution && !facts.is_anonymous)
}

fn of(policy: &ComplaintPolicy, facts: Facts) -> impl Iterator<Item = &ClockLine> {
    let channel = facts.channel.unwrap_or(ComplaintChannel::Spoken);
    policy.lines().iter().filter(move |line| {
        line.severity
            .is_none_or(|severity| facts.severity == Some(severity))
            && line.channel.is_none_or(|wanted| wanted == channel)
    })
}

/// When a clock that starts now runs out. Days are those of the community's own calendar: they end
/// at midnight, and the day on which the clock starts does not count.
pub fn due(
    policy: &ComplaintPolicy,
    line: &ClockLine,
    facts: Facts,
    started_at: DateTime<Utc>,
    zone: Tz,
) -> DateTime<Utc> {
    let wish = facts.wanted_by.filter(|_| line.yields_to_wish);
    if let Some(wish) = wish {
        return wish.trunc_subsecs(3);
    }
    let today = started_at.with_timezone(&zone).date_naive();
    let last = match line.within {
        Within::Minutes(minutes) => return started_at + TimeDelta::minutes(minutes.into()),
        Within::SameDay => today,
        Within::Days(days) => today + Days::new(days.into()),
        Within::WorkingDays(days) => after_working_days(policy, today, days),
    };
    midnight(zone, last + Days::new(1))
}

/// The day on which so many working days after this one have passed.
fn after_working_days(policy: &ComplaintPolicy, today: NaiveDate, count: u32) -> NaiveDate {
    let later = today.iter_days().skip(1);
    let mut working = later.filter(|day| is_worked(policy, *day));
    count
        .checked_sub(1)
        .and_then(|nth| working.nth(nth as usize))
        .unwrap_or(today)
}

/// Monday to Friday, but for what the community has entered.
fn is_worked(policy: &ComplaintPolicy, day: NaiveDate) -> bool {
    let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    policy.days_worked.contains(&day) || !is_weekend && !policy.days_off.contains(&day)
}

/// The moment a day begins; where clocks are put forward at midnight, an hour later.
fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let mut hours = (0..=3).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    let first = hours.find_map(|time| zone.from_local_datetime(&time).earliest());
    first.map_or_else(
        || day.and_time(NaiveTime::MIN).and_utc(),
        |at| at.with_timezone(&Utc),
    )
}

/// Whether a clock still counts.
pub fn is_live(clock: &ticket_clock::Model) -> bool {
    clock.deleted_at.is_none()
}

/// Whether a clock that nobody has marked has run out.
pub fn has_run_out(clock: &ticket_clock::Model, now: DateTime<Utc>) -> bool {
    is_live(clock) && clock.met_at.is_none() && clock.breached_at.is_none() && clock.due_at < now
}

/// Stops a clock by what happened then. Of two such moments the first counts, whichever is heard of
/// first; what was done in time is no breach, even if one was marked before anybody knew.
pub fn meet(clock: &mut ticket_clock::Model, at: DateTime<Utc>, now: DateTime<Utc>) {
    if clock.met_at.is_some_and(|met| met <= at) {
        return;
    }
    clock.met_at = Some(at);
    let is_late = at > clock.due_at;
    clock.breached_at = is_late.then(|| clock.breached_at.unwrap_or(now));
}

/// The open clock that runs out first.
pub fn nearest<'a>(
    clocks: impl Iterator<Item = &'a ticket_clock::Model>,
) -> Option<&'a ticket_clock::Model> {
    clocks
        .filter(|clock| is_live(clock) && clock.met_at.is_none())
        .min_by_key(|clock| (clock.due_at, clock.id))
}
