//! When two names are one. What is shown stays as it was written; what is compared and looked for is
//! folded, here and nowhere else.

use std::collections::HashMap;
use std::hash::Hash;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

use crate::text::{TEXT, is_han, is_hidden};

/// The text in plain characters, as numbers, dates and words of a list are read: `１３０（东）` is
/// `130(东)`.
pub fn plain(text: &str) -> String {
    let text = TEXT.clean(text);
    // Nearly every text is plain already.
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return text;
    }
    text.nfkc().collect::<String>().trim().to_owned()
}

/// The name as it is compared and looked for, whole or in part: in plain characters, without case, blanks
/// and what nobody sees, with one kind of dash, middle dot and apostrophe. Names are one if their keys are.
///
/// Keys are stored (`party.name_key`): whoever changes them adds a migration that makes them anew.
pub fn key(name: &str) -> String {
    let seen = name.chars().filter(|c| !is_hidden(*c));
    let lower = seen.nfkc().flat_map(char::to_lowercase);
    let kept = lower.filter(|c| !c.is_whitespace() && !is_hidden(*c));
    kept.map(|c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' => '\u{B7}',
        '\u{2018}' | '\u{2019}' | '\u{2BC}' => '\'',
        c => c,
    })
    .collect()
}

/// The code of a label as it is compared: letters and digits only, so that `B1-消防栓-03` is `b1 消防栓03`.
pub fn tag_key(code: &str) -> String {
    let key = key(code);
    let signs: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
    if signs.is_empty() { key } else { signs }
}

/// Without the blanks that spread a short name over a column: 张　伟 is 张伟.
pub fn drawn_together(name: &str) -> String {
    let mut drawn = String::with_capacity(name.len());
    let mut rest = name.trim().chars().peekable();
    while let Some(character) = rest.next() {
        drawn.push(character);
        if !is_han(character) {
            continue;
        }
        let blanks: String =
            std::iter::from_fn(|| rest.next_if(|next| next.is_whitespace())).collect();
        if !rest.peek().copied().is_some_and(is_han) {
            drawn.push_str(&blanks);
        }
    }
    drawn
}

/// The thing of this very name, else the first whose name is one with it.
pub fn find<T>(
    things: impl IntoIterator<Item = T>,
    name: &str,
    name_of: impl Fn(&T) -> &str,
) -> Option<T> {
    let wanted = key(name);
    let mut found = None;
    for thing in things {
        if name_of(&thing) == name {
            return Some(thing);
        }
        if found.is_none() && key(name_of(&thing)) == wanted {
            found = Some(thing);
        }
    }
    found
}

/// Things by what they belong to and by name, found also where the name is written otherwise.
#[derive(Debug)]
pub struct Named<K, T> {
    exact: HashMap<(K, String), T>,
    folded: HashMap<(K, String), T>,
}

impl<K: Copy + Eq + Hash, T> Named<K, T> {
    /// The thing of this very name, else the first whose name is one with it.
    pub fn find(&self, of: K, name: &str) -> Option<&T> {
        let exact = self.exact.get(&(of, name.to_owned()));
        exact.or_else(|| self.folded.get(&(of, key(name))))
    }
}

impl<K: Copy + Eq + Hash, T: Clone> Named<K, T> {
    /// Adds one; of two alike the first stays.
    pub fn add(&mut self, of: K, name: &str, thing: T) {
        let exact = self.exact.entry((of, name.to_owned()));
        exact.or_insert_with(|| thing.clone());
        self.folded.entry((of, key(name))).or_insert(thing);
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

    #[test]
    fn names_written_otherwise_are_one() {
        for (one, other) in [
            (
                "佛山市碧江物业（集团）有限公司",
                "佛山市碧江物业(集团) 有限公司",
            ),
            ("Ａ座", "a座"),
            ("１－０１", "1-01"),
            ("1–01", "1-01"),
            ("张\u{3000}伟", "张伟"),
            ("张\u{200B}伟\u{FEFF}", "张伟"),
            ("买买提•阿不都", "买买提·阿不都"),
            ("买买提・阿不都", "买买提·阿不都"),
            ("O’Brien", "o'brien"),
            ("葛\u{E0100}城", "葛城"),
            ("⼀栋", "一栋"),
            ("①栋", "1栋"),
            ("\u{FB01}rma", "FIRMA"),
            ("Cafe\u{301}", "CAFÉ"),
            ("\u{FFA0}", ""),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
            assert_eq!(key(&key(one)), key(one), "{one}");
        }
        for (one, other) in [
            ("1-101", "1101"),
            ("A座", "B座"),
            ("0101", "101"),
            ("张伟", "张玮"),
        ] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn a_code_is_one_without_separators_and_case() {
        for (one, other, is_one) in [
            ("B1-消防栓-03", "b1 消防栓03", true),
            ("b1_消防栓_03", "Ｂ１－消防栓－０３", true),
            ("\u{FEFF}B1消防栓03\r\n", "b1/消防栓.03", true),
            ("B1-消防栓-03", "B1-消防栓-30", false),
            ("---", "--", false),
            ("---", "", false),
        ] {
            assert_eq!(tag_key(one) == tag_key(other), is_one, "{one} {other}");
        }
    }

    #[test]
    fn numbers_and_words_are_read_in_plain_characters() {
        assert_eq!(plain("\u{202D}１３０ ０００\u{202C} "), "130 000");
        assert_eq!(plain(" Ａ（东）"), "A(东)");
    }

    #[test]
    fn a_person_spread_over_a_column_is_the_same() {
        assert_eq!(drawn_together("张\u{3000}伟"), "张伟");
        assert_eq!(drawn_together("Mary Ann"), "Mary Ann");
        assert_eq!(drawn_together("张伟 A"), "张伟 A");
    }

    #[test]
    fn the_very_name_goes_first() {
        let mut named = Named::default();
        named.add(1, "翠湖（东）", "wide");
        assert_eq!(named.find(1, "翠湖(东)"), Some(&"wide"));
        named.add(1, "翠湖(东)", "plain");
        assert_eq!(named.find(1, "翠湖(东)"), Some(&"plain"));
        assert_eq!(named.find(1, "翠湖（东）"), Some(&"wide"));
        assert_eq!(named.find(1, " 翠湖（东)"), Some(&"wide"));
        assert_eq!(named.find(2, "翠湖(东)"), None);
    }
}
