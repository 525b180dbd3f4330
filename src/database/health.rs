//! Whether the database can be written, found out by writing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbErr};

use super::error::is_damage;
use super::sealed::Keyring;
use super::{Database, installation, sealing};
use crate::error;

/// How long a good answer holds: whoever asks more often costs nothing.
const HOLDS: Duration = Duration::from_secs(1);

/// How long somebody who asks is kept waiting.
const PATIENCE: Duration = Duration::from_secs(1);

/// The row that is written.
const NOTE: &str = "probe";

/// How often a text of 16 bytes is written after a change could not be saved: a small one might fit into what the
/// change that failed has left, and the next change would not.
const LARGE: usize = 16 << 10;

/// What is known of the writer.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// A change could not be saved, and no large probe since has been.
    in_trouble: AtomicBool,
    /// The database itself is damaged. That stays so until somebody has restored a backup, and started anew.
    is_damaged: AtomicBool,
    /// One probe at a time.
    turn: tokio::sync::Mutex<()>,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Health {
    /// A change could not be saved through no fault of its own.
    pub fn note_trouble(&self) {
        self.in_trouble.store(true, Ordering::Relaxed);
    }

    /// Notes damage, if this error comes of it.
    pub fn note_damage(&self, error: &DbErr) {
        if is_damage(error) && !self.is_damaged.swap(true, Ordering::Relaxed) {
            let cause = error::chain(error);
            tracing::error!(
                cause,
                "the database is damaged; stop the server and restore a backup"
            );
        }
    }

    fn last(&self) -> Option<(Instant, bool)> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, is_good: bool) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((Instant::now(), is_good));
    }
}

impl Database {
    /// Whether it answers and takes changes, is not damaged, and is sealed with these keys. While the writer
    /// is busy with something long, what was found last is the answer.
    pub async fn is_ready(&self, keys: &Keyring) -> bool {
        let (db, keys) = (self.clone(), keys.clone());
        // Not broken off with the request: whoever asks next learns what came of it.
        let probe = tokio::spawn(async move { db.probe(&keys).await });
        if let Ok(found) = tokio::time::timeout(PATIENCE, probe).await {
            return found.unwrap_or(false);
        }
        let last = self.health().last();
        let is_good = last.is_some_and(|(_, is_good)| is_good);
        tracing::warn!(is_good, "the database takes long to answer");
        is_good && !self.health().in_trouble.load(Ordering::Relaxed)
    }

    async fn probe(&self, keys: &Keyring) -> bool {
        let health: &Arc<Health> = self.health();
        let _turn = health.turn.lock().await;
        let in_trouble = health.in_trouble.load(Ordering::Relaxed);
        if let Some((at, true)) = health.last()
            && at.elapsed() < HOLDS
            && !in_trouble
        {
            return true;
        }
        let probed = self
            .read_and_write(if in_trouble { LARGE } else { 1 })
            .await;
        match &probed {
            Ok(()) if in_trouble => {
                tracing::info!("the database takes changes again");
                health.in_trouble.store(false, Ordering::Relaxed);
            }
            Ok(()) => {}
            Err(cause) => {
                tracing::warn!(%cause, "the database takes no change");
                health.note_trouble();
            }
        }
        let is_damaged = health.is_damaged.load(Ordering::Relaxed);
        let is_good = probed.is_ok() && !is_damaged && self.is_sealed_with(keys).await;
        health.note(is_good);
        is_good
    }

    async fn is_sealed_with(&self, keys: &Keyring) -> bool {
        let compared = sealing::compare_again(self.reader(), keys).await;
        compared
            .inspect_err(|error| tracing::error!(%error, "the keys at hand will not do"))
            .is_ok()
    }

    async fn read_and_write(&self, times: usize) -> Result<(), DbErr> {
        self.reader().execute_unprepared("SELECT 1").await?;
        // Another text each time: a page that stays as it is would not be written.
        let text = format!("{:016x}", rand::random::<u64>()).repeat(times);
        installation::put(self.writer(), NOTE, &text).await
    }
}
