//! How visits move, when return visits are due, and what may be said in them.

mod due;
mod path;

pub use due::{Due, Mended, due_of, is_late};
pub use path::{Movement, accompanied, finish, is_open, is_settled, step};

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::policy::Policy;
use crate::text::forbidden;

/// The longest one-line text, in characters.
pub const LINE: usize = 200;

/// The longest free text, in characters.
pub const TEXT: usize = 4_000;

/// The most photos that one step carries.
const PHOTOS: usize = 9;

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

/// A text as it may be stored: trimmed, without control characters other than line breaks and
/// tabs, without marks that turn the direction of what stands beside it.
pub fn text(field: &'static str, text: &str, longest: usize) -> Result<String, ApiError> {
    let text = text.trim();
    if let Some(bad) = forbidden(text) {
        let code = format!("U+{:04X}", u32::from(bad));
        return Err(ApiError::invalid(
            field,
            format!("the character {code} is not allowed"),
            format!("不允许使用字符 {code}"),
        ));
    }
    if text.chars().count() > longest {
        return Err(ApiError::invalid(
            field,
            format!("at most {longest} characters"),
            format!("最多 {longest} 个字符"),
        ));
    }
    Ok(text.to_owned())
}

/// The same, and something must be said.
pub fn required_text(field: &'static str, value: &str, longest: usize) -> Result<String, ApiError> {
    let value = text(field, value, longest)?;
    if value.is_empty() {
        return Err(ApiError::invalid(field, "must not be empty", "不能为空"));
    }
    Ok(value)
}

/// The photos of one step.
pub fn photos(hashes: &[String]) -> Result<(), ApiError> {
    if hashes.len() > PHOTOS {
        return Err(ApiError::invalid(
            "photos",
            format!("at most {PHOTOS} photos"),
            format!("最多 {PHOTOS} 张照片"),
        ));
    }
    hashes.iter().try_for_each(|hash| sha256("photos", hash))
}

/// A SHA-256 in lower-case hex.
pub fn sha256(field: &'static str, hash: &str) -> Result<(), ApiError> {
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if hash.len() == 64 && hash.chars().all(is_hex) {
        return Ok(());
    }
    Err(ApiError::invalid(
        field,
        "must be a SHA-256 in 64 lower-case hex digits",
        "须为 64 位小写十六进制 SHA-256",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_named_by_their_content() {
        let good = "ab".repeat(32);
        assert!(photos(&vec![good.clone(); 9]).is_ok());
        assert!(photos(&vec![good.clone(); 10]).is_err());
        for bad in [
            String::new(),
            good.to_uppercase(),
            "g".repeat(64),
            good + "0",
        ] {
            assert_eq!(
                sha256("signature", &bad).unwrap_err().field(),
                Some("signature")
            );
        }
    }

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
