//! The change number of a realm.
//!
//! One narrow row per realm is bumped once per transaction, after all other locks are held. Its
//! row lock makes sequence order equal commit order: a reader at `n` has seen everything up to `n`.

use entity::ledger::realm;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, Set};
use uuid::Uuid;

/// Takes the next `count` numbers of the realm and gives the last of them.
pub(super) async fn take(db: &impl ConnectionTrait, id: Uuid, count: i64) -> Result<i64, DbErr> {
    let moved = Expr::col((realm::Entity, realm::Column::Seq)).add(count);
    let on_conflict = OnConflict::column(realm::Column::Id)
        .value(realm::Column::Seq, moved)
        .to_owned();
    let first = realm::ActiveModel {
        id: Set(id),
        seq: Set(count),
    };
    let row = realm::Entity::insert(first)
        .on_conflict(on_conflict)
        .exec_with_returning(db)
        .await?;
    Ok(row.seq)
}

/// Where the realm stands now.
pub async fn head(db: &impl ConnectionTrait, id: Uuid) -> Result<i64, DbErr> {
    let row = realm::Entity::find_by_id(id).one(db).await?;
    Ok(row.map_or(0, |row| row.seq))
}

/// Where several realms stand now.
pub async fn heads(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<super::Heads, DbErr> {
    use sea_orm::{ColumnTrait, QueryFilter};
    let rows = realm::Entity::find()
        .filter(realm::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.seq)).collect())
}
