//! What the pages say is what the code does: error codes, fields and their policies, mutations and
//! their payloads, settings, rules of the handbooks, and the tests they name.

#![expect(
    clippy::expect_used,
    reason = "a test program may panic in its helpers too"
)]

#[path = "docs/states.rs"]
mod states;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use entity::tickets::ticket;
use entity::visits::visit;
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::areas;
use xunfang::cli::Cli;
use xunfang::command::merge::{Field, Policy};
use xunfang::command::observed::Observed;
use xunfang::command::record::{Column, Written, editable};
use xunfang::error::{ApiError, ErrorCode, Language};
use xunfang::sync::protocol::{Mutation, WITNESS};
use xunfang::sync::registry::About;
use xunfang::sync::rows::published;

#[test]
fn every_error_code_is_explained_and_no_other() {
    let page = page("docs/errors.md");
    let explained: BTreeSet<&str> = first_cells(&page).collect();
    let codes: BTreeSet<&str> = ErrorCode::ALL
        .iter()
        .map(|(code, _)| code.as_str())
        .collect();
    assert_eq!(explained, codes);
}

#[test]
fn the_table_of_editable_fields_is_current() {
    let row = |field: &Field| {
        let order: Vec<_> = field.order.iter().map(|it| format!("`{it}`")).collect();
        let (name, policy) = (field.name, policy_name(field.policy));
        format!("| `{name}` | `{policy}` | {} |\n", order.join(", "))
    };
    let rows: String = editable::<ticket::Model>().iter().map(row).collect();
    let head = "| field | policy | values, lowest first |\n|---|---|---|\n";
    holds_table("docs/sync.md", head, &rows);
}

#[test]
fn the_columns_of_rows_are_laid_down() {
    let tickets = editable::<ticket::Model>();
    for face in areas::registry().faces() {
        let row = |column: &Column| {
            let (written, shape) = (
                published::written(column.written),
                published::shape(column.shape),
            );
            let policy = tickets
                .iter()
                .find(|field| column.written == Written::Edited && field.name == column.name);
            let policy = policy.map(|field| format!(", `{}`", policy_name(field.policy)));
            let optional = if column.is_optional { ", or null" } else { "" };
            format!(
                "| `{}` | {shape}{optional} | {written}{} | {} |\n",
                column.name,
                policy.unwrap_or_default(),
                column.about
            )
        };
        let rows: String = face.columns().iter().map(row).collect();
        let (collection, table) = (face.collection(), face.table());
        let head = format!(
            "### `{collection}`, in WatermelonDB `{table}`\n\n| column | holds | written | what |\n|---|---|---|---|\n"
        );
        holds_table("docs/rows.md", &head, &rows);
    }
}

#[test]
fn every_kind_of_mutation_is_laid_down_with_its_payload() {
    let page = page("docs/sync.md");
    let registry = areas::registry();
    let mut sections = kinds(&page);
    for name in registry.kinds() {
        let section = sections.remove(name).expect("each kind has a section");
        let fields: BTreeSet<&str> = first_cells(section).collect();
        let example = example(section);
        let sent: BTreeSet<&str> = example
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| &**name)
            .collect();
        let kind = registry
            .find_kind(name)
            .expect("it is named by the registry");
        let decode = |payload: &Value| {
            let about = About {
                record_id: Uuid::nil(),
                base_seq: None,
                base: None,
            };
            kind.decode(about, payload.as_object().expect("a payload is an object"))
        };
        decode(&example).expect("the example can be read");
        let known: BTreeSet<String> = match decode(&json!({ "no such field": 1 })) {
            Err(refusal) => names_in(&refusal.message(Language::English)),
            Ok(_) => editable_by(name)
                .iter()
                .map(|field| field.name.to_owned())
                .collect(),
        };
        let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
        assert_eq!((&fields, &sent), (&known, &known), "{name}");
    }
    assert!(sections.is_empty(), "no such kinds: {sections:?}");
}

/// The fields of an edit, which takes whatever is named and refuses the rest one by one.
fn editable_by(kind: &str) -> Vec<Field> {
    match kind {
        "visit.edit" => editable::<visit::Model>(),
        _ => editable::<ticket::Model>(),
    }
}

#[test]
fn the_envelope_is_laid_down() {
    let page = page("docs/sync.md");
    let refusal = serde_json::from_value::<Mutation>(json!({ "?": 1 }));
    let refusal = refusal.expect_err("unknown fields are refused").to_string();
    let mut envelope = names_in(&refusal);
    envelope.extend(WITNESS.map(str::to_owned));
    let observed = Observed::PARTS.map(str::to_owned).into();
    for (heading, names) in [
        ("## The envelope", envelope),
        ("## Observed time", observed),
    ] {
        let section = section(&page, heading);
        let fields: BTreeSet<String> = first_cells(section).map(str::to_owned).collect();
        assert_eq!(fields, names, "{heading}");
    }
}

