//! What happened to a record, and what that comes to. Pure.
//!
//! The state of a record follows from its events in the order in which they happened, never from the order
//! in which they were heard of. Of two of the same moment the one that was heard of first comes first.

use chrono::{DateTime, Utc};

/// A step in the history of a record. It is never changed.
pub trait Happened {
    fn observed_at(&self) -> DateTime<Utc>;

    /// Its place among all changes that were saved; 0 before that.
    fn seq(&self) -> i64;

    /// Whether the record begins with it: nothing came before, however the clocks of phones stood.
    fn begins(&self) -> bool;
}

/// A record whose state follows from its history.
pub trait Story {
    type Event: Happened;
    type State: Clone + PartialEq;

    /// Where it stands before anything happened.
    fn begin(&self) -> Self::State;

    /// Lets an event count. One that does not count where the record stands changes nothing.
    fn follow(state: &mut Self::State, event: &Self::Event);

    /// Whether an event counts where the record stands.
    fn counts(state: &Self::State, event: &Self::Event) -> bool;

    /// Lets the record stand there.
    fn stand(&mut self, state: Self::State);

    /// Notes in an event from where to where it brought the record, where events tell that.
    fn note_step(_event: &mut Self::Event, _from: &Self::State, _to: &Self::State) {}
}

/// Where a record stands when somebody acts on it.
#[derive(Clone, Debug)]
pub struct StateAt<S> {
    /// Where it stood when that happened.
    pub then: S,
    /// Where it stands, by all that is known.
    pub now: S,
}

impl<S: PartialEq> StateAt<S> {
    /// Whether others went on from there since: it is heard of late.
    pub fn is_late(&self) -> bool {
        self.then != self.now
    }
}

/// Events as they happened. Those that are not saved yet come in the order in which they were heard of.
pub fn in_order<E: Happened>(mut events: Vec<&E>) -> Vec<&E> {
    events.sort_by_key(|event| (order(*event), event.seq() == 0, event.seq()));
    events
}

/// Orders by what happened first.
fn order<E: Happened>(event: &E) -> (bool, DateTime<Utc>) {
    (!event.begins(), event.observed_at())
}

/// Puts an event that is heard of now among the others, which are in their order.
pub fn add<'a, E: Happened>(events: &mut Vec<&'a E>, event: &'a E) {
    let place = events.partition_point(|known| order(*known) <= order(event));
    events.insert(place, event);
}

/// What these events come to, in their order.
pub fn fold<'a, S: Story>(record: &S, events: impl IntoIterator<Item = &'a S::Event>) -> S::State
where
    S::Event: 'a,
{
    let mut state = record.begin();
    for event in events {
        S::follow(&mut state, event);
    }
    state
}

/// Those of these events that count, in their order.
pub fn counted<'a, S: Story>(record: &S, events: &[&'a S::Event]) -> Vec<&'a S::Event> {
    let mut state = record.begin();
    let counts = |event: &&&'a S::Event| {
        let counts = S::counts(&state, event);
        S::follow(&mut state, event);
        counts
    };
    events.iter().filter(counts).copied().collect()
}

/// Where a record of this history stands, and stood at a moment.
pub fn state_at<S: Story>(
    record: &S,
    events: &[&S::Event],
    moment: DateTime<Utc>,
) -> StateAt<S::State> {
    let is_by = |event: &&S::Event| event.begins() || event.observed_at() <= moment;
    let (before, after) = events.split_at(events.partition_point(is_by));
    let then = fold(record, before.iter().copied());
    let mut now = then.clone();
    for event in after {
        S::follow(&mut now, event);
    }
    StateAt { then, now }
}

/// For the tests of areas, whose records all keep the law: in whatever order a history is heard of, it comes
/// to one state.
#[cfg(test)]
pub mod law {
    use std::fmt::Debug;

    use proptest::prelude::*;

    use super::*;

    /// What is heard of in one change after another.
    pub type Batches<E> = Vec<Vec<E>>;

    /// A history, no two events of one moment, in each order in which it may be heard of, cut into any
    /// batches.
    pub fn heard_in_any_order<E: Clone + Debug>(
        history: Vec<E>,
    ) -> impl Strategy<Value = Batches<E>> {
        let cuts = proptest::collection::vec(any::<bool>(), history.len());
        let heard = Just(history).prop_shuffle();
        (heard, cuts).prop_map(|(heard, cuts)| {
            let (mut batches, mut batch) = (Vec::new(), Vec::new());
            for (event, is_cut) in heard.into_iter().zip(cuts) {
                if is_cut {
                    batches.push(std::mem::take(&mut batch));
                }
                batch.push(event);
            }
            batches.push(batch);
            batches
        })
    }

    /// Where a record stands when it was all heard of so; `saved` puts its number on an event.
    pub fn after<S: Story<Event: Clone>>(
        record: &S,
        batches: &[Vec<S::Event>],
        saved: impl Fn(&mut S::Event, i64),
    ) -> S::State {
        let (mut known, mut seq) = (Vec::new(), 0);
        for (nth, batch) in batches.iter().enumerate() {
            let is_last = nth + 1 == batches.len();
            for event in batch {
                let mut event = event.clone();
                seq += 1;
                saved(&mut event, if is_last { 0 } else { seq });
                known.push(event);
            }
        }
        fold(record, in_order(known.iter().collect()))
    }
}
