//! The resolvers of one collection, in the names that RxDB's query builders generate for it.

/// A JSON scalar of a given name: what is inside is read row by row in Rust, so that one bad row
/// spoils no other, and an old checkpoint no pull.
macro_rules! json_input {
    ($type:ident, $name:literal, $about:literal) => {
        #[doc = $about]
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        pub struct $type(pub serde_json::Value);

        async_graphql::scalar!($type, $name, $about);
    };
}

/// Makes a module with `Pull`, `Push` and `Stream` of one carried record type, to be merged into the
/// schema.
macro_rules! rxdb_face {
    (
        $module:ident, $model:ty,
        pull $pull:literal gives $page:literal, push $push:literal ($rows:literal), stream $stream:literal gives $event:literal,
        inputs $checkpoint:literal $row:literal $headers:literal
    ) => {
        pub mod $module {
            use async_graphql::{Context, Object, SimpleObject, Subscription};
            use chrono::{DateTime, Utc};
            use futures_util::StreamExt;

            use crate::error::ApiError;
            use crate::graphql::{ContextExt, limits};
            use crate::sync::registry::Registry;
            use crate::sync::rxdb::face::json_input;
            use crate::sync::rxdb::{self, Checkpoint, Event, Given, RowDocument};

            json_input!(
                InputCheckpoint,
                $checkpoint,
                "RxDB: the checkpoint of the last answer, as it arrived."
            );
            json_input!(
                InputPushRow,
                $row,
                "RxDB: `{newDocumentState, assumedMasterState?}`: the row as it is on the phone, and as the \
                 phone had it from the server; a new row has no `assumedMasterState`."
            );
            json_input!(
                InputHeaders,
                $headers,
                "RxDB: ignored; sign in with `connection_init`."
            );

            /// RxDB: rows that changed, with tombstones for those that are gone.
            #[derive(SimpleObject)]
            #[graphql(name = $page)]
            pub struct Page {
                /// The rows as they are now.
                documents: Vec<RowDocument<$model>>,
                /// Where the client stands after them: give it back with the next pull.
                checkpoint: Checkpoint,
                /// A client that keeps the mutations of its pushes (`syncPushRows`) may forget those that were
                /// acknowledged before this: a backup has them.
                forget_before: DateTime<Utc>,
            }

            impl From<Given<$model>> for Page {
                fn from(given: Given<$model>) -> Self {
                    let Given {
                        documents,
                        checkpoint,
                        forget_before,
                    } = given;
                    Self {
                        documents,
                        checkpoint,
                        forget_before,
                    }
                }
            }

            /// RxDB: rows that changed, as they are now, with tombstones for those that are gone.
            #[derive(SimpleObject)]
            #[graphql(name = $event)]
            pub struct Live {
                /// The rows as they are now; empty when the subscription asks for none.
                documents: Vec<RowDocument<$model>>,
                /// That of a pull that the client has stored: the next pull goes on from there and gives these
                /// rows again. Null leaves the checkpoint of the client where it is.
                checkpoint: Option<Checkpoint>,
            }

            impl From<Event<$model>> for Live {
                fn from(event: Event<$model>) -> Self {
                    let Event {
                        documents,
                        checkpoint,
                    } = event;
                    Self {
                        documents,
                        checkpoint,
                    }
                }
            }

            #[derive(Default)]
            pub struct Pull;

            // The name is seen by nobody, but no two may share one.
            #[Object(name = $pull)]
            impl Pull {
                /// RxDB: the rows that changed since the checkpoint: at least `limit`, and at least 100, while
                /// more exist.
                #[graphql(
                    name = $pull,
                    complexity = "limits::statements(6) + child_complexity"
                )]
                async fn pull(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(desc = "That of the last answer; everything is given when left out.")]
                    checkpoint: Option<InputCheckpoint>,
                    #[graphql(desc = "How many rows, at most 1000.")] limit: i32,
                ) -> Result<Page, ApiError> {
                    let registry = ctx.data_unchecked::<Registry>();
                    let checkpoint = checkpoint.as_ref().map(|checkpoint| &checkpoint.0);
                    let (app, viewer) = (ctx.app(), ctx.viewer()?);
                    let given = rxdb::pull(app, registry, viewer, checkpoint, limit).await?;
                    Ok(given.into())
                }
            }

            #[derive(Default)]
            pub struct Push;

            #[Object(name = $push)]
            impl Push {
                /// RxDB: takes rows written offline. Gives those that lost a value or were kept out, as they
                /// are now or as tombstones; what was merged comes with the next pull.
                /// Refused with `QUARANTINE_FULL`, `OVERLOADED`.
                #[graphql(name = $push)]
                async fn push(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(name = $rows, desc = "The rows that were written.")] rows: Option<
                        Vec<InputPushRow>,
                    >,
                ) -> Result<Vec<RowDocument<$model>>, ApiError> {
                    let registry = ctx.data_unchecked::<Registry>();
                    let rows = rows.unwrap_or_default().into_iter();
                    let rows = rows.map(|row| row.0).collect();
                    rxdb::push(ctx.app(), registry, ctx.viewer()?, rows).await
                }
            }

            #[derive(Default)]
            pub struct Stream;

            #[Subscription(name = $stream)]
            impl Stream {
                /// RxDB: the rows that change after the last pull of this session. A subscription that asks for
                /// no documents is only notified that there is something to pull.
                #[graphql(name = $stream)]
                async fn live(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(desc = "Ignored; the query builder sends it.")] headers: Option<
                        InputHeaders,
                    >,
                ) -> Result<impl futures_util::Stream<Item = Live> + use<>, ApiError> {
                    // Declared because the query builder sends it.
                    drop(headers);
                    Ok(rxdb::stream(ctx).await?.map(Live::from))
                }
            }
        }
    };
}

pub(crate) use {json_input, rxdb_face};