#[test]
fn a_new_row_with_what_the_page_demands_can_be_read() {
    let page = page("docs/rows.md");
    let registry = areas::registry();
    for row in rows(section(&page, "## What a new row needs")).skip(1) {
        let face = registry.faces().iter();
        let mut face = face.filter(|face| face.collection() == unquoted(row[0]));
        let face = face.next().expect("a collection that is carried");
        let (common, by_kind) = row[1]
            .split_once(", and by its kind: ")
            .unwrap_or((row[1], ""));
        let common = common.split(';').next().expect("a first part");
        let mut cases = vec![(None, quoted(common))];
        if !by_kind.is_empty() {
            cases.clear();
        }
        for part in by_kind.split("; ").filter(|part| !part.is_empty()) {
            let (kinds, needed) = part.split_once(": ").expect("kinds, and what they need");
            for kind in quoted(kinds) {
                cases.push((Some(kind), [quoted(common), quoted(needed)].concat()));
            }
        }
        for (kind, names) in cases {
            let needed = names.iter().map(|name| ((*name).to_owned(), sample(name)));
            let mut sent: serde_json::Map<String, Value> = needed.collect();
            if let Some(kind) = kind {
                sent.insert("kind".to_owned(), kind.into());
            }
            // A field that stands in the details.
            if let Some(field) = names.iter().skip_while(|name| **name != "details").nth(1) {
                sent.remove(*field);
                sent.insert("details".to_owned(), json!({ *field: sample(field) }));
            }
            let meaning = face
                .inserted(Uuid::nil(), &sent)
                .expect("it stands for a command");
            let about = About {
                record_id: Uuid::nil(),
                base_seq: None,
                base: None,
            };
            let kind = registry.find_kind(meaning.kind).expect("a kind");
            let read = kind.decode(about, &meaning.payload);
            assert!(read.is_ok(), "{sent:?}: {:?}", read.err());
        }
    }
}

/// Something that a column of this name may hold.
fn sample(name: &str) -> Value {
    match name {
        "kind" | "channel" => "home".into(),
        "toState" => "ordered".into(),
        "severity" => "major".into(),
        "appointedAt" => "2026-09-01T08:00:00Z".into(),
        name if name.ends_with("Id") => Uuid::nil().to_string().into(),
        _ => "text".into(),
    }
}

#[test]
fn every_collection_is_named_in_its_order() {
    let page = page("docs/sync.md");
    let registry = areas::registry();
    let known: Vec<_> = registry.collections().iter().map(|it| it.name()).collect();
    let named: Vec<_> = first_cells(section(&page, "## Collections")).collect();
    assert_eq!(named, known);
}

#[test]
fn both_readmes_list_every_setting_and_no_other() {
    let cli = Cli::command();
    let serve = cli.find_subcommand("serve").expect("the program serves");
    let settings: BTreeMap<String, String> = serve
        .get_arguments()
        .filter_map(|argument| {
            let default = argument.get_default_values().first();
            let default = default.and_then(|it| it.to_str()).unwrap_or_default();
            Some((argument.get_env()?.to_str()?.to_owned(), default.to_owned()))
        })
        .collect();
    for readme in ["README.md", "README.zh-CN.md"] {
        let page = page(readme);
        let listed: BTreeMap<String, String> = rows(&page)
            .filter(|row| row[0].starts_with("`XUNFANG_"))
            .map(|row| (unquoted(row[0]).to_owned(), unquoted(row[1]).to_owned()))
            .collect();
        assert_eq!(listed, settings, "{readme}");
    }
}

#[test]
fn every_rule_is_proved_where_the_page_says() {
    let page = page("docs/rules.md");
    let sources = sources();
    let mut proved = 0;
    for row in rows(section(&page, "## Carried now")) {
        for test in quoted(row[row.len() - 1]) {
            let place = place_of(&sources, test).expect("the named test is there");
            for rule in rules_in(row[0]) {
                assert!(
                    rules_in(place).contains(&rule),
                    "{rule} is not named beside {test}"
                );
                proved += 1;
            }
        }
    }
    assert!(proved > 0, "the table was not found");
}

#[test]
fn every_rule_that_code_names_is_on_the_page() {
    let on_page = rules_in(&page("docs/rules.md"));
    for (path, text) in sources() {
        let comments = text
            .lines()
            .filter_map(|line| Some(line.split_once("//")?.1));
        for rule in comments.flat_map(rules_in) {
            assert!(on_page.contains(&rule), "{} names {rule}", path.display());
        }
    }
}

