//! What RxDB's query builders ask for: `pull…`, `push…` and `stream…` of each collection that is
//! carried. They are made of the list of collections, which only the areas know.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaField, MetaType, MetaTypeId, Registry as Schema};
use async_graphql::resolver_utils::{ContainerType, resolve_container};
use async_graphql::{
    Context, ContextSelectionSet, Error, InputType, Json, ObjectType, OutputType, Positioned,
    Response, ScalarType, ServerError, ServerResult, SubscriptionType, Value as GraphqlValue,
};
use async_stream::stream;
use futures_util::{Stream, StreamExt as _, pin_mut};
use serde_json::Value;

use super::asked::Asked;
use super::names::Names;
use super::{Checkpoint, Event, Given, RowDocument, types};
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::sync::registry::Registry;
use crate::sync::rows::RowFace;

/// Who knows all collections.
pub trait Faces: Send + Sync + 'static {
    fn faces() -> Vec<Arc<dyn RowFace>>;
}

/// The `pull…` queries.
pub struct RxdbQuery<F>(PhantomData<fn() -> F>);

/// The `push…` mutations.
pub struct RxdbMutation<F>(PhantomData<fn() -> F>);

/// The `stream…` subscriptions.
pub struct RxdbSubscription<F>(PhantomData<fn() -> F>);

/// A root as the library merges it with others: its fields are found by verb and collection.
macro_rules! root {
    ($root:ident, $name:literal, $verb:literal, $described:path, $answered:path) => {
        impl<F> Default for $root<F> {
            fn default() -> Self {
                Self(PhantomData)
            }
        }

        impl<F: Faces> OutputType for $root<F> {
            fn type_name() -> Cow<'static, str> {
                $name.into()
            }

            fn create_type_info(schema: &mut Schema) -> String {
                schema.create_output_type::<Self, _>(MetaTypeId::Object, |schema| {
                    described::<F>(schema, $name, $described)
                })
            }

            async fn resolve(
                &self,
                ctx: &ContextSelectionSet<'_>,
                _: &Positioned<Field>,
            ) -> ServerResult<GraphqlValue> {
                resolve_container(ctx, self).await
            }
        }

        impl<F: Faces> ContainerType for $root<F> {
            async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<GraphqlValue>> {
                let Some(face) = face_of(ctx, $verb) else {
                    return Ok(None);
                };
                $answered(ctx, &*face).await.map(Some)
            }
        }

        impl<F: Faces> ObjectType for $root<F> {}
    };
}

root!(RxdbQuery, "RxdbQuery", "pull", types::pull, pull);
root!(RxdbMutation, "RxdbMutation", "push", types::push, push);

impl<F> Default for RxdbSubscription<F> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<F: Faces> SubscriptionType for RxdbSubscription<F> {
    fn type_name() -> Cow<'static, str> {
        "RxdbSubscription".into()
    }

    fn create_type_info(schema: &mut Schema) -> String {
        schema.create_subscription_type::<Self, _>(|schema| {
            described::<F>(schema, "RxdbSubscription", types::stream)
        })
    }

    fn create_field_stream<'a>(
        &'a self,
        ctx: &'a Context<'_>,
    ) -> Option<Pin<Box<dyn Stream<Item = Response> + Send + 'a>>> {
        let face = face_of(ctx, "stream")?;
        let (asked, key) = (
            Asked::below(&ctx.field()),
            ctx.item.node.response_key().node.clone(),
        );
        Some(Box::pin(stream! {
            let events = match super::stream(ctx, face.clone()).await {
                Ok(events) => events,
                Err(error) => {
                    yield Response::from_errors(vec![at(ctx, error)]);
                    return;
                }
            };
            pin_mut!(events);
            while let Some(event) = events.next().await {
                let event = live(&*face, &event, &asked);
                yield Response::new(GraphqlValue::Object(IndexMap::from_iter([(key.clone(), event)])));
            }
        }))
    }
}

