//! Which texts may be stored: what was written, without what nobody sees.

pub mod names;

use unicode_properties::UnicodeEmoji as _;

use crate::error::ApiError;

/// How much a text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    longest: usize,
    has_lines: bool,
}

/// A text of one line.
pub const LINE: Size = Size::line(200);

/// A free text, which may have several lines.
pub const TEXT: Size = Size {
    longest: 4_000,
    has_lines: true,
};

impl Size {
    /// One line of so many characters.
    pub const fn line(longest: usize) -> Self {
        Self {
            longest,
            has_lines: false,
        }
    }

    /// The longest, in characters.
    pub const fn longest(self) -> usize {
        self.longest
    }

    /// The text as it is stored: trimmed, without characters that nobody sees and that carry nothing.
    /// Whatever breaks a line does so as `\n`, or is a blank where there is one line only.
    pub fn clean(self, text: &str) -> String {
        let text = if text.chars().all(is_plain) {
            text.trim().to_owned()
        } else {
            without_hidden(text)
        };
        if self.has_lines {
            return text;
        }
        let lines = text.split(['\n', '\t']).map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        if lines.len() > 1 {
            lines.join(" ")
        } else {
            text
        }
    }

    /// The same, if it is not too long.
    pub fn fit(self, text: &str) -> Option<String> {
        let text = self.clean(text);
        (text.chars().count() <= self.longest).then_some(text)
    }
}

/// A text as it may be stored.
pub fn text(field: &'static str, text: &str, size: Size) -> Result<String, ApiError> {
    size.fit(text).ok_or_else(|| {
        let longest = size.longest;
        ApiError::invalid(
            field,
            format!("at most {longest} characters"),
            format!("最多 {longest} 个字符"),
        )
    })
}

/// The same, and something must be said.
pub fn required_text(field: &'static str, value: &str, size: Size) -> Result<String, ApiError> {
    let value = text(field, value, size)?;
    if value.is_empty() {
        return Err(ApiError::invalid(field, "must not be empty", "不能为空"));
    }
    Ok(value)
}

/// A text that says something; an empty one says as little as none.
pub fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// Whether a character is nothing that anybody sees: a control character, a mark for the direction or
/// the joining of what stands next to it, a filler, an internal mark of a program.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FDD0}'..='\u{FDEF}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFC}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
        || u32::from(c) & 0xFFFE == 0xFFFE
}

fn is_plain(c: char) -> bool {
    matches!(c, '\n' | '\t') || !is_hidden(c)
}

fn breaks_line(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// What stands between the number and the extension of a stored phone.
pub const EXTENSION: char = '转';

/// The numbers by which a stored phone is found: each of several, without its extension.
pub fn phones(phone: &str) -> impl Iterator<Item = &str> {
    let each = phone.split('/');
    each.map(|one| one.split(EXTENSION).next().unwrap_or(one))
}

/// The first of them, by which it is told apart.
pub fn first_phone(phone: &str) -> &str {
    phones(phone).next().unwrap_or(phone)
}

/// Those after the first.
pub fn other_phones(phone: &str) -> impl Iterator<Item = &str> {
    let mut each = phones(phone);
    each.next();
    each
}

/// What is left of a number when most of it is hidden.
pub fn last_four(number: &str) -> &str {
    number
        .len()
        .checked_sub(4)
        .and_then(|from| number.get(from..))
        .unwrap_or(number)
}

fn without_hidden(text: &str) -> String {
    let has_arabic = text.chars().any(is_written_leftwards);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut before = '\n';
    while let Some(c) = rest.next() {
        if c == '\r' && rest.peek() == Some(&'\n') {
            continue;
        }
        if breaks_line(c) {
            clean.push('\n');
        } else if is_plain(c) || carries(c, before, rest.peek().copied(), has_arabic) {
            clean.push(c);
        } else {
            continue;
        }
        before = c;
    }
    clean.trim().to_owned()
}

/// Whether a hidden character makes a difference where it stands: inside an emoji, in a script whose
/// letters join, as the form of a Chinese character, as the direction of a text that goes leftwards.
fn carries(c: char, before: char, after: Option<char>, has_arabic: bool) -> bool {
    let emoji = |c: char| !c.is_ascii() && c.is_emoji_char_or_emoji_component();
    match c {
        '\u{200C}' | '\u{200D}' => {
            let after = after.unwrap_or('\n');
            joins(before) && joins(after) || c == '\u{200D}' && emoji(before) && emoji(after)
        }
        '\u{FE0E}' | '\u{FE0F}' => {
            emoji(before) || before.is_emoji_char() && after == Some('\u{20E3}')
        }
        '\u{FE00}'..='\u{FE0D}' | '\u{E0100}'..='\u{E01EF}' => is_han(before),
        // Flags of parts of a country.
        '\u{E0020}'..='\u{E007F}' => {
            before == '\u{1F3F4}' || matches!(before, '\u{E0020}'..='\u{E007F}')
        }
        '\u{180B}'..='\u{180F}' => matches!(before, '\u{1800}'..='\u{18AF}'),
        '\u{200E}' | '\u{200F}' | '\u{61C}' => has_arabic,
        '\u{115F}' | '\u{1160}' => {
            matches!(before, '\u{1100}'..='\u{11FF}')
                || matches!(after, Some('\u{1100}'..='\u{11FF}'))
        }
        _ => false,
    }
}

/// Arabic, Syriac, the scripts of India and South-East Asia, Mongolian.
fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8FF}' | '\u{900}'..='\u{109F}' | '\u{1780}'..='\u{18AF}'
        | '\u{FB50}'..='\u{FDCF}' | '\u{FE70}'..='\u{FEFC}')
}

