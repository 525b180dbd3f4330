//! Reads the names that a piece of Rust source uses, without a parser: enough for paths and `use`
//! trees, blind to what macros make.

use std::collections::{BTreeMap, BTreeSet};

/// The single words that a rule speaks of.
const WORDS: &[&str] = &["async", "find_linked", "find_related"];

/// Every path that the source of `module` names, in full: `crate::…` for ours, and single words
/// only where a rule speaks of them.
pub fn names(source: &str, module: &str) -> BTreeSet<String> {
    let tokens = tokens(source);
    let mut names = BTreeSet::new();
    let mut known_as: BTreeMap<&str, String> = BTreeMap::new();
    let mut here = vec![(module.to_owned(), 0)];
    let (mut at, mut depth) = (0, 0);
    while at < tokens.len() {
        let (module, opened) = here.last().expect("the file itself is never left").clone();
        match tokens[at] {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if depth < opened {
                    here.pop();
                }
            }
            "mod" if tokens.get(at + 1).is_some_and(|next| is_word(next)) => {
                let inner = format!("{module}::{}", tokens[at + 1]);
                known_as.insert(tokens[at + 1], inner.clone());
                if tokens.get(at + 2) == Some(&"{") {
                    here.push((inner, depth + 1));
                }
                at += 1;
            }
            word if is_word(word) => {
                let in_use = word == "use";
                let mut paths = Vec::new();
                at = read_paths(&tokens, at + usize::from(in_use), &[], in_use, &mut paths);
                for (path, alias) in paths {
                    let name = resolve(&path, &module, &known_as);
                    if in_use {
                        known_as.insert(alias, name.clone());
                    }
                    if in_use || path.len() > 1 || WORDS.contains(&path[0]) {
                        names.insert(name);
                    }
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    names
}

/// Reads the path that starts at a token, or all paths of a `use` tree, each with the word it is
/// known by afterwards; answers where the next token stands.
fn read_paths<'a>(
    tokens: &[&'a str],
    mut at: usize,
    start: &[&'a str],
    in_use: bool,
    paths: &mut Vec<(Vec<&'a str>, &'a str)>,
) -> usize {
    let mut path = start.to_vec();
    while let Some(token) = tokens.get(at) {
        at += 1;
        match *token {
            "{" => {
                while tokens.get(at).is_some_and(|token| *token != "}") {
                    at = read_paths(tokens, at, &path, in_use, paths);
                    at += usize::from(tokens.get(at) == Some(&","));
                }
                return at + 1;
            }
            "::" => continue,
            "self" if !path.is_empty() => {}
            part => path.push(part),
        }
        let next = tokens.get(at + 1).copied().unwrap_or_default();
        if tokens.get(at) != Some(&"::")
            || !(is_word(next) || (in_use && ["{", "*"].contains(&next)))
        {
            break;
        }
    }
    let mut alias = path.last().copied().unwrap_or_default();
    if in_use && tokens.get(at) == Some(&"as") {
        alias = tokens.get(at + 1).copied().unwrap_or_default();
        at += 2;
    }
    if !path.is_empty() {
        paths.push((path, alias));
    }
    at
}

fn resolve(path: &[&str], module: &str, known_as: &BTreeMap<&str, String>) -> String {
    let mut name = match path[0] {
        "crate" | "xunfang" => "crate".to_owned(),
        "self" => module.to_owned(),
        "super" => parent(module),
        first => known_as
            .get(first)
            .cloned()
            .unwrap_or_else(|| first.to_owned()),
    };
    for part in &path[1..] {
        name = if *part == "super" {
            parent(&name)
        } else {
            format!("{name}::{part}")
        };
    }
    name
}

fn parent(module: &str) -> String {
    module
        .rsplit_once("::")
        .map_or(module, |(parent, _)| parent)
        .to_owned()
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Words, `::` and single signs; no comments, no strings, no white space.
fn tokens(mut source: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    while let Some(first) = source.chars().next() {
        let word = source
            .find(|next: char| !next.is_alphanumeric() && next != '_')
            .unwrap_or(source.len());
        let (length, is_token) = if let Some(length) = length_of_text(source) {
            (length, false)
        } else if source.starts_with("r#") {
            (2, false)
        } else if word > 0 {
            (word, true)
        } else if source.starts_with("::") {
            (2, true)
        } else {
            (first.len_utf8(), !first.is_whitespace())
        };
        let (token, rest) = source.split_at(length);
        tokens.extend(is_token.then_some(token));
        source = rest;
    }
    tokens
}

/// How long the comment, string or character is that the source starts with, if it does.
fn length_of_text(source: &str) -> Option<usize> {
    let until = |end: &str, from: usize| {
        source[from..]
            .find(end)
            .map_or(source.len(), |at| from + at + end.len())
    };
    let mut signs = source.chars();
    match (signs.next()?, signs.next(), signs.next()) {
        ('/', Some('/'), _) => Some(until("\n", 0)),
        ('/', Some('*'), _) => Some(length_of_comment(source)),
        ('"', ..) => Some(length_of_quoted(source, '"')),
        ('\'', Some('\\'), _) | ('\'', _, Some('\'')) => Some(length_of_quoted(source, '\'')),
        ('r', ..) | ('b' | 'c', Some('r'), _) => {
            let from = source.find('"')? + 1;
            let hashes = source[..from]
                .trim_start_matches(['b', 'c', 'r'])
                .trim_end_matches('"');
            let is_raw = hashes.chars().all(|sign| sign == '#');
            is_raw.then(|| until(&format!("\"{hashes}"), from))
        }
        _ => None,
    }
}

fn length_of_quoted(source: &str, quote: char) -> usize {
    let mut signs = source.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        if sign == '\\' {
            signs.next();
        } else if sign == quote {
            return at + 1;
        }
    }
    source.len()
}

/// Comments nest.
fn length_of_comment(source: &str) -> usize {
    let mut at = 2;
    while let Some(end) = source[at..].find("*/") {
        match source[at..at + end].find("/*") {
            Some(inner) => at += inner + length_of_comment(&source[at + inner..]),
            None => return at + end + 2,
        }
    }
    source.len()
}
