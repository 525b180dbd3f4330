//! The laws of the merge, over rows that several sessions edit in any order.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const FIELDS: [Field; 9] = [
    Field::new("storedWins", Policy::StoredWins),
    Field::new("lastWins", Policy::LastWins),
    Field::new("max", Policy::Max),
    Field::new("min", Policy::Min),
    Field::new("rank", Policy::Max).ranked(&["LOW", "HIGH", "URGENT"]),
    Field::new("union", Policy::Union),
    Field::new("append", Policy::Append),
    Field::new("counter", Policy::Counter),
    Field::new("manual", Policy::Manual),
];

/// A row as the server keeps it.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    values: Map<String, Value>,
    stamps: FieldStamps,
    seq: i64,
}

/// An edit that owns its maps.
#[derive(Clone, Debug)]
struct Draft {
    session: u128,
    base_seq: i64,
    base: Option<Map<String, Value>>,
    changes: Map<String, Value>,
}

impl Row {
    fn new(values: Map<String, Value>) -> Self {
        Self {
            values,
            stamps: FieldStamps::default(),
            seq: 0,
        }
    }

    fn push(&mut self, draft: &Draft) -> Merge {
        let session = Uuid::from_u128(draft.session);
        let edit = Edit {
            session,
            base_seq: draft.base_seq,
            base: draft.base.as_ref(),
            changes: &draft.changes,
        };
        let merge = merge(&FIELDS, &self.values, &self.stamps, &edit)
            .unwrap_or_else(|refusal| panic!("{refusal}"));
        self.seq += 1;
        self.values.extend(merge.writes.clone());
        merge.stamp(&mut self.stamps, self.seq, session);
        merge
    }
}

fn value_of(policy: Policy, ranked: bool) -> BoxedStrategy<Value> {
    let small = || prop_oneof![1 => Just(json!(null)), 6 => (0..5).prop_map(Value::from)];
    match policy {
        Policy::Max | Policy::Min if ranked => prop::sample::select(vec![
            json!(null),
            json!("LOW"),
            json!("HIGH"),
            json!("URGENT"),
        ])
        .boxed(),
        Policy::Union => vec(0..5, 0..4).prop_map(Value::from).boxed(),
        Policy::Append => vec("[a-c]", 0..4)
            .prop_map(|lines| lines.join("\n").into())
            .boxed(),
        Policy::Counter => (-3..4).prop_map(Value::from).boxed(),
        _ => small().boxed(),
    }
}

/// A value for every field.
fn values() -> impl Strategy<Value = Map<String, Value>> {
    FIELDS
        .map(|field| value_of(field.policy, !field.order.is_empty()))
        .to_vec()
        .prop_map(|values| {
            let names = FIELDS.iter().map(|field| field.name.to_owned());
            names.zip(values).collect()
        })
}

/// Some of the fields.
fn part(whole: Map<String, Value>, mask: &[bool]) -> Map<String, Value> {
    let pairs = whole.into_iter().zip(mask);
    pairs
        .filter(|(_, keep)| **keep)
        .map(|(pair, _)| pair)
        .collect()
}

prop_compose! {
    fn draft()(
        session in 1_u128..4,
        base_seq in 0_i64..6,
        base in prop::option::of((values(), vec(any::<bool>(), FIELDS.len()))),
        changes in values(),
        mask in vec(any::<bool>(), FIELDS.len()),
    ) -> Draft {
        let base = base.map(|(base, mask)| part(base, &mask));
        Draft { session, base_seq, base, changes: part(changes, &mask) }
    }
}

/// A row that three sessions have already edited, each with whatever base it had.
fn edited_row() -> impl Strategy<Value = Row> {
    (values(), vec(draft(), 0..6)).prop_map(|(values, drafts)| {
        let mut row = Row::new(values);
        for draft in &drafts {
            row.push(draft);
        }
        row
    })
}

fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::String(text) => text.lines().map(Value::from).collect(),
        _ => Vec::new(),
    }
}

fn is_subsequence(part: &[Value], whole: &[Value]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|item| rest.any(|it| it == item))
}

