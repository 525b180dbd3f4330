//! Who may name whom: the ladder of modules, the order of areas, and what each file of an area may
//! know (`areas/mod.rs` is a list). The test reads source text. Where the work shows a better order, mend the tables here and
//! `docs/architecture.md` with them.

#![expect(
    clippy::expect_used,
    reason = "a test program may panic in its helpers too"
)]

#[path = "architecture/names.rs"]
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use names::names;

/// A module names only what stands on a lower step; `entity` and `migration` are crates.
const LADDER: &[(u8, &str)] = &[
    (13, "main lib"),
    (12, "cli"),
    (11, "http demo import simulate"),
    (10, "areas"),
    (9, "sync"),
    (8, "jobs"),
    (7, "graphql"),
    (6, "command"),
    (5, "auth"),
    (4, "app"),
    (3, "database storage"),
    (2, "entity migration"),
    (
        1,
        "clock config history json policy private sha256 telemetry text",
    ),
    (0, "error"),
];

/// The outer rooms: which files of an area each may name, and what it must not name.
/// `simulate` knows the public API only.
const OUTER_ROOMS: &str = "
http     |           | sea_orm
demo     | mod write | sea_orm
import   | mod write | sea_orm
simulate |           | sea_orm entity crate::app crate::areas crate::auth crate::database crate::storage
";

/// An area names only areas further left, and none of its own group.
const ORDER: &[&str] = &[
    "attachments organisation",
    "estate",
    "accounts",
    "households",
    "duty desk",
    "tickets",
    "custody occupancy gate renovation fees visits patrol",
    "performance reports",
];

/// Areas that name no other area and are named by none.
const APART: &str = "notices";

/// What a file of an area may name: modules of ours besides the two lowest steps, files of its own area,
/// files of areas further left. There `mod` stands for what `mod.rs` itself declares.
const AREA_FILES: &str = "
mod     | app auth database jobs sync     | error rules access record read write graphql sync jobs | mod
error   | auth                            | mod                                             | mod
rules   |                                 | mod error                                       |
access  | app auth database               | mod error rules read write                      | mod
record  | app auth command database       | mod error rules access                          | mod
read    | app auth database storage       | mod error rules access write                    | mod
write   | app auth command database jobs::queue storage | mod error rules access record read              | mod access
graphql | app auth command database::page graphql storage | mod error access read write                  | mod graphql
sync    | app auth command::record database sync | mod error rules access record read write        |
jobs    | app auth command database jobs storage | mod error read write                            |
";

/// What a file of an area must not name, and what of it is allowed nevertheless.
const REFUSED: &str = "
mod     | async_graphql axum               |
error   | async_graphql axum sea_orm       | sea_orm::DbErr
rules   | async_graphql axum sea_orm async crate::config crate::telemetry | sea_orm::Iterable
access  | async_graphql axum               |
record  | async_graphql axum sea_orm       |
read    | async_graphql axum               |
write   | async_graphql axum               | async_graphql::InputObject
graphql | axum sea_orm                     |
sync    | axum sea_orm async_graphql       | sea_orm::Condition sea_orm::ConnectionTrait sea_orm::DbErr \
          async_graphql::Enum async_graphql::ID async_graphql::InputObject async_graphql::SimpleObject
jobs    | async_graphql axum               |
";

/// What the crates below may depend on.
const CRATES: &str = "
entity    | async-graphql chrono schemars sea-orm serde serde_json uuid
migration | async-trait sea-orm-migration
";

const MOST_LINES: usize = 450;
const SAYS_NOTHING: &str = "util helper common misc manager handler processor";

