//! The published API, and what phones carry in rows, are what the program serves; and the API says of
//! each of its elements what it is.

#![expect(
    clippy::expect_used,
    reason = "a test program may panic in its helpers too"
)]

use std::collections::BTreeSet;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    FieldDefinition, InputValueDefinition, ServiceDocument, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use serde_json::Value;
use xunfang::error::ErrorCode;
use xunfang::sha256::Sha256;
use xunfang::sync::protocol::PROTOCOL_VERSION;

#[test]
fn the_published_schema_is_current() {
    assert!(
        xunfang::areas::sdl() == include_str!("../schema.graphql"),
        "schema.graphql is stale; run `scripts/update`"
    );
}

#[test]
fn the_rows_that_the_client_helpers_are_generated_from_are_current() {
    assert!(
        xunfang::areas::rows() == include_str!("../clients/rows.json"),
        "clients/rows.json is stale; run `scripts/update`"
    );
}

#[test]
fn the_mutations_that_phones_may_send_are_published_as_they_are() {
    assert!(
        xunfang::areas::mutations() == include_str!("../schema/mutations.json"),
        "schema/mutations.json is stale; run `scripts/update`"
    );
}

/// The shapes of mutations, whatever is said of them, by the version of the protocol that they belong to.
const SHAPES: (i32, &str) = (
    1,
    "bbaf478927c85e8f1a5b5418cb519f224e06841ec879258dcc5b7a9b23b96640",
);

// An app of before would be refused, or not understood, without a word.
#[test]
fn shapes_of_mutations_change_with_the_version_of_the_protocol() {
    let mut published: Value = serde_json::from_str(&xunfang::areas::mutations()).expect("JSON");
    without_words(&mut published);
    let shape = Sha256::of(published.to_string().as_bytes()).to_string();
    assert_eq!(
        (PROTOCOL_VERSION, &*shape),
        SHAPES,
        "if apps of before can be refused by it, raise PROTOCOL_VERSION; then note the shapes here"
    );
}

fn without_words(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| name != "description" || value.is_object());
            fields.values_mut().for_each(without_words);
        }
        Value::Array(values) => values.iter_mut().for_each(without_words),
        _ => {}
    }
}

// "" is what forms send for a word that nobody chose: it must mean that it is left out.
#[test]
fn a_word_that_may_be_left_out_may_be_nothing() {
    let published: Value = serde_json::from_str(&xunfang::areas::mutations()).expect("JSON");
    let definitions = published["$defs"].as_object().expect("definitions");
    for (name, definition) in definitions {
        let required = definition["required"].as_array();
        let is_required = |field: &str| {
            let mut names = required.into_iter().flatten();
            names.any(|name| name == field)
        };
        let fields = definition["properties"].as_object().into_iter().flatten();
        for (field, about) in fields.filter(|(field, _)| !is_required(field)) {
            assert!(
                about["$ref"].is_null(),
                "{name}.{field} is left out by no empty text"
            );
        }
    }
}

#[test]
fn what_is_said_of_payloads_is_said_in_the_words_of_phones() {
    let published = xunfang::areas::mutations();
    let is_upper = |word: &str| word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let parts = published.split('`').enumerate();
    let quoted = parts.filter_map(|(place, part)| (place % 2 == 1).then_some(part));
    let of_graphql: BTreeSet<_> = quoted
        .filter(|word| word.len() > 1 && is_upper(word))
        .collect();
    assert!(of_graphql.is_empty(), "{of_graphql:?}");
}

#[test]
fn every_payload_and_each_of_its_fields_is_described() {
    let published: Value = serde_json::from_str(&xunfang::areas::mutations()).expect("JSON");
    let definitions = published["$defs"].as_object().expect("definitions");
    for (name, definition) in definitions {
        let properties = definition["properties"].as_object();
        let fields = properties.into_iter().flatten();
        for (field, about) in fields {
            assert!(about["description"].is_string(), "{name}.{field}");
        }
        let is_said = definition["description"].is_string() || name == "Envelope";
        assert!(is_said, "{name}");
    }
}

#[test]
fn every_element_of_the_schema_is_described() {
    let document = document();
    for definition in types(&document) {
        assert_eq!(first_undescribed(definition), None);
    }
}

