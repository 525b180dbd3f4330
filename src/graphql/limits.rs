//! How much one request may ask for.

/// Deepest nesting of fields.
pub const DEPTH: usize = 15;

/// Fields in all, lists counted by the size asked for.
pub const COMPLEXITY: usize = 20_000;

/// Directives on one field.
pub const DIRECTIVES: usize = 8;

/// Deepest nesting of brackets in the text of a query. The parser recurses and would run out of
/// stack long before the limits above are asked.
pub const NESTING: usize = 64;

/// Whether the brackets of a query are nested too deeply to be parsed.
pub fn is_too_nested(query: &str) -> bool {
    let mut rest = query.as_bytes();
    let mut depth = 0_usize;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => rest = after(rest, |text| matches!(text[0], b'\n' | b'\r'), 1),
            b'"' if rest.starts_with(b"\"\"") => rest = after_block(&rest[2..]),
            b'"' => rest = after_string(rest),
            _ => {}
        }
        if depth > NESTING {
            return true;
        }
    }
    false
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
            assert_eq!(is_too_nested(&query), too_nested, "{query:.60}");
        }
    }
}
