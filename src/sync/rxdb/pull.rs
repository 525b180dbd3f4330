//! Pulling one collection.

use std::collections::BTreeMap;

use async_graphql::SimpleObject;
use chrono::TimeDelta;
use serde_json::Value;

use super::RowDocument;
use crate::app::App;
use crate::auth::Viewer;
use crate::database::installation;
use crate::error::ApiError;
use crate::sync::protocol::PullPage;
use crate::sync::pull::{self, Echo, PullRequest};
use crate::sync::registry::Registry;
use crate::sync::rows::Carried;

/// What a client without a batch size expects, though it asks for 20: with fewer it stops for good.
const LEAST: usize = 100;

/// The client passes over rows that a pull gives it while their push is not answered, and takes the
/// server to hold just what it sent. So for as long as a pull may be under way beside a push, all that
/// it sent is given once more.
const ECHO: Echo = Echo {
    margin: TimeDelta::seconds(30),
    applied: true,
    once: false,
};

/// Where a client stands.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "RowCheckpoint")]
pub struct Checkpoint {
    /// Opaque; given back with the next pull.
    pub cursor: String,
    /// The history of the database. When it changes, a backup was restored: everything is given anew.
    pub epoch: String,
}

impl Checkpoint {
    pub async fn of(app: &App, cursor: String) -> Result<Self, ApiError> {
        let epoch = installation::epoch_at(app.db().reader()).await?;
        let epoch = epoch.unwrap_or_default().to_string();
        Ok(Self { cursor, epoch })
    }
}

/// Rows of one collection, and where the client stands with them.
pub struct Given<M> {
    pub documents: Vec<RowDocument<M>>,
    pub checkpoint: Checkpoint,
}

/// The rows that changed for the viewer since the checkpoint: at least `limit` of them, and at least a
/// hundred, while more exist. A checkpoint that cannot be read is of no use: then it begins anew.
pub async fn pull<M: Carried>(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    checkpoint: Option<&Value>,
    limit: i32,
) -> Result<Given<M>, ApiError> {
    let cursor = checkpoint.and_then(|checkpoint| checkpoint.get("cursor")?.as_str());
    let mut cursor = cursor.map(str::to_owned);
    let wanted = usize::try_from(limit).unwrap_or(0).max(LEAST);
    let mut rows = Rows::default();
    loop {
        let page = page::<M>(app, registry, viewer, cursor, wanted).await?;
        let has_more = page.has_more;
        cursor = Some(rows.take(page));
        if !has_more || rows.len() >= wanted {
            break;
        }
    }
    let checkpoint = Checkpoint::of(app, cursor.unwrap_or_default()).await?;
    Ok(Given {
        documents: rows.into_documents(),
        checkpoint,
    })
}

/// One page past a cursor.
pub(super) async fn page<M: Carried>(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    cursor: Option<String>,
    limit: usize,
) -> Result<PullPage, ApiError> {
    let request = PullRequest {
        cursor,
        collections: Some(vec![M::NAME.to_owned()]),
        limit: Some(i32::try_from(limit).unwrap_or(i32::MAX)),
        echo: Some(ECHO),
        ..PullRequest::default()
    };
    pull::pull(app, registry, viewer, request).await
}

/// Rows of several pages; of one that is given twice, the later.
pub(super) struct Rows<M> {
    places: BTreeMap<String, usize>,
    documents: Vec<Option<RowDocument<M>>>,
}

impl<M> Default for Rows<M> {
    fn default() -> Self {
        Self {
            places: BTreeMap::new(),
            documents: Vec::new(),
        }
    }
}

impl<M> Rows<M> {
    /// Takes what a page gives; tells where to go on.
    pub fn take(&mut self, page: PullPage) -> String {
        let removals = page.removals.into_iter();
        let removed = removals.map(|removal| RowDocument::tombstone(removal.id));
        let changed = page.changes.into_iter().map(RowDocument::from);
        for document in removed.chain(changed) {
            let place = self.documents.len();
            let earlier = self.places.insert(document.id().to_owned(), place);
            if let Some(earlier) = earlier.and_then(|place| self.documents.get_mut(place)) {
                *earlier = None;
            }
            self.documents.push(Some(document));
        }
        page.cursor
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn into_documents(self) -> Vec<RowDocument<M>> {
        self.documents.into_iter().flatten().collect()
    }
}
