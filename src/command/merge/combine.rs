//! How JSON values compare, and how three of them become one without losing any.
//!
//! Everywhere `null` stands for the empty set, the empty text and zero, and numbers are equal by value:
//! `1` is `1.0`.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// A total order over all values: null, booleans, numbers, texts, lists, objects (by sorted keys).
pub(super) fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => compare_numbers(left, right),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Array(left), Value::Array(right)) => {
            let pairs = left.iter().zip(right);
            pairs
                .map(|(left, right)| compare(left, right))
                .find(|order| order.is_ne())
                .unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        (Value::Object(left), Value::Object(right)) => {
            let mut left: Vec<_> = left.iter().collect();
            let mut right: Vec<_> = right.iter().collect();
            left.sort_by_key(|(key, _)| *key);
            right.sort_by_key(|(key, _)| *key);
            let pairs = left.iter().zip(&right);
            pairs
                .map(|(left, right)| left.0.cmp(right.0).then_with(|| compare(left.1, right.1)))
                .find(|order| order.is_ne())
                .unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        _ => type_rank(left).cmp(&type_rank(right)),
    }
}

/// Whether two values are equal. Nothing is said in more than one way, and a phone may have another one
/// than the server.
pub(super) fn is_same(left: &Value, right: &Value) -> bool {
    let is_nothing = |value: &Value| value.is_null() || value == "";
    compare(left, right).is_eq() || is_nothing(left) && is_nothing(right)
}

/// Whether two values are of one JSON type; `null` is of any.
pub(super) fn is_same_type(left: &Value, right: &Value) -> bool {
    left.is_null() || right.is_null() || type_rank(left) == type_rank(right)
}

/// Whether two lists hold the same elements, whatever their order and number.
pub(super) fn is_same_set(left: &Value, right: &Value) -> bool {
    match (set(left), set(right)) {
        (Some(left), Some(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(&right)
                    .all(|(left, right)| is_same(left, right))
        }
        _ => is_same(left, right),
    }
}

/// Whether two texts or lists are equal or both empty.
pub(super) fn is_same_or_empty(left: &Value, right: &Value) -> bool {
    is_same(left, right) || is_empty(left) && is_empty(right)
}

/// The list sorted and without repetitions; what is no list comes back as it is.
pub(super) fn sorted(value: &Value) -> Value {
    match set(value) {
        Some(set) => set.into_iter().cloned().collect(),
        None => value.clone(),
    }
}

/// `stored` with the additions and without the removals that lead from `base` to `incoming`; sorted. Nothing
/// if all is to be cleared without a base.
pub(super) fn union(base: Option<&Value>, stored: &Value, incoming: &Value) -> Option<Value> {
    if base.is_none() && is_empty(incoming) && !is_empty(stored) {
        return None;
    }
    let base = set(base.unwrap_or(&Value::Null))?;
    let incoming = set(incoming)?;
    let has = |set: &[&Value], item: &Value| set.binary_search_by(|it| compare(it, item)).is_ok();
    let mut union: Vec<&Value> = set(stored)?;
    union.retain(|item| has(&incoming, item) || !has(&base, item));
    union.extend(incoming.iter().filter(|item| !has(&base, item)));
    union.sort_by(|left, right| compare(left, right));
    union.dedup_by(|left, right| is_same(left, right));
    Some(union.into_iter().cloned().collect())
}

/// `stored` followed by what `incoming` adds to `base`, as far as it is not there already; nothing if
/// `incoming` does not begin with `base`, if sending it again would append it again,
/// or if all is to be cleared without a base.
///
/// Without a base, what both begin with (in whole lines or elements) is taken for it.
pub(super) fn append(base: Option<&Value>, stored: &Value, incoming: &Value) -> Option<Value> {
    if base.is_none() && is_empty(incoming) && !is_empty(stored) {
        return None;
    }
    if stored.is_array() || incoming.is_array() {
        append_list(base, list(stored)?, list(incoming)?)
    } else {
        append_text(base, text(stored)?, text(incoming)?)
    }
}

fn append_list(base: Option<&Value>, stored: &[Value], incoming: &[Value]) -> Option<Value> {
    let base = match base {
        Some(base) => list(base)?,
        None => &incoming[..common(stored, incoming, is_same)],
    };
    if common(base, incoming, is_same) < base.len() {
        return None;
    }
    let added = missing(base, stored, &incoming[base.len()..], is_same)?;
    Some([stored, added].concat().into())
}

fn append_text(base: Option<&Value>, stored: &str, incoming: &str) -> Option<Value> {
    let is_same = |left: &&str, right: &&str| left == right;
    let lines: Vec<&str> = stored.lines().collect();
    let incoming_lines: Vec<&str> = incoming.lines().collect();
    let (base_lines, added) = if let Some(base) = base {
        let base = text(base)?;
        let added = incoming.strip_prefix(base)?.trim_start();
        (base.lines().collect(), added.lines().collect())
    } else {
        let shared = common(&lines, &incoming_lines, is_same);
        let (shared, added) = incoming_lines.split_at(shared);
        (shared.to_vec(), added.to_vec())
    };
    // A sentence continued in the middle of a line leaves no line of its own to look for.
    if stored.starts_with(incoming) || is_within(&incoming_lines, &lines, is_same) {
        return Some(stored.into());
    }
    let added = missing(&base_lines, &lines, &added, is_same)?.join("\n");
    let gap = if added.is_empty() || stored.is_empty() || stored.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Some(format!("{stored}{gap}{added}").into())
}

/// `stored` plus what leads from `base` to `incoming`; nothing without a base or past 64 bits.
pub(super) fn add(base: Option<&Value>, stored: &Value, incoming: &Value) -> Option<Value> {
    let count = |value: &Value| match value {
        Value::Null => Some(0),
        _ => integer(value).map(i128::from),
    };
    let sum = count(stored)? + count(incoming)? - count(base?)?;
    i64::try_from(sum).ok().map(Value::from)
}

/// The value as an integer of 64 bits, also when a client writes it as `5.0`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and below 2^53, so exact"
)]
pub(super) fn integer(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && float.abs() < EXACT).then_some(float as i64)
    })
}

