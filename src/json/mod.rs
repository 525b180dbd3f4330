//! JSON as apps write it.
//!
//! A body holds the work of a whole day, and what its sender cannot mend it sends again for ever. So
//! whatever is JSON by its grammar is read: what this server cannot hold is mended where it stands,
//! and the rest of the body never hears of it.

mod meant;

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::meant::{meant, rounded, says_nothing, whole};

/// How deep values may lie in each other: deeper than any record, and what is kept can be wrapped a
/// few times more and still be read.
const DEEPEST: usize = 64;

/// Longer than any number that is sure to be in range.
const LONG: usize = 300;

/// What stands for half a character.
const REPLACEMENT: &str = "\\ufffd";

/// Reads a body. Of a name that stands twice in an object the last counts.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    let value: Value = serde_json::from_str(&mended(body))?;
    serde_json::from_value(value)
}

/// The same JSON, as far as it can be held. Half a character (a lone surrogate, a byte that is no UTF-8)
/// becomes U+FFFD; a number out of range, and what lies too deep, becomes the text that was written, so
/// that it is refused where it stands and nothing of it is lost. What is no JSON stays as it is.
pub fn mended(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    let mended = Mender::new(&text).run();
    match mended {
        None => text,
        Some(mended) => Cow::Owned(mended),
    }
}

/// A walk through a text of JSON, which copies what needs no mending.
struct Mender<'a> {
    text: &'a str,
    at: usize,
    copied: usize,
    mended: Option<String>,
}

impl<'a> Mender<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            copied: 0,
            mended: None,
        }
    }

    fn run(mut self) -> Option<String> {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'"' => self.string(),
                b'-' | b'0'..=b'9' => self.number(),
                b'[' | b'{' if depth == DEEPEST => self.too_deep(),
                b'[' | b'{' => {
                    depth += 1;
                    self.at += 1;
                }
                b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        let rest = self.text.get(self.copied..).unwrap_or_default();
        self.mended.map(|mended| mended + rest)
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// Puts `instead` in the place of the next `length` bytes.
    fn replace(&mut self, length: usize, instead: &str) {
        let before = self.text.get(self.copied..self.at).unwrap_or_default();
        let mended = self.mended.get_or_insert_default();
        mended.push_str(before);
        mended.push_str(instead);
        self.at += length;
        self.copied = self.at;
    }

    /// Goes behind a string.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            match (byte, self.byte(1)) {
                (b'"', _) => {
                    self.at += 1;
                    return;
                }
                (b'\\', Some(b'u')) => self.escaped(),
                (b'\\', _) => self.at += 2,
                (0..0x20, _) => self.replace(1, &format!("\\u{byte:04x}")),
                _ => self.at += 1,
            }
        }
    }

    /// Goes behind `\uXXXX`, or both of a pair.
    fn escaped(&mut self) {
        const HIGH: std::ops::RangeInclusive<u16> = 0xD800..=0xDBFF;
        const LOW: std::ops::RangeInclusive<u16> = 0xDC00..=0xDFFF;
        let is_low = |unit: Option<u16>| unit.is_some_and(|unit| LOW.contains(&unit));
        match self.unit(0) {
            Some(unit) if HIGH.contains(&unit) && is_low(self.unit(6)) => self.at += 12,
            Some(unit) if HIGH.contains(&unit) || LOW.contains(&unit) => {
                self.replace(6, REPLACEMENT);
            }
            _ => self.at += 2,
        }
    }

    /// The UTF-16 unit that is escaped there.
    fn unit(&self, ahead: usize) -> Option<u16> {
        let start = self.at + ahead;
        let digits = self.text.get(start..start + 6)?.strip_prefix("\\u")?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
    }

    /// Goes behind a number.
    fn number(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        let length = rest.bytes().take_while(|byte| is_part(*byte)).count();
        let number = rest.get(..length).unwrap_or_default();
        let may_be_large = length > LONG || number.contains(['e', 'E']);
        if may_be_large && number.parse().is_ok_and(f64::is_infinite) {
            self.replace(length, &Value::from(number).to_string());
        } else {
            self.at += length;
        }
    }

    /// Goes behind a list or an object that lies too deep.
    fn too_deep(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        match end_of(rest) {
            Some(length) => {
                let whole = Value::from(rest.get(..length).unwrap_or_default());
                self.replace(length, &whole.to_string());
            }
            // It never ends, so it is no JSON.
            None => self.at = self.text.len(),
        }
    }
}

/// How long the list or object is that a text begins with.
fn end_of(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return Some(place + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: impl AsRef<[u8]>) -> Option<Value> {
        read(text.as_ref()).ok()
    }

    #[test]
    fn what_is_json_by_its_grammar_is_read() {
        let cases: [(&[u8], Value); 14] = [
            (br#"["a\ud83d", "b"]"#, json!(["a\u{FFFD}", "b"])),
            (
                br#"["\ude31\ud83d\ud83d"]"#,
                json!(["\u{FFFD}\u{FFFD}\u{FFFD}"]),
            ),
            (br#"["\ud83d\ude31"]"#, json!(["😱"])),
            (
                br#"["\ud83d\u0041\\ud83d\\"]"#,
                json!(["\u{FFFD}A\\ud83d\\"]),
            ),
            (br#"{"\udead": 1}"#, json!({ "\u{FFFD}": 1 })),
            (b"[\"a\xFFb\", \"c\"]", json!(["a\u{FFFD}b", "c"])),
            (b"\xEF\xBB\xBF[1]", json!([1])),
            (b"[\"a\nb\"]", json!(["a\nb"])),
            (b"[\"\\u0000\"]", json!(["\0"])),
            (
                b"[1e999, -1E+400, 1e-999]",
                json!(["1e999", "-1E+400", 0.0]),
            ),
            (b"[\"1e999\", 5]", json!(["1e999", 5])),
            (b"[-0, 1.50]", json!([-0.0, 1.5])),
            (
                b"[123456789012345678901234567890]",
                json!([123_456_789_012_345_678_901_234_567_890_f64]),
            ),
            (br#"{"a": 1, "a": 2}"#, json!({ "a": 2 })),
        ];
        for (text, expected) in cases {
            let shown = String::from_utf8_lossy(text);
            assert_eq!(value(text), Some(expected), "{shown}");
        }
        let long = format!("[{}]", "9".repeat(400));
        assert_eq!(value(long), Some(json!(["9".repeat(400)])));
    }

    #[test]
    fn what_lies_too_deep_stays_as_it_was_written() {
        let deep = |levels: usize| format!("{}\"]\\\"\"{}", "[".repeat(levels), "]".repeat(levels));
        let fits = value(deep(DEEPEST)).unwrap();
        assert_eq!(fits.to_string(), deep(DEEPEST));
        for levels in [DEEPEST + 1, 200, 100_000] {
            let body = format!("[{}, \"next\"]", deep(levels));
            let mut read = value(body).unwrap();
            assert_eq!(read[1], "next");
            for _ in 0..DEEPEST {
                read = read[0].take();
            }
            assert_eq!(read, json!(deep(levels + 1 - DEEPEST)));
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            "[",
            "{\"a\"}",
            "[\"a]",
            "[01]",
            "[NaN]",
            "['a']",
            "[\"\\x41\"]",
            "[\"\\ud8",
            "[1] 2",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value("[".repeat(100_000)), None);
        assert_eq!(value(b"[\"a\"\xFF]"), None);
    }
}