proptest! {
    #[test]
    fn disjoint_fields_commute(
        row in edited_row(),
        one in draft(),
        two in draft(),
        mask in vec(any::<bool>(), FIELDS.len()),
    ) {
        let one = Draft { changes: pick(&one.changes, &mask, true), ..one };
        let two = Draft { changes: pick(&two.changes, &mask, false), ..two };
        let (mut forth, mut back) = (row.clone(), row);
        let (one_first, two_second) = (forth.push(&one), forth.push(&two));
        let (two_first, one_second) = (back.push(&two), back.push(&one));
        prop_assert_eq!(forth.values, back.values);
        prop_assert_eq!(one_first.losses, one_second.losses);
        prop_assert_eq!(two_first.losses, two_second.losses);
    }

    #[test]
    fn the_same_edit_twice_is_the_same_edit_once(mut row in edited_row(), mut draft in draft()) {
        // A counter in conflict counts again: the mutation id has to stop the replay.
        draft.changes.remove("counter");
        let first = row.push(&draft);
        let once = row.clone();
        let second = row.push(&draft);
        prop_assert_eq!(&row.values, &once.values);
        prop_assert_eq!(&row.stamps, &once.stamps);
        // What lost to the stored value loses again; what overruled it has nothing left to overrule.
        let kept = |merge: &Merge| -> Vec<Loss> {
            let losses = merge.losses.iter();
            losses.filter(|it| it.lost_by == Loser::Incoming).cloned().collect()
        };
        prop_assert_eq!(kept(&first), second.losses);
    }

    #[test]
    fn a_counter_without_conflict_does_not_count_a_replay(
        initial in -3..4,
        incoming in -3..4,
        base in prop::option::of(Just(()))
    ) {
        let values = Map::from_iter([("counter".to_owned(), json!(initial))]);
        let base = base.map(|()| values.clone());
        let changes = Map::from_iter([("counter".to_owned(), json!(incoming))]);
        let draft = Draft { session: 1, base_seq: 0, base, changes: changes.clone() };
        let mut row = Row::new(values);
        row.push(&draft);
        row.push(&draft);
        prop_assert_eq!(row.values, changes);
    }

    #[test]
    fn an_equal_value_is_never_a_loss(row in edited_row(), mut draft in draft()) {
        draft.changes = row.values.clone();
        // Two sessions that count the same number mean two steps.
        draft.changes.remove("counter");
        let merge = row.clone().push(&draft);
        prop_assert_eq!(merge.losses, []);
        prop_assert!(merge.writes.is_empty());
    }

    #[test]
    fn every_value_that_disappears_is_in_the_losses(row in edited_row(), draft in draft()) {
        let mut after = row.clone();
        let merge = after.push(&draft);
        for field in FIELDS {
            let name = field.name;
            let Some(incoming) = draft.changes.get(name) else {
                prop_assert_eq!(&after.values[name], &row.values[name]);
                continue;
            };
            let base = draft.base.as_ref().and_then(|base| base.get(name));
            let session = Uuid::from_u128(draft.session);
            let is_news = row.stamps.0.get(name).is_some_and(|stamp| {
                stamp.seq > draft.base_seq && stamp.session != session
            });
            let is_lost = |value: &Value, loser| {
                let mut losses = merge.losses.iter();
                losses.any(|it| it.field == name && it.lost == *value && it.lost_by == loser)
            };
            let (before, after) = (&row.values[name], &after.values[name]);
            let (stored_items, items_after) = (items(before), items(after));
            let (base_items, incoming_items) = (base.map(items), items(incoming));
            let is_base = |item: &Value| base_items.iter().flatten().any(|it| it == item);

            let stored_survives = after == before
                || is_lost(before, Loser::Stored)
                || !is_news
                || base.is_some_and(|base| base == before)
                || match field.policy {
                    Policy::Union => stored_items
                        .iter()
                        .all(|item| items_after.contains(item) || is_base(item)),
                    Policy::Append => items_after.starts_with(&stored_items),
                    Policy::Counter => base.is_some(),
                    _ => false,
                };
            prop_assert!(stored_survives, "{name}: {before} became {after}");

            let incoming_survives = after == incoming
                || is_lost(incoming, Loser::Incoming)
                || base == Some(incoming)
                || match field.policy {
                    Policy::Union => incoming_items
                        .iter()
                        .all(|item| items_after.contains(item) || is_base(item)),
                    Policy::Append => {
                        let known = base_items.as_ref().map_or(0, Vec::len);
                        is_subsequence(incoming_items.get(known..).unwrap_or_default(), &items_after)
                    }
                    Policy::Counter => {
                        let number = |value: &Value| value.as_i64().unwrap_or_default();
                        base.is_some_and(|base| {
                            number(after) - number(before) == number(incoming) - number(base)
                        })
                    }
                    _ => false,
                };
            prop_assert!(incoming_survives, "{name}: {incoming} became {after}");
        }
    }

    #[test]
    fn commutative_policies_do_not_ask_who_came_first(
        initial in values(),
        (forth, back) in vec(values(), 1..6).prop_flat_map(|edits| {
            let numbered: Vec<_> = edits.into_iter().enumerate().collect();
            (Just(numbered.clone()), Just(numbered).prop_shuffle())
        }),
        with_base in any::<bool>(),
    ) {
        let arrive = |edits: Vec<(usize, Map<String, Value>)>| {
            let mut row = Row::new(initial.clone());
            for (author, mut changes) in edits {
                changes.retain(|name, value| {
                    // Without a base, sending the old value may mean two things.
                    let says_something = with_base || !combine::is_same_set(value, &initial[name]);
                    says_something && match name.as_str() {
                        "max" | "min" | "rank" | "union" => true,
                        "counter" => with_base,
                        _ => false,
                    }
                });
                row.push(&Draft {
                    session: author as u128 + 1,
                    base_seq: 0,
                    base: with_base.then(|| initial.clone()),
                    changes,
                });
            }
            row.values
        };
        prop_assert_eq!(arrive(forth), arrive(back));
    }

    #[test]
    fn a_session_alone_is_never_in_conflict(initial in values(), drafts in vec(draft(), 1..6)) {
        let mut row = Row::new(initial);
        for mut draft in drafts {
            draft.session = 1;
            let before = row.values.clone();
            let merge = row.push(&draft);
            prop_assert_eq!(&merge.losses, &[]);
            prop_assert_eq!(merge.outcome(), Outcome::Applied);
            for (name, incoming) in &draft.changes {
                let base = draft.base.as_ref().and_then(|base| base.get(name));
                let is_same = if name == "union" { combine::is_same_set } else { combine::is_same };
                let no_edit = base.is_some_and(|base| is_same(base, incoming));
                let expected = if no_edit { &before[name] } else { incoming };
                prop_assert!(is_same(&row.values[name], expected));
            }
        }
    }

    #[test]
    fn a_queue_made_offline_is_whole_whatever_comes_between(
        steps in vec((1_u128..4, -2_i64..3, 0..9), 1..12),
    ) {
        // Each phone knows its own steps only: its next base is its last value.
        let mut row = Row::new(Map::from_iter([
            ("counter".to_owned(), json!(5)),
            ("union".to_owned(), json!([])),
            ("append".to_owned(), json!("")),
        ]));
        let mut phones = [(); 4].map(|()| row.values.clone());
        let mut sum = 5;
        let mut written = Vec::new();
        for (number, (session, delta, item)) in steps.into_iter().enumerate() {
            let phone = &mut phones[usize::try_from(session).unwrap_or_default()];
            let base = phone.clone();
            let line = format!("{session}: {number}");
            phone["counter"] = json!(phone["counter"].as_i64().unwrap_or_default() + delta);
            phone["union"] = combine::union(None, &phone["union"], &json!([item])).unwrap_or_default();
            phone["append"] = match phone["append"].as_str() {
                Some(text) if !text.is_empty() => json!(format!("{text}\n{line}")),
                _ => json!(line),
            };
            sum += delta;
            written.push((item, line));
            let merge = row.push(&Draft { session, base_seq: 0, base: Some(base), changes: phone.clone() });
            prop_assert_eq!(merge.losses, []);
        }
        prop_assert_eq!(&row.values["counter"], &json!(sum));
        let lines: Vec<Value> = written.iter().map(|(_, line)| json!(line)).collect();
        prop_assert_eq!(items(&row.values["append"]), lines);
        let set: Value = written.into_iter().map(|(item, _)| item).collect();
        prop_assert_eq!(&row.values["union"], &combine::sorted(&set));
    }

    #[test]
    fn no_value_of_any_type_brings_the_merge_down(
        stored in any_json(),
        base in prop::option::of(any_json()),
        incoming in any_json(),
        seq in any::<i64>(),
        base_seq in any::<i64>(),
    ) {
        for field in FIELDS {
            let one = |value: &Value| Map::from_iter([(field.name.to_owned(), value.clone())]);
            let stamp = FieldStamp { seq, session: SEVERAL };
            let base = base.as_ref().map(one);
            let changes = one(&incoming);
            let edit = Edit {
                session: Uuid::from_u128(1),
                base_seq,
                base: base.as_ref(),
                changes: &changes,
            };
            let stamps = FieldStamps([(field.name.to_owned(), stamp)].into());
            let result = merge(&FIELDS, &one(&stored), &stamps, &edit);
            if let Ok(merge) = result {
                let ends = merge.writes.len() + merge.untouched.len();
                let kept = merge.losses.iter().filter(|it| it.lost_by == Loser::Incoming).count();
                prop_assert_eq!(ends + kept, 1);
            }
        }
    }
}

fn pick(changes: &Map<String, Value>, mask: &[bool], side: bool) -> Map<String, Value> {
    let is_mine = |name: &str| {
        let place = FIELDS.iter().position(|field| field.name == name);
        place.is_some_and(|place| mask[place] == side)
    };
    let mine = changes.iter().filter(|(name, _)| is_mine(name));
    mine.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-3_i64..4).prop_map(Value::from),
        "[a\n ]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[ab]", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
