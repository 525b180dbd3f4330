use std::collections::BTreeMap;

use serde_json::json;

use super::*;

const ME: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

/// Reads a line of a table: cells of JSON with single quotes, `-` for none.
fn cells<const N: usize>(line: &str) -> [Option<Value>; N] {
    let cells: Vec<Option<Value>> = line
        .split(" | ")
        .map(|cell| match cell.trim() {
            "-" => None,
            cell => match serde_json::from_str(&cell.replace('\'', "\"")) {
                Ok(value) => Some(value),
                Err(error) => panic!("{cell}: {error}"),
            },
        })
        .collect();
    <[_; N]>::try_from(cells).unwrap_or_else(|cells| panic!("{line}: {} cells", cells.len()))
}

fn stamps(session: Uuid, seq: i64) -> FieldStamps {
    FieldStamps(BTreeMap::from([(
        "f".to_owned(),
        FieldStamp { seq, session },
    )]))
}

/// Merges into the field `f` a line's `base | stored | incoming`, the stored value being another session's
/// since the base.
fn try_conflict(field: Field, line: &str) -> Result<Merge, MergeRefusal> {
    let [base, stored, incoming] = cells(line);
    let base = base.map(|base| object(json!({ "f": base })));
    merge(
        &[field],
        &object(json!({ "f": stored })),
        &stamps(OTHER, 12),
        &Edit {
            session: ME,
            base_seq: 10,
            base: base.as_ref(),
            changes: &object(json!({ "f": incoming })),
        },
    )
}

fn conflict(field: Field, line: &str) -> Merge {
    try_conflict(field, line).unwrap_or_else(|refusal| panic!("{line}: {refusal}"))
}

#[test]
fn a_conflict_is_another_sessions_later_change_of_a_value_unknown_to_the_phone() {
    let (taken, kept) = (true, false);
    let cases = [
        ("never changed", "'old'", FieldStamps::default(), taken),
        ("changed before", "-", stamps(OTHER, 10), taken),
        ("changed by myself", "-", stamps(ME, 12), taken),
        ("changed after", "-", stamps(OTHER, 11), kept),
        ("combined after", "-", stamps(SEVERAL, 11), kept),
        ("another base", "'old'", stamps(OTHER, 12), kept),
        ("cleared before", "null", stamps(OTHER, 12), kept),
        ("the same base", "'stored'", stamps(OTHER, 12), taken),
    ];
    for (case, base, stamps, is_taken) in cases {
        let [base] = cells(base);
        let base = base.map(|base| object(json!({ "f": base })));
        let changes = object(json!({ "f": "new" }));
        let edit = Edit {
            session: ME,
            base_seq: 10,
            base: base.as_ref(),
            changes: &changes,
        };
        let fields = [Field::new("f", Policy::StoredWins)];
        let stored = object(json!({ "f": "stored" }));
        let Ok(merge) = merge(&fields, &stored, &stamps, &edit) else {
            panic!("{case} is refused")
        };
        assert_eq!(merge.writes == changes, is_taken, "{case}");
        assert_eq!(merge.losses.is_empty(), is_taken, "{case}");
    }
}

#[test]
fn an_equal_or_unchanged_value_is_no_edit() {
    let cases = [
        (Policy::StoredWins, "- | 'a' | 'a'"),
        (Policy::StoredWins, "'b' | 'a' | 'a'"),
        (Policy::StoredWins, "'b' | 'a' | 'b'"),
        (Policy::StoredWins, "- | 1 | 1.0"),
        (
            Policy::LastWins,
            "- | {'x': 1, 'y': [2]} | {'y': [2.0], 'x': 1}",
        ),
        (Policy::Union, "- | ['b', 'a'] | ['a', 'b', 'a']"),
        (Policy::Union, "- | null | []"),
        (Policy::Union, "[] | ['a', 'b'] | ['a']"),
        (Policy::Append, r"'a' | 'a\nb\nc' | 'a\nb'"),
        (Policy::Append, "'a' | 'ab, c' | 'ab'"),
        (Policy::Append, r"'a' | 'z\na, c' | 'a, c'"),
        (Policy::Append, r"'a' | 'z\nb' | 'a\nb'"),
        (Policy::Append, "- | null | ''"),
        (Policy::Counter, "5 | 7 | 5"),
        (Policy::Counter, "- | 7 | 7"),
    ];
    for (policy, line) in cases {
        let merge = conflict(Field::new("f", policy), line);
        let is_idle = merge.writes.is_empty() && merge.losses.is_empty();
        assert!(is_idle, "{policy:?} {line}");
        assert_eq!(merge.untouched, ["f"], "{policy:?} {line}");
        assert_eq!(merge.outcome(), Outcome::Merged, "{policy:?} {line}");
    }
}

