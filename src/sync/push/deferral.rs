//! Mutations that wait for what they depend on.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::batch::{Batch, Step, collection_of};
use super::error::PushError;
use super::{Outcome, envelope};
use crate::app::App;
use crate::auth::Viewer;
use crate::command::Occasion;
use crate::command::issue::{About, file_quarantined};
use crate::command::{Origin, issue};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::error::{ApiError, Coded};

/// Runs what waited in this session for what has just been applied, and what waited for that.
pub(super) async fn resume(
    batch: &mut Batch<'_>,
    decided: &mut Vec<Outcome>,
    write: &mut Write,
) -> Result<(), ApiError> {
    let mut news: Vec<(String, String)> = applied(decided);
    while !news.is_empty() {
        let waiting = waiting_for(batch, &news, write).await?;
        let arrived: Vec<_> = waiting
            .iter()
            .map(|row| {
                let raw = write.keys().open(Purpose::Envelope, &row.envelope)?;
                let raw = serde_json::from_str(&raw).unwrap_or_default();
                Ok(envelope::read(&raw))
            })
            .collect::<Result<_, ApiError>>()?;
        let mut steps = Vec::new();
        for (row, arrived) in waiting.iter().zip(&arrived) {
            // It no longer waits while it is decided again.
            batch.known.remove(&row.mutation_id);
            let command = batch.decode(arrived);
            let received_at = Some(row.received_at);
            steps.push(Step {
                arrived,
                command,
                deliveries: row.deliveries,
                received_at,
            });
        }
        let outcomes = batch.decide_all(&steps, write).await?;
        news = applied(&outcomes);
        decided.extend(outcomes);
    }
    Ok(())
}

/// Id and record of what was applied.
fn applied(outcomes: &[Outcome]) -> Vec<(String, String)> {
    use MutationOutcome::{Applied, ConflictKept, Merged};
    outcomes
        .iter()
        .filter(|outcome| matches!(outcome.row.outcome, Applied | Merged | ConflictKept))
        .map(|outcome| {
            (
                outcome.row.mutation_id.clone(),
                outcome.row.record_id.clone(),
            )
        })
        .collect()
}

async fn waiting_for(
    batch: &Batch<'_>,
    news: &[(String, String)],
    write: &Write,
) -> Result<Vec<sync_mutation::Model>, ApiError> {
    use sync_mutation::Column::{After, Outcome, RecordId, SessionId};
    let predecessors = After.is_in(news.iter().map(|(id, _)| id.clone()));
    let records: BTreeSet<_> = news.iter().map(|(_, record)| record.clone()).collect();
    let waiting = sync_mutation::Entity::find()
        .filter(SessionId.eq(batch.person.session_id))
        .filter(Outcome.eq(MutationOutcome::Deferred))
        .filter(predecessors.or(RecordId.is_in(records)));
    let mut rows = waiting.all(write.connection()).await?;
    // What this change has decided meanwhile has not reached the table: go by what is known here.
    rows.retain(|row| !batch.known.contains_key(&row.mutation_id));
    let staged = batch.known.values().filter(|row| {
        let named = news
            .iter()
            .any(|(id, record)| row.after.as_ref() == Some(id) || row.record_id == *record);
        named && row.outcome == MutationOutcome::Deferred
    });
    rows.extend(staged.cloned());
    rows.sort_by_key(|row| (row.received_at, row.mutation_id.clone()));
    Ok(rows)
}

/// How many expired mutations are settled in one change.
const AT_ONCE: u64 = 200;

/// Puts into quarantine what has waited too long. Gives how many there were.
pub async fn expire_deferred(app: &App) -> Result<usize, ApiError> {
    let viewer = Viewer::system();
    let patience = TimeDelta::days(app.settings().sync.deferral_days);
    let expire = async |write: &mut Write| {
        use sync_mutation::Column::{Outcome, ReceivedAt};
        let expired = sync_mutation::Entity::find()
            .filter(Outcome.eq(MutationOutcome::Deferred))
            .filter(ReceivedAt.lt(write.now() - patience))
            .limit(AT_ONCE)
            .all(write.connection())
            .await?;
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
                collection: collection_of(&row.kind),
                record_id: &row.record_id,
            };
            let author = issue::Author {
                account_id: row.author_account_id,
                name: String::new(),
            };
            file_quarantined(write, &author, &occasion, &about, code)?;
            write.append(row);
        }
        Ok(expired.len())
    };
    app.write(&viewer.actor(), "expire deferred mutations", expire)
        .await
}