#[test]
fn the_first_element_without_a_description_is_named() {
    for (sdl, wanted) in [
        (r#""It." type A { "It." b("It." c: Int): Int }"#, None),
        ("type A { b: Int }", Some("A")),
        (r#""It." type A { b: Int }"#, Some("A.b")),
        (r#""It." type A { "It." b(c: Int): Int }"#, Some("A.b(c:)")),
        (r#""It." input A { b: Int }"#, Some("A.b")),
        (r#""It." enum A { "It." B C }"#, Some("A.C")),
        (r#""" scalar A"#, Some("A")),
        (r#""It." union A = B"#, None),
    ] {
        let document = parse_schema(sdl).expect("it is a schema");
        let found = types(&document).find_map(first_undescribed);
        assert_eq!(found.as_deref(), wanted, "{sdl}");
    }
}

#[test]
fn every_mutation_names_the_codes_it_is_refused_with() {
    let document = document();
    let known: BTreeSet<&str> = ErrorCode::ALL
        .iter()
        .map(|(code, _)| code.as_str())
        .collect();
    let mut named = BTreeSet::new();
    for field in fields(&document, "Mutation") {
        let description = field.description.as_ref();
        let description = description.map_or("", |text| &text.node);
        let codes = refusals(description);
        assert!(!codes.is_empty(), "{} names none", field.name.node);
        for code in &codes {
            assert!(known.contains(&**code), "{}: {code}", field.name.node);
        }
        let once: BTreeSet<&String> = codes.iter().collect();
        assert_eq!(
            once.len(),
            codes.len(),
            "{} names one twice",
            field.name.node
        );
        named.extend(codes);
    }
    // A refusal of an area that no mutation names was forgotten, or has no cause any more.
    let of_areas = ["TICKET_", "VISIT_", "HANDOVER_", "PATROL_", "RELATION_"];
    let of_areas = known
        .iter()
        .filter(|code| of_areas.iter().any(|area| code.starts_with(area)));
    let forgotten: Vec<_> = of_areas.filter(|code| !named.contains(**code)).collect();
    assert!(forgotten.is_empty(), "no mutation names {forgotten:?}");
}

#[test]
fn what_is_for_rxdb_stands_apart() {
    let document = document();
    let is_of_rxdb = |description: &Option<Positioned<String>>| {
        let text = description.as_ref().map(|text| &*text.node);
        text.is_some_and(|text| text.starts_with("RxDB: "))
    };
    let apart = types(&document).skip_while(|it| !is_of_rxdb(&it.description));
    for definition in apart {
        assert!(
            is_of_rxdb(&definition.description),
            "{}",
            definition.name.node
        );
    }
    for root in ["Query", "Mutation", "Subscription"] {
        let roots = fields(&document, root).into_iter();
        let apart: Vec<_> = roots
            .skip_while(|field| !is_of_rxdb(&field.description))
            .collect();
        assert!(!apart.is_empty());
        for field in apart {
            assert!(is_of_rxdb(&field.description), "{root}.{}", field.name.node);
        }
    }
}

/// The schema as it is published.
fn document() -> ServiceDocument {
    parse_schema(xunfang::areas::sdl()).expect("the published schema can be read")
}

fn types(document: &ServiceDocument) -> impl Iterator<Item = &TypeDefinition> {
    let definitions = document.definitions.iter();
    definitions.filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(&definition.node),
        TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
    })
}

fn fields<'a>(document: &'a ServiceDocument, name: &str) -> Vec<&'a FieldDefinition> {
    let mut types = types(document);
    let definition = types.find(|definition| definition.name.node == name);
    match &definition.expect("the type is there").kind {
        TypeKind::Object(object) => object.fields.iter().map(|field| &field.node).collect(),
        _ => Vec::new(),
    }
}

fn first_undescribed(definition: &TypeDefinition) -> Option<String> {
    let name = &definition.name.node;
    if lacks(definition.description.as_ref()) {
        return Some(name.to_string());
    }
    let missing = match &definition.kind {
        TypeKind::Object(object) => undescribed_field(&object.fields),
        TypeKind::Interface(interface) => undescribed_field(&interface.fields),
        TypeKind::InputObject(input) => undescribed_value(&input.fields),
        TypeKind::Enum(words) => {
            let mut values = words.values.iter().map(|value| &value.node);
            let value = values.find(|value| lacks(value.description.as_ref()));
            value.map(|value| value.value.node.to_string())
        }
        TypeKind::Scalar | TypeKind::Union(_) => None,
    };
    missing.map(|missing| format!("{name}.{missing}"))
}

fn undescribed_field(fields: &[Positioned<FieldDefinition>]) -> Option<String> {
    fields.iter().find_map(|field| {
        let field = &field.node;
        if lacks(field.description.as_ref()) {
            return Some(field.name.node.to_string());
        }
        let argument = undescribed_value(&field.arguments)?;
        Some(format!("{}({argument}:)", field.name.node))
    })
}

fn undescribed_value(values: &[Positioned<InputValueDefinition>]) -> Option<String> {
    let mut values = values.iter().map(|value| &value.node);
    let value = values.find(|value| lacks(value.description.as_ref()))?;
    Some(value.name.node.to_string())
}

fn lacks(description: Option<&Positioned<String>>) -> bool {
    description.is_none_or(|text| text.node.trim().is_empty())
}

/// The codes after `Refused with`.
fn refusals(description: &str) -> Vec<String> {
    let list = description.split("Refused with ").nth(1);
    let list = list.and_then(|rest| rest.split('.').next());
    let codes = list.into_iter().flat_map(|list| list.split(','));
    codes
        .map(|code| code.trim().trim_matches('`').to_owned())
        .collect()
}