#[test]
fn one_value_wins_and_the_other_is_kept() {
    let field = |policy| Field::new("f", policy);
    let ranked = |policy| field(policy).ranked(&["LOW", "HIGH", "URGENT"]);
    let (wins, loses) = ((Loser::Stored, true), (Loser::Incoming, true));
    let waits = (Loser::Incoming, false);
    let cases = [
        (field(Policy::StoredWins), "'b' | 's' | 'i'", waits),
        (field(Policy::Manual), "'b' | 's' | 'i'", waits),
        (field(Policy::LastWins), "'b' | 's' | 'i'", wins),
        (field(Policy::LastWins), "'b' | 's' | null", wins),
        (field(Policy::Max), "- | 9 | 10", wins),
        (field(Policy::Max), "- | 9 | 8.5", loses),
        (field(Policy::Max), "- | '01-09' | '01-10'", wins),
        (field(Policy::Max), "- | null | -1", wins),
        (field(Policy::Max), "- | -1 | null", loses),
        (field(Policy::Min), "- | 9 | 10", loses),
        (field(Policy::Min), "- | 9 | 8.5", wins),
        (field(Policy::Min), "- | null | 1", wins),
        (field(Policy::Min), "- | 1 | null", loses),
        (ranked(Policy::Max), "- | 'LOW' | 'HIGH'", wins),
        (ranked(Policy::Max), "- | 'URGENT' | 'HIGH'", loses),
        (ranked(Policy::Max), "- | 'RETIRED' | 'LOW'", wins),
        (ranked(Policy::Max), "- | 'RETIRED' | null", loses),
        (ranked(Policy::Min), "- | 'LOW' | 'HIGH'", loses),
        (ranked(Policy::Min), "- | 'URGENT' | 'HIGH'", wins),
    ];
    for (field, line, (lost_by, settled)) in cases {
        let merge = conflict(field, line);
        let [_, stored, incoming] = cells(line).map(Option::unwrap_or_default);
        let (writes, kept, lost, outcome) = match lost_by {
            Loser::Stored => (1, incoming, stored, Outcome::Merged),
            Loser::Incoming => (0, stored, incoming, Outcome::ConflictKept),
        };
        assert_eq!(merge.writes.len(), writes, "{field:?} {line}");
        assert!(
            merge.writes.values().all(|it| *it == kept),
            "{field:?} {line}"
        );
        let expected = Loss {
            field: "f".to_owned(),
            kept,
            lost,
            lost_by,
            settled,
        };
        assert_eq!(merge.losses, [expected], "{field:?} {line}");
        assert_eq!(merge.outcome(), outcome, "{field:?} {line}");
    }
}

