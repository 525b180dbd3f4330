//! Turns of photos: few, so that data goes first, and of them one account has no more than two.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::ids::AccountId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::refusal::Refusal;
use crate::auth::Viewer;

/// How many turns one account has at a time: slow readers of one account shall not keep photos from all
/// others.
const OF_ONE: usize = 2;

/// All turns in one direction.
#[derive(Clone)]
pub struct Turns {
    all: Arc<Semaphore>,
    taken: Arc<Mutex<BTreeMap<AccountId, usize>>>,
}

impl Turns {
    pub fn new(count: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(count)),
            taken: Arc::default(),
        }
    }

    /// A turn, before it is known whose.
    pub fn take(&self) -> Result<Turn, Refusal> {
        let permit = self.all.clone().try_acquire_owned();
        Ok(Turn {
            turns: self.clone(),
            account: None,
            _permit: permit.map_err(|_| Refusal::TooBusy)?,
        })
    }

    fn taken(&self) -> MutexGuard<'_, BTreeMap<AccountId, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held while a photo is on its way.
pub struct Turn {
    turns: Turns,
    account: Option<AccountId>,
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    /// The turn in the name of whoever has signed in.
    pub fn of(mut self, viewer: &Viewer) -> Result<Self, Refusal> {
        let Some(person) = viewer.person() else {
            return Ok(self);
        };
        let mut taken = self.turns.taken();
        let count = taken.entry(person.account_id).or_default();
        if *count >= OF_ONE {
            return Err(Refusal::TooBusy);
        }
        *count += 1;
        drop(taken);
        self.account = Some(person.account_id);
        Ok(self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(account) = self.account else {
            return;
        };
        let mut taken = self.turns.taken();
        if let Some(count) = taken.get_mut(&account) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&account);
            }
        }
    }
}
