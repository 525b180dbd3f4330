//! When the clocks of a complaint run out. Pure.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveTime, SubsecRound, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use entity::tickets::{ComplaintChannel, Severity, ticket};

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

#[cfg(test)]
mod tests {
    use super::super::policy::Profile;
    use super::*;

    /// Profile, complaint, and its clocks.
    type Case = (Profile, Facts, &'static [(&'static str, &'static str)]);

    const SHANGHAI: Tz = Tz::Asia__Shanghai;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn facts(severity: Option<Severity>) -> Facts {
        Facts {
            severity,
            channel: None,
            wanted_by: None,
            is_anonymous: false,
        }
    }

    /// Rule and end of each clock of a complaint that comes in on Friday 4 September 2026, 16:30 in
    /// Shanghai.
    fn clocks(policy: &ComplaintPolicy, facts: Facts) -> Vec<(String, String)> {
        let friday = utc("2026-09-04T08:30:00Z");
        let of_reception = from_reception(policy, facts);
        let clocks = of_reception.map(|line| {
            let due = due(policy, line, facts, friday, SHANGHAI).with_timezone(&SHANGHAI);
            (line.rule.clone(), due.format("%m-%d %H:%M").to_string())
        });
        clocks.collect()
    }

    fn of_profile(profile: Profile) -> ComplaintPolicy {
        ComplaintPolicy {
            profile,
            ..ComplaintPolicy::default()
        }
    }

    // T-15, T-16, T-17, T-19, T-20, T-21, T-22, T-23, T-24, T-26, T-27; CF-01.
    #[test]
    fn each_severity_of_each_profile_has_its_clocks() {
        use Severity::{Important, Major, Minor};
        let letter = Some(ComplaintChannel::Letter);
        let table: [Case; 9] = [
            (Profile::Tiered, facts(None), &[]),
            (
                Profile::Tiered,
                facts(Some(Major)),
                &[
                    ("T-15", "09-05 00:00"),
                    ("T-16", "09-07 00:00"),
                    ("T-17", "09-15 00:00"),
                ],
            ),
            (
                Profile::Tiered,
                facts(Some(Important)),
                &[("T-19", "09-04 17:30"), ("T-20", "09-08 00:00")],
            ),
            (
                Profile::Tiered,
                facts(Some(Minor)),
                &[("T-21", "09-07 00:00")],
            ),
            (
                Profile::Tiered,
                Facts {
                    wanted_by: Some(utc("2026-09-05T02:00:00Z")),
                    ..facts(Some(Minor))
                },
                &[("T-21", "09-05 10:00")],
            ),
            // Saturday and Sunday are no working days.
            (
                Profile::ReplyByChannel,
                facts(None),
                &[("T-23", "09-08 00:00")],
            ),
            (
                Profile::ReplyByChannel,
                Facts {
                    channel: letter,
                    ..facts(Some(Major))
                },
                &[("T-24", "09-10 00:00")],
            ),
            (
                Profile::SameDay,
                facts(None),
                &[("T-27", "09-05 00:00"), ("T-26", "09-05 00:00")],
            ),
            (
                Profile::SameDay,
                facts(Some(Minor)),
                &[("T-27", "09-05 00:00"), ("T-26", "09-05 00:00")],
            ),
        ];
        for (profile, facts, expected) in table {
            let expected: Vec<_> = expected
                .iter()
                .map(|(rule, due)| ((*rule).to_owned(), (*due).to_owned()))
                .collect();
            assert_eq!(clocks(&of_profile(profile), facts), expected, "{profile:?}");
        }
        let policy = ComplaintPolicy::default();
        let told: Vec<_> = from_resolution(&policy, facts(Some(Major)))
            .map(|line| line.rule.as_str())
            .collect();
        assert_eq!(told, ["T-22"]);
        let nobody = Facts {
            is_anonymous: true,
            ..facts(Some(Major))
        };
        assert_eq!(from_resolution(&policy, nobody).count(), 0);
    }

    #[test]
    fn working_days_are_those_that_the_community_works() {
        let saturday = NaiveDate::from_ymd_opt(2026, 9, 5).unwrap();
        let monday = NaiveDate::from_ymd_opt(2026, 9, 7).unwrap();
        let mut policy = of_profile(Profile::ReplyByChannel);
        policy.days_off.insert(monday);
        assert_eq!(clocks(&policy, facts(None))[0].1, "09-09 00:00");
        policy.days_worked.insert(saturday);
        assert_eq!(clocks(&policy, facts(None))[0].1, "09-06 00:00");
    }
}
