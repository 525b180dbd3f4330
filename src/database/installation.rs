//! Facts about this installation. Its epoch names one unbroken history: a restored backup begins a
//! new one, so that no cursor of before can be continued.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ledger::installation;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};
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
    read_epoch(find(db, EPOCH).await?)
}

fn read_epoch(text: Option<String>) -> Result<Option<Uuid>, DbErr> {
    let read = |text: String| {
        Uuid::try_parse(&text).map_err(|_| DbErr::Custom(format!("{text:?} is no epoch")))
    };
    text.map(read).transpose()
}

/// Begins a new epoch. Where there was one before, a backup has been restored: that is noted.
pub async fn new_epoch(db: &Database, clock: &SharedClock) -> Result<Uuid, DbErr> {
    if find(db.reader(), EPOCH).await?.is_some() {
        put(db.writer(), RESTORED, &clock.now().to_rfc3339()).await?;
    }
    let epoch = clock.new_id();
    put(db.writer(), EPOCH, &epoch.to_string()).await?;
    Ok(epoch)
}

/// Where an installation notes when a backup was restored.
const RESTORED: &str = "restored at";

/// When a backup was restored, the last time; none where that never was.
pub async fn restored_at(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    let text = find(db, RESTORED).await?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// Which history a database has, and what of it no backup has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    pub epoch: Uuid,
    /// The moment up to which a backup has everything; none where no backup was noted.
    pub backed_up_until: Option<DateTime<Utc>>,
}

/// The history as this connection sees it, in one statement.
pub async fn history_at(db: &impl ConnectionTrait) -> Result<History, DbErr> {
    let noted = installation::Entity::find()
        .filter(installation::Column::Key.is_in([EPOCH, BACKED_UP]))
        .all(db)
        .await?;
    let mut noted: BTreeMap<_, _> = noted.into_iter().map(|row| (row.key, row.value)).collect();
    let backed_up = noted.remove(BACKED_UP);
    Ok(History {
        epoch: read_epoch(noted.remove(EPOCH))?.unwrap_or_default(),
        backed_up_until: backed_up.and_then(|text| text.parse().ok()),
    })
}

/// Where an installation notes up to which moment a backup has everything.
const BACKED_UP: &str = "backed up until";

/// The moment up to which a backup has everything.
pub async fn backed_up_until(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    let text = find(db, BACKED_UP).await?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// Notes that a backup is complete which was begun at this moment. An older one changes nothing.
pub async fn note_backup(db: &impl ConnectionTrait, begun_at: DateTime<Utc>) -> Result<(), DbErr> {
    let known = backed_up_until(db).await?;
    if known.is_none_or(|known| known < begun_at) {
        put(db, BACKED_UP, &begun_at.to_rfc3339()).await?;
    }
    Ok(())
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
    let replace = OnConflict::column(installation::Column::Key)
        .update_column(installation::Column::Value)
        .to_owned();
    insert(db, key, value, replace).await
}

/// Notes `value` under `key`, unless something is noted there already.
pub async fn put_if_absent(db: &impl ConnectionTrait, key: &str, value: &str) -> Result<(), DbErr> {
    let keep = OnConflict::column(installation::Column::Key)
        .do_nothing()
        .to_owned();
    insert(db, key, value, keep).await
}

async fn insert(
    db: &impl ConnectionTrait,
    key: &str,
    value: &str,
    when_there: OnConflict,
) -> Result<(), DbErr> {
    let row = installation::ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value.to_owned()),
    };
    installation::Entity::insert(row)
        .on_conflict(when_there)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
