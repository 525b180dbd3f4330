//! What `Write` must know of a table.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};

use entity::ledger::audit;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Condition, EntityTrait, FromQueryResult, IntoActiveModel, ModelTrait};
use serde::Serialize;
use uuid::Uuid;

use super::reach::{Audience, Reach};

/// What a changed row is stamped with when it is saved.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub seq: i64,
    pub at: DateTimeUtc,
}

/// The record that others belong to and travel with.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    /// The row type of the root's table.
    pub table: TypeId,
    pub id: Uuid,
}

type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// A row that `Write` loads, changes and stamps.
pub trait Record:
    ModelTrait<Entity: EntityTrait<Model = Self, ActiveModel: Send>>
    + IntoActiveModel<<Self::Entity as EntityTrait>::ActiveModel>
    + FromQueryResult
    + Serialize
    + PartialEq
    + Clone
    + Send
    + Sync
    + 'static
{
    /// Name of table and collection.
    const NAME: &'static str;
    /// Tables are flushed in this order, so that a row finds what it refers to.
    const RANK: u8;
    /// Facts that are authored once are their own audit.
    const IS_FACT: bool = false;

    fn id(&self) -> Uuid;

    /// The realm whose sequence counts its changes.
    fn realm(&self) -> Uuid;

    fn is_deleted(&self) -> bool;

    /// Puts sequence and time on a row that is about to be saved.
    fn stamp(&mut self, stamp: Stamp);

    /// The root it travels with; none for tables that no phone ever sees.
    fn root(&self) -> Option<Root>;

    /// If it is a root: who sees it.
    fn audiences(&self) -> BTreeSet<Audience>;

    /// If it is a root: whether a viewer of this reach sees it.
    fn is_visible_to(&self, _reach: &Reach) -> bool {
        false
    }

    /// The account whose reach follows from it: open connections of that account look again.
    fn reached_by(&self) -> Option<Uuid> {
        None
    }

    fn id_column() -> ColumnOf<Self>;

    fn realm_column() -> ColumnOf<Self>;

    fn deleted_column() -> Option<ColumnOf<Self>>;
}

/// A record that some viewers may see.
pub trait Visible: Record {
    /// The condition that every query of it begins with.
    fn visible_to(reach: &Reach) -> Condition;
}

/// The head of every realm that a change moved.
pub type Heads = BTreeMap<Uuid, i64>;

/// A row that is only ever added, or replaced by its key: no version, no audit.
pub trait Appended:
    ModelTrait<Entity: EntityTrait<Model = Self, ActiveModel: Send>>
    + IntoActiveModel<<Self::Entity as EntityTrait>::ActiveModel>
    + Clone
    + Send
    + Sync
    + 'static
{
    /// Whether it is work that somebody waits for.
    const IS_WORK: bool = false;

    /// The realm whose head it is stamped with.
    fn realm(&self) -> Option<Uuid> {
        None
    }

    /// If it is what became of a mutation: the session that sent it.
    fn decided_for(&self) -> Option<Uuid> {
        None
    }

    /// Of rows with equal keys only the last one is written.
    fn key(&self) -> Option<String> {
        None
    }

    /// What to do when the key is there already.
    fn on_conflict() -> Option<OnConflict> {
        None
    }

    /// Learns where the realms stand after the change.
    fn stamp(&mut self, _heads: &Heads) {}
}

/// A trace that a command leaves by itself: somebody looked at something.
impl Appended for audit::Model {}

