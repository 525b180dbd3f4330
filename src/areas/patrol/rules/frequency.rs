//! How often the handbook wants a patrol to be walked (CF-04: an office may want otherwise).

use entity::kinds::PostKind;
use entity::patrol::{Per, Plan};
use serde::{Deserialize, Serialize};

use super::super::error::PatrolError;
use crate::policy::Policy;

/// The longest that an ordered patrol may take.
const MOST_MINUTES: u32 = 7 * 24 * 60;

/// Farther from its point nothing is seen.
const MOST_METRES: u32 = 10_000;

/// What an office wants of its patrols.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct PatrolPolicy {
    pub frequencies: Vec<Frequency>,
    /// How long a patrol that was ordered may take, in minutes.
    pub order_minutes: u32,
    /// How far from its point a result may be seen, in metres.
    pub near_metres: u32,
}

/// How often one kind of patrol is walked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Frequency {
    pub key: String,
    /// Of the handbook.
    pub rule: String,
    /// Who walks it, where the handbook says so.
    pub post: Option<PostKind>,
    pub per: Per,
    pub min: u32,
    pub max: Option<u32>,
    /// At times that nobody can foresee.
    #[serde(default)]
    pub irregular: bool,
}

impl Default for PatrolPolicy {
    /// The values of the handbooks.
    fn default() -> Self {
        use PostKind::{Assistant, ConferenceAttendant, Inspector, Supervisor, TeamLeader};
        let of = |rule: &str, key: &str, post, per, min, max, irregular| Frequency {
            key: key.to_owned(),
            rule: rule.to_owned(),
            post,
            per,
            min,
            max,
            irregular,
        };
        let frequencies = vec![
            // More than three.
            of(
                "P-01",
                "estate",
                Some(TeamLeader),
                Per::Week,
                4,
                None,
                false,
            ),
            of("P-03", "posts", Some(Supervisor), Per::Day, 2, None, false),
            of(
                "P-04",
                "estate_supervisor",
                Some(Supervisor),
                Per::Day,
                2,
                Some(3),
                true,
            ),
            of(
                "P-05",
                "building_services",
                Some(Assistant),
                Per::Day,
                1,
                None,
                false,
            ),
            of("P-06", "service_windows", None, Per::Day, 1, None, false),
            of(
                "P-07",
                "printers_and_lounges",
                Some(ConferenceAttendant),
                Per::Day,
                2,
                None,
                false,
            ),
            of(
                "P-08",
                "environment_and_appearance",
                Some(TeamLeader),
                Per::Day,
                1,
                None,
                false,
            ),
            of(
                "P-09",
                "entrusted_home_outdoor",
                None,
                Per::Week,
                1,
                None,
                false,
            ),
            of(
                "P-10",
                "renovation_unit",
                Some(Supervisor),
                Per::Day,
                1,
                Some(2),
                false,
            ),
            of(
                "P-11",
                "special_inspection",
                Some(Inspector),
                Per::Month,
                3,
                None,
                true,
            ),
        ];
        Self {
            frequencies,
            order_minutes: 240,
            near_metres: 50,
        }
    }
}

impl Policy for PatrolPolicy {
    const KEY: &'static str = "patrol";

    fn check(&self) -> Result<(), String> {
        if !(1..=MOST_MINUTES).contains(&self.order_minutes) {
            return Err(format!("orderMinutes must be 1 to {MOST_MINUTES}"));
        }
        if !(1..=MOST_METRES).contains(&self.near_metres) {
            return Err(format!("nearMetres must be 1 to {MOST_METRES}"));
        }
        let is_empty = |it: &&Frequency| it.min == 0 || it.max.is_some_and(|max| max < it.min);
        match self.frequencies.iter().find(is_empty) {
            None => Ok(()),
            Some(wrong) => Err(format!("{:?} cannot be kept: min and max", wrong.key)),
        }
    }
}

impl PatrolPolicy {
    /// What is wanted of a kind of patrol, if anything.
    pub fn frequency(&self, key: &str) -> Option<&Frequency> {
        self.frequencies.iter().find(|it| it.key == key)
    }
}

/// Whether a plan is what is wanted of its kind of patrol. Where nothing is, every plan is.
pub fn check_frequency(policy: &PatrolPolicy, key: &str, plan: &Plan) -> Result<(), PatrolError> {
    let Some(wanted) = policy.frequency(key) else {
        return Ok(());
    };
    let (rule, per) = (wanted.rule.clone(), wanted.per);
    let times = times_per(plan, per);
    if times.is_none_or(|times| times < wanted.min) {
        let least = wanted.min;
        return Err(PatrolError::TooSeldom { rule, least, per });
    }
    if let Some(most) = wanted.max.filter(|most| times > Some(*most)) {
        return Err(PatrolError::TooOften { rule, most, per });
    }
    if wanted.irregular && !plan.irregular {
        return Err(PatrolError::TooRegular { rule });
    }
    Ok(())
}

