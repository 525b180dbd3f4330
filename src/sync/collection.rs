//! A synced collection: how its rows are found for a pull, and what a phone gets to see of them.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, ModelTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use crate::auth::Viewer;
use crate::command::record::{Declared, Document, Lens};
use crate::database::Within;
use crate::database::record::{Record, Visible};
use crate::database::sealed::Keyring;
use crate::error::ApiError;

type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// A record that phones carry.
pub trait Synced: Visible + Declared {
    /// Name of the root's collection; the own name if it is a root itself.
    const ROOT: &'static str;

    /// The column that names the root; the id if it is a root itself.
    fn root_column() -> ColumnOf<Self>;

    /// Its place in the realm's sequence.
    fn seq_column() -> ColumnOf<Self>;

    fn seq(&self) -> i64;

    /// Which rows of a root that the viewer sees he may see too.
    const WITHIN: Within<ColumnOf<Self>> = Within::All;

    /// What phones carry; all when left out. Others may be seen, but pulls do not give them.
    fn carried() -> Condition {
        Condition::all()
    }

    /// The same for a root in memory.
    fn is_carried(&self) -> bool {
        true
    }
}

/// Which rows of a collection a pull wants.
#[derive(Clone, Debug, Default)]
pub struct Want {
    /// Roots that came into sight: all their rows.
    pub whole: BTreeSet<Uuid>,
    /// Roots that changed: their rows past `base`.
    pub changed: BTreeSet<Uuid>,
    pub base: i64,
}

/// A row on its way to a phone; without a document it is a removal.
#[derive(Clone, Debug)]
pub struct SyncRow {
    pub realm: Uuid,
    pub root: Uuid,
    pub id: Uuid,
    pub seq: i64,
    pub document: Option<Value>,
    pub shows_personal_value: bool,
}

impl SyncRow {
    /// A row that must go, without a word about it.
    pub fn removal(root: Uuid, id: Uuid) -> Self {
        let realm = Uuid::nil();
        Self {
            realm,
            root,
            id,
            seq: 0,
            document: None,
            shows_personal_value: false,
        }
    }
}

/// Rows of a collection that were read for any viewer.
pub trait Held: Send + Sync {
    fn count(&self) -> usize;

    /// Those of them that phones of the viewer carry; they are roots.
    fn carried(&self, viewer: &Viewer) -> BTreeSet<Uuid>;

    /// Those of them that belong to a root and are past `base`, as this viewer may see them. He is known
    /// to see the root.
    fn rows(
        &self,
        viewer: &Viewer,
        keys: &Keyring,
        root: Uuid,
        base: i64,
    ) -> Result<Vec<SyncRow>, ApiError>;
}

struct HeldOf<M>(Vec<M>);

impl<M: Synced> Held for HeldOf<M> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn carried(&self, viewer: &Viewer) -> BTreeSet<Uuid> {
        let is_carried = |row: &&M| row.is_carried() && row.is_visible_to(viewer.reach());
        self.0.iter().filter(is_carried).map(Record::id).collect()
    }

    fn rows(
        &self,
        viewer: &Viewer,
        keys: &Keyring,
        root: Uuid,
        base: i64,
    ) -> Result<Vec<SyncRow>, ApiError> {
        let belongs = |row: &&M| root_of(*row) == root && row.seq() > base;
        let rows = self.0.iter().filter(belongs);
        let mut rows = rows
            .filter(|row| M::WITHIN.shows(viewer.reach(), *row))
            .map(|row| CollectionOf::row(row, viewer, keys))
            .collect::<Result<Vec<_>, _>>()?;
        rows.sort_by_key(|row| row.id);
        Ok(rows)
    }
}

fn root_of<M: Record>(row: &M) -> Uuid {
    row.root().map_or(row.id(), |root| root.id)
}

/// A collection whose row type is not known here.
#[async_trait]
pub trait Collection: Send + Sync {
    fn name(&self) -> &'static str;

    fn root(&self) -> &'static str;