#[test]
fn every_test_that_a_page_names_is_there() {
    let sources = sources();
    for (path, text) in pages() {
        for name in text.lines().flat_map(quoted).filter(|name| is_test(name)) {
            let place = place_of(&sources, name);
            assert!(place.is_some(), "{} names {name}", path.display());
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (path, text) in pages() {
        let folder = path.parent().expect("a page lies in a folder");
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next())
        {
            let is_ours = !link.is_empty() && !link.contains("://");
            assert!(
                !is_ours || folder.join(link).exists(),
                "{}: {link}",
                path.display()
            );
        }
    }
}

#[test]
fn the_tour_names_what_is_there() {
    let page = page("CONTRIBUTING.md");
    let mut stations = 0;
    for row in rows(section(&page, "## One change, from mutation to feed")) {
        let Some(file) = row[0].split(['(', ')']).nth(1) else {
            continue;
        };
        let text = fs::read_to_string(root().join(file)).expect("the file is there");
        for name in quoted(row[1]) {
            let last = name.rsplit("::").next().unwrap_or(name);
            assert!(text.contains(last), "{file} does not name {name}");
        }
        stations += 1;
    }
    assert!(stations > 0, "the table was not found");
}

// A page that is corrected in one language only says two things.
#[test]
fn a_chinese_page_has_the_parts_and_the_programs_of_the_english_one() {
    let lines = |path: &str, wanted: fn(&str) -> bool| {
        let page = page(path);
        let lines = page.lines().filter(|line| wanted(line));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    for name in ["errors.md", "rows.md", "sync.md"] {
        let (english, chinese) = (format!("docs/{name}"), format!("docs/zh-CN/{name}"));
        assert_eq!(programs(&chinese), programs(&english), "{name}");
        // The columns of rows are listed once, in English.
        let is_heading = if name == "rows.md" {
            |line: &str| line.starts_with("## ")
        } else {
            |line: &str| line.starts_with("## ") || line.starts_with("### ")
        };
        let headings = |path: &str| lines(path, is_heading).len();
        assert_eq!(headings(&chinese), headings(&english), "{name}");
        let codes = |path: &str| {
            let rows = lines(path, |line| line.starts_with("| `"));
            let first = rows.iter().filter_map(|row| quoted(row).into_iter().next());
            first.map(str::to_owned).collect::<Vec<_>>()
        };
        if name != "rows.md" {
            assert_eq!(codes(&chinese), codes(&english), "{name}");
        }
    }
}

/// What stands between fences, in order.
fn programs(path: &str) -> Vec<String> {
    let page = page(path);
    let parts = between(&page, "\n```").into_iter();
    parts.map(str::to_owned).collect()
}

// Nobody is told in Chinese that "the record" is missing, where English says which.
#[test]
fn every_record_that_a_message_names_has_a_chinese_name() {
    let mut named = BTreeSet::new();
    for (_, text) in sources() {
        for before in ["not_found(\"", "conflict(\"", "record!("] {
            let found = text.match_indices(before);
            let rest = found.map(|(at, found)| &text[at + found.len()..]);
            let is_macro = before == "record!(";
            let parts = rest.map(|rest| if is_macro { after_quote(rest) } else { rest });
            named.extend(parts.filter_map(|part| Some(part.split_once('"')?.0.to_owned())));
        }
    }
    assert!(named.len() > 20, "{named:?}");
    let unknown = ApiError::not_found("nothing of ours").message(Language::Chinese);
    let is_unnamed = |name: &String| {
        let what: &'static str = Box::leak(name.clone().into_boxed_str());
        is_word(name) && ApiError::not_found(what).message(Language::Chinese) == unknown
    };
    let unnamed: Vec<_> = named.into_iter().filter(is_unnamed).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

fn after_quote(part: &str) -> &str {
    part.split_once('"').map_or("", |(_, rest)| rest)
}

fn is_word(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    !name.is_empty() && name.chars().all(is_letter)
}

// Reading pages

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect("the page can be read")
}

/// Everything under a folder whose name ends so.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the entry can be read").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path, end)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect()
}

fn read(paths: Vec<PathBuf>) -> Vec<(PathBuf, String)> {
    let text = |path: &PathBuf| fs::read_to_string(path).expect("the file can be read");
    paths
        .into_iter()
        .map(|path| (path.clone(), text(&path)))
        .collect()
}

/// A page holds the rows of a table under its head. `scripts/update` sets `XUNFANG_UPDATE`: then they are put there.
fn holds_table(name: &str, head: &str, rows: &str) {
    let text = page(name);
    let (before, rest) = text
        .split_once(head)
        .unwrap_or_else(|| panic!("{name} lacks:\n{head}{rows}"));
    let old: String = rest
        .split_inclusive('\n')
        .take_while(|line| line.starts_with('|'))
        .collect();
    if old != rows && std::env::var_os("XUNFANG_UPDATE").is_some() {
        let after = &rest[old.len()..];
        let text = format!("{before}{head}{rows}{after}");
        fs::write(root().join(name), text).expect("the page can be written");
        return;
    }
    assert!(
        old == rows,
        "{name} is stale; run `scripts/update`, or put in:\n{head}{rows}"
    );
}

fn pages() -> Vec<(PathBuf, String)> {
    let root = root();
    let of_root = fs::read_dir(root).expect("the folder can be read");
    let of_root = of_root.map(|entry| entry.expect("the entry can be read").path());
    let of_root = of_root.filter(|path| path.extension().is_some_and(|end| end == "md"));
    read(of_root.chain(files(&root.join("docs"), ".md")).collect())
}

/// Our own Rust.
fn sources() -> Vec<(PathBuf, String)> {
    let folders = ["src", "tests", "entity/src", "migration/src"];
    let paths = folders
        .iter()
        .flat_map(|folder| files(&root().join(folder), ".rs"));
    read(paths.collect())
}

/// The source of the file that holds this test.
fn place_of<'a>(sources: &'a [(PathBuf, String)], test: &str) -> Option<&'a str> {
    let holds = |text: &str| text.contains(&format!("fn {test}("));
    sources
        .iter()
        .map(|(_, text)| &**text)
        .find(|text| holds(text))
}

