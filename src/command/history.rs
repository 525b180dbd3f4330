//! Adding to the history of a record.

use entity::sync::MutationOutcome;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{Effect, Occasion};
use crate::database::{Record, Write};
use crate::error::ApiError;
use crate::history::{Happened as _, StateAt, Story, add, fold, in_order, state_at};

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

/// Loads what happened to those of these records that are stored, as far as it moves them, and the events of
/// these ids. `of` is the column in which an event names its record.
pub async fn load<S>(
    write: &mut Write,
    records: impl IntoIterator<Item = impl Into<Uuid>>,
    of: impl ColumnTrait,
    moves: Condition,
    events: impl IntoIterator<Item = impl Into<Uuid>>,
) -> Result<(), ApiError>
where
    S: Story<Event: Record> + Record,
{
    let records = records.into_iter().map(Into::into);
    let stored: Vec<Uuid> = records.filter(|id| write.is_stored::<S>(*id)).collect();
    let events: Vec<Uuid> = events.into_iter().map(Into::into).collect();
    if stored.is_empty() && events.is_empty() {
        return Ok(());
    }
    let of_them = moves.add(of.is_in(stored));
    let wanted = Condition::any()
        .add(of_them)
        .add(S::Event::id_column().is_in(events));
    Ok(write.load_where::<S::Event>(wanted, false).await?)
}

/// A record, and what a command must know of where it stands.
pub struct ActedOn<S: Story> {
    pub row: S,
    pub state: StateAt<S::State>,
}

impl<S> ActedOn<S>
where
    S: Story<Event: Record> + Record,
{
    pub fn new(write: &Write, row: S, occasion: &Occasion) -> Result<Self, ApiError> {
        let events = of::<S>(write, row.id())?;
        let state = state_at(&row, &events, occasion.observed_at);
        Ok(Self { row, state })
    }

    /// Adds an event to its history and lets it stand where that brings it. What the verdict of the desk's
    /// rules refuses is taken from a phone where it counts all the same, because of several who were there each
    /// knows a part; and it is kept where others have gone on since, because it happened. `Applied` if the
    /// record stands otherwise by it, else `Merged`.
    pub fn record(
        &self,
        write: &mut Write,
        occasion: &Occasion,
        mut event: S::Event,
        verdict: Result<(), impl Into<ApiError>>,
    ) -> Result<Effect, ApiError> {
        let Self { row, state } = self;
        let is_of_phone = occasion.mutation.is_some();
        let may_be_kept = is_of_phone && (state.is_late() || S::counts(&state.then, &event));
        if let Err(refusal) = verdict
            && !may_be_kept
        {
            return Err(refusal.into());
        }
        let mut events = of::<S>(write, row.id())?;
        add(&mut events, &event);
        let after = fold(row, events);
        let is_applied = after != state.now;
        if is_applied || !state.is_late() {
            let mut there = state.then.clone();
            S::follow(&mut there, &event);
            S::note_step(&mut event, &state.then, &there);
        }
        write.insert(event)?;
        write.update::<S>(row.id(), |row| row.stand(after))?;
        let outcome = if is_applied {
            MutationOutcome::Applied
        } else {
            MutationOutcome::Merged
        };
        Ok(Effect {
            outcome,
            ..Effect::on(row)
        })
    }
}