#[test]
fn both_sides_are_combined_without_loss() {
    let tables = [
        (
            Policy::Union,
            &[
                (
                    "['a', 'b'] | ['a', 'c', 'b'] | ['d', 'b']",
                    "['b', 'c', 'd']",
                ),
                ("['a', 'b'] | ['b'] | ['a', 'b', 'c']", "['b', 'c']"),
                ("['a'] | ['a', 'b'] | null", "['b']"),
                ("- | ['b'] | ['a']", "['a', 'b']"),
                ("null | [10] | [9]", "[9, 10]"),
            ][..],
        ),
        (
            Policy::Append,
            &[
                (r"'a' | 'a\nb' | 'a\nc'", r"'a\nb\nc'"),
                (r"'a' | 'a\nb\n' | 'a\nc\n'", r"'a\nb\nc'"),
                (r"'a' | 'a\nb' | 'a and c'", r"'a\nb\nand c'"),
                (r"'a' | 'a\nb' | 'a\nb\nc'", r"'a\nb\nc'"),
                (r"'a' | 'b\na\nx' | 'a\nb'", r"'b\na\nx\nb'"),
                (r"'a' | 'z' | 'a\nb'", r"'z\nb'"),
                ("null | 'b' | 'c'", r"'b\nc'"),
                (r"- | 'a\nb' | 'a\nc'", r"'a\nb\nc'"),
                ("[1] | [1, 2] | [1, 3, 3]", "[1, 2, 3, 3]"),
                ("- | [1, 2] | [1, 3]", "[1, 2, 3]"),
                ("null | [{'n': 1}] | [{'n': 2}]", "[{'n': 1}, {'n': 2}]"),
            ],
        ),
        (
            Policy::Counter,
            &[
                ("5 | 6 | 6", "7"),
                ("5 | 8 | 3.0", "6"),
                ("null | 2 | 1", "3"),
                ("5 | null | 6", "1"),
            ],
        ),
    ];
    for (policy, table) in tables {
        for (line, expected) in table {
            let merge = conflict(Field::new("f", policy), line);
            let [expected] = cells(expected);
            assert_eq!(
                merge.writes.get("f"),
                expected.as_ref(),
                "{policy:?} {line}"
            );
            assert_eq!(merge.losses, [], "{policy:?} {line}");
            assert_eq!(merge.outcome(), Outcome::Merged, "{policy:?} {line}");
        }
    }
}

#[test]
fn what_cannot_be_combined_waits_for_a_person() {
    let cases = [
        ("rewritten", Policy::Append, r"'a' | 'a\nb' | 'c'"),
        ("cleared", Policy::Append, r"'a' | 'a\nb' | null"),
        ("shortened", Policy::Append, "[1, 2] | [1, 2, 3] | [1]"),
        (
            "repeats a base that is gone",
            Policy::Append,
            "[1] | [2] | [1, 1]",
        ),
        ("cleared blindly", Policy::Append, "- | 'a' | null"),
        ("cleared blindly", Policy::Union, "- | ['a'] | []"),
        ("no base", Policy::Counter, "- | 6 | 7"),
        (
            "past 64 bits",
            Policy::Counter,
            "-1 | 5 | 9223372036854775807",
        ),
        ("no set to join", Policy::Union, "- | 'x' | ['a']"),
    ];
    for (case, policy, line) in cases {
        let merge = conflict(Field::new("f", policy), line);
        assert!(merge.writes.is_empty(), "{case}");
        let [loss] = &merge.losses[..] else {
            panic!("{case}: {:?}", merge.losses)
        };
        assert_eq!(
            (loss.lost_by, loss.settled),
            (Loser::Incoming, false),
            "{case}"
        );
        assert_eq!(merge.outcome(), Outcome::ConflictKept, "{case}");
    }
}

#[test]
fn a_value_that_is_none_for_the_field_refuses_the_edit() {
    let field = |policy| Field::new("f", policy);
    let ranked = field(Policy::Max).ranked(&["LOW", "HIGH"]);
    let cases = [
        (ranked, "- | 'LOW' | 'URGENT'"),
        (ranked, "- | 'LOW' | 3"),
        (field(Policy::Max), "- | 1 | true"),
        (field(Policy::Min), "- | 1 | '1'"),
        (field(Policy::Union), "- | [] | 'a'"),
        (field(Policy::Union), "'a' | [] | ['a']"),
        (field(Policy::Append), "- | 'a' | ['a']"),
        (field(Policy::Append), "['a'] | null | 'a'"),
        (field(Policy::Append), "- | null | 1"),
        (field(Policy::Counter), "1 | 1 | 1.5"),
        (field(Policy::Counter), "1 | 1 | null"),
        (field(Policy::Counter), "'1' | 1 | 2"),
    ];
    for (field, line) in cases {
        let result = try_conflict(field, line);
        let is_refused = matches!(result, Err(MergeRefusal::WrongType { .. }));
        assert!(is_refused, "{field:?} {line}");
    }
}

