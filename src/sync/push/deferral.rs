//! Mutations that wait for what they depend on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use entity::accounts::{account, session};
use entity::ids::SessionId;
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::batch::Batch;
use super::error::PushError;
use super::step::Step;
use super::{Outcome, envelope};
use crate::app::App;
use crate::command::Occasion;
use crate::command::issue::{About, Author, file_quarantined};
use crate::command::{Origin, issue};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::error::{ApiError, Coded};
use crate::sync::registry::Registry;

/// How often one push goes through what waits; a longer chain in the wrong order goes on with the next.
const MOST_PASSES: usize = 8;

/// Whether anything of a session waits.
pub(super) async fn waits(app: &App, session: SessionId) -> Result<bool, ApiError> {
    use sync_mutation::Column::{MutationId, Outcome, SessionId};
    let waiting = sync_mutation::Entity::find()
        .select_only()
        .column(MutationId)
        .filter(SessionId.eq(session))
        .filter(Outcome.eq(MutationOutcome::Deferred))
        .limit(1)
        .into_tuple::<String>();
    Ok(waiting.one(app.db().reader()).await?.is_some())
}

/// Tries again what waits in this session, until nothing more moves: what it waited for may have come
/// with this push, been let stand by the office, or come back into sight.
pub(super) async fn resume(
    batch: &mut Batch<'_>,
    decided: &mut Vec<Outcome>,
    write: &mut Write,
) -> Result<(), ApiError> {
    for _ in 0..MOST_PASSES {
        let (mut waiting, mut arrived) = (Vec::new(), Vec::new());
        for row in take_waiting(batch) {
            let keys = write.keys();
            if let Some(raw) = keys.open_if_possible(Purpose::Envelope, &row.envelope) {
                let raw = serde_json::from_str(&raw).unwrap_or_default();
                arrived.push(envelope::read(&raw));
                waiting.push(row);
            } else {
                // It waits on.
                batch.known.insert(row.mutation_id.clone(), row);
            }
        }
        let steps: Vec<_> = waiting
            .iter()
            .zip(&arrived)
            .map(|(row, arrived)| Step {
                arrived,
                command: batch.decode(arrived),
                deliveries: row.deliveries,
                position: row.position,
                received_at: Some(row.received_at),
            })
            .collect();
        let outcomes = batch.decide_all(&steps, write).await?;
        let moved = |outcome: &Outcome| outcome.row.outcome != MutationOutcome::Deferred;
        let goes_on = outcomes.iter().any(moved);
        decided.extend(outcomes);
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// What waits, in the order it came; it no longer waits while it is decided again.
fn take_waiting(batch: &mut Batch<'_>) -> Vec<sync_mutation::Model> {
    let waits = |row: &sync_mutation::Model| row.outcome == MutationOutcome::Deferred;
    let known = std::mem::take(&mut batch.known).into_iter();
    let (waiting, others): (BTreeMap<_, _>, _) = known.partition(|(_, row)| waits(row));
    batch.known = others;
    let mut waiting: Vec<_> = waiting.into_values().collect();
    waiting.sort_by_key(|row| (row.received_at, row.position));
    waiting
}

/// How many expired mutations are settled in one change.
const AT_ONCE: u64 = 200;

/// Puts into quarantine what has waited too long, so many at once. Gives how many there were.
pub async fn expire_deferred(
    write: &mut Write,
    registry: &Registry,
    patience: TimeDelta,
) -> Result<usize, ApiError> {
    use sync_mutation::Column::{MutationId, Outcome, ReceivedAt, SessionId};
    let expired = sync_mutation::Entity::find()
        .filter(Outcome.eq(MutationOutcome::Deferred))
        .filter(ReceivedAt.lt(write.now() - patience))
        .order_by_asc(SessionId)
        .order_by_asc(MutationId)
        .limit(AT_ONCE);
    let rows = expired.clone().all(write.connection()).await?;
    let sessions: BTreeSet<_> = rows.iter().map(|row| row.session_id).collect();
    // A push of one of them may be applying what it waited for: look again after it.
    write.load::<session::Model>(sessions.clone()).await?;
    let expired = expired
        .filter(SessionId.is_in(sessions))
        .all(write.connection())
        .await?;
    let authors = expired.iter().map(|row| row.author_account_id);
    write.see::<account::Model>(authors).await?;
    for mut row in expired.iter().cloned() {
        let code = PushError::Orphaned.code().as_str();
        row.outcome = MutationOutcome::Quarantined;
        row.code = Some(code.to_owned());
        row.resolved_at = write.now();
        let origin = Origin {
            session_id: row.session_id,
            mutation_id: row.mutation_id.clone(),
            kind: row.kind.clone(),
        };
        let occasion = Occasion {
            mutation: Some(origin),
            ..Occasion::now(write)
        };
        let about = About {
            community_id: row.community_id,
            collection: registry.collection_of(&row.kind),
            record_id: &row.record_id,
        };
        let author = Author::of(write, row.author_account_id);
        file_quarantined(write, &author, &occasion, &about, code)?;
        write.append(row);
    }
    issue::limit_carried(write).await?;
    Ok(expired.len())
}