    /// Which of these records the viewer may see.
    async fn visible(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        ids: &BTreeSet<Uuid>,
    ) -> Result<BTreeSet<Uuid>, ApiError>;

    /// Which of these records are given to phones of the viewer.
    async fn carried(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        ids: &BTreeSet<Uuid>,
    ) -> Result<BTreeSet<Uuid>, ApiError>;

    /// How many rows of each root are wanted.
    async fn count(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        want: &Want,
    ) -> Result<BTreeMap<Uuid, usize>, ApiError>;

    /// The wanted rows.
    async fn rows(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        keys: &Keyring,
        want: &Want,
    ) -> Result<Vec<SyncRow>, ApiError>;

    /// The wanted rows, for any viewer; `limit` of them at most.
    async fn held(
        &self,
        db: &DatabaseTransaction,
        want: &Want,
        limit: u64,
    ) -> Result<Box<dyn Held>, ApiError>;

    /// Root and id of the rows that belong to these roots, for any viewer; `limit` of them at most.
    async fn ids(
        &self,
        db: &DatabaseTransaction,
        roots: &BTreeSet<Uuid>,
        limit: u64,
    ) -> Result<Vec<(Uuid, Uuid)>, ApiError>;

    /// These records as the viewer may see them now.
    async fn documents(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        keys: &Keyring,
        ids: &BTreeSet<Uuid>,
    ) -> Result<BTreeMap<Uuid, SyncRow>, ApiError>;
}

/// The collection of a record type.
pub struct CollectionOf<M>(PhantomData<fn() -> M>);

impl<M: Synced> CollectionOf<M> {
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// The wanted rows of roots that the viewer is known to see, the deleted ones among them: those
    /// he must remove.
    fn wanted(viewer: &Viewer, want: &Want) -> Condition {
        Condition::all()
            .add(Self::of_roots(want))
            .add(M::WITHIN.shown_to::<M>(viewer.reach()))
    }

    fn of_roots(want: &Want) -> Condition {
        let root = M::root_column();
        let changed = Condition::all()
            .add(root.is_in(want.changed.iter().copied()))
            .add(M::seq_column().gt(want.base));
        Condition::any()
            .add(root.is_in(want.whole.iter().copied()))
            .add(changed)
    }

    /// Of these records, those of which this is true.
    async fn find(
        db: &DatabaseTransaction,
        ids: &BTreeSet<Uuid>,
        condition: Condition,
    ) -> Result<BTreeSet<Uuid>, ApiError> {
        let found = M::Entity::find()
            .select_only()
            .column(M::id_column())
            .filter(M::id_column().is_in(ids.iter().copied()))
            .filter(condition);
        Ok(found.into_tuple().all(db).await?.into_iter().collect())
    }

    fn row(row: &M, viewer: &Viewer, keys: &Keyring) -> Result<SyncRow, ApiError> {
        let document = if row.is_deleted() {
            None
        } else {
            Some(Document::of(row, &Lens { viewer, keys }))
        };
        let document = document.transpose();
        let document = document.map_err(|error| ApiError::internal(error.to_string()))?;
        Ok(SyncRow {
            realm: row.realm(),
            root: root_of(row),
            id: row.id(),
            seq: row.seq(),
            shows_personal_value: document.as_ref().is_some_and(|document| document.discloses),
            document: document.map(|document| Value::Object(document.fields)),
        })
    }
}

