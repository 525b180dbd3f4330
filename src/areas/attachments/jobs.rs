//! What time does to uploads.

use async_trait::async_trait;
use chrono::TimeDelta;

use super::read;
use super::write::{forget_content, forget_uploads};
use crate::app::App;
use crate::database::Write;
use crate::error::ApiError;
use crate::jobs::{Job, Schedule, Taken};
use crate::storage::StorageError;

/// How long an upload may rest before it must begin anew.
const KEPT: TimeDelta = TimeDelta::days(7);

/// How long a content waits for a record that carries it.
const WAITS: TimeDelta = TimeDelta::days(30);

/// Uploads or contents that are thrown away in one turn.
const AT_ONCE: u64 = 500;

/// Throws away what has arrived of uploads that nobody goes on with.
pub struct PurgeUploads;

#[async_trait]
impl Job for PurgeUploads {
    const KIND: &'static str = "attachment.purge_uploads";

    fn schedule(&self) -> Schedule {
        Schedule::Hourly
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let since = app.clock().now() - KEPT;
        let mut abandoned = Vec::new();
        for upload in read::abandoned(app, since, AT_ONCE).await? {
            let Ok(hash) = upload.sha256.parse() else {
                continue;
            };
            let account = upload.account_id.into();
            // The file goes first: without a note nobody would find it again.
            match app.storage()?.unfinished(account, &hash).await {
                Ok(file) => file.remove().await?,
                Err(StorageError::Busy) => continue,
                Err(failed) => return Err(failed.into()),
            }
            abandoned.push(upload);
        }
        let forget = async |write: &mut Write| forget_uploads(write, &abandoned, since).await;
        let purged = taken.finish(app, "purge uploads", forget).await?;
        if purged > 0 {
            tracing::info!(purged, "uploads purged that nobody finished");
        }
        Ok(())
    }
}

/// Throws away whole contents that no record came to carry.
pub struct PurgeUncarried;

#[async_trait]
impl Job for PurgeUncarried {
    const KIND: &'static str = "attachment.purge_uncarried";

    /// Once a day for all communities.
    fn schedule(&self) -> Schedule {
        Schedule::EveryMinutes(24 * 60)
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let since = app.clock().now() - WAITS;
        let mut purged = 0;
        loop {
            let found = read::list_uncarried(app, since, AT_ONCE).await?;
            let mut gone = 0;
            for hash in &found {
                let storage = app.storage()?;
                let forget =
                    async |write: &mut Write| forget_content(write, storage, hash, since).await;
                let is_gone = taken
                    .step(app, "purge uncarried attachment", forget)
                    .await?;
                gone += u64::from(is_gone);
            }
            purged += gone;
            if gone == 0 {
                break;
            }
        }
        if purged > 0 {
            tracing::info!(purged, "attachments purged that no record carries");
        }
        Ok(())
    }
}
