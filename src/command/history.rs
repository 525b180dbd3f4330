//! Adding to the history of a record.

use entity::sync::MutationOutcome;
use uuid::Uuid;

use super::Occasion;
use crate::database::{Record, Write};
use crate::error::ApiError;
use crate::history::{
    Happened as _, StateAt, Story, add, fold, in_order, state_at as state_of_events,
};

/// What happened to a record, in that order. Refuses one whose history was not loaded.
pub fn of<S>(write: &Write, id: Uuid) -> Result<Vec<&S::Event>, ApiError>
where
    S: Story<Event: Record> + Record,
{
    let events = in_order(write.of_root::<S::Event>(id));
    if events.first().is_some_and(|first| first.begins()) {
        Ok(events)
    } else {
        let what = format!("the history of a {} was not loaded", S::NAME);
        Err(ApiError::internal(what))
    }
}

/// Where a record stands, and stood when this happened.
pub fn state_at<S>(
    write: &Write,
    record: &S,
    occasion: &Occasion,
) -> Result<StateAt<S::State>, ApiError>
where
    S: Story<Event: Record> + Record,
{
    let events = of::<S>(write, record.id())?;
    Ok(state_of_events(record, &events, occasion.observed_at))
}

/// Adds an event to the history of a record and lets the record stand where that brings it. One that does
/// not count is refused with `verdict`: always at the desk; from a phone only if nobody has gone on since,
/// else it is kept, because it happened. `Applied` if the record stands otherwise by it, else `Merged`.
pub fn record<S>(
    write: &mut Write,
    occasion: &Occasion,
    record: &S,
    mut event: S::Event,
    verdict: Result<(), impl Into<ApiError>>,
) -> Result<MutationOutcome, ApiError>
where
    S: Story<Event: Record> + Record,
{
    let mut events = of::<S>(write, record.id())?;
    let state = state_of_events(record, &events, occasion.observed_at);
    let may_be_kept = occasion.mutation.is_some() && state.is_late();
    if let Err(refusal) = verdict
        && !may_be_kept
    {
        return Err(refusal.into());
    }
    add(&mut events, &event);
    let after = fold(record, events);
    let is_applied = after != state.now;
    if is_applied || !state.is_late() {
        let mut there = state.then.clone();
        S::follow(&mut there, &event);
        S::note_step(&mut event, &state.then, &there);
    }
    write.insert(event)?;
    write.update::<S>(record.id(), |row| row.stand(after))?;
    Ok(if is_applied {
        MutationOutcome::Applied
    } else {
        MutationOutcome::Merged
    })
}