impl<M: Synced> Default for CollectionOf<M> {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl<M: Synced> Collection for CollectionOf<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn root(&self) -> &'static str {
        M::ROOT
    }

    async fn visible(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        ids: &BTreeSet<Uuid>,
    ) -> Result<BTreeSet<Uuid>, ApiError> {
        Self::find(db, ids, M::visible_to(viewer.reach())).await
    }

    async fn carried(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        ids: &BTreeSet<Uuid>,
    ) -> Result<BTreeSet<Uuid>, ApiError> {
        let carried = Condition::all()
            .add(M::visible_to(viewer.reach()))
            .add(M::carried());
        Self::find(db, ids, carried).await
    }

    async fn count(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        want: &Want,
    ) -> Result<BTreeMap<Uuid, usize>, ApiError> {
        let count: SimpleExpr = Expr::col(M::id_column()).count();
        let counts: Vec<(Uuid, i64)> = M::Entity::find()
            .select_only()
            .column(M::root_column())
            .column_as(count, "rows")
            .filter(Self::wanted(viewer, want))
            .group_by(M::root_column())
            .into_tuple()
            .all(db)
            .await?;
        let counts = counts.into_iter();
        Ok(counts
            .map(|(root, rows)| (root, usize::try_from(rows).unwrap_or(0)))
            .collect())
    }

    async fn rows(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        keys: &Keyring,
        want: &Want,
    ) -> Result<Vec<SyncRow>, ApiError> {
        let rows = M::Entity::find().filter(Self::wanted(viewer, want));
        let rows = rows.all(db).await?;
        rows.iter()
            .map(|row| Self::row(row, viewer, keys))
            .collect()
    }

    async fn held(
        &self,
        db: &DatabaseTransaction,
        want: &Want,
        limit: u64,
    ) -> Result<Box<dyn Held>, ApiError> {
        let rows = M::Entity::find().filter(Self::of_roots(want)).limit(limit);
        Ok(Box::new(HeldOf(rows.all(db).await?)))
    }

    async fn ids(
        &self,
        db: &DatabaseTransaction,
        roots: &BTreeSet<Uuid>,
        limit: u64,
    ) -> Result<Vec<(Uuid, Uuid)>, ApiError> {
        let ids = M::Entity::find()
            .select_only()
            .column(M::root_column())
            .column(M::id_column())
            .filter(M::root_column().is_in(roots.iter().copied()))
            .order_by_asc(M::id_column())
            .limit(limit);
        let ids: Result<_, DbErr> = ids.into_tuple().all(db).await;
        Ok(ids?)
    }

    async fn documents(
        &self,
        db: &DatabaseTransaction,
        viewer: &Viewer,
        keys: &Keyring,
        ids: &BTreeSet<Uuid>,
    ) -> Result<BTreeMap<Uuid, SyncRow>, ApiError> {
        let rows = M::Entity::find()
            .filter(M::id_column().is_in(ids.iter().copied()))
            .filter(M::visible_to(viewer.reach()))
            .all(db)
            .await?;
        rows.iter()
            .map(|row| Ok((row.id(), Self::row(row, viewer, keys)?)))
            .collect()
    }
}

/// Implements the column functions of [`Synced`] for a row type with the usual columns.
///
/// `leaving` roots, and what travels with them, are put down by phones once `left_phones_at` is set.
macro_rules! synced_columns {
    ($entity:ident, leaving root $root:literal) => {
        $crate::sync::collection::synced_columns!($entity, root $root by Id);

        fn carried() -> sea_orm::Condition {
            let left = $entity::Column::LeftPhonesAt;
            sea_orm::Condition::all().add(sea_orm::ColumnTrait::is_null(&left))
        }

        fn is_carried(&self) -> bool {
            self.left_phones_at.is_none()
        }
    };
    ($entity:ident, root $root:literal by $root_column:ident, of leaving $of:ident) => {
        $crate::sync::collection::synced_columns!($entity, root $root by $root_column);

        fn carried() -> sea_orm::Condition {
            let still_there = sea_orm::sea_query::Query::select()
                .column($of::Column::Id)
                .from($of::Entity)
                .and_where(sea_orm::ColumnTrait::is_null(&$of::Column::LeftPhonesAt))
                .to_owned();
            let root = $entity::Column::$root_column;
            sea_orm::Condition::all().add(sea_orm::ColumnTrait::in_subquery(&root, still_there))
        }
    };
    ($entity:ident, root $root:literal by $root_column:ident) => {
        const ROOT: &'static str = $root;

        fn root_column() -> $entity::Column {
            $entity::Column::$root_column
        }

        fn seq_column() -> $entity::Column {
            $entity::Column::Seq
        }

        fn seq(&self) -> i64 {
            self.seq
        }
    };
}

pub(crate) use synced_columns;
