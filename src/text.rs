//! Which texts may be stored, and when two names are one.

use std::collections::HashMap;
use std::hash::Hash;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

use crate::error::ApiError;

/// The longest one-line text, in characters.
pub const LINE: usize = 200;

/// The longest free text, in characters.
pub const TEXT: usize = 4_000;

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

/// The text in plain characters, without the blanks around it: `Ａ（东）` is `A(东)`. Two names are
/// one if these are.
pub fn folded(text: &str) -> String {
    // Nearly every text is plain already.
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return text.trim().to_owned();
    }
    text.nfkc().collect::<String>().trim().to_owned()
}

/// Folded, and without the blanks that spread a short name over a column: 张　伟 is 张伟.
pub fn folded_person(name: &str) -> String {
    let name = folded(name);
    let mut folded = String::with_capacity(name.len());
    let mut rest = name.chars().peekable();
    while let Some(character) = rest.next() {
        folded.push(character);
        if !is_han(character) {
            continue;
        }
        let blanks: String =
            std::iter::from_fn(|| rest.next_if(|next| next.is_whitespace())).collect();
        if !rest.peek().copied().is_some_and(is_han) {
            folded.push_str(&blanks);
        }
    }
    folded
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Things by what they belong to and by name, found also where the name differs only when not folded.
#[derive(Debug)]
pub struct Named<K, T> {
    exact: HashMap<(K, String), T>,
    folded: HashMap<(K, String), T>,
}

impl<K: Copy + Eq + Hash, T> Named<K, T> {
    /// The thing of this very name, else the first of this name folded.
    pub fn find(&self, of: K, name: &str) -> Option<&T> {
        let exact = self.exact.get(&(of, name.to_owned()));
        exact.or_else(|| self.folded.get(&(of, folded(name))))
    }
}

impl<K: Copy + Eq + Hash, T: Clone> Named<K, T> {
    /// Adds one; of two alike the first stays.
    pub fn add(&mut self, of: K, name: &str, thing: T) {
        let exact = self.exact.entry((of, name.to_owned()));
        exact.or_insert_with(|| thing.clone());
        self.folded.entry((of, folded(name))).or_insert(thing);
    }
}

impl<K, T> Default for Named<K, T> {
    fn default() -> Self {
        Self {
            exact: HashMap::new(),
            folded: HashMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn a_text_is_trimmed_and_bounded_and_clean() {
        assert_eq!(
            text("note", "  水管漏水\n厨房 ", 20).unwrap(),
            "水管漏水\n厨房"
        );
        for bad in ["a\0b", "a\u{202E}b", "a\u{7}b", "a\u{2066}b"] {
            assert_eq!(
                text("note", bad, 20).unwrap_err().code(),
                ErrorCode::INVALID_INPUT,
                "{bad:?}"
            );
        }
        assert_eq!(text("note", "水水水", 2).unwrap_err().field(), Some("note"));
        assert!(text("note", "水水", 2).is_ok());
        assert!(required_text("note", " \n", 5).is_err());
    }

    #[test]
    fn names_that_differ_in_width_are_one_and_the_very_name_goes_first() {
        let mut named = Named::default();
        named.add(1, "翠湖（东）", "wide");
        assert_eq!(named.find(1, "翠湖(东)"), Some(&"wide"));
        named.add(1, "翠湖(东)", "plain");
        assert_eq!(named.find(1, "翠湖(东)"), Some(&"plain"));
        assert_eq!(named.find(1, "翠湖（东）"), Some(&"wide"));
        assert_eq!(named.find(1, " 翠湖（东)"), Some(&"wide"));
        assert_eq!(named.find(2, "翠湖(东)"), None);
    }

    #[test]
    fn a_person_spread_over_a_column_is_the_same() {
        assert_eq!(folded_person("张\u{3000}伟"), "张伟");
        assert_eq!(folded_person("Ｍａｒｙ Ann"), "Mary Ann");
        assert_eq!(folded_person("张伟 A"), "张伟 A");
    }
}
