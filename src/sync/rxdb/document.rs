//! A row as a GraphQL object: its fields are the declared columns, so that they stand in one place.
//!
//! What is null is left out, wherever a row is given. The schema of an app says `string` and not `string
//! or null`, a modifier of the client takes nulls out of what it pulls and not out of what comes back
//! from a push, and a row that its validator refuses would stop its collection for good.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Field;
use async_graphql::registry::{Deprecation, MetaField, MetaType, MetaTypeId, Registry};
use async_graphql::resolver_utils::{ContainerType, resolve_container};
use async_graphql::{
    CacheControl, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult,
    Value as GraphqlValue,
};
use serde_json::{Map, Value, json};

use crate::sync::collection::SyncRow;
use crate::sync::protocol;
use crate::sync::rows::{Carried, Column, RowFace, Shape};

/// A row as RxDB carries it. A tombstone has nothing but its id.
pub struct RowDocument<M> {
    id: String,
    seq: Option<i64>,
    fields: Option<Map<String, Value>>,
    record: PhantomData<fn() -> M>,
}

impl<M> RowDocument<M> {
    /// A row that must go, without a word about it.
    pub fn tombstone(id: String) -> Self {
        Self::new(id, None, None)
    }

    fn new(id: String, seq: Option<i64>, document: Option<Value>) -> Self {
        let fields = match document {
            Some(Value::Object(fields)) => Some(fields),
            _ => None,
        };
        Self {
            id,
            seq,
            fields,
            record: PhantomData,
        }
    }

    pub fn id(&self) -> &str {
        &self.id
    }
}

impl<M> From<protocol::Document> for RowDocument<M> {
    fn from(document: protocol::Document) -> Self {
        Self::new(document.id, Some(document.seq), document.document)
    }
}

impl<M> From<SyncRow> for RowDocument<M> {
    fn from(row: SyncRow) -> Self {
        Self::new(row.id.to_string(), Some(row.seq), row.document)
    }
}

impl<M: Carried> RowDocument<M> {
    fn field(&self, name: &str) -> Option<GraphqlValue> {
        match name {
            "id" => return Some(self.id.clone().into()),
            "deleted" => return Some(self.fields.is_none().into()),
            "seq" => return Some(self.seq.map_or(GraphqlValue::Null, Into::into)),
            _ => {}
        }
        let column = M::COLUMNS.iter().find(|column| column.name == name)?;
        let value = self.fields.as_ref().and_then(|fields| cell(column, fields));
        let value = value.map(|value| GraphqlValue::from_json(value).unwrap_or_default());
        Some(value.unwrap_or(GraphqlValue::Null))
    }

    fn name() -> String {
        let mut letters = M::COLLECTION.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let upper: String = first.into_iter().chain(letters).collect();
        format!("{upper}Row")
    }
}

/// What a row holds in this column, if it is not null.
fn cell(column: &Column, fields: &Map<String, Value>) -> Option<Value> {
    let value = fields.get(column.field).filter(|value| !value.is_null())?;
    Some(match column.shape {
        Shape::Json => value.to_string().into(),
        _ => value.clone(),
    })
}

/// A row with all of its columns; without one a tombstone of this id.
pub fn whole_row(face: &dyn RowFace, id: String, row: Option<SyncRow>) -> Value {
    let Some((seq, Value::Object(fields))) = row.and_then(|row| Some((row.seq, row.document?)))
    else {
        return json!({ "id": id, "deleted": true });
    };
    let columns = face.columns().iter();
    let columns = columns.filter_map(|column| {
        let value = cell(column, &fields)?;
        Some((column.name.to_owned(), value))
    });
    let own = [
        ("id".to_owned(), id.into()),
        ("deleted".to_owned(), false.into()),
        ("seq".to_owned(), seq.into()),
    ];
    columns.chain(own).collect()
}

const ID: &str = "Made by whoever made the record: a UUID in lower case.";
const DELETED: &str =
    "Whether it is gone, or no longer for this viewer; the other fields are then null.";
const SEQ: &str = "Its version, filled by the server. Keep it in the schema of the app: it says which \
    version an edit was made on.";

fn field(name: &str, ty: String, about: &str) -> (String, MetaField) {
    let field = MetaField {
        name: name.to_owned(),
        description: Some(about.to_owned()),
        args: IndexMap::new(),
        ty,
        deprecation: Deprecation::NoDeprecated,
        cache_control: CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    };
    (name.to_owned(), field)
}

impl<M: Carried> OutputType for RowDocument<M> {
    fn type_name() -> Cow<'static, str> {
        Self::name().into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let mut fields = IndexMap::from_iter([
                field("id", String::create_type_info(registry), ID),
                field("deleted", bool::create_type_info(registry), DELETED),
                field("seq", Option::<i64>::create_type_info(registry), SEQ),
            ]);
            fields.extend(M::COLUMNS.iter().map(|column| {
                let ty = match column.shape {
                    Shape::Number => Option::<i64>::create_type_info(registry),
                    Shape::Flag => Option::<bool>::create_type_info(registry),
                    _ => Option::<String>::create_type_info(registry),
                };
                field(column.name, ty, column.about)
            }));
            MetaType::Object {
                name: Self::name(),
                description: Some(format!(
                    "RxDB: a row of `{}`. A field that is null is left out of the answer; a tombstone has \
                     nothing but `id` and `deleted`.",
                    M::COLLECTION
                )),
                fields,
                cache_control: CacheControl::default(),
                extends: false,
                shareable: false,
                resolvable: true,
                keys: None,
                visible: None,
                inaccessible: false,
                interface_object: false,
                tags: Vec::new(),
                is_subscription: false,
                rust_typename: Some(std::any::type_name::<Self>()),
                directive_invocations: Vec::new(),
                requires_scopes: Vec::new(),
            }
        })
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<GraphqlValue> {
        let mut row = resolve_container(ctx, self).await?;
        if let GraphqlValue::Object(fields) = &mut row {
            fields.retain(|_, value| *value != GraphqlValue::Null);
        }
        Ok(row)
    }
}

impl<M: Carried> ContainerType for RowDocument<M> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<GraphqlValue>> {
        Ok(self.field(ctx.field().name()))
    }
}

impl<M: Carried> ObjectType for RowDocument<M> {}
