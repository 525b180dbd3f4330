//! What may be written down at a point.

use entity::patrol::{AnswerKeys, Answers, CheckItem, CheckKind, Checklist};
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::text::{LINE, TEXT, required_text, text};

/// The most that one checklist may have.
const MOST_ITEMS: usize = 50;

/// The most answers at one point: also those to a checklist that was another.
const MOST_ANSWERS: usize = 2 * MOST_ITEMS;

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

/// What was answered at a point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    pub answers: Answers,
    /// Those that the checklist does not ask for, or not in that way: it was changed meanwhile.
    pub unasked: AnswerKeys,
}

/// The answers as they may be stored: all of them, as long as they are answers at all, with those
/// marked that nobody asked for.
pub fn checked_answers(
    checklist: &Checklist,
    answers: &Map<String, Value>,
) -> Result<Answered, ApiError> {
    let mut checked = Answered::default();
    for (key, answer) in answers.iter().filter(|(_, answer)| !answer.is_null()) {
        if checked.answers.0.len() == MOST_ANSWERS {
            return Err(ApiError::invalid(
                "answers",
                format!("at most {MOST_ANSWERS}"),
                format!("最多 {MOST_ANSWERS} 项"),
            ));
        }
        let key = required_text("answers", key, LINE)?;
        let answer = scalar(&key, answer)?;
        let item = checklist.0.iter().find(|item| item.key == key);
        if !item.is_some_and(|item| suits(item.kind, &answer)) {
            checked.unasked.0.push(key.clone());
        }
        checked.answers.0.insert(key, answer);
    }
    Ok(checked)
}

/// Yes or no, a number, or words.
fn scalar(key: &str, answer: &Value) -> Result<Value, ApiError> {
    match answer {
        Value::Bool(_) | Value::Number(_) => Ok(answer.clone()),
        Value::String(words) => Ok(text("answers", words, TEXT)?.into()),
        _ => Err(ApiError::invalid(
            "answers",
            format!("the answer to {key:?} is neither yes or no nor a number nor words"),
            format!("检查项 {key:?} 的答案须为是否、数字或文字"),
        )),
    }
}

fn suits(kind: CheckKind, answer: &Value) -> bool {
    match kind {
        CheckKind::Check => answer.is_boolean(),
        CheckKind::Number => answer.is_number(),
        CheckKind::Text => answer.is_string(),
    }
}

/// Whether something that must be answered is not, or not in the way it is asked.
pub fn lacks_answers(checklist: &Checklist, answered: &Answered) -> bool {
    let is_lacking = |item: &CheckItem| {
        let answer = answered.answers.0.get(&item.key);
        answer.is_none_or(|answer| answer == "" || !suits(item.kind, answer))
    };
    let mut required = checklist.0.iter().filter(|item| item.is_required);
    required.any(is_lacking)
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
    fn answers_are_kept_and_those_that_nobody_asked_for_are_marked() {
        for (answers, unasked) in [
            (json!({}), Some(vec![])),
            (
                json!({ "clean": true, "pressure": 0.35, "remarks": "整洁" }),
                Some(vec![]),
            ),
            (json!({ "clean": null, "unknown": null }), Some(vec![])),
            (json!({ "clean": "yes" }), Some(vec!["clean"])),
            (json!({ "pressure": true }), Some(vec!["pressure"])),
            (
                json!({ "remarks": 1, "gone": 7 }),
                Some(vec!["gone", "remarks"]),
            ),
            (json!({ "remarks": "a\u{202E}b\0" }), Some(vec![])),
            (json!({ "gone": "a\u{7}b" }), Some(vec!["gone"])),
            (json!({ "clean\u{200B}\0": true }), Some(vec![])),
            (json!({ "\0": true }), None),
            (json!({ "": true }), None),
            (json!({ "gone": [1] }), None),
            (json!({ "clean": { "very": true } }), None),
        ] {
            let map = answers.as_object().unwrap();
            let checked = checked_answers(&checklist(), map).ok();
            let marked = checked.map(|answered| answered.unasked.0);
            let unasked = unasked.map(|keys| keys.into_iter().map(str::to_owned).collect());
            assert_eq!(marked, unasked, "{answers}");
        }
        let keys = |count: usize| (0..count).map(|key| (key.to_string(), json!(true)));
        assert!(checked_answers(&checklist(), &keys(100).collect()).is_ok());
        assert!(checked_answers(&checklist(), &keys(101).collect()).is_err());
    }

    #[test]
    fn what_must_be_answered_is_answered_in_the_way_it_is_asked() {
        for (answers, is_answered) in [
            (json!({ "clean": false }), true),
            (json!({ "clean": "yes" }), false),
            (json!({ "pressure": 1 }), false),
        ] {
            let map = answers.as_object().unwrap();
            let answered = checked_answers(&checklist(), map).unwrap();
            let is_lacking = lacks_answers(&checklist(), &answered);
            assert_eq!(!is_lacking, is_answered, "{answers}");
        }
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