#[test]
fn modules_name_only_what_they_may() {
    let all = sources();
    let complaints: Vec<_> = all
        .iter()
        .flat_map(|(path, text)| complaints(path, text))
        .collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_module_has_a_rule() {
    let without = paths_where(|path| !has_a_rule(path));
    assert!(without.is_empty(), "not in the tables: {without:?}");
    assert!(has_a_rule("areas/mod.rs") && has_a_rule("areas/tickets/write/open.rs"));
    assert!(!has_a_rule("new.rs") && !has_a_rule("areas/new/mod.rs"));
    assert!(!has_a_rule("areas/tickets.rs") && !has_a_rule("areas/tickets/new.rs"));
}

/// Files that need each other cannot be read one after the other. A file and the folder that holds it are
/// one place here, and files of different rooms stand on different steps.
#[test]
fn no_files_of_a_room_go_round_in_a_circle() {
    let all = sources();
    let places: BTreeMap<String, &str> = all
        .iter()
        .map(|(path, text)| (module_of(path), text.as_str()))
        .collect();
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (place, text) in &places {
        let said = names(text, place);
        let files = said
            .iter()
            .filter_map(|name| file_that_holds(&places, name));
        let others = files.filter(|other| !is_within(other, place) && !is_within(place, other));
        named.insert(place, others.collect());
    }
    let circles: Vec<_> = named
        .keys()
        .filter_map(|place| circle_from(&named, place))
        .collect();
    assert!(circles.is_empty(), "\n{}\n", circles.join("\n"));
}

/// The module that a file is: `crate::sync::rows`.
fn module_of(path: &str) -> String {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    match stem {
        "main" | "lib" => "crate".to_owned(),
        _ => format!("crate/{stem}").replace('/', "::"),
    }
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner == outer || inner.starts_with(&format!("{outer}::"))
}

/// The innermost file that a name lies in.
fn file_that_holds<'a>(places: &'a BTreeMap<String, &str>, name: &str) -> Option<&'a str> {
    let mut name = name;
    loop {
        if let Some((place, _)) = places.get_key_value(name) {
            return (place != "crate").then_some(place);
        }
        name = name.rsplit_once("::")?.0;
    }
}

/// A way from a file back to it, told from the first of its files in the alphabet.
fn circle_from(named: &BTreeMap<&str, BTreeSet<&str>>, from: &str) -> Option<String> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = vec![from];
    while let Some(place) = next.pop() {
        for other in named.get(place).into_iter().flatten() {
            if *other == from {
                let mut way = vec![from, place];
                while let Some(earlier) = before.get(way[way.len() - 1]) {
                    way.push(earlier);
                }
                way.reverse();
                return way
                    .iter()
                    .all(|place| from <= *place)
                    .then(|| way.join(" -> "));
            }
            if !before.contains_key(other) && *other != from {
                before.insert(other, place);
                next.push(other);
            }
        }
    }
    None
}

#[test]
fn no_file_is_too_long_to_proofread() {
    let lengths = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()));
    let long: Vec<_> = lengths.filter(|(_, lines)| *lines > MOST_LINES).collect();
    assert!(long.is_empty(), "one file per verb, please: {long:?}");
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    let empty = paths_where(says_nothing);
    assert!(empty.is_empty(), "say what these hold: {empty:?}");
    assert!(says_nothing("areas/fees/date_utils.rs") && says_nothing("graphql/handlers/mod.rs"));
    assert!(!says_nothing("http/handler.rs") && !says_nothing("areas/fees/commonhold.rs"));
}

