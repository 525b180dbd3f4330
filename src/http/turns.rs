//! Turns at something of which there is only so much, and of which nobody takes all.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::refusal::Refusal;

/// So many turns for all, counted by who takes them.
pub struct Turns<K: Ord>(Arc<Mutex<Taken<K>>>);

struct Taken<K> {
    free: usize,
    by: BTreeMap<K, usize>,
}

impl<K: Ord> Clone for Turns<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Ord + Clone> Turns<K> {
    pub fn new(count: usize) -> Self {
        let by = BTreeMap::new();
        Self(Arc::new(Mutex::new(Taken { free: count, by })))
    }

    /// `count` turns at once, if there are as many and `who` then has no more than `most`.
    pub fn take(&self, who: &K, count: usize, most: usize) -> Result<Turn<K>, Refusal> {
        let mut turn = Turn {
            turns: self.clone(),
            who: who.clone(),
            count: 0,
        };
        turn.take_more(count, most)?;
        Ok(turn)
    }

    fn taken(&self) -> MutexGuard<'_, Taken<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Given back when dropped.
pub struct Turn<K: Ord + Clone> {
    turns: Turns<K>,
    who: K,
    count: usize,
}

impl<K: Ord + Clone> Turn<K> {
    /// As many more, under the same conditions.
    pub fn take_more(&mut self, count: usize, most: usize) -> Result<(), Refusal> {
        let mut taken = self.turns.taken();
        let has = taken.by.get(&self.who).copied().unwrap_or_default();
        if count > taken.free || has + count > most {
            return Err(Refusal::TooBusy);
        }
        taken.free -= count;
        taken.by.insert(self.who.clone(), has + count);
        self.count += count;
        Ok(())
    }
}

impl<K: Ord + Clone> Drop for Turn<K> {
    fn drop(&mut self) {
        let mut taken = self.turns.taken();
        taken.free += self.count;
        if let Some(has) = taken.by.get_mut(&self.who) {
            *has = has.saturating_sub(self.count);
            if *has == 0 {
                taken.by.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_all_and_what_is_given_back_can_be_taken_again() {
        let turns = Turns::new(5);
        let mut one = turns.take(&"one", 2, 3).unwrap();
        assert!(turns.take(&"one", 2, 3).is_err(), "more than its share");
        one.take_more(1, 3).unwrap();
        assert!(one.take_more(1, 3).is_err());
        let other = turns.take(&"other", 2, 3).unwrap();
        assert!(turns.take(&"third", 1, 3).is_err(), "none is left");
        drop(one);
        assert!(turns.take(&"third", 3, 3).is_ok());
        drop(other);
        assert!(turns.taken().by.is_empty());
        assert_eq!(turns.taken().free, 5);
    }
}