fn type_rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// By value; integers too large for a float to tell apart are told apart by their integer part.
fn compare_numbers(left: &Number, right: &Number) -> Ordering {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the fraction has been compared before"
    )]
    let parts = |number: &Number| {
        // Adding zero makes -0.0 the same as 0.0.
        let float = number.as_f64().unwrap_or_default() + 0.0;
        let whole = number.as_i128().unwrap_or(float as i128);
        (float, whole)
    };
    let (left, right) = (parts(left), parts(right));
    left.0.total_cmp(&right.0).then(left.1.cmp(&right.1))
}

fn set(value: &Value) -> Option<Vec<&Value>> {
    let mut set: Vec<&Value> = list(value)?.iter().collect();
    set.sort_by(|left, right| compare(left, right));
    set.dedup_by(|left, right| is_same(left, right));
    Some(set)
}

fn list(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Null => Some(&[]),
        Value::Array(items) => Some(items),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Null => Some(""),
        _ => value.as_str(),
    }
}

/// How many items both begin with.
fn common<T>(left: &[T], right: &[T], is_same: impl Fn(&T, &T) -> bool) -> usize {
    let pairs = left.iter().zip(right);
    pairs
        .take_while(|(left, right)| is_same(left, right))
        .count()
}

/// The end of `added` that does not yet stand in `stored`, in order, behind the items of `base`; nothing if
/// appending it would bring a base back that is gone, behind which it would be missing again.
fn missing<'a, T>(
    base: &[T],
    stored: &[T],
    added: &'a [T],
    is_same: impl Fn(&T, &T) -> bool,
) -> Option<&'a [T]> {
    let mut rest = stored.iter();
    let has_base = base.iter().all(|item| rest.any(|it| is_same(it, item)));
    if !has_base {
        rest = stored.iter();
    }
    let there = added
        .iter()
        .take_while(|item| rest.any(|it| is_same(it, item)))
        .count();
    let missing = &added[there..];
    let brings_base = || is_within(base, stored.iter().chain(missing), &is_same);
    (has_base || !brings_base()).then_some(missing)
}

/// Whether all of `part` stands in `whole` in its order, whatever stands between.
fn is_within<'a, T: 'a>(
    part: &[T],
    whole: impl IntoIterator<Item = &'a T>,
    is_same: impl Fn(&T, &T) -> bool,
) -> bool {
    let mut rest = whole.into_iter();
    part.iter().all(|item| rest.any(|it| is_same(it, item)))
}