/// Implements [`Record`] for a row type with the usual columns.
///
/// `root` is a collection's own root with its scope (`realm` if it is the community itself, `edited`
/// if phones may edit fields of it, with the column of the account that it `grants` a reach); `child` travels with another record, and `fact` does too and
/// never changes.
macro_rules! record {
    ($entity:ident, $name:literal, rank $rank:literal, root $scope:expr) => {
        $crate::database::record!(@root $entity, $name, $rank, $scope, community_id CommunityId, [], []);
    };
    ($entity:ident, $name:literal, rank $rank:literal, root $scope:expr, grants $account:ident) => {
        $crate::database::record!(@root $entity, $name, $rank, $scope, community_id CommunityId, [], [$account]);
    };
    ($entity:ident, $name:literal, rank $rank:literal, edited root $scope:expr) => {
        $crate::database::record!(@root $entity, $name, $rank, $scope, community_id CommunityId, [field_seq], []);
    };
    ($entity:ident, $name:literal, rank $rank:literal, realm $scope:expr) => {
        $crate::database::record!(@root $entity, $name, $rank, $scope, id Id, [], []);
    };
    ($entity:ident, $name:literal, rank $rank:literal, child of $root:ty, by $column:ident) => {
        $crate::database::record!(@impl $entity, $name, $rank, community_id CommunityId, false,
            [deleted_at DeletedAt updated_at], [], [], of $root, by $column, audiences []);
    };
    ($entity:ident, $name:literal, rank $rank:literal, fact of $root:ty, by $column:ident) => {
        $crate::database::record!(@impl $entity, $name, $rank, community_id CommunityId, true,
            [], [], [], of $root, by $column, audiences []);
    };
    (@root $entity:ident, $name:literal, $rank:literal, $scope:expr, $realm:ident $realm_column:ident,
        [$($edited:ident)?], [$($account:ident)?]) => {
        $crate::database::record!(@impl $entity, $name, $rank, $realm $realm_column, false,
            [deleted_at DeletedAt updated_at], [$($edited)?], [$($account)?], of Self, by id, audiences [$scope]);

        impl $crate::database::record::Visible for $entity::Model {
            fn visible_to(reach: &$crate::database::Reach) -> sea_orm::Condition {
                $scope.visible_to(reach)
            }
        }
    };
    (@impl $entity:ident, $name:literal, $rank:literal, $realm:ident $realm_column:ident, $fact:literal,
        [$($deleted:ident $deleted_column:ident $updated:ident)?], [$($edited:ident)?], [$($account:ident)?],
        of $root:ty, by $root_id:ident, audiences [$($scope:expr)?]) => {
        impl $crate::database::Record for $entity::Model {
            const NAME: &'static str = $name;
            const RANK: u8 = $rank;
            const IS_FACT: bool = $fact;

            fn id(&self) -> uuid::Uuid {
                self.id.into()
            }

            fn realm(&self) -> uuid::Uuid {
                self.$realm.into()
            }

            fn is_deleted(&self) -> bool {
                false $(|| self.$deleted.is_some())?
            }

            fn stamp(&mut self, stamp: $crate::database::Stamp) {
                self.seq = stamp.seq;
                $(self.$updated = stamp.at;)?
                $(self.$edited.settle(stamp.seq);)?
            }

            fn root(&self) -> Option<$crate::database::Root> {
                let table = std::any::TypeId::of::<$root>();
                Some($crate::database::Root { table, id: self.$root_id.into() })
            }

            fn audiences(&self) -> std::collections::BTreeSet<$crate::database::Audience> {
                $(return $scope.audiences(self);)?
                #[allow(unreachable_code, clippy::allow_attributes, reason = "a root has answered")]
                std::collections::BTreeSet::new()
            }

            $(fn is_visible_to(&self, reach: &$crate::database::Reach) -> bool {
                $scope.allows(reach, self)
            })?

            $(fn reached_by(&self) -> Option<uuid::Uuid> {
                Option::<entity::ids::AccountId>::from(self.$account).map(Into::into)
            })?

            fn id_column() -> $entity::Column {
                $entity::Column::Id
            }

            fn realm_column() -> $entity::Column {
                $entity::Column::$realm_column
            }

            fn deleted_column() -> Option<$entity::Column> {
                [$($entity::Column::$deleted_column)?].first().copied()
            }
        }
    };
}

/// Implements [`Record`] for a row type of the company, `of` an account, which has no sequence and never leaves the
/// server.
macro_rules! private_record {
    ($entity:ident, $name:literal, rank $rank:literal, of $account:ident) => {
        impl $crate::database::Record for $entity::Model {
            const NAME: &'static str = $name;
            const RANK: u8 = $rank;

            fn id(&self) -> uuid::Uuid {
                self.id.into()
            }

            fn realm(&self) -> uuid::Uuid {
                uuid::Uuid::nil()
            }

            fn is_deleted(&self) -> bool {
                false
            }

            fn stamp(&mut self, stamp: $crate::database::Stamp) {
                self.updated_at = stamp.at;
            }

            fn root(&self) -> Option<$crate::database::Root> {
                None
            }

            fn audiences(&self) -> std::collections::BTreeSet<$crate::database::Audience> {
                std::collections::BTreeSet::new()
            }

            fn reached_by(&self) -> Option<uuid::Uuid> {
                Some(self.$account.into())
            }

            fn id_column() -> $entity::Column {
                $entity::Column::Id
            }

            fn realm_column() -> $entity::Column {
                $entity::Column::Id
            }

            fn deleted_column() -> Option<$entity::Column> {
                None
            }
        }
    };
}

pub(crate) use {private_record, record};
