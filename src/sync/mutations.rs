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
    let mut observed = generator.subschema_for::<Observed>();
    observed.insert("description".to_owned(), "When it happened.".into());
    let mut envelope = Value::from(generator.root_schema_for::<Mutation>());
    if let Some(properties) = envelope["properties"].as_object_mut() {
        let number = json!({ "type": ["integer", "null"], "description": "The version (`seq`) of the record as the phone had it." });
        let values = json!({ "type": ["object", "null"], "description": "The values of the edited fields as the phone had them." });
        properties.insert("baseSeq".to_owned(), number);
        properties.insert("base".to_owned(), values);
        properties.insert("observed".to_owned(), observed.into());
        // Each kind says its own.
        properties.remove("kind");
        properties.remove("payload");
    }
    if let Some(root) = envelope.as_object_mut() {
        for name in ["$schema", "$defs", "additionalProperties", "title"] {
            root.remove(name);
        }
    }
    let mut definitions: Map<String, Value> = generator.take_definitions(true);
    definitions.insert("Envelope".to_owned(), envelope);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Mutation",
        "description": "What a phone sends of something that was done: see docs/sync.md. Null, a field that is left out and, where a \
            text may be left out, an empty one mean the same.",
        "x-protocolVersion": PROTOCOL_VERSION,
        "allOf": [{ "$ref": "#/$defs/Envelope" }, { "oneOf": kinds }],
        "$defs": definitions,
    })
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
