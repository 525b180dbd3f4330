//! What time does to uploads.

use async_trait::async_trait;
use chrono::TimeDelta;

use super::read;
use super::write::forget_uploads;
use crate::app::App;
use crate::database::Write;
use crate::error::{ApiError, Coded as _, ErrorCode};
use crate::jobs::{Job, Schedule, Taken};

/// How long an upload may rest before it must begin anew.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Uploads that are thrown away in one turn.
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
                Err(busy) if busy.code() == ErrorCode::OVERLOADED => continue,
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
