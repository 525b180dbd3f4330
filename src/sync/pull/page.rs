//! The page of a pull, and how roots are put on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::{Pull, Withhold};
use crate::app::App;
use crate::auth::Viewer;
use crate::database::Write;
use crate::error::ApiError;
use crate::sync::collection::{Collection, SyncRow, Want};
use crate::sync::cursor::Rest;
use crate::sync::protocol::{Document, Removal};

/// Records of which a personal value is shown in full: collection, realm and id.
pub(in crate::sync) type Shown = Vec<(&'static str, Uuid, Uuid)>;

/// No limit, as a database takes it.
const ALL: u64 = i64::MAX.unsigned_abs();

/// What fits into one answer.
pub(super) struct Page {
    limit: usize,
    /// Records with unsent edits.
    pub dirty: Arc<BTreeSet<String>>,
    pub withhold: Withhold,
    /// The version that the phone has of the records that are put on the page next.
    pub version: i64,
    pub changes: Vec<Document>,
    pub removals: Vec<Removal>,
    /// Records of which a personal value was shown in full.
    pub shown: Shown,
    pub is_cut: bool,
}

/// A root that the feed named.
pub(super) struct Root {
    pub kind: String,
    pub id: Uuid,
    /// Where the feed named it.
    pub seq: i64,
    /// It came into sight: all its rows are news.
    pub is_whole: bool,
}

/// What may be done with roots.
#[derive(Clone, Copy)]
pub(super) struct Give {
    /// Give those the viewer sees.
    pub visible: bool,
    /// Take away those he does not.
    pub hidden: bool,
    /// Do as if he saw none.
    pub nothing_is_visible: bool,
}

/// Where a page ended.
pub(super) struct Cut {
    /// The first root that is not wholly on it.
    pub before: i64,
    pub rest: Option<Rest>,
}

/// A row of a root, with the place of its collection.
type Placed = (usize, &'static str, SyncRow);

impl Page {
    pub fn new(limit: usize, dirty: Arc<BTreeSet<String>>, withhold: Withhold) -> Self {
        let (changes, removals, shown) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            limit,
            dirty,
            withhold,
            version: 0,
            changes,
            removals,
            shown,
            is_cut: false,
        }
    }

    pub fn put_change(&mut self, name: &'static str, id: String, row: SyncRow) {
        if row.shows_personal_value {
            self.shown.push((name, row.realm, row.id));
        }
        self.changes.push(Document {
            collection: name,
            id,
            seq: row.seq,
            document: row.document,
        });
    }

    pub fn put_removal(&mut self, name: &str, id: String) {
        let collection = name.to_owned();
        self.removals.push(Removal { collection, id });
    }

    pub fn room(&self) -> usize {
        self.limit - (self.changes.len() + self.removals.len()).min(self.limit)
    }
}

impl Pull<'_> {
    /// Puts roots on the page in their order, as many rows as fit.
    pub(super) async fn give(
        &mut self,
        roots: &[Root],
        may: Give,
        (base, head): (i64, i64),
        rest: Option<Rest>,
    ) -> Result<Option<Cut>, ApiError> {
        let visible = if may.nothing_is_visible {
            BTreeSet::new()
        } else {
            self.visible(roots).await?
        };
        let wanted: Vec<&Root> = roots
            .iter()
            .filter(|root| {
                if visible.contains(&root.id) {
                    may.visible
                } else {
                    may.hidden
                }
            })
            .collect();
        let mut sizes = self.sizes(&wanted, &visible, base).await?;
        let mut removals = self.removals(&wanted, &visible).await?;

        // Which roots fit, whole or in part.
        let mut room = self.page.room();
        let mut fitting: Vec<&Root> = Vec::new();
        for root in &wanted {
            if room == 0 {
                break;
            }
            let size =
                sizes.remove(&root.id).unwrap_or(0) + removals.get(&root.id).map_or(0, Vec::len);
            room = room.saturating_sub(size);
            fitting.push(root);
        }
        let mut rows = self.rows(&fitting, &visible, base).await?;

        for (place, root) in wanted.iter().enumerate() {
            if place >= fitting.len() {
                return Ok(Some(Cut {
                    before: root.seq,
                    rest: None,
                }));
            }
            let mut placed = rows.remove(&root.id).unwrap_or_default();
            placed.append(&mut removals.remove(&root.id).unwrap_or_default());
            placed.sort_by_key(|(collection, _, row)| (*collection, row.id));
            let given = visible.contains(&root.id);
            if let Some(rest) = rest.filter(|rest| rest.root == root.id && rest.given == given) {
                placed.retain(|(collection, _, row)| {
                    (*collection, row.id) > (rest.collection, rest.row) || row.seq > rest.head
                });
            }
            if let Some((collection, row)) = self.put(placed) {
                let rest = Rest {
                    root: root.id,
                    collection,
                    row,
                    head,
                    given,
                };
                return Ok(Some(Cut {
                    before: root.seq,
                    rest: Some(rest),
                }));
            }
        }
        Ok(None)
    }

    /// Puts the rows of one root on the page; tells the last one when it had to stop.
    fn put(&mut self, placed: Vec<Placed>) -> Option<(usize, Uuid)> {
        let mut last = None;
        for (collection, name, row) in placed {
            if self.page.room() == 0 {
                self.page.is_cut = true;
                return last;
            }
            last = Some((collection, row.id));
            self.put_row(name, row);
        }
        None
    }

    /// Puts a row or its removal on the page, unless it is withheld.
    pub(super) fn put_row(&mut self, name: &'static str, row: SyncRow) {
        let id = row.id.to_string();
        if row.document.is_none() {
            self.put_removal(name, id);
        } else if !self.withholds_change(name, &id) {
            self.page.put_change(name, id, row);
        }
    }

    /// Puts a removal on the page, unless it is withheld.
    pub(super) fn put_removal(&mut self, name: &'static str, id: String) {
        if !self.withholds_removal(name, &id) {
            self.page.put_removal(name, id);
        }
    }

    /// The collections that travel with roots of this kind and that the phone carries.
    fn members(&self, kind: &str) -> Vec<(usize, Arc<dyn Collection>)> {
        let collections = self.registry.collections().iter().enumerate();
        collections
            .filter(|(_, collection)| {
                collection.root() == kind && self.cursor.carries(collection.name())
            })
            .map(|(place, collection)| (place, collection.clone()))
            .collect()
    }

    async fn visible(&self, roots: &[Root]) -> Result<BTreeSet<Uuid>, ApiError> {
        let mut visible = BTreeSet::new();
        for (kind, ids) in by_kind(roots.iter()) {
            if let Some(collection) = self.registry.find_collection(kind) {
                visible.append(
                    &mut collection
                        .carried(&self.snapshot, self.viewer, &ids)
                        .await?,
                );
            }
        }
        Ok(visible)
    }

    /// How many rows of each visible root are news.
    async fn sizes(
        &self,
        roots: &[&Root],
        visible: &BTreeSet<Uuid>,
        base: i64,
    ) -> Result<BTreeMap<Uuid, usize>, ApiError> {
        let mut sizes: BTreeMap<Uuid, usize> = BTreeMap::new();
        for (kind, want) in wants(roots, visible, base) {
            for (_, collection) in self.members(kind) {
                for (root, rows) in collection.count(&self.snapshot, self.viewer, &want).await? {
                    *sizes.entry(root).or_default() += rows;
                }
            }
        }
        Ok(sizes)
    }

    /// The news of each visible root.
    async fn rows(
        &self,
        roots: &[&Root],
        visible: &BTreeSet<Uuid>,
        base: i64,
    ) -> Result<BTreeMap<Uuid, Vec<Placed>>, ApiError> {
        let mut rows: BTreeMap<Uuid, Vec<Placed>> = BTreeMap::new();
        for (kind, want) in wants(roots, visible, base) {
            for (place, collection) in self.members(kind) {
                let keys = self.app.keys();
                for row in collection
                    .rows(&self.snapshot, self.viewer, keys, &want)
                    .await?
                {
                    rows.entry(row.root)
                        .or_default()
                        .push((place, collection.name(), row));
                }
            }
        }
        Ok(rows)
    }

    /// The removals of each root that the viewer may not see, without content.
    async fn removals(
        &self,
        roots: &[&Root],
        visible: &BTreeSet<Uuid>,
    ) -> Result<BTreeMap<Uuid, Vec<Placed>>, ApiError> {
        let mut removals: BTreeMap<Uuid, Vec<Placed>> = BTreeMap::new();
        let hidden = roots
            .iter()
            .copied()
            .filter(|root| !visible.contains(&root.id));
        for (kind, ids) in by_kind(hidden) {
            for (place, collection) in self.members(kind) {
                for (root, id) in collection.ids(&self.snapshot, &ids, ALL).await? {
                    let row = SyncRow::removal(root, id);
                    removals
                        .entry(root)
                        .or_default()
                        .push((place, collection.name(), row));
                }
            }
        }
        Ok(removals)
    }
}

