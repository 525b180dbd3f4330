//! A push in one change, phase by phase.

use std::collections::{BTreeMap, BTreeSet};

use entity::accounts::session;

use super::batch::Batch;
use super::envelope::Arrived;
use super::step::Step;
use super::{Mode, Outcome, deferral};
use crate::command::issue::limit_carried;
use crate::database::Write;
use crate::error::ApiError;

/// Applies the batch, and whatever waited for it.
pub(super) async fn run(
    batch: &mut Batch<'_>,
    arrived: &[Arrived],
    write: &mut Write,
) -> Result<Vec<Outcome>, ApiError> {
    wait_for_our_turn(batch, write).await?;
    batch.look_up(arrived, write).await?;
    let arrived = batch.tell_apart(arrived, write).await?;
    let known: BTreeSet<String> = batch.known.keys().cloned().collect();
    batch.count_replays(&arrived, write).await?;
    let steps = steps_of(batch, &arrived, &known);
    let mut decided = batch.decide_all(&steps, write).await?;
    if batch.mode == Mode::Together {
        deferral::resume(batch, &mut decided, write).await?;
    }
    limit_carried(write).await?;
    Ok(outcomes_of(batch, &arrived, &known, decided))
}

/// Pushes of one session wait for each other: its mutations apply in its order.
async fn wait_for_our_turn(batch: &Batch<'_>, write: &mut Write) -> Result<(), ApiError> {
    let session = batch.person.session_id;
    Ok(write.load::<session::Model>([session]).await?)
}

/// What is new of it, as commands. Only the first of equal mutations is new.
fn steps_of<'a>(
    batch: &Batch<'_>,
    arrived: &'a [Arrived],
    known: &BTreeSet<String>,
) -> Vec<Step<'a>> {
    let mut deliveries: BTreeMap<&str, i32> = BTreeMap::new();
    for mutation in arrived {
        *deliveries.entry(&mutation.id).or_default() += 1;
    }
    let steps = arrived.iter().zip(0..).filter_map(|(mutation, position)| {
        let is_new = !known.contains(&mutation.id);
        let deliveries = deliveries.remove(&*mutation.id).filter(|_| is_new)?;
        Some(Step {
            arrived: mutation,
            command: batch.decode(mutation),
            deliveries,
            position,
            received_at: None,
        })
    });
    steps.collect()
}

/// What became of each, in the order in which they came.
fn outcomes_of(
    batch: &Batch<'_>,
    arrived: &[Arrived],
    known: &BTreeSet<String>,
    decided: Vec<Outcome>,
) -> Vec<Outcome> {
    let decided = decided.into_iter();
    let mut fresh: BTreeMap<String, Outcome> = decided
        .map(|outcome| (outcome.row.mutation_id.clone(), outcome))
        .collect();
    let outcomes = arrived.iter().map(|mutation| {
        let outcome = outcome_of(batch, mutation, &mut fresh);
        let duplicate = outcome.duplicate || known.contains(&mutation.id);
        Outcome {
            duplicate,
            ..outcome
        }
    });
    outcomes.collect()
}

/// The fresh outcome at the first place of an id, the present one at all others.
fn outcome_of(
    batch: &Batch<'_>,
    arrived: &Arrived,
    fresh: &mut BTreeMap<String, Outcome>,
) -> Outcome {
    if let Some(outcome) = fresh.remove(&arrived.id) {
        return outcome;
    }
    let Some(row) = batch.known.get(&arrived.id).cloned() else {
        return batch.not_taken(arrived);
    };
    let record = batch.record_of(&row);
    Outcome {
        row,
        is_taken: true,
        duplicate: true,
        record,
        refusal: None,
    }
}
