//! `syncPushRows`: a push for a client that keeps what was acknowledged until a backup has it.
//!
//! What is kept are mutations, and not rows: what a row stands for is told by comparing it with what is
//! here, which a restore has changed. Mutations have their ids and mean the same again, so they are given
//! back by `syncPush`, as on the native face.

use async_graphql::{Context, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::document::whole_row;
use super::push::take;
use crate::database::installation;
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::sync::registry::Registry;

/// RxDB: what became of rows that were pushed, and what to keep of them.
#[derive(SimpleObject, Default)]
#[graphql(name = "SyncPushRowsPayload")]
struct PushedRows {
    /// The rows that the client must replace: as they are now with all of their columns, or as
    /// tombstones, `{id, deleted}`.
    documents: Vec<Json<Value>>,
    /// The mutations that the rows stand for, as `syncPush` takes them. Keep them with `serverTime` and
    /// `epoch`, and forget them when a pull says so by `forgetBefore`.
    mutations: Vec<Json<Value>>,
    /// When they were acknowledged.
    server_time: DateTime<Utc>,
    /// Names the history of the database. What was kept under another one must be given back.
    epoch: String,
    /// Whether nothing was taken because the database was restored from a backup: give back what was
    /// kept, by `syncPush`, then send these rows again with the epoch that is given here.
    give_back: bool,
}

#[derive(Default)]
pub struct RowsMutation;

#[Object]
impl RowsMutation {
    /// RxDB: takes rows of a collection as its `push…` does, and gives the mutations that they stand
    /// for. For clients that keep what was acknowledged until a backup has it.
    /// Refused with `INVALID_INPUT`, `QUARANTINE_FULL`, `OVERLOADED`.
    async fn sync_push_rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As RxDB names it: `ticketEvent`.")] collection: String,
        #[graphql(
            desc = "Each `{newDocumentState, assumedMasterState?}`: the row as it is on the phone, and as the \
                    phone had it from the server."
        )]
        rows: Vec<Json<Value>>,
        #[graphql(
            desc = "The epoch of what was kept; null when nothing is. When it is not the present one, nothing \
                    is taken."
        )]
        epoch: Option<String>,
    ) -> Result<PushedRows, ApiError> {
        let (app, registry) = (ctx.app(), ctx.data_unchecked::<Registry>());
        let viewer = ctx.viewer()?;
        let mut faces = registry.faces().iter();
        let face = faces.find(|face| face.collection() == collection);
        let face = face.ok_or_else(|| {
            ApiError::invalid(
                "collection",
                format!("there is no collection {collection:?}"),
                format!("没有名为 {collection:?} 的数据集"),
            )
        })?;
        let present = installation::history_at(app.db().reader()).await?.epoch;
        let nothing = PushedRows {
            server_time: app.clock().now(),
            epoch: present.to_string(),
            ..PushedRows::default()
        };
        if epoch.is_some_and(|epoch| epoch != nothing.epoch) {
            return Ok(PushedRows {
                give_back: true,
                ..nothing
            });
        }
        let rows = rows.into_iter().map(|Json(row)| row).collect();
        let (instead, mutations) = take(app, registry, viewer, &**face, rows, true).await?;
        let document =
            |(id, row): (String, Option<Box<_>>)| Json(whole_row(&**face, id, row.map(|row| *row)));
        Ok(PushedRows {
            documents: instead.into_iter().map(document).collect(),
            mutations: mutations.into_iter().map(Json).collect(),
            server_time: app.clock().now(),
            ..nothing
        })
    }
}
