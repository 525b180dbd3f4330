//! Pulling one collection.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::RowDocument;
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::sealed::Purpose;
use crate::error::ApiError;
use crate::sync::cursor::Cursor;
use crate::sync::horizon::forget_before;
use crate::sync::protocol::{Document, Removal};
use crate::sync::pull::{self, Ask, Echo, Start};
use crate::sync::push::try_waiting;
use crate::sync::registry::Registry;
use crate::sync::rows::RowFace;

/// What a client without a batch size expects, though it asks for 20: with fewer it stops for good.
const LEAST: i32 = 100;

/// The client passes over rows that a pull gives it while their push is not answered, and takes the
/// server to hold just what it sent. So for as long as a pull may be under way beside a push, all that
/// it sent is given once more.
pub(super) const ECHO: Echo = Echo {
    margin: TimeDelta::seconds(30),
    pause: TimeDelta::seconds(1),
    applied: true,
    once: false,
};

/// Where a client stands: an opaque cursor, and the name of the history of the database.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    pub cursor: String,
    pub epoch: String,
}

impl Checkpoint {
    pub fn of(app: &App, cursor: &Cursor) -> Result<Self, ApiError> {
        Ok(Self {
            cursor: app.keys().seal_token(Purpose::Cursor, cursor)?,
            epoch: cursor.epoch.to_string(),
        })
    }
}

/// Rows of one collection, and where the client stands with them.
pub struct Given {
    pub documents: Vec<RowDocument>,
    pub checkpoint: Checkpoint,
    /// What was acknowledged before this moment needs not be kept.
    pub forget_before: DateTime<Utc>,
}

/// The rows that changed for the viewer since the checkpoint: at least `limit` of them, and at least a
/// hundred, while more exist. A checkpoint that cannot be read is of no use: then it begins anew.
pub async fn pull(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    face: &dyn RowFace,
    checkpoint: Option<&Value>,
    limit: i32,
) -> Result<Given, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    try_waiting(app, registry, viewer).await;
    let cursor = checkpoint.and_then(|checkpoint| checkpoint.get("cursor")?.as_str());
    let mut start = pull::start(app, cursor);
    let wanted = pull::limit(app, Some(limit.max(LEAST)))?;
    let mut rows = Rows::default();
    let event = match &start {
        Start::At(cursor) => cursor.event,
        Start::Fresh | Start::Unreadable => None,
    };
    let (mut cursor, backed_up_until) = loop {
        let page = pull::page(app, registry, viewer, start, ask(face.name(), wanted, ECHO)).await?;
        rows.take(page.changes, page.removals);
        if !page.has_more || rows.len() >= wanted {
            break (page.cursor, page.backed_up_until);
        }
        start = Start::At(Box::new(page.cursor));
    };
    cursor.goes_on = i32::try_from(rows.len()).is_ok_and(|rows| rows >= limit);
    // Also where the cursor could not be continued.
    cursor.event = event;
    let checkpoint = Checkpoint::of(app, &cursor)?;
    let (place, now) = ((person.session_id.into(), face.name()), app.clock().now());
    app.pulled().answered(place, &checkpoint.cursor, event, now);
    Ok(Given {
        documents: rows.into_documents(),
        checkpoint,
        forget_before: forget_before(backed_up_until, now),
    })
}

/// What a page of one collection is to hold.
pub(super) fn ask(collection: &str, limit: usize, echo: Echo) -> Ask {
    Ask {
        limit,
        collections: [collection.to_owned()].into(),
        echo: Some(echo),
        ..Ask::default()
    }
}

/// Rows of several pages; of one that is given twice, the later.
#[derive(Default)]
pub(super) struct Rows {
    places: BTreeMap<String, usize>,
    documents: Vec<Option<RowDocument>>,
}

impl Rows {
    /// Takes what a page gives.
    pub fn take(&mut self, changes: Vec<Document>, removals: Vec<Removal>) {
        let removals = removals.into_iter();
        let removed = removals.map(|removal| RowDocument::tombstone(removal.id));
        let given = changes.into_iter().map(RowDocument::from);
        for document in removed.chain(given) {
            self.put(document);
        }
    }

    pub fn put(&mut self, document: RowDocument) {
        let place = self.documents.len();
        let earlier = self.places.insert(document.id().to_owned(), place);
        if let Some(earlier) = earlier.and_then(|place| self.documents.get_mut(place)) {
            *earlier = None;
        }
        self.documents.push(Some(document));
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn into_documents(self) -> Vec<RowDocument> {
        self.documents.into_iter().flatten().collect()
    }
}