/// How often a plan comes in each such stretch of time, at least; none when it cannot be told,
/// because it counts in a longer one.
fn times_per(plan: &Plan, per: Per) -> Option<u32> {
    let parts = match (plan.per, per) {
        (Per::Day, Per::Week) => 7,
        (Per::Day, Per::Month) => 28,
        (Per::Week, Per::Month) => 4,
        (own, wanted) if own == wanted => 1,
        _ => return None,
    };
    plan.times.checked_mul(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Coded as _, ErrorCode};

    fn plan(per: Per, times: u32) -> Plan {
        Plan {
            per,
            times,
            windows: Vec::new(),
            weekdays: Vec::new(),
            irregular: true,
        }
    }

    // P-01, P-03 to P-11: how often each patrol of the handbooks is walked.
    #[test]
    fn a_route_is_walked_as_often_as_the_handbook_wants() {
        use Per::{Day, Month, Week};
        for (key, per, times, is_enough) in [
            ("estate", Week, 3, false),
            ("estate", Week, 4, true),
            ("estate", Day, 1, true),
            ("estate", Month, 31, false),
            ("posts", Day, 1, false),
            ("posts", Day, 2, true),
            ("posts", Week, 14, false),
            ("estate_supervisor", Day, 1, false),
            ("estate_supervisor", Day, 2, true),
            ("estate_supervisor", Day, 3, true),
            ("estate_supervisor", Day, 4, false),
            ("building_services", Day, 1, true),
            ("building_services", Week, 6, false),
            ("service_windows", Day, 1, true),
            ("printers_and_lounges", Day, 1, false),
            ("printers_and_lounges", Day, 2, true),
            ("environment_and_appearance", Day, 1, true),
            ("entrusted_home_outdoor", Week, 1, true),
            ("entrusted_home_outdoor", Month, 4, false),
            ("renovation_unit", Day, 1, true),
            ("renovation_unit", Day, 2, true),
            ("renovation_unit", Day, 3, false),
            ("special_inspection", Month, 2, false),
            ("special_inspection", Month, 3, true),
            ("special_inspection", Week, 1, true),
            ("a kind of their own", Month, 1, true),
        ] {
            let checked = check_frequency(&PatrolPolicy::default(), key, &plan(per, times));
            assert_eq!(checked.is_ok(), is_enough, "{key} {per:?} {times}");
        }
    }

    // P-04, P-11: at irregular times.
    #[test]
    fn an_unannounced_patrol_cannot_be_planned_to_the_hour() {
        for (key, per, is_wanted) in [
            ("estate_supervisor", Per::Day, true),
            ("special_inspection", Per::Month, true),
            ("posts", Per::Day, false),
        ] {
            let regular = Plan {
                irregular: false,
                ..plan(per, 3)
            };
            let checked = check_frequency(&PatrolPolicy::default(), key, &regular);
            assert_eq!(checked.is_err(), is_wanted, "{key}");
            if let Err(refusal) = checked {
                assert_eq!(refusal.code(), ErrorCode::PATROL_PLAN_UNSUITABLE);
            }
        }
    }

    #[test]
    fn an_office_may_want_otherwise() {
        let wanted =
            r#"{ "frequencies": [{ "key": "estate", "rule": "P-01", "per": "week", "min": 7 }] }"#;
        let policy: PatrolPolicy = serde_json::from_str(wanted).unwrap();
        assert!(check_frequency(&policy, "estate", &plan(Per::Week, 4)).is_err());
        assert!(check_frequency(&policy, "posts", &plan(Per::Day, 1)).is_ok());
        assert_eq!(policy.order_minutes, PatrolPolicy::default().order_minutes);
        assert!(policy.check().is_ok() && PatrolPolicy::default().check().is_ok());
        for wrong in [
            r#"{ "orderMinutes": 0 }"#,
            r#"{ "frequencies": [{ "key": "estate", "rule": "P-01", "per": "week", "min": 7, "max": 6 }] }"#,
        ] {
            let policy: PatrolPolicy = serde_json::from_str(wrong).unwrap();
            assert!(policy.check().is_err(), "{wrong}");
        }
    }
}
