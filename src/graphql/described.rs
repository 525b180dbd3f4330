//! What many elements of the API have in common is described once, here: pages of lists, the arguments
//! of lists, the one argument of a mutation, and scalars. Everything else is described where it is
//! declared. `tests/schema.rs` fails on the first element that has no description.
//!
//! And what only RxDB needs is set apart, so that whoever writes an app finds what is his.

use std::borrow::Cow;
use std::collections::BTreeMap;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaField, MetaInputValue, MetaType, MetaTypeName, Registry};
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

/// How the description begins of a type and of a root field that only RxDB's replication needs.
const RXDB: &str = "RxDB: ";

/// Stands in the schema language before the types of RxDB.
const BELOW: &str = "# From here on stands what RxDB's replication needs. An app that does not use RxDB \
    needs none of it.";

const SCALARS: &[(&str, &str)] = &[
    (
        "DateTime",
        "A moment as text in RFC 3339, `2026-09-01T08:00:00Z`. Answers are in UTC.",
    ),
    ("NaiveDate", "A day of a calendar as text: `2026-09-01`."),
    ("UUID", "An id as text: a UUID, in answers in lower case."),
    ("JSON", "Any JSON value."),
];

/// Fields of every page and of every item of one.
const PAGES: &[(&str, &str)] = &[
    ("pageInfo", "Whether there is more, and where to go on."),
    ("edges", "The items, each with its cursor."),
    ("nodes", "The items alone."),
    ("cursor", "Where the item stands in the list."),
    ("node", "The item."),
];

/// Arguments by name and type.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("first", "Int", "How many, 1 to 200; 50 when left out."),
    (
        "after",
        "String",
        "`endCursor` of the page before; the first page when left out.",
    ),
    ("id", "UUID!", "Its id."),
    ("communityId", "UUID!", "The community."),
    (
        "communityId",
        "UUID",
        "Of this community only; of all that the viewer reaches when left out.",
    ),
];

/// Adds to a schema what is described here. Registered after all types, and itself none.
pub struct Described;

impl OutputType for Described {
    fn type_name() -> Cow<'static, str> {
        bool::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        describe(registry);
        bool::create_type_info(registry)
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(Value::Null)
    }
}

fn describe(registry: &mut Registry) {
    let described = |ty: &MetaType| match ty {
        MetaType::InputObject {
            name, description, ..
        } => Some((name.clone(), description.clone()?)),
        _ => None,
    };
    let inputs = registry.types.values().filter_map(described).collect();
    for ty in registry.types.values_mut() {
        match ty {
            MetaType::Scalar {
                name, description, ..
            } => {
                let known = SCALARS.iter().find(|(scalar, _)| scalar == name);
                if let Some((_, text)) = known {
                    *description = Some((*text).to_owned());
                }
            }
            MetaType::Object {
                name,
                description,
                fields,
                ..
            } => {
                let page = match name {
                    name if name.ends_with("Connection") => Some("One page of a list."),
                    name if name.ends_with("Edge") => Some("An item of a page, with its cursor."),
                    _ => None,
                };
                if let Some(page) = page {
                    *description = Some(page.to_owned());
                }
                for field in fields.values_mut() {
                    describe_field(field, page.is_some(), &inputs);
                }
            }
            _ => {}
        }
    }
    let roots = [&registry.mutation_type, &registry.subscription_type];
    let roots = roots.into_iter().flatten().chain([&registry.query_type]);
    for root in roots {
        if let Some(MetaType::Object { fields, .. }) = registry.types.get_mut(root) {
            fields
                .sort_by(|one, is, other, it| (is_of_rxdb(is), one).cmp(&(is_of_rxdb(it), other)));
        }
    }
}

fn describe_field(field: &mut MetaField, is_of_page: bool, inputs: &BTreeMap<String, String>) {
    let known = PAGES.iter().find(|(name, _)| *name == field.name);
    if let Some((_, text)) = known.filter(|_| is_of_page) {
        field.description = Some((*text).to_owned());
    }
    for argument in field.args.values_mut() {
        if argument.description.is_none() {
            argument.description = text_of(argument, inputs);
        }
    }
}

/// What an argument is; the one of a mutation is what its type is.
fn text_of(argument: &MetaInputValue, inputs: &BTreeMap<String, String>) -> Option<String> {
    if argument.name == "input" {
        let ty = MetaTypeName::concrete_typename(&argument.ty);
        return inputs.get(ty).cloned();
    }
    let mut known = ARGUMENTS.iter();
    let known = known.find(|(name, ty, _)| *name == argument.name && *ty == argument.ty);
    known.map(|(_, _, text)| (*text).to_owned())
}

fn is_of_rxdb(field: &MetaField) -> bool {
    let description = field.description.as_deref();
    description.is_some_and(|text| text.starts_with(RXDB))
}

/// The schema language with the types of RxDB behind all others.
pub fn apart(sdl: &str) -> String {
    let mut definitions: Vec<&str> = sdl.split("\n\n").collect();
    let end = definitions.pop();
    let mark = format!("\"\"\"\n{RXDB}");
    let (rxdb, ours): (Vec<&str>, Vec<&str>) = definitions
        .into_iter()
        .partition(|definition| definition.starts_with(&mark));
    let all = ours.into_iter().chain([BELOW]).chain(rxdb).chain(end);
    all.collect::<Vec<_>>().join("\n\n")
}
