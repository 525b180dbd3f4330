//! Facts about this installation. Its epoch names one unbroken history: a restored backup begins a
//! new one, so that no cursor of before can be continued.

use entity::ledger::installation;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::Database;
use crate::clock::SharedClock;

const EPOCH: &str = "epoch";

/// The epoch of this installation; begun when asked for the first time.
pub async fn epoch(db: &Database, clock: &SharedClock) -> Result<Uuid, DbErr> {
    if let Some(epoch) = find(db, EPOCH).await? {
        return read(&epoch);
    }
    let fresh = row(EPOCH, clock.new_id().to_string());
    let first_wins = OnConflict::column(installation::Column::Key)
        .do_nothing()
        .to_owned();
    installation::Entity::insert(fresh)
        .on_conflict(first_wins)
        .exec_without_returning(db.writer())
        .await?;
    let epoch = find(db, EPOCH).await?;
    read(&epoch.unwrap_or_default())
}

/// Begins a new epoch.
pub async fn new_epoch(db: &Database, clock: &SharedClock) -> Result<Uuid, DbErr> {
    let epoch = clock.new_id();
    let last_wins = OnConflict::column(installation::Column::Key)
        .update_column(installation::Column::Value)
        .to_owned();
    installation::Entity::insert(row(EPOCH, epoch.to_string()))
        .on_conflict(last_wins)
        .exec_without_returning(db.writer())
        .await?;
    Ok(epoch)
}

async fn find(db: &Database, key: &str) -> Result<Option<String>, DbErr> {
    let row = installation::Entity::find()
        .filter(installation::Column::Key.eq(key))
        .one(db.writer())
        .await?;
    Ok(row.map(|row| row.value))
}

fn row(key: &str, value: String) -> installation::ActiveModel {
    installation::ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value),
    }
}

fn read(epoch: &str) -> Result<Uuid, DbErr> {
    Uuid::try_parse(epoch).map_err(|_| DbErr::Custom(format!("{epoch:?} is no epoch")))
}