fn is_written_leftwards(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDCF}' | '\u{FE70}'..='\u{FEFC}')
        && c != '\u{61C}'
}

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_and_bounded() {
        assert_eq!(
            text("note", "  水管漏水\n厨房 ", TEXT).unwrap(),
            "水管漏水\n厨房"
        );
        let two = Size::line(2);
        assert_eq!(
            text("note", "水水水", two).unwrap_err().field(),
            Some("note")
        );
        assert_eq!(text("note", "水\u{200B}水\0", two).unwrap(), "水水");
        for nothing in [
            " \n",
            "\u{FEFF}",
            "\u{200B}\u{2060}",
            "\0",
            "\u{3000}\u{85}",
        ] {
            assert!(required_text("note", nothing, TEXT).is_err(), "{nothing:?}");
        }
    }

    #[test]
    fn what_nobody_sees_and_what_carries_nothing_is_not_stored() {
        for (written, stored) in [
            ("a\0b\u{7}c\u{1B}\u{7F}\u{9F}", "abc"),
            ("\u{202D}138 0000 1234\u{202C}", "138 0000 1234"),
            ("a\u{202E}b\u{2066}c\u{2069}\u{200E}\u{200F}", "abc"),
            ("张\u{200B}伟\u{FEFF}\u{2060}\u{AD}", "张伟"),
            ("水\u{FE0F}管\u{200D}漏\u{200C}水", "水管漏水"),
            ("a\u{FFFC}b\u{E0041}\u{FFFE}\u{3164}", "ab"),
            ("a\tb", "a\tb"),
            (
                "a\r\nb\rc\u{B}d\u{85}e\u{2028}f\u{2029}g\u{C}h",
                "a\nb\nc\nd\ne\nf\ng\nh",
            ),
            ("\r\n\u{2029}a\u{B}\n", "a"),
        ] {
            assert_eq!(TEXT.clean(written), stored, "{written:?}");
        }
    }

    #[test]
    fn what_carries_something_stays() {
        for written in [
            "👨\u{200D}👩\u{200D}👧好",
            "❤\u{FE0F}\u{200D}🔥",
            "👍🏽\u{200D}♂\u{FE0F}",
            "1\u{FE0F}\u{20E3}",
            "☎\u{FE0E}",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "葛\u{E0100}城",
            "می\u{200C}خواهم",
            "क\u{94D}\u{200D}ष",
            "العربية\u{200F}!",
            "\u{FFFD}",
        ] {
            assert_eq!(TEXT.clean(written), written, "{written:?}");
            assert_eq!(LINE.clean(written), written, "{written:?}");
        }
        assert_eq!(TEXT.clean("1\u{FE0F}2"), "12");
    }

    #[test]
    fn a_line_has_blanks_where_a_text_has_lines() {
        for (written, stored) in [
            ("厨房\n水管", "厨房 水管"),
            ("厨房\r\n\r\n 水管\t漏水\u{2028}", "厨房 水管 漏水"),
            ("a  b", "a  b"),
        ] {
            assert_eq!(LINE.clean(written), stored, "{written:?}");
        }
    }
}
