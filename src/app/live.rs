//! What the live connections of a process share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use sea_orm::prelude::DateTimeUtc;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Turns for reading on behalf of live connections. Thousands look again after the same change:
/// without turns they would take every connection from whoever waits for an answer.
#[derive(Clone, Debug)]
pub struct LiveTurns(Arc<Semaphore>);

impl LiveTurns {
    /// One for each eight connections that can read.
    pub fn of(readers: u32) -> Self {
        let turns = usize::try_from(readers / 8).unwrap_or(1);
        Self(Arc::new(Semaphore::new(turns.max(1))))
    }

    /// Waits for a turn, which ends when it is dropped.
    pub async fn take(&self) -> Option<OwnedSemaphorePermit> {
        // It fails only where turns are closed, and nobody closes these.
        self.0.clone().acquire_owned().await.ok()
    }
}

/// For how long a place is remembered that nobody uses.
const STALE: TimeDelta = TimeDelta::hours(1);

/// So many places are remembered. When there are more, the half that was used longest ago is forgotten:
/// its events carry no checkpoint until the next pull.
const MOST: usize = 100_000;

/// What a client of row streams has pulled: session and collection.
type Key = (Uuid, &'static str);

/// How far each session has pulled the collections whose stream it hears, as far as this process
/// answered it. An event of a stream moves its client's checkpoint, also over rows that the client
/// never got, and may be applied after a pull that saw more than the event did. So it carries the
/// checkpoint of a pull that is known to be on the client, with everything that came before it.
#[derive(Debug)]
pub struct Pulled {
    /// From when on pulls are known here, in milliseconds since 1970.
    since: u64,
    places: Mutex<HashMap<Key, Place>>,
    /// How many pulls were answered.
    answers: AtomicU64,
}

/// A moment between two answers of pulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

#[derive(Debug, Default)]
struct Place {
    /// When its last pull was answered, counted in answers.
    answered: u64,
    /// How many sockets were closed so that its client pulls.
    closed: u32,
    /// Wakes who waits for a pull.
    pulls: Arc<Notify>,
    /// The last event that carried a checkpoint. While it is not known to be on the client it may
    /// still be applied over what a later pull has given.
    event: Option<Uuid>,
    /// The cursor that the last pull ended with which had all events before it.
    cursor: Option<String>,
    used_at: DateTimeUtc,
}

/// An event under way.
#[derive(Debug)]
pub struct Begun {
    /// The cursor it is to carry.
    pub cursor: String,
    /// Its name, to be put on that cursor.
    pub event: Uuid,
    before: Option<Uuid>,
}

impl Pulled {
    /// Of a process that starts now.
    pub fn new(now: DateTimeUtc) -> Self {
        Self {
            since: u64::try_from(now.timestamp_millis()).unwrap_or_default(),
            places: Mutex::default(),
            answers: AtomicU64::default(),
        }
    }

    /// Whether this session is older than the process: it may have pulled what nobody here knows of.
    pub fn may_have_pulled_before(&self, session: Uuid) -> bool {
        let begun = session.get_timestamp().map(|begun| begun.to_unix());
        begun.is_none_or(|(seconds, nanos)| {
            seconds * 1_000 + u64::from(nanos) / 1_000_000 < self.since
        })
    }

    /// Where the last pull ended, as far as it is known here.
    pub fn watch(&self, key: Key, now: DateTimeUtc) -> Option<String> {
        place(&mut self.places(), key, now).cursor.clone()
    }

    /// Waits until a pull of this place is known.
    pub async fn known(&self, key: Key, now: DateTimeUtc) {
        let pulls = place(&mut self.places(), key, now).pulls.clone();
        let mut answered = std::pin::pin!(pulls.notified());
        // Before it is asked: an answer in between is heard of.
        answered.as_mut().enable();
        if place(&mut self.places(), key, now).cursor.is_none() {
            answered.await;
        }
    }

    /// Notes that a socket is closed so that its client pulls.
    pub fn close(&self, key: Key, now: DateTimeUtc) {
        place(&mut self.places(), key, now).closed += 1;
    }

    /// How many sockets were closed so that its client pulls.
    pub fn closed(&self, key: Key) -> u32 {
        self.places().get(&key).map_or(0, |place| place.closed)
    }

    /// This moment, for what is read from now on.
    pub fn moment(&self) -> Moment {
        Moment(self.answers.load(Ordering::SeqCst))
    }

    /// Whether it is known that no pull of this place was answered since. One that was may have seen more
    /// than what was read then.
    pub fn is_still(&self, key: Key, since: Moment) -> bool {
        let places = self.places();
        places
            .get(&key)
            .is_some_and(|place| place.answered <= since.0)
    }

    /// Begins an event, before what it tells is read; none while no pull is known.
    pub fn begin(&self, key: Key, event: Uuid, now: DateTimeUtc) -> Option<Begun> {
        let mut places = self.places();
        let place = places.get_mut(&key)?;
        place.used_at = now;
        let cursor = place.cursor.clone()?;
        let before = place.event.replace(event);
        Some(Begun {
            cursor,
            event,
            before,
        })
    }

    /// Takes back an event that was not sent, because there was nothing to tell.
    pub fn take_back(&self, key: Key, begun: &Begun) {
        let mut places = self.places();
        let place = places.get_mut(&key);
        if let Some(place) = place.filter(|place| place.event == Some(begun.event)) {
            place.event = begun.before;
        }
    }

    /// Notes a pull that ended with `cursor`, from a client that had applied this event last. Where it
    /// may still apply one that was read before the pull, the cursor of an earlier pull stays the one
    /// to carry: the client comes back to it and misses nothing.
    pub fn answered(&self, key: Key, cursor: &str, event: Option<Uuid>, now: DateTimeUtc) {
        let mut places = self.places();
        let place = place(&mut places, key, now);
        place.answered = self.answers.fetch_add(1, Ordering::SeqCst) + 1;
        if place.event.is_none() || place.event == event {
            place.cursor = Some(cursor.to_owned());
        }
        place.pulls.notify_waiters();
    }

    fn places(&self) -> MutexGuard<'_, HashMap<Key, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place, which is used now.
fn place(places: &mut HashMap<Key, Place>, key: Key, now: DateTimeUtc) -> &mut Place {
    if places.len() >= MOST && !places.contains_key(&key) {
        let mut used: Vec<_> = places.values().map(|place| place.used_at).collect();
        let half = used.len() / 2;
        let (_, median, _) = used.select_nth_unstable(half);
        let median = *median;
        let mut left = half;
        places.retain(|_, place| {
            let is_kept = place.used_at > median || (place.used_at == median && left > 0);
            left -= usize::from(is_kept).min(left);
            is_kept
        });
    }
    let place = places.entry(key).or_default();
    if place.used_at + STALE <= now {
        *place = Place::default();
    }
    place.used_at = now;
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = (Uuid::nil(), "ticket");
    const NOW: DateTimeUtc = DateTimeUtc::UNIX_EPOCH;

    #[test]
    fn an_event_carries_a_pull_that_had_all_events_before_it() {
        let (pulled, [one, two, three]) = (Pulled::new(NOW), [1, 2, 3].map(Uuid::from_u128));
        let begin = |event| pulled.begin(KEY, event, NOW);
        let pull = |cursor, event| pulled.answered(KEY, cursor, event, NOW);
        assert_eq!(pulled.watch(KEY, NOW), None);
        assert!(begin(one).is_none(), "no pull is known");
        pull("b", None);
        assert_eq!(begin(one).unwrap().cursor, "b");
        // The client has not applied it yet, and may do so after this pull.
        pull("c", None);
        assert_eq!(begin(two).unwrap().cursor, "b");
        pull("d", Some(one));
        let nothing = begin(three).unwrap();
        assert_eq!(nothing.cursor, "b");
        pulled.take_back(KEY, &nothing);
        pull("e", Some(two));
        assert_eq!(pulled.watch(KEY, NOW).as_deref(), Some("e"));
        assert_eq!(begin(three).unwrap().cursor, "e");
    }

    #[test]
    fn a_session_from_before_the_process_may_have_pulled() {
        let pulled = Pulled::new(NOW + TimeDelta::seconds(10));
        let begun = |milliseconds| {
            let id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]);
            pulled.may_have_pulled_before(id.into_uuid())
        };
        assert_eq!([9_999, 10_000, 10_001].map(begun), [true, false, false]);
    }

    #[tokio::test]
    async fn a_pull_that_is_waited_for_is_heard_of() {
        let pulled = Pulled::new(NOW);
        pulled.watch(KEY, NOW);
        assert_eq!(pulled.closed(KEY), 0);
        pulled.close(KEY, NOW);
        assert_eq!(pulled.closed(KEY), 1);
        let answer = async { pulled.answered(KEY, "a", None, NOW) };
        tokio::join!(pulled.known(KEY, NOW), answer);
        assert_eq!(pulled.watch(KEY, NOW).as_deref(), Some("a"));
    }

    #[test]
    fn of_too_many_places_those_used_last_are_kept() {
        let mut places = HashMap::new();
        let key = |n: usize| (Uuid::from_u128(u128::try_from(n).unwrap()), "ticket");
        for n in 0..MOST {
            let later = TimeDelta::milliseconds(i64::try_from(n).unwrap());
            place(&mut places, key(n), NOW + later);
        }
        place(&mut places, key(MOST), NOW + TimeDelta::hours(1));
        assert!(
            (MOST / 2..=MOST / 2 + 1).contains(&places.len()),
            "{}",
            places.len()
        );
        assert!(places.contains_key(&key(MOST - 1)) && !places.contains_key(&key(0)));
    }

    #[test]
    fn a_place_that_nobody_uses_is_forgotten() {
        let pulled = Pulled::new(NOW);
        pulled.watch(KEY, NOW);
        pulled.answered(KEY, "a", None, NOW);
        let later = NOW + STALE;
        assert!(pulled.watch(KEY, later - TimeDelta::seconds(1)).is_some());
        assert!(pulled.watch(KEY, later + STALE).is_none());
    }
}