#[test]
fn the_crates_below_depend_on_nothing_above() {
    for [name, allowed] in rows(CRATES) {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(name)
            .join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).expect("each crate has a manifest");
        let dependencies = manifest
            .lines()
            .skip_while(|line| *line != "[dependencies]")
            .skip(1);
        for line in dependencies.take_while(|line| !line.starts_with('[')) {
            let dependency = line.split(['.', ' ', '=', '#']).next().unwrap_or_default();
            let is_known = dependency.is_empty() || lists(allowed, dependency);
            assert!(is_known, "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn a_planted_violation_is_caught() {
    for [path, text] in rows(PLANTED) {
        let found = complaints(path, text);
        assert_eq!(found.len(), 1, "{path}: {text}\n{found:?}");
    }
}

#[test]
fn what_the_tables_allow_passes() {
    for [path, text] in rows(ALLOWED) {
        let found = complaints(path, text);
        assert!(found.is_empty(), "{path}: {text}\n{found:?}");
    }
}

const PLANTED: &str = "
database/page.rs         | use crate::app::App;
jobs/mod.rs              | use crate::{clock::Clock, sync::{self}};
error.rs                 | fn id() -> entity::ids::TicketId {}
http/mod.rs              | use crate::areas::tickets;
http/mod.rs              | fn f() { crate::areas::tickets::read::list() }
http/mod.rs              | use crate::areas::*;
demo/mod.rs              | use crate::areas::estate::read;
simulate/mod.rs          | fn f(app: &crate::app::App) {}
sync/push.rs             | use crate::areas::tickets::TicketId;
areas/estate/write.rs    | use super::super::tickets::Ticket;
areas/estate/write.rs    | use crate::areas::*;
areas/fees/read.rs       | use crate::areas::{estate::Unit, visits::Visit};
areas/fees/read.rs       | use crate::areas::estate::read::units;
areas/fees/read.rs       | use crate::areas::estate; fn f() { estate::read::units() }
areas/fees/write.rs      | use crate::areas::notices::publish;
areas/notices/read.rs    | use crate::areas::estate::Unit;
areas/fees/write/pay.rs  | /* { */ const OPEN: char = '{'; use axum as web;
areas/fees/write/pay.rs  | mod tests { use super::super::super::graphql::Bill; }
areas/fees/write.rs      | fn f() { bill::Entity::find_by_id(id) }
areas/fees/write.rs      | use entity::bill::Entity as Bills; fn f() { Bills::find() }
areas/fees/mod.rs        | fn f() { bill.find_related(unit::Entity) }
areas/fees/rules.rs      | async fn late() {}
areas/fees/rules.rs      | use crate::areas::estate::Unit;
areas/fees/rules.rs      | use super::read::bill;
areas/fees/rules/late.rs | use crate::app::App;
areas/fees/graphql.rs    | use sea_orm::EntityTrait;
areas/fees/graphql.rs    | use crate::database::write::Write;
areas/fees/sync.rs       | use async_graphql::{Object, SimpleObject};
areas/fees/sync.rs       | use sea_orm::{ConnectionTrait, QueryFilter};
areas/fees/jobs.rs       | use crate::sync::push;
";

const ALLOWED: &str = r##"
main.rs                 | fn main() { xunfang::http::serve(xunfang::areas::jobs()) }
http/mod.rs             | use axum::Router; use crate::areas::{self, schema}; use super::error;
import/mod.rs           | use crate::areas::estate::{Unit, write::open_unit};
areas/mod.rs            | mod estate; use crate::sync::Hub; fn f() { estate::sync::units() }
areas/fees/mod.rs       | mod read; pub use read::unpaid; pub mod graphql; pub const AREA: super::Area = super::Area::NOTHING;
areas/fees/rules.rs     | /* async /* crate::app */ async */ use super::{Bill, error::FeeError};
areas/fees/rules.rs     | const S: &str = r#"" async "#; fn f<'a>(s: &'a str) {}
areas/fees/read.rs      | use crate::areas::estate::Unit; fn f() { bill::Entity::find() }
areas/fees/write/pay.rs | use super::{super::{read, rules::late}, open::open_bill};
areas/fees/write.rs     | fn f() { rows.iter().find(|row| row.id as u8 == b'"') }
areas/fees/write.rs     | fn f() { super::read::find_bill() } mod tests { use super::*; }
areas/fees/graphql.rs   | use crate::areas::estate::graphql::Unit; use entity::bill;
areas/fees/sync.rs      | use async_graphql::SimpleObject; use crate::sync::Reach;
"##;

/// What is wrong with the names in a file.
fn complaints(path: &str, text: &str) -> Vec<String> {
    let names = names(text, &module_of(path)).into_iter();
    let wrong = names.filter_map(|name| Some((complaint(path, &name)?, name)));
    wrong
        .map(|(why, name)| format!("{path} names {name}: {why}"))
        .collect()
}

fn complaint(path: &str, name: &str) -> Option<&'static str> {
    let place: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    let parts: Vec<&str> = name.split("::").collect();
    if let ["crate", module, ..] | [module @ ("entity" | "migration"), _, ..] = parts[..]
        && module != place[0]
        && step(module) >= step(place[0])
    {
        return Some("it does not stand on a lower step");
    }
    if let ["areas", area, file, ..] = place[..] {
        return complaint_within(area, file, &parts);
    }
    let [_, files, refused] = row(OUTER_ROOMS, place[0])?;
    let enters_area = parts.len() > 2
        && parts.starts_with(&["crate", "areas"])
        && (parts[2] == "*" || group(parts[2]).is_some());
    if starts_with_any(&parts, refused) || (enters_area && !lists(files, file_of_area(&parts))) {
        return Some("an outer room must not know it");
    }
    None
}

fn complaint_within(area: &str, file: &str, parts: &[&str]) -> Option<&'static str> {
    let [_, modules, own, left] = row(AREA_FILES, file)?;
    let [_, refused, allowed] = row(REFUSED, file)?;
    if starts_with_any(parts, refused) && !starts_with_any(parts, allowed) {
        return Some("this file must not know it");
    }
    if file != "read" && is_lookup(parts) {
        return Some("rows are looked up in `read.rs`, from `visible_to`");
    }
    let named = file_of_area(parts);
    match parts {
        // What an area hands in.
        ["crate", "areas", "Area", ..] if file == "mod" => None,
        ["crate", "areas", other, ..] if *other == area => {
            (named != file && !lists(own, named)).then_some("this file must not know that one")
        }
        ["crate", "areas", other, ..] if !is_left_of(other, area) => {
            Some("that area does not stand further left")
        }
        ["crate", "areas", _, ..] => {
            (!lists(left, named)).then_some("this file must not know that file of another area")
        }
        ["crate", "areas"] => None,
        ["crate", module, ..] => (step(module).is_none_or(|step| step > 1)
            && !starts_with_any(&parts[1..], modules))
        .then_some("this file must not know it"),
        _ => None,
    }
}

