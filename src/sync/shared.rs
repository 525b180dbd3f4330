//! What a change brought, read once for all live streams that it concerns.
//!
//! A stream that has everything up to a change needs no look at the feed: the change names the
//! roots it touched and who sees them. Their rows are read by the first stream that asks, and everybody
//! makes his own of them, by the same rules as a pull. A stream that stands elsewhere, or whose change
//! is too large to be named, reads for itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::collection::{Collection, Held, SyncRow, Want};
use super::registry::Registry;
use crate::app::{App, Moment};
use crate::auth::Viewer;
use crate::database::feed::{FeedKind, Touched};
use crate::database::{Saved, Span};
use crate::error::ApiError;

/// So many rows are read for all. Of more, everybody reads his own page by page.
const MOST_ROWS: usize = 200;
const LIMIT: u64 = MOST_ROWS as u64 + 1;

/// So many sessions that wait are named. Where there are more, each looks whether it waits.
const MOST_WAITING: u64 = 500;

/// What a stretch of numbers brought to one collection.
pub struct News {
    /// From before it was read.
    pub moment: Moment,
    roots: Box<dyn Held>,
    /// None where the collection is that of the roots.
    members: Option<Members>,
    /// Sessions of which something waits; none where there are too many to name.
    waiting: Option<BTreeSet<Uuid>>,
}

/// What travels with the roots, in another collection.
struct Members {
    /// Those that changed, and all of roots that came into somebody's sight.
    rows: Box<dyn Held>,
    /// All of them by root, for those who see it no more.
    ids: BTreeMap<Uuid, Vec<Uuid>>,
}

/// What it brings to one viewer: rows as he may see them, and those he must remove without a document.
pub type Brought = Vec<SyncRow>;

/// The roots of this kind that a change touched within a stretch of numbers.
pub fn touched<'a>(saved: &'a Saved, root: &str, span: Span) -> Vec<&'a Touched> {
    let touched = saved.touched.iter().flatten();
    let belongs = |it: &&Touched| {
        it.realm == span.realm && it.kind == root && it.seq > span.after && it.seq <= span.until
    };
    touched.filter(belongs).collect()
}

/// Reads for all streams what these roots brought to a collection; none where it is too much for that.
pub async fn read(
    app: &App,
    registry: &Registry,
    collection: &'static str,
    span: Span,
    touched: &[&Touched],
) -> Result<Arc<Option<News>>, ApiError> {
    let read = async {
        let _turn = app.live_turns().take().await;
        News::read(app, registry, collection, span, touched).await
    };
    app.reads().once(collection, span, read).await
}

impl Members {
    /// None where they are too many to be read for all.
    async fn read(
        of: &dyn Collection,
        snapshot: &DatabaseTransaction,
        span: Span,
        touched: &[&Touched],
    ) -> Result<Option<Self>, ApiError> {
        let has_entered = |it: &&&Touched| it.audiences.values().any(|it| *it == FeedKind::Entered);
        let entered = touched.iter().filter(has_entered).map(|it| it.id);
        let entered: BTreeSet<Uuid> = entered.collect();
        let roots: BTreeSet<Uuid> = touched.iter().map(|it| it.id).collect();
        let rows = Want {
            changed: roots.difference(&entered).copied().collect(),
            whole: entered,
            base: span.after,
        };
        let rows = of.held(snapshot, &rows, LIMIT).await?;
        let all = of.ids(snapshot, &roots, LIMIT).await?;
        if rows.count() > MOST_ROWS || all.len() > MOST_ROWS {
            return Ok(None);
        }
        let mut ids: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (root, id) in all {
            ids.entry(root).or_default().push(id);
        }
        Ok(Some(Self { rows, ids }))
    }
}

impl News {
    async fn read(
        app: &App,
        registry: &Registry,
        collection: &str,
        span: Span,
        touched: &[&Touched],
    ) -> Result<Option<Self>, ApiError> {
        let moment = app.pulled().moment();
        let known = registry.find_collection(collection);
        let found = known.and_then(|of| Some((of, registry.find_collection(of.root())?)));
        let Some((of, root)) = found else {
            return Ok(None);
        };
        let snapshot = app.db().snapshot().await?;
        let roots = Want {
            whole: touched.iter().map(|it| it.id).collect(),
            ..Want::default()
        };
        let roots = root.held(&snapshot, &roots, LIMIT).await?;
        if roots.count() > MOST_ROWS {
            return Ok(None);
        }
        let mut members = None;
        if of.name() != root.name() {
            members = Members::read(&**of, &snapshot, span, touched).await?;
            if members.is_none() {
                return Ok(None);
            }
        }
        let waiting: Vec<Uuid> = sync_mutation::Entity::find()
            .select_only()
            .column(sync_mutation::Column::SessionId)
            .distinct()
            .filter(sync_mutation::Column::Outcome.eq(MutationOutcome::Deferred))
            .limit(MOST_WAITING)
            .into_tuple()
            .all(&snapshot)
            .await?;
        let are_named = (waiting.len() as u64) < MOST_WAITING;
        Ok(Some(Self {
            moment,
            roots,
            members,
            waiting: are_named.then(|| waiting.into_iter().collect()),
        }))
    }

    /// What of it concerns this viewer.
    pub fn for_viewer(
        &self,
        app: &App,
        viewer: &Viewer,
        touched: &[&Touched],
        base: i64,
    ) -> Result<Brought, ApiError> {
        let visible = self.roots.carried(viewer);
        let mut brought = Vec::new();
        for root in touched {
            let seen = root.audiences.iter();
            let mut seen = seen.filter(|(it, _)| viewer.reach().includes(root.realm, it));
            let Some((_, first)) = seen.next() else {
                continue;
            };
            let entered = FeedKind::Entered;
            let is_whole = *first == entered || seen.any(|(_, kind)| *kind == entered);
            if visible.contains(&root.id) {
                let base = if is_whole { i64::MIN } else { base };
                let rows = self.members.as_ref().map_or(&self.roots, |it| &it.rows);
                brought.extend(rows.rows(viewer, app.keys(), root.id, base)?);
            } else if let Some(members) = &self.members {
                let ids = members.ids.get(&root.id).into_iter().flatten();
                brought.extend(ids.map(|id| SyncRow::removal(root.id, *id)));
            } else {
                brought.push(SyncRow::removal(root.id, root.id));
            }
        }
        Ok(brought)
    }

    /// Whether something of this session may wait for what came.
    pub fn may_wait(&self, session: Uuid) -> bool {
        let waiting = self.waiting.as_ref();
        waiting.is_none_or(|waiting| waiting.contains(&session))
    }
}
