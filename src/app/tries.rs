//! What was tried in vain, and on what ground: the same on the same ground fails again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use sea_orm::prelude::DateTimeUtc;
use uuid::Uuid;

use crate::database::{Heads, Reach};

/// After so long it is tried again on the same ground too: that is all that a ground which tells too
/// little can cost.
const STALE: TimeDelta = TimeDelta::minutes(10);

/// So many sessions are remembered. When there are more all are forgotten: each then tries once in vain.
const MOST: usize = 10_000;

/// What decides whether a try can fare otherwise than the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Where the realms in reach stood before the try.
    pub heads: Heads,
    pub reach: Reach,
}

/// The last try of each session. Only this process knows of it; another one tries once more.
#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<Uuid, (Ground, DateTimeUtc)>>);

/// A try under way. Dropped before it is done, it never was.
#[derive(Debug)]
pub struct Try<'a> {
    tries: &'a Tries,
    session: Uuid,
    is_done: bool,
}

impl Tries {
    /// Begins a try; none where the last one, which may still be under way, stood on the same ground.
    pub fn begin(&self, session: Uuid, ground: Ground, now: DateTimeUtc) -> Option<Try<'_>> {
        let mut last = self.last();
        let is_fresh = |at: DateTimeUtc| at <= now && now < at + STALE;
        let before = last.get(&session);
        if before.is_some_and(|(before, at)| *before == ground && is_fresh(*at)) {
            return None;
        }
        if last.len() >= MOST {
            last.clear();
        }
        last.insert(session, (ground, now));
        Some(Try {
            tries: self,
            session,
            is_done: false,
        })
    }

    /// Whatever was tried for this session may fare otherwise now.
    pub fn forget(&self, session: Uuid) {
        self.last().remove(&session);
    }

    fn last(&self) -> MutexGuard<'_, HashMap<Uuid, (Ground, DateTimeUtc)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Try<'_> {
    /// It came to its end.
    pub fn done(mut self) {
        self.is_done = true;
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.tries.forget(self.session);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn ground(head: i64) -> Ground {
        Ground {
            heads: Heads::from_iter([(Uuid::nil(), head)]),
            reach: Reach::Of(BTreeMap::new()),
        }
    }

    #[test]
    fn a_try_is_made_anew_on_new_ground_after_a_while_and_after_one_that_was_broken_off() {
        let (tries, now) = (Tries::default(), DateTimeUtc::UNIX_EPOCH);
        let begins = |session, head, at| {
            let begun = tries.begin(Uuid::from_u128(session), ground(head), at);
            begun.map(Try::done).is_some()
        };
        assert!(begins(1, 7, now) && begins(2, 7, now), "each its own");
        assert!(!begins(1, 7, now) && !begins(1, 7, now + TimeDelta::minutes(9)));
        assert!(begins(1, 8, now), "something came");
        assert!(begins(1, 8, now + STALE));
        assert!(begins(1, 8, now), "the clock was set back");
        let broken_off = tries.begin(Uuid::from_u128(1), ground(9), now);
        assert!(
            broken_off.is_some() && !begins(1, 9, now),
            "it is under way"
        );
        drop(broken_off);
        assert!(begins(1, 9, now));
        tries.forget(Uuid::from_u128(1));
        assert!(begins(1, 9, now));
    }
}
