//! Copies of the embedded database, and the way back.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::connect::{PoolSizes, sqlite_path};
use super::lock::{self, with_suffix};
use super::unusable::OpenError;
use super::{Database, installation};
use crate::clock::SharedClock;
use crate::private;

/// Why a backup was not made or not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("this works on the embedded database; for PostgreSQL use {0}")]
    Postgres(&'static str),
    #[error("{0} exists already")]
    Exists(PathBuf),
    #[error("{0} does not exist")]
    Missing(PathBuf),
    #[error("{0} is no sound backup: {1}")]
    Unsound(PathBuf, String),
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Writes the database at `url`, as of one moment, to `target`. The server may go on meanwhile.
pub async fn backup(url: &str, target: &Path) -> Result<(), BackupError> {
    let source = sqlite_path(url).ok_or(BackupError::Postgres("pg_dump"))?;
    if !source.exists() {
        return Err(BackupError::Missing(source.to_owned()));
    }
    // SQLite takes an empty file for a target; made here, nobody else can have made it, and nobody
    // but its owner can read it.
    create_private(target)?;
    let written = write(url, target).await;
    if written.is_err() {
        // What went wrong is told; a half file must not be taken for a backup.
        let _ = fs::remove_file(target);
    }
    written
}

/// Notes in the database at `url` that a backup is complete which was begun at this moment. The
/// server may go on meanwhile.
pub async fn note(url: &str, begun_at: DateTime<Utc>) -> Result<(), BackupError> {
    let database = Database::open_beside(url).await?;
    installation::note_backup(database.writer(), begun_at).await?;
    Ok(database.close().await?)
}

async fn write(url: &str, target: &Path) -> Result<(), BackupError> {
    let database = Database::open_read_only(url).await?;
    let db = database.reader();
    let path = target.to_str().map(ToOwned::to_owned);
    let path = path.ok_or_else(|| {
        let cause = io::Error::other("the name must be readable text");
        BackupError::File(target.to_owned(), cause)
    })?;
    let into =
        Statement::from_sql_and_values(db.get_database_backend(), "VACUUM INTO ?", [path.into()]);
    db.execute_raw(into).await?;
    database.close().await?;
    sync(target)
}

/// Puts the backup `source` in the place of the database at `url`, as a new epoch. What was there
/// is kept under the name that is returned, which ends in `stamp`. Until the last step nothing of
/// it has changed, and what takes its place is already whole.
pub async fn restore(
    url: &str,
    source: &Path,
    stamp: &str,
    clock: &SharedClock,
) -> Result<Option<PathBuf>, BackupError> {
    let target = sqlite_path(url).ok_or(BackupError::Postgres("pg_restore"))?;
    if !source.exists() {
        return Err(BackupError::Missing(source.to_owned()));
    }
    let called = target;
    let target = &lock::real_path(called)?;
    let replaced = target.exists();
    let _lock = lock::take(target, called)?;
    let coming = with_suffix(target, &format!(".restoring-{stamp}"));
    let prepared = prepare(source, &coming, clock).await;
    for leftover in ["-wal", "-shm"].map(|suffix| with_suffix(&coming, suffix)) {
        // There only when something failed.
        let _ = fs::remove_file(leftover);
    }
    let _ = fs::remove_file(coming.with_extension("lock"));
    if let Err(error) = prepared {
        let _ = fs::remove_file(&coming);
        return Err(error);
    }

    let kept = with_suffix(target, &format!(".before-restore-{stamp}"));
    // The log first: a database without its log is old, a log without its database is poison.
    for suffix in ["-wal", "-shm", ""] {
        let (from, to) = (with_suffix(target, suffix), with_suffix(&kept, suffix));
        if from.exists() {
            fs::rename(&from, &to).map_err(|cause| BackupError::File(from, cause))?;
        }
    }
    fs::rename(&coming, target).map_err(|cause| BackupError::File(target.to_owned(), cause))?;
    if let Some(folder) = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        sync(folder)?;
    }
    Ok(replaced.then_some(kept))
}

/// Makes of a backup the database that will take over.
async fn prepare(source: &Path, coming: &Path, clock: &SharedClock) -> Result<(), BackupError> {
    let fault = |cause| BackupError::File(source.to_owned(), cause);
    create_private(coming)?;
    fs::copy(source, coming).map_err(fault)?;
    let unsound =
        |cause: &dyn std::fmt::Display| BackupError::Unsound(source.to_owned(), cause.to_string());
    let url = format!("sqlite:{}", coming.display());
    check(&url).await.map_err(|cause| unsound(&cause))?;
    let database = Database::open(&url, PoolSizes::default())
        .await
        .map_err(|cause| unsound(&cause))?;
    installation::new_epoch(&database, clock).await?;
    database.close().await?;
    sync(coming)
}

/// Whether the pages of the file hang together and it is a database of ours.
async fn check(url: &str) -> Result<(), DbErr> {
    let database = Database::open_read_only(url)
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    let db = database.reader();
    let ask = |sql: &str| Statement::from_string(db.get_database_backend(), sql.to_owned());
    let answer = db.query_one_raw(ask("PRAGMA quick_check")).await?;
    let answer = answer
        .map(|row| row.try_get_by_index::<String>(0))
        .transpose()?;
    if answer.as_deref() != Some("ok") {
        return Err(DbErr::Custom(answer.unwrap_or_default()));
    }
    db.query_one_raw(ask("SELECT count(*) FROM installation"))
        .await?;
    database.close().await
}

fn create_private(path: &Path) -> Result<(), BackupError> {
    match private::create(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(BackupError::Exists(path.to_owned()))
        }
        Err(cause) => Err(BackupError::File(path.to_owned(), cause)),
    }
}

fn sync(path: &Path) -> Result<(), BackupError> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|cause| BackupError::File(path.to_owned(), cause))
}
