//! Variables as forms mean them, by the rules of `json::meant`: the desk leaves a field empty and
//! writes numbers as a phone does, and means the same.

use std::sync::Arc;

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextPrepareRequest,
};
use async_graphql::registry::{MetaInputValue, MetaType, MetaTypeName, Registry};
use async_graphql::{Request, ServerResult, Value, Variables};

use crate::json;

/// Reads the variables of each request as they are meant, before they are held against their types.
pub struct ReadAsMeant;

impl ExtensionFactory for ReadAsMeant {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Reader)
    }
}

struct Reader;

#[async_trait::async_trait]
impl Extension for Reader {
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        mut request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        let mut variables = std::mem::take(&mut request.variables);
        if !variables.is_empty()
            && let Ok(document) = request.parsed_query()
        {
            for (_, operation) in document.operations.iter() {
                for definition in &operation.node.variable_definitions {
                    let ty = definition.node.var_type.node.to_string();
                    read(
                        &ctx.schema_env.registry,
                        &mut variables,
                        &definition.node.name.node,
                        &ty,
                    );
                }
            }
        }
        request.variables = variables;
        next.run(ctx, request).await
    }
}

fn read(registry: &Registry, variables: &mut Variables, name: &str, ty: &str) {
    if let Some(value) = variables.get_mut(name) {
        let said = std::mem::take(value);
        *value = meant(registry, ty, said);
    }
}

/// A value as its type takes it.
fn meant(registry: &Registry, ty: &str, value: Value) -> Value {
    let is_nullable = match MetaTypeName::create(ty) {
        MetaTypeName::NonNull(inner) => return value_of(registry, inner, value),
        MetaTypeName::List(_) | MetaTypeName::Named(_) => ty != "String",
    };
    // An empty text is a text too: in an edit it clears.
    if is_nullable && says_nothing(&value) {
        return Value::Null;
    }
    value_of(registry, ty, value)
}

fn value_of(registry: &Registry, ty: &str, value: Value) -> Value {
    let (name, value) = match (MetaTypeName::create(ty), value) {
        (MetaTypeName::List(item), Value::List(items)) => {
            let items = items.into_iter().map(|value| meant(registry, item, value));
            return Value::List(items.collect());
        }
        // One value stands for a list of one.
        (MetaTypeName::List(item), value) => return meant(registry, item, value),
        (MetaTypeName::NonNull(name) | MetaTypeName::Named(name), value) => (name, value),
    };
    match (name, value, registry.types.get(name)) {
        ("Int", value, _) => whole(&value).map_or(value, Value::from),
        ("Float", Value::String(text), _) => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Value::from(number),
            _ => Value::String(text),
        },
        // A number that stands for a text, such as a telephone number.
        ("String" | "ID", Value::Number(number), _) => Value::String(number.to_string()),
        (_, Value::Object(mut fields), Some(MetaType::InputObject { input_fields, .. })) => {
            fields.retain(|name, value| {
                let field = input_fields.get(name.as_str());
                !field.is_some_and(|field| falls_back(field, value))
            });
            let read = fields.into_iter().map(|(name, value)| {
                let value = match input_fields.get(name.as_str()) {
                    Some(field) => meant(registry, &field.ty, value),
                    None => value,
                };
                (name, value)
            });
            Value::Object(read.collect())
        }
        (_, value, _) => value,
    }
}

/// Whether a field that says nothing has a value of its own for that.
fn falls_back(field: &MetaInputValue, value: &Value) -> bool {
    let is_text = field.ty.trim_end_matches('!') == "String";
    let says_nothing = if is_text {
        *value == Value::Null
    } else {
        says_nothing(value)
    };
    says_nothing && field.default_value.is_some()
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn whole(value: &Value) -> Option<i64> {
    let said = match value {
        Value::Number(number) => number.clone().into(),
        Value::String(text) => text.as_str().into(),
        _ => return None,
    };
    json::whole(&said)
}
