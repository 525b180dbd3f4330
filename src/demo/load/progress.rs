//! How far the loading of the demo estate is.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::demo::estate::DemoEstate;

/// Saving takes about so many times as long as preparing.
const SAVING: u64 = 4;

/// Counts what is prepared, then what is saved, and tells of both on one scale.
pub(super) struct Progress {
    things: u64,
    prepared: AtomicU64,
    tell: Box<dyn Fn(u64, u64) + Send + Sync>,
}

impl Progress {
    pub fn of(estate: &DemoEstate, tell: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        let communities = estate.communities.iter();
        let things = communities.map(|it| it.units.len() + it.parties.len() + it.tickets.len());
        Self {
            things: u64::try_from(things.sum::<usize>()).unwrap_or(u64::MAX),
            prepared: AtomicU64::new(0),
            tell: Box::new(tell),
        }
    }

    /// Nothing is done yet, or a change that met another is run again.
    pub fn begin(&self) {
        self.prepared.store(0, Ordering::Relaxed);
        self.tell(0);
    }

    pub fn prepared(&self, things: usize) {
        let things = u64::try_from(things).unwrap_or(u64::MAX);
        self.tell(self.prepared.fetch_add(things, Ordering::Relaxed) + things);
    }

    /// So many rows are written, of so many.
    pub fn saved(&self, rows: usize, of: usize) {
        let [rows, of] = [rows, of].map(|count| u64::try_from(count).unwrap_or(u64::MAX));
        self.tell(self.things + self.things * SAVING * rows / of.max(1));
    }

    fn tell(&self, done: u64) {
        (self.tell)(done, self.things * (1 + SAVING));
    }
}