fn by_kind<'a>(roots: impl Iterator<Item = &'a Root>) -> BTreeMap<&'a str, BTreeSet<Uuid>> {
    let mut kinds: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for root in roots {
        kinds.entry(&root.kind).or_default().insert(root.id);
    }
    kinds
}

fn wants<'a>(roots: &[&'a Root], visible: &BTreeSet<Uuid>, base: i64) -> BTreeMap<&'a str, Want> {
    let mut wants: BTreeMap<&str, Want> = BTreeMap::new();
    for root in roots.iter().filter(|root| visible.contains(&root.id)) {
        let want = wants.entry(&root.kind).or_insert_with(|| Want {
            base,
            ..Want::default()
        });
        if root.is_whole {
            want.whole.insert(root.id)
        } else {
            want.changed.insert(root.id)
        };
    }
    wants
}

/// Notes in the audit trail which personal values an answer shows in full.
pub(in crate::sync) async fn audit_shown(
    app: &App,
    viewer: &Viewer,
    shown: Shown,
) -> Result<(), ApiError> {
    if shown.is_empty() {
        return Ok(());
    }
    let note = async |write: &mut Write| {
        for (subject, realm, id) in &shown {
            write.audit_reading(subject, *realm, *id);
        }
        Ok(())
    };
    app.write(
        &viewer.actor(),
        "show personal value to whoever has it in hand",
        note,
    )
    .await
}
