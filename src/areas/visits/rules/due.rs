//! When a return visit is due (V-02, V-03, V-04).

use chrono::{DateTime, TimeDelta, Utc};
use entity::tickets::RepairClass;

use super::VisitPolicy;

/// What is known of a repair that is finished.
#[derive(Clone, Copy, Debug)]
pub struct Mended {
    pub class: Option<RepairClass>,
    /// As it was observed, not as it was received.
    pub finished_at: DateTime<Utc>,
    pub water_tested_at: Option<DateTime<Utc>>,
}

/// When a return visit is due, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// None for a leak as long as no water test has shown that it is tight.
    pub at: Option<DateTime<Utc>>,
    pub rule: &'static str,
}

/// Days are of 24 hours from the moment that counts.
pub fn due_of(policy: &VisitPolicy, repair: &Mended) -> Due {
    let after = |moment: DateTime<Utc>, days| moment + TimeDelta::days(days);
    match repair.class {
        Some(RepairClass::SafetyFacility) => Due {
            at: Some(after(repair.finished_at, policy.safety_facility_days)),
            rule: "V-02",
        },
        Some(RepairClass::LeakOrSeepage) => Due {
            at: repair
                .water_tested_at
                .map(|tested| after(tested, policy.leak_or_seepage_days)),
            rule: "V-03",
        },
        Some(RepairClass::Other) | None => Due {
            at: Some(after(repair.finished_at, policy.other_days)),
            rule: "V-04",
        },
    }
}

/// Whether something that was observed at this moment came too late. The last moment is in time.
pub fn is_late(due_at: Option<DateTime<Utc>>, observed_at: DateTime<Utc>) -> bool {
    due_at.is_some_and(|due_at| observed_at > due_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    // V-02: safety facilities within 2 days; V-03: leaks within 3 days after the water test; V-04: others
    // within 2 days; T-10: the same as V-02.
    #[test]
    fn a_return_visit_is_due_by_the_class_of_its_repair() {
        use RepairClass::{LeakOrSeepage, Other, SafetyFacility};
        let (finished, tested) = ("2026-09-01T10:00:00Z", "2026-09-04T08:00:00Z");
        for (class, water, at, rule) in [
            (
                Some(SafetyFacility),
                None,
                Some("2026-09-03T10:00:00Z"),
                "V-02",
            ),
            (
                Some(SafetyFacility),
                Some(tested),
                Some("2026-09-03T10:00:00Z"),
                "V-02",
            ),
            (Some(LeakOrSeepage), None, None, "V-03"),
            (
                Some(LeakOrSeepage),
                Some(tested),
                Some("2026-09-07T08:00:00Z"),
                "V-03",
            ),
            (Some(Other), None, Some("2026-09-03T10:00:00Z"), "V-04"),
            (None, None, Some("2026-09-03T10:00:00Z"), "V-04"),
        ] {
            let repair = Mended {
                class,
                finished_at: utc(finished),
                water_tested_at: water.map(utc),
            };
            let due = due_of(&VisitPolicy::default(), &repair);
            assert_eq!(
                due,
                Due {
                    at: at.map(utc),
                    rule
                },
                "{class:?} {water:?}"
            );
        }
    }

    #[test]
    fn the_last_moment_is_in_time() {
        let due = Some(utc("2026-09-03T10:00:00Z"));
        assert!(!is_late(due, utc("2026-09-03T10:00:00Z")));
        assert!(is_late(due, utc("2026-09-03T10:00:00.001Z")));
        assert!(!is_late(None, utc("2036-09-03T10:00:00Z")));
    }
}
