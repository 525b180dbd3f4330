//! What a running process holds: database, clock, keys, storage, and the news of what changed.

mod live;
mod reads;
mod tries;
mod wanted;

use std::sync::{Arc, OnceLock};

use tokio::sync::broadcast;

pub use self::live::{Begun, LiveTurns, Moment, Pulled};
pub use self::reads::Reads;
pub use self::tries::{Ground, Tries};
use self::wanted::Change;
pub use self::wanted::while_wanted;
use crate::clock::SharedClock;
use crate::config::Settings;
use crate::database::sealed::Keyring;
use crate::database::{Actor, Database, Saved, Write, bus};
use crate::error::ApiError;
use crate::storage::{Storage, StorageError};

/// How many saved changes a slow listener may fall behind before it must look at everything.
const NEWS_KEPT: usize = 1024;

/// A running process. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Database,
    clock: SharedClock,
    keys: Keyring,
    settings: Settings,
    news: broadcast::Sender<Arc<Saved>>,
    storage: OnceLock<Storage>,
    tries: Tries,
    live_turns: LiveTurns,
    pulled: Pulled,
    reads: Reads,
}

impl App {
    pub fn new(db: Database, clock: SharedClock, keys: Keyring, settings: Settings) -> Self {
        let (news, _) = broadcast::channel(NEWS_KEPT);
        let live_turns = LiveTurns::of(db.readers());
        Self(Arc::new(Inner {
            pulled: Pulled::new(clock.now()),
            db,
            clock,
            keys,
            settings,
            news,
            storage: OnceLock::new(),
            tries: Tries::default(),
            live_turns,
            reads: Reads::default(),
        }))
    }

    pub fn db(&self) -> &Database {
        &self.0.db
    }

    pub fn clock(&self) -> &SharedClock {
        &self.0.clock
    }

    pub fn keys(&self) -> &Keyring {
        &self.0.keys
    }

    /// Whether it can do its work, as far as that hangs on the database.
    pub async fn is_ready(&self) -> bool {
        self.db().is_ready(self.keys()).await
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Where photos lie, opened when it is first asked for.
    pub fn storage(&self) -> Result<&Storage, StorageError> {
        if let Some(storage) = self.0.storage.get() {
            return Ok(storage);
        }
        let opened = Storage::open(&self.settings().attachments)?;
        Ok(self.0.storage.get_or_init(|| opened))
    }

    /// What was tried in vain for each session.
    pub fn tries(&self) -> &Tries {
        &self.0.tries
    }

    /// Turns for reading on behalf of live connections.
    pub fn live_turns(&self) -> &LiveTurns {
        &self.0.live_turns
    }

    /// How far each session has pulled the collections whose stream it hears.
    pub fn pulled(&self) -> &Pulled {
        &self.0.pulled
    }

    /// What is read once for all streams.
    pub fn reads(&self) -> &Reads {
        &self.0.reads
    }

    /// What was saved, as it is saved, here or by another process on the same database.
    pub fn news(&self) -> broadcast::Receiver<Arc<Saved>> {
        self.0.news.subscribe()
    }

    /// Tells other processes on the same database what is saved here, and hears what is saved
    /// there, for as long as the future runs. Alone on `SQLite` there is nobody to tell.
    pub async fn share_news(&self) {
        if self.0.db.is_postgres() {
            let me = self.0.clock.new_id();
            bus::run(self.0.db.clone(), self.0.news.clone(), me).await;
        } else {
            std::future::pending::<()>().await;
        }
    }

    /// Tells the listeners of this process that something was saved.
    pub fn announce(&self, saved: Saved) {
        // Nobody listening is not a fault.
        let _ = self.0.news.send(Arc::new(saved));
    }

    /// Runs `change` as one transaction, saves it and tells the news. `why` names the change in
    /// the audit trail: `close ticket`.
    pub async fn write<T>(
        &self,
        actor: &Actor,
        why: &'static str,
        change: impl AsyncFnOnce(&mut Write) -> Result<T, ApiError> + Clone,
    ) -> Result<T, ApiError> {
        self.write_at(actor, why, change)
            .await
            .map(|(value, _)| value)
    }

    /// Like [`App::write`], and tells where the realms stand after it.
    pub async fn write_at<T>(
        &self,
        actor: &Actor,
        why: &'static str,
        change: impl AsyncFnOnce(&mut Write) -> Result<T, ApiError> + Clone,
    ) -> Result<(T, Saved), ApiError> {
        let _change = Change::begin();
        let (value, saved) = self
            .0
            .db
            .write((&self.0.clock, &self.0.keys), actor, why, change)
            .await?;
        if !saved.is_silent() {
            self.announce(saved.clone());
        }
        Ok((value, saved))
    }
}
