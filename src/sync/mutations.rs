//! What phones may send, as JSON Schema for generators of code and for whoever looks something up.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::protocol::{Mutation, PROTOCOL_VERSION};
use super::registry::{Kind, Registry};
use crate::command::observed::Observed;

/// One mutation: the envelope, which all kinds share, and one of the kinds with its payload.
pub fn mutations(registry: &Registry) -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let kinds: Vec<Value> = registry
        .every_kind()
        .map(|kind| one(kind, &mut generator))
        .collect();
    let observed = generator.subschema_for::<Observed>();
    let observed =
        json!({ "anyOf": [observed, { "type": "null" }], "description": "When it happened." });
    let mut envelope = Value::from(generator.root_schema_for::<Mutation>());
    if let Some(properties) = envelope["properties"].as_object_mut() {
        let number = json!({ "type": ["integer", "null"], "description": "The version (`seq`) of the record as the phone had it." });
        let values = json!({ "type": ["object", "null"], "description": "The values of the edited fields as the phone had them." });
        properties.insert("baseSeq".to_owned(), number);
        properties.insert("base".to_owned(), values);
        properties.insert("observed".to_owned(), observed);
        // Each kind says its own.
        properties.remove("kind");
        properties.remove("payload");
    }
    if let Some(root) = envelope.as_object_mut() {
        for name in ["$schema", "$defs", "additionalProperties", "title"] {
            root.remove(name);
        }
        root.insert("required".to_owned(), json!(["mutationId", "recordId"]));
    }
    let mut definitions: Map<String, Value> = generator.take_definitions(true);
    definitions.insert("Envelope".to_owned(), envelope);
    let mut published = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Mutation",
        "description": "What a phone sends of something that was done: see docs/sync.md. The server takes more: where a field may be \
            left out, null and an empty text mean that it is left out.",
        "x-protocolVersion": PROTOCOL_VERSION,
        "allOf": [{ "$ref": "#/$defs/Envelope" }, { "oneOf": kinds }],
        "unevaluatedProperties": false,
        "$defs": definitions,
    });
    say_as_phones(&mut published, registry);
    published
}

/// What is said of a command is said for GraphQL too, where words are in upper case and `assignTicket` is
/// `ticket.assign`.
fn say_as_phones(value: &mut Value, registry: &Registry) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "description" => {
                        *text = of_phones(text, registry);
                    }
                    other => say_as_phones(other, registry),
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                say_as_phones(value, registry);
            }
        }
        _ => {}
    }
}

fn of_phones(text: &str, registry: &Registry) -> String {
    let parts = text.split('`').enumerate().map(|(place, part)| {
        let is_quoted = place % 2 == 1;
        let is_word = part
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter == '_');
        let of_kind = || registry.kinds().find(|kind| is_called(kind, part));
        match of_kind().filter(|_| is_quoted) {
            Some(kind) => kind.to_owned(),
            None if is_quoted && is_word => part.to_lowercase(),
            None => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// Whether a mutation of GraphQL is of this kind: `assignTicket` is of `ticket.assign`.
fn is_called(kind: &str, name: &str) -> bool {
    let called = kind
        .split_once('.')
        .map(|(record, verb)| format!("{verb}{record}"));
    called.is_some_and(|called| called.replace('_', "") == name.to_lowercase())
}

fn one(kind: &dyn Kind, generator: &mut SchemaGenerator) -> Value {
    let references: Map<String, Value> = kind
        .references()
        .iter()
        .map(|(field, collection)| ((*field).to_owned(), (*collection).into()))
        .collect();
    json!({
        "title": kind.name(),
        "type": "object",
        "properties": {
            "kind": { "const": kind.name() },
            "payload": kind.schema(generator),
        },
        "required": ["kind", "payload"],
        "x-collection": kind.collection(),
        "x-creates": kind.creates(),
        "x-references": references,
    })
}
