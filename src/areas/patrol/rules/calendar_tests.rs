//! What plans come to.

use super::*;

fn window(from: &str, to: &str) -> Window {
    Window {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

fn plan(per: Per, times: u32, windows: &[(&str, &str)]) -> Plan {
    Plan {
        per,
        times,
        windows: windows.iter().map(|(from, to)| window(from, to)).collect(),
        weekdays: Vec::new(),
        irregular: false,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The windows of a day, in the clocks of UTC.
fn told(plan: &Plan, on: &str, zone: Tz) -> Vec<String> {
    let told = |it: Occurrence| {
        let (from, to) = (it.from.format("%dT%H:%M"), it.to.format("%dT%H:%M"));
        format!("{from} {to}")
    };
    occurrences(plan, day(on), zone)
        .into_iter()
        .map(told)
        .collect()
}

/// On how many days of a stretch, and how often in all, it is walked.
fn spread(plan: &Plan, first: &str, days: u64) -> (usize, usize) {
    let counts = (0..days).map(|later| {
        let day = day(first).checked_add_days(Days::new(later)).unwrap();
        occurrences(plan, day, Tz::UTC).len()
    });
    let counts: Vec<usize> = counts.filter(|count| *count > 0).collect();
    (counts.len(), counts.iter().sum())
}

#[test]
fn a_day_has_the_windows_of_its_plan_by_the_local_clocks() {
    let shanghai = Tz::Asia__Shanghai;
    for (plan, windows) in [
        (
            plan(Per::Day, 1, &[("08:00", "10:00")]),
            vec!["22T00:00 22T02:00"],
        ),
        // Over midnight: of the day on which it begins.
        (
            plan(Per::Day, 1, &[("22:00", "02:00")]),
            vec!["22T14:00 22T18:00"],
        ),
        // Two windows, one time each; three times in two windows; one window cut in three.
        (
            plan(Per::Day, 2, &[("20:00", "22:00"), ("08:00", "09:00")]),
            vec!["22T00:00 22T01:00", "22T12:00 22T14:00"],
        ),
        (
            plan(Per::Day, 3, &[("08:00", "10:00"), ("20:00", "22:00")]),
            vec![
                "22T00:00 22T01:00",
                "22T01:00 22T02:00",
                "22T12:00 22T14:00",
            ],
        ),
        (
            plan(Per::Day, 3, &[("09:00", "18:00")]),
            vec![
                "22T01:00 22T04:00",
                "22T04:00 22T07:00",
                "22T07:00 22T10:00",
            ],
        ),
        // No window: the whole day; until midnight.
        (plan(Per::Day, 1, &[]), vec!["21T16:00 22T16:00"]),
        (
            plan(Per::Day, 1, &[("18:00", "24:00")]),
            vec!["22T10:00 22T16:00"],
        ),
    ] {
        assert_eq!(told(&plan, "2026-11-22", shanghai), windows, "{plan:?}");
    }
}

// P-04: at irregular times, each anywhere in the window.
#[test]
fn an_irregular_patrol_may_fall_anywhere_in_its_window() {
    let plan = Plan {
        irregular: true,
        ..plan(Per::Day, 2, &[("08:00", "20:00")])
    };
    let windows = told(&plan, "2026-11-22", Tz::UTC);
    assert_eq!(windows, ["22T08:00 22T20:00", "22T08:00 22T20:00"]);
}

#[test]
fn clocks_that_are_put_forward_or_back_leave_no_patrol_out() {
    let berlin = Tz::Europe__Berlin;
    for (from, to, on, window) in [
        // In spring the clocks jump from two to three, at one in UTC.
        ("01:00", "04:00", "2026-03-29", "29T00:00 29T02:00"),
        ("02:00", "04:00", "2026-03-29", "29T01:00 29T02:00"),
        ("02:00", "03:00", "2026-03-29", "29T01:00 29T02:00"),
        ("02:10", "02:40", "2026-03-29", "29T01:00 29T01:30"),
        ("22:00", "02:30", "2026-03-28", "28T21:00 29T01:00"),
        // In autumn the hour from two to three comes twice: all of it belongs to the window.
        ("02:00", "03:00", "2026-10-25", "25T00:00 25T02:00"),
        ("02:15", "02:45", "2026-10-25", "25T00:15 25T01:45"),
        ("22:00", "02:30", "2026-10-24", "24T20:00 25T01:30"),
    ] {
        let plan = plan(Per::Day, 1, &[(from, to)]);
        assert_eq!(told(&plan, on, berlin), [window], "{from} {to} {on}");
    }
    // Midnight itself is skipped.
    let all_day = plan(Per::Day, 1, &[]);
    let windows = told(&all_day, "2018-11-04", Tz::America__Sao_Paulo);
    assert_eq!(windows, ["04T03:00 05T02:00"]);
}

// P-01, P-09, P-11: so often in a week or month.
#[test]
fn a_week_and_a_month_have_as_many_patrols_as_their_plan_says() {
    let on = |weekdays: &[u32], times| Plan {
        weekdays: weekdays.to_vec(),
        ..plan(Per::Week, times, &[])
    };
    let irregular = |plan: Plan| Plan {
        irregular: true,
        ..plan
    };
    // From a Monday.
    for (plan, spread_over) in [
        (plan(Per::Week, 1, &[]), (1, 1)),
        (plan(Per::Week, 4, &[]), (4, 4)),
        (plan(Per::Week, 7, &[]), (7, 7)),
        (plan(Per::Week, 10, &[]), (7, 10)),
        (irregular(plan(Per::Week, 4, &[])), (4, 4)),
        (on(&[1, 3, 5], 3), (3, 3)),
        (on(&[6, 7], 5), (2, 5)),
        (on(&[1, 3, 5], 2), (2, 2)),
    ] {
        assert_eq!(spread(&plan, "2026-11-23", 7), spread_over, "{plan:?}");
    }
    for (plan, spread_over) in [
        (plan(Per::Month, 3, &[]), (3, 3)),
        (irregular(plan(Per::Month, 3, &[])), (3, 3)),
        (irregular(plan(Per::Month, 1, &[])), (1, 1)),
        (plan(Per::Month, 48, &[]), (28, 48)),
    ] {
        assert_eq!(spread(&plan, "2026-02-01", 28), spread_over, "{plan:?}");
    }
}

// P-11: unannounced, so not on the same days of every month.
#[test]
fn an_unannounced_inspection_has_other_days_in_other_months() {
    let plan = Plan {
        irregular: true,
        ..plan(Per::Month, 3, &[])
    };
    let days = |month: u32| -> Vec<u32> {
        let first = NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
        let all = first.iter_days().take_while(|day| day.month() == month);
        all.filter(|day| !occurrences(&plan, *day, Tz::UTC).is_empty())
            .map(|day| day.day())
            .collect()
    };
    let months: std::collections::BTreeSet<Vec<u32>> = (1..=12).map(days).collect();
    assert!(months.len() > 6, "{months:?}");
    assert!(months.iter().all(|days| days.len() == 3), "{months:?}");
}

#[test]
fn a_plan_that_cannot_be_kept_is_refused() {
    let week = |weekdays: &[u32]| Plan {
        weekdays: weekdays.to_vec(),
        ..plan(Per::Week, 1, &[])
    };
    let day_of_week = Plan {
        per: Per::Day,
        ..week(&[1])
    };
    for (plan, can_be_kept) in [
        (plan(Per::Day, 1, &[("22:00", "02:00")]), true),
        (plan(Per::Day, 0, &[]), false),
        (plan(Per::Day, 49, &[]), false),
        (plan(Per::Day, 1, &[("25:00", "02:00")]), false),
        (plan(Per::Day, 1, &[("tonight", "02:00")]), false),
        (
            plan(Per::Day, 1, &[("08:00", "09:00"), ("10:00", "11:00")]),
            false,
        ),
        (plan(Per::Day, 13, &[("08:00", "09:00"); 13]), false),
        (week(&[1, 7]), true),
        (week(&[0]), false),
        (week(&[8]), false),
        (day_of_week, false),
    ] {
        assert_eq!(check_plan(&plan).is_ok(), can_be_kept, "{plan:?}");
    }
}
