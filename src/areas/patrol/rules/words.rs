//! What may be written down at a point.

use entity::patrol::{Answers, CheckItem, CheckKind, Checklist};
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::text::{LINE, TEXT, required_text, text};

/// The most that one checklist may have.
const MOST_ITEMS: usize = 50;

/// A checklist as it may be stored: every item has a key of its own and a title.
pub fn checked_checklist(items: &[CheckItem]) -> Result<Checklist, ApiError> {
    let mut checked: Vec<CheckItem> = Vec::new();
    for item in items {
        let item = CheckItem {
            key: required_text("checklist", &item.key, LINE)?,
            title: required_text("checklist", &item.title, LINE)?,
            ..item.clone()
        };
        if checked.len() == MOST_ITEMS || checked.iter().any(|known| known.key == item.key) {
            return Err(ApiError::invalid(
                "checklist",
                "at most 50 items, each with a key of its own",
                "最多 50 项，且键不得重复",
            ));
        }
        checked.push(item);
    }
    Ok(Checklist(checked))
}

/// The answers as they may be stored: only what the checklist asks for, in the way it asks.
pub fn checked_answers(
    checklist: &Checklist,
    answers: &Map<String, Value>,
) -> Result<Answers, ApiError> {
    let mut checked = Map::new();
    for (key, answer) in answers.iter().filter(|(_, answer)| !answer.is_null()) {
        let item = checklist.0.iter().find(|item| item.key == *key);
        let answer = match (item.map(|item| item.kind), answer) {
            (None, _) => {
                return Err(ApiError::invalid(
                    "answers",
                    format!("nothing asks for {key:?} here"),
                    format!("此处没有检查项 {key:?}"),
                ));
            }
            (Some(CheckKind::Check), Value::Bool(_))
            | (Some(CheckKind::Number), Value::Number(_)) => answer.clone(),
            (Some(CheckKind::Text), Value::String(words)) => text("answers", words, TEXT)?.into(),
            _ => {
                return Err(ApiError::invalid(
                    "answers",
                    format!("the answer to {key:?} has the wrong type"),
                    format!("检查项 {key:?} 的答案类型不正确"),
                ));
            }
        };
        checked.insert(key.clone(), answer);
    }
    Ok(Answers(checked))
}

/// Whether something that must be answered is not.
pub fn lacks_answers(checklist: &Checklist, answers: &Answers) -> bool {
    let mut required = checklist.0.iter().filter(|item| item.is_required);
    required.any(|item| answers.0.get(&item.key).is_none_or(|answer| answer == ""))
}

/// A place on the globe, both its numbers or none.
pub fn checked_position(
    latitude_e7: Option<i32>,
    longitude_e7: Option<i32>,
) -> Result<Option<(i32, i32)>, ApiError> {
    let is_there = |(latitude, longitude): &(i32, i32)| {
        latitude.unsigned_abs() <= 900_000_000 && longitude.unsigned_abs() <= 1_800_000_000
    };
    match (latitude_e7, longitude_e7) {
        (None, None) => Ok(None),
        (latitude, longitude) => {
            let place = latitude.zip(longitude).filter(is_there);
            let refusal =
                || ApiError::invalid("latitudeE7", "is no place on the globe", "位置无效");
            place.map(Some).ok_or_else(refusal)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checklist() -> Checklist {
        let item = |key: &str, kind, is_required| CheckItem {
            key: key.to_owned(),
            title: key.to_owned(),
            kind,
            is_required,
        };
        Checklist(vec![
            item("clean", CheckKind::Check, true),
            item("pressure", CheckKind::Number, false),
            item("remarks", CheckKind::Text, false),
        ])
    }

    // P-02: what is looked at is asked for item by item.
    #[test]
    fn answers_fit_the_checklist() {
        for (answers, is_good) in [
            (json!({}), true),
            (
                json!({ "clean": true, "pressure": 0.35, "remarks": "整洁" }),
                true,
            ),
            (json!({ "clean": null, "unknown": null }), true),
            (json!({ "clean": "yes" }), false),
            (json!({ "pressure": true }), false),
            (json!({ "remarks": 1 }), false),
            (json!({ "remarks": "a\u{202E}b" }), false),
            (json!({ "unknown": true }), false),
        ] {
            let map = answers.as_object().unwrap();
            assert_eq!(
                checked_answers(&checklist(), map).is_ok(),
                is_good,
                "{answers}"
            );
        }
        let answered = |answers: Value| {
            let map = answers.as_object().unwrap().clone();
            !lacks_answers(&checklist(), &Answers(map))
        };
        assert!(answered(json!({ "clean": false })));
        assert!(!answered(json!({ "pressure": 1 })));
    }

    #[test]
    fn a_position_lies_on_the_globe() {
        for (latitude, longitude, is_good) in [
            (None, None, true),
            (Some(227_000_000), Some(1_132_000_000), true),
            (Some(227_000_000), None, false),
            (Some(900_000_001), Some(0), false),
            (Some(i32::MIN), Some(0), false),
        ] {
            let checked = checked_position(latitude, longitude);
            assert_eq!(checked.is_ok(), is_good, "{latitude:?} {longitude:?}");
        }
    }

    #[test]
    fn a_checklist_asks_for_nothing_twice() {
        let Checklist(items) = checklist();
        assert!(checked_checklist(&items).is_ok());
        assert!(checked_checklist(&[items.clone(), items].concat()).is_err());
    }
}