/// A root with one field for each collection.
fn described<F: Faces>(
    schema: &mut Schema,
    name: &str,
    field: fn(&mut Schema, &dyn RowFace) -> MetaField,
) -> MetaType {
    let faces = F::faces();
    let fields: Vec<_> = faces.iter().map(|face| field(schema, &**face)).collect();
    types::object(
        name,
        "Merged into the root, and seen by nobody under this name.",
        fields,
    )
}

/// The collection that a field of a root is about.
fn face_of(ctx: &Context<'_>, verb: &str) -> Option<Arc<dyn RowFace>> {
    let name = ctx.item.node.name.node.as_str();
    name.starts_with(verb).then_some(())?;
    let mut faces = ctx.data_unchecked::<Registry>().faces().iter();
    faces
        .find(|face| Names::of(&***face).root(verb) == name)
        .cloned()
}

/// An error as the library answers it, where it came about.
fn at(ctx: &Context<'_>, error: ApiError) -> ServerError {
    ctx.set_error_path(Error::from(error).into_server_error(ctx.item.pos))
}

/// What is given for an argument.
fn argument<T: InputType>(ctx: &Context<'_>, name: &str) -> ServerResult<T> {
    let given = ctx.param_value(name, None);
    let (_, given) = given.map_err(|error| ctx.set_error_path(error))?;
    Ok(given)
}

async fn pull(ctx: &Context<'_>, face: &dyn RowFace) -> ServerResult<GraphqlValue> {
    let checkpoint: Option<Json<Value>> = argument(ctx, "checkpoint")?;
    let limit = argument(ctx, "limit")?;
    let checkpoint = checkpoint.as_ref().map(|Json(checkpoint)| checkpoint);
    let given = async {
        let (app, registry) = (ctx.app(), ctx.data_unchecked::<Registry>());
        super::pull(app, registry, ctx.viewer()?, face, checkpoint, limit).await
    };
    let given = given.await.map_err(|error| at(ctx, error))?;
    Ok(page(face, &given, &Asked::below(&ctx.field())))
}

async fn push(ctx: &Context<'_>, face: &dyn RowFace) -> ServerResult<GraphqlValue> {
    let rows: Option<Vec<Json<Value>>> = argument(ctx, &Names::of(face).pushed())?;
    let rows = rows.unwrap_or_default().into_iter().map(|Json(row)| row);
    let instead = async {
        let (app, registry) = (ctx.app(), ctx.data_unchecked::<Registry>());
        super::push(app, registry, ctx.viewer()?, face, rows.collect()).await
    };
    let instead = instead.await.map_err(|error| at(ctx, error))?;
    Ok(rows_of(face, &instead, &Asked::below(&ctx.field())))
}

fn page(face: &dyn RowFace, given: &Given, asked: &Asked) -> GraphqlValue {
    asked.object(&Names::of(face).page(), |name, below| match name {
        "documents" => rows_of(face, &given.documents, below),
        "checkpoint" => checkpoint_of(&given.checkpoint, below),
        "forgetBefore" => ScalarType::to_value(&given.forget_before),
        _ => GraphqlValue::Null,
    })
}

fn live(face: &dyn RowFace, event: &Event, asked: &Asked) -> GraphqlValue {
    asked.object(&Names::of(face).event(), |name, below| match name {
        "documents" => rows_of(face, &event.documents, below),
        "checkpoint" => {
            let checkpoint = event.checkpoint.as_ref();
            checkpoint.map_or(GraphqlValue::Null, |it| checkpoint_of(it, below))
        }
        _ => GraphqlValue::Null,
    })
}

fn rows_of(face: &dyn RowFace, rows: &[RowDocument], asked: &Asked) -> GraphqlValue {
    let name = Names::of(face).row();
    let rows = rows.iter().map(|row| row.answer(face, &name, asked));
    GraphqlValue::List(rows.collect())
}

fn checkpoint_of(checkpoint: &Checkpoint, asked: &Asked) -> GraphqlValue {
    asked.object(types::CHECKPOINT, |name, _| match name {
        "cursor" => checkpoint.cursor.as_str().into(),
        "epoch" => checkpoint.epoch.as_str().into(),
        _ => GraphqlValue::Null,
    })
}
