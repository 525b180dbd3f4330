//! Facts about this installation. Its epoch names one unbroken history: a restored backup begins a
//! new one, so that no cursor of before can be continued.

use entity::ledger::installation;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, Set};
use uuid::Uuid;

use super::Database;
use crate::clock::SharedClock;

const EPOCH: &str = "epoch";

/// Where an installation notes size and seed of its demo estate.
pub const DEMO: &str = "demo";

/// The epoch of this installation; begun when asked for the first time.
pub async fn epoch(db: &Database, clock: &SharedClock) -> Result<Uuid, DbErr> {
    match epoch_at(db.reader()).await? {
        Some(epoch) => Ok(epoch),
        None => new_epoch(db, clock).await,
    }
}

/// The epoch as this connection sees it.
pub async fn epoch_at(db: &impl ConnectionTrait) -> Result<Option<Uuid>, DbErr> {
    let text = find(db, EPOCH).await?;
    let read = |text: String| {
        Uuid::try_parse(&text).map_err(|_| DbErr::Custom(format!("{text:?} is no epoch")))
    };
    text.map(read).transpose()
}

/// Begins a new epoch.
pub async fn new_epoch(db: &Database, clock: &SharedClock) -> Result<Uuid, DbErr> {
    let epoch = clock.new_id();
    put(db.writer(), EPOCH, &epoch.to_string()).await?;
    Ok(epoch)
}

/// Whether the demo estate was loaded.
pub async fn is_demo(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(find(db, DEMO).await?.is_some())
}

/// What is noted under `key`.
pub async fn find(db: &impl ConnectionTrait, key: &str) -> Result<Option<String>, DbErr> {
    Ok(installation::Entity::find_by_id(key)
        .one(db)
        .await?
        .map(|row| row.value))
}

/// Notes `value` under `key`.
pub async fn put(db: &impl ConnectionTrait, key: &str, value: &str) -> Result<(), DbErr> {
    let row = installation::ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value.to_owned()),
    };
    let replace = OnConflict::column(installation::Column::Key)
        .update_column(installation::Column::Value)
        .to_owned();
    installation::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