#[test]
fn an_unknown_field_refuses_the_edit_but_not_in_the_base() {
    let fields = [Field::new("g", Policy::StoredWins)];
    let whole = object(json!({ "g": 1, "updatedAt": 2 }));
    let edit = Edit {
        session: ME,
        base_seq: 10,
        base: Some(&whole),
        changes: &whole,
    };
    let refusal = MergeRefusal::UnknownField("updatedAt".to_owned());
    let none = FieldStamps::default();
    assert_eq!(merge(&fields, &whole, &none, &edit), Err(refusal));

    let changes = object(json!({ "g": 3 }));
    let edit = Edit {
        changes: &changes,
        ..edit
    };
    let writes = merge(&fields, &whole, &none, &edit).map(|merge| merge.writes);
    assert_eq!(writes, Ok(changes.clone()));
}

#[test]
fn somebody_elses_change_of_another_field_is_told_as_merged() {
    let fields = [
        Field::new("f", Policy::StoredWins),
        Field::new("g", Policy::StoredWins),
    ];
    let changes = object(json!({ "g": 3 }));
    for (stamps, outcome) in [
        (stamps(OTHER, 12), Outcome::Merged),
        (stamps(OTHER, 10), Outcome::Applied),
        (stamps(ME, 12), Outcome::Applied),
    ] {
        let edit = Edit {
            session: ME,
            base_seq: 10,
            base: None,
            changes: &changes,
        };
        let result = merge(&fields, &Map::new(), &stamps, &edit).map(|merge| merge.outcome());
        assert_eq!(result, Ok(outcome), "{stamps:?}");
    }
}

#[test]
fn a_combined_value_is_stamped_with_nobodys_name() {
    let union = Field::new("f", Policy::Union);
    for (line, session) in [
        ("- | ['b'] | ['a']", SEVERAL),
        ("- | ['b'] | ['a', 'b']", ME),
    ] {
        let merge = conflict(union, line);
        let mut stamped = stamps(OTHER, 12);
        merge.stamp(&mut stamped, 13, ME);
        assert_eq!(stamped, stamps(session, 13));
    }
}

#[test]
fn nobodys_name_is_nobodys_own() {
    let nobody = Edit {
        session: SEVERAL,
        base_seq: 10,
        base: None,
        changes: &Map::new(),
    };
    let result = merge(&[], &Map::new(), &stamps(SEVERAL, 12), &nobody);
    assert_eq!(result.map(|merge| merge.others_wrote), Ok(true));
}

#[test]
fn all_values_stand_in_one_order() {
    let huge = 1_i64 << 53;
    let ascending = [
        json!(null),
        json!(false),
        json!(true),
        json!(i64::MIN),
        json!(-1.5),
        json!(-1),
        json!(0),
        json!(0.5),
        json!(huge),
        json!(huge + 1),
        json!(u64::MAX - 1),
        json!(u64::MAX),
        json!(1e300),
        json!("10"),
        json!("9"),
        json!("户"),
        json!([]),
        json!([1]),
        json!([1, 0]),
        json!([2]),
        json!({}),
        json!({"a": 1, "b": 2}),
        json!({"a": 2}),
        json!({"b": 0}),
    ];
    for (i, left) in ascending.iter().enumerate() {
        for (j, right) in ascending.iter().enumerate() {
            assert_eq!(combine::compare(left, right), i.cmp(&j), "{left} {right}");
        }
    }
    assert!(combine::is_same(&json!(0.0), &json!(-0.0)));
}