/// `bill::Entity::find()`, `Bills::find_by_id(…)` or `bill.find_related(…)`.
fn is_lookup(parts: &[&str]) -> bool {
    match parts {
        [.., "find_related" | "find_linked"] => true,
        [.., "Entity", last] => last.starts_with("find") || *last == "load",
        [.., kind, "find" | "find_by_id"] => kind.starts_with(char::is_uppercase),
        _ => false,
    }
}

fn has_a_rule(path: &str) -> bool {
    match path.trim_end_matches(".rs").split('/').collect::<Vec<_>>()[..] {
        ["areas", "mod"] => true,
        ["areas", area, file, ..] => group(area).is_some() && is_area_file(file),
        [top, ..] => top != "areas" && step(top).is_some(),
        [] => false,
    }
}

fn says_nothing(path: &str) -> bool {
    let mut words = path
        .trim_end_matches(".rs")
        .split(['/', '_'])
        .map(|word| word.trim_end_matches('s'));
    words.any(|word| lists(SAYS_NOTHING, word) && !(word == "handler" && path.starts_with("http/")))
}

fn step(module: &str) -> Option<u8> {
    LADDER
        .iter()
        .find(|(_, modules)| lists(modules, module))
        .map(|(step, _)| *step)
}

/// The place of an area in the order; those apart have one that is no place.
fn group(area: &str) -> Option<usize> {
    let place = ORDER.iter().position(|group| lists(group, area));
    place.or_else(|| lists(APART, area).then_some(usize::MAX))
}

fn is_left_of(other: &str, area: &str) -> bool {
    !lists(APART, area) && group(other).is_some_and(|other| Some(other) < group(area))
}

fn is_area_file(file: &str) -> bool {
    row::<4>(AREA_FILES, file).is_some()
}

/// Which file of an area a name leads to.
fn file_of_area<'a>(parts: &[&'a str]) -> &'a str {
    parts
        .get(3)
        .copied()
        .filter(|file| is_area_file(file))
        .unwrap_or("mod")
}

fn starts_with_any(parts: &[&str], list: &str) -> bool {
    list.split_whitespace()
        .any(|start| parts.starts_with(&start.split("::").collect::<Vec<_>>()))
}

fn lists(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

fn rows<const N: usize>(table: &str) -> impl Iterator<Item = [&str; N]> {
    table.lines().filter(|line| !line.is_empty()).map(|line| {
        let mut cells = line.splitn(N, '|').map(str::trim);
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

fn row<'a, const N: usize>(table: &'a str, name: &str) -> Option<[&'a str; N]> {
    rows(table).find(|row| row[0] == name)
}

fn paths_where(condition: impl Fn(&str) -> bool) -> Vec<String> {
    let mut paths: Vec<_> = sources().into_keys().collect();
    paths.retain(|path| condition(path));
    paths
}

/// The files under `src/`, by their path there.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is readable") {
            let path = entry.expect("the folder is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("the file is readable");
                let path = path.strip_prefix(&root).expect("the path begins there");
                sources.insert(path.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    sources
}
