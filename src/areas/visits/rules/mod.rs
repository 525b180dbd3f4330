//! How visits move, and when return visits are due.

mod course;
mod due;
mod path;

pub use course::Course;
pub use due::{Due, Mended, due_of, is_late};
pub use path::{accompanied, finish, is_open, is_settled, leads_on, must_be_signed, step};

use serde::{Deserialize, Serialize};

use crate::policy::Policy;

/// What a community may have otherwise than the handbook, whose values are the defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitPolicy {
    /// W-01.
    pub appointment_required: bool,
    /// W-02.
    pub persons_inside: u8,
    /// W-06: whoever finds nobody at home writes down what he left.
    pub note_if_absent: bool,
    /// V-06.
    pub home_signature_required: bool,
    /// V-07: what stands in the record of a return visit by telephone.
    pub phone_mark: String,
    /// V-02, in days after the repair was finished.
    pub safety_facility_days: i64,
    /// V-03, in days after the water test.
    pub leak_or_seepage_days: i64,
    /// V-04, in days after the repair was finished.
    pub other_days: i64,
}

impl Default for VisitPolicy {
    fn default() -> Self {
        Self {
            appointment_required: true,
            persons_inside: 2,
            note_if_absent: true,
            home_signature_required: true,
            phone_mark: "电话回访".to_owned(),
            safety_facility_days: 2,
            leak_or_seepage_days: 3,
            other_days: 2,
        }
    }
}

impl VisitPolicy {
    /// What an event says where nobody must agree on a time first.
    pub fn unappointed(&self) -> Option<bool> {
        (!self.appointment_required).then_some(true)
    }
}

impl Policy for VisitPolicy {
    const KEY: &'static str = "visit";

    fn check(&self) -> Result<(), String> {
        let days = [
            self.safety_facility_days,
            self.leak_or_seepage_days,
            self.other_days,
        ];
        if days.iter().any(|days| !(0..=365).contains(days)) {
            return Err("a return visit is due within 0 to 365 days".to_owned());
        }
        if self.phone_mark.trim().is_empty() {
            return Err("a visit by telephone is marked with some word".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_says_little_is_the_handbook_in_the_rest() {
        let policy: VisitPolicy = serde_json::from_str(r#"{ "otherDays": 5 }"#).unwrap();
        assert_eq!(policy.other_days, 5);
        assert_eq!(policy.phone_mark, VisitPolicy::default().phone_mark);
        assert!(policy.check().is_ok());
        let never: VisitPolicy = serde_json::from_str(r#"{ "otherDays": 9999 }"#).unwrap();
        assert!(never.check().is_err());
    }
}