/// From a heading to the next one that is not below it.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page
        .find(&format!("{heading}\n"))
        .expect("the heading is there");
    let rest = &page[start + heading.len()..];
    let end = rest.find("\n## ").unwrap_or(rest.len());
    &rest[..end]
}

/// The sections of the mutations, by kind.
fn kinds(page: &str) -> BTreeMap<&str, &str> {
    let sections = page.split("\n### `").skip(1);
    sections
        .filter_map(|text| {
            let (name, rest) = text.split_once('`')?;
            Some((name, rest.split("\n## ").next()?))
        })
        .collect()
}

/// The JSON of a section.
fn example(section: &str) -> Value {
    let text = section.split("```json").nth(1).expect("it has an example");
    let text = text.split("```").next().unwrap_or_default();
    serde_json::from_str(text).expect("the example is JSON")
}

/// The cells of each row of all tables, headers included: they have nothing in backticks.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('|'));
    lines
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(str::trim)
                .collect::<Vec<_>>()
        })
        .filter(|row| !row[0].starts_with("---"))
}

/// What stands in quotes in the first cell of each row.
fn first_cells(text: &str) -> impl Iterator<Item = &str> {
    rows(text).filter_map(|row| quoted(row[0]).into_iter().next())
}

fn unquoted(cell: &str) -> &str {
    cell.trim_matches('`')
}

/// Everything in backticks on one line.
fn quoted(line: &str) -> Vec<&str> {
    between(line, "`")
}

/// What stands between one mark and the next, and so on.
fn between<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    let parts = text.split(mark).enumerate();
    let inside = parts.filter(|(place, _)| place % 2 == 1);
    inside.map(|(_, part)| part).collect()
}

/// The fields that a refusal of an unknown one names.
fn names_in(refusal: &str) -> BTreeSet<String> {
    let expected = refusal
        .split("expected")
        .nth(1)
        .expect("it says what was expected");
    quoted(expected).into_iter().map(str::to_owned).collect()
}

/// Tests have names of several words.
fn is_test(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.chars().all(plain) && name.matches('_').count() >= 3
}

/// Ids of rules: `T-04`, `CF-17`.
fn rules_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let is_rule = |word: &&str| {
        word.split_once('-').is_some_and(|(kind, number)| {
            (1..=2).contains(&kind.len())
                && kind.bytes().all(|c| c.is_ascii_uppercase())
                && number.len() == 2
                && number.bytes().all(|c| c.is_ascii_digit())
        })
    };
    words.filter(is_rule).map(str::to_owned).collect()
}

fn policy_name(policy: Policy) -> &'static str {
    match policy {
        Policy::StoredWins => "stored_wins",
        Policy::LastWins => "last_wins",
        Policy::Max => "max",
        Policy::Min => "min",
        Policy::Union => "union",
        Policy::Append => "append",
        Policy::Counter => "counter",
        Policy::Manual => "manual",
    }
}
