//! Which part of a content a request asks for.

use std::ops::Range;

use axum::http::{HeaderMap, HeaderName, header};

/// What is asked of a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The caller has it already.
    Unchanged,
    Whole,
    Part(Range<u64>),
    /// No byte of it.
    Nothing,
}

/// What the headers ask of a content with this tag, which is not empty. More than one range, or one
/// that cannot be read, is answered with the whole.
pub fn asked(headers: &HeaderMap, tag: &str, size: u64) -> Asked {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok();
    if let Some(known) = text(header::IF_NONE_MATCH) {
        let mut known = known.split(',').map(str::trim);
        if known.any(|it| it == "*" || it.trim_start_matches("W/") == tag) {
            return Asked::Unchanged;
        }
    }
    if text(header::IF_RANGE).is_some_and(|known| known.trim() != tag) {
        return Asked::Whole;
    }
    let range = text(header::RANGE).and_then(|range| range.trim().strip_prefix("bytes="));
    range.map_or(Asked::Whole, |range| part(range, size))
}

fn part(range: &str, size: u64) -> Asked {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let Some((first, last)) = range.split_once('-') else {
        return Asked::Whole;
    };
    let range = match (first.trim(), last.trim()) {
        ("", last) => number(last).map(|last| size.saturating_sub(last)..size),
        (first, "") => number(first).map(|first| first..size),
        (first, last) => number(first)
            .zip(number(last))
            .filter(|(first, last)| first <= last)
            .map(|(first, last)| first..last.saturating_add(1).min(size)),
    };
    match range {
        None => Asked::Whole,
        Some(range) if range.is_empty() => Asked::Nothing,
        Some(range) => Asked::Part(range),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_part_is_asked_for_by_its_range() {
        for (range, part) in [
            ("bytes=0-3", Asked::Part(0..4)),
            ("bytes=4-", Asked::Part(4..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-30", Asked::Part(0..10)),
            ("bytes=5-99", Asked::Part(5..10)),
            ("bytes=0-18446744073709551615", Asked::Part(0..10)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=5-4", Asked::Whole),
            ("bytes=0-1,4-5", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("lines=1-2", Asked::Whole),
        ] {
            let value = HeaderValue::from_static(range);
            let headers = HeaderMap::from_iter([(header::RANGE, value)]);
            assert_eq!(asked(&headers, "\"x\"", 10), part, "{range}");
        }
    }

    #[test]
    fn who_has_it_already_is_told_so() {
        for (name, value, expected) in [
            (header::IF_NONE_MATCH, "\"x\"", Asked::Unchanged),
            (header::IF_NONE_MATCH, "\"a\", W/\"x\"", Asked::Unchanged),
            (header::IF_NONE_MATCH, "\"y\"", Asked::Part(0..1)),
            (header::IF_RANGE, "\"y\"", Asked::Whole),
            (header::IF_RANGE, "\"x\"", Asked::Part(0..1)),
        ] {
            let range = (header::RANGE, HeaderValue::from_static("bytes=0-0"));
            let headers = HeaderMap::from_iter([range, (name, HeaderValue::from_static(value))]);
            assert_eq!(asked(&headers, "\"x\"", 10), expected, "{value}");
        }
    }
}
