//! The text of a query before it is parsed: the parser recurses, and takes hundreds of bytes for
//! each word.

use super::limits::{DIRECTIVES, NAME, NESTING, TEXT, TOKENS};
use super::too_much::TooMuch;

/// Whether a query is small enough to be parsed.
pub fn check(query: &str) -> Result<(), TooMuch> {
    if query.len() > TEXT {
        return Err(TooMuch::Text);
    }
    let mut rest = query.as_bytes();
    let (mut depth, mut tokens, mut directives) = (0_usize, 0_usize, 0_usize);
    while let Some((byte, tail)) = rest.split_first() {
        let start = rest;
        rest = tail;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => continue,
            b'#' => {
                rest = after(rest, |text| matches!(text[0], b'\n' | b'\r'), 1);
                continue;
            }
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'@' => directives += 1,
            b'"' if rest.starts_with(b"\"\"") => rest = after_block(&rest[2..]),
            b'"' => rest = after_string(rest),
            byte if is_word(*byte) => {
                rest = after(rest, |text| !is_word(text[0]), 0);
                if start.len() - rest.len() > NAME {
                    return Err(TooMuch::Name);
                }
            }
            _ => {}
        }
        tokens += 1;
        if depth > NESTING {
            return Err(TooMuch::Nesting);
        }
        if directives > DIRECTIVES {
            return Err(TooMuch::Directives);
        }
        if tokens > TOKENS {
            return Err(TooMuch::Tokens);
        }
    }
    Ok(())
}

/// How many values a body in JSON has, before they take the room that they need in memory.
pub fn count_values(mut json: &[u8]) -> usize {
    let mut count = 1;
    while let Some((byte, tail)) = json.split_first() {
        json = tail;
        match byte {
            b',' | b'[' | b'{' => count += 1,
            b'"' => json = after_string(json),
            _ => {}
        }
    }
    count
}

/// Names and numbers.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What follows the first place where `ends` holds and the `length` bytes there.
fn after(text: &[u8], ends: impl Fn(&[u8]) -> bool, length: usize) -> &[u8] {
    let end = (0..text.len()).find(|at| ends(&text[*at..]));
    end.map_or(&[], |end| &text[end + length..])
}

fn after_string(mut text: &[u8]) -> &[u8] {
    while let Some((byte, tail)) = text.split_first() {
        text = tail;
        match byte {
            b'\\' => text = text.get(1..).unwrap_or(&[]),
            // A string ends with its line, at the latest in an error.
            b'"' | b'\n' | b'\r' => break,
            _ => {}
        }
    }
    text
}

fn after_block(mut text: &[u8]) -> &[u8] {
    while !text.is_empty() {
        if text.starts_with(b"\\\"\"\"") {
            text = &text[4..];
        } else if text.starts_with(b"\"\"\"") {
            return &text[3..];
        } else {
            text = &text[1..];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_outside_of_texts_count() {
        let deep = "{a".repeat(NESTING + 1);
        for (query, too_nested) in [
            (deep.clone(), true),
            ("{a".repeat(NESTING), false),
            ("{a}".repeat(1_000), false),
            (format!("{{ a(b: \"{}\") }}", "[".repeat(1_000)), false),
            (format!("{{ a(b: \"\\\"{}\") }}", "[".repeat(1_000)), false),
            (
                format!("{{ a(b: \"\"\"{}\"\"\") }}", "[\\\"\"\"".repeat(100)),
                false,
            ),
            (format!("# {}\n{{ a }}", "[".repeat(1_000)), false),
            (format!("# \"\n{deep}"), true),
            (format!("{{ a(b: \"}}}}\") }} {deep}"), true),
            (format!("\"\"\"\"\"\" {deep}"), true),
        ] {
            let nested = check(&query) == Err(TooMuch::Nesting);
            assert_eq!(nested, too_nested, "{query:.60}");
        }
    }

    #[test]
    fn values_are_counted_outside_of_texts() {
        for (json, count) in [
            ("1", 1),
            (r#"{"a": [1, 2], "b": "[,{\",[\\"}"#, 5),
            ("[[],[],[]]", 7),
        ] {
            assert_eq!(count_values(json.as_bytes()), count, "{json}");
        }
    }

    #[test]
    fn what_would_be_costly_to_parse_is_refused() {
        for (query, most, over) in [
            ("a ", TOKENS, TooMuch::Tokens),
            ("!", TOKENS, TooMuch::Tokens),
            ("a", NAME, TooMuch::Name),
            ("7", NAME, TooMuch::Name),
            ("@a ", DIRECTIVES, TooMuch::Directives),
            (" ", TEXT, TooMuch::Text),
        ] {
            assert_eq!(check(&query.repeat(most)), Ok(()), "{query}");
            assert_eq!(check(&query.repeat(most + 1)), Err(over), "{query}");
        }
        let long = format!("{{ a(b: \"{}\") }}", "a".repeat(TEXT - 20));
        assert_eq!(check(&long), Ok(()), "a text is one token and no name");
    }
}
