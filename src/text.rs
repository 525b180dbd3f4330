//! Which characters a text may be stored with.

/// The first character of a text that must not be stored: a control character other than line
/// breaks and tabs, or a mark that turns the direction of what stands beside it.
pub fn forbidden(text: &str) -> Option<char> {
    text.chars().find(|c| is_forbidden(*c))
}

fn is_forbidden(c: char) -> bool {
    let turns_direction =
        matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}');
    turns_direction || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// The text as something to look for: `PostgreSQL` takes no NUL, and nothing that is stored has one.
pub fn to_look_for(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}
