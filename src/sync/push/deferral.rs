//! Mutations that wait for what they depend on.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::accounts::{account, session};
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

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

/// Runs what waited in this session for what has just been applied, or for what the office has let
/// stand since, and what waited for that.
pub(super) async fn resume(
    batch: &mut Batch<'_>,
    decided: &mut Vec<Outcome>,
    write: &mut Write,
) -> Result<(), ApiError> {
    let mut news: Vec<(String, String)> = applied(decided);
    loop {
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
        if news.is_empty() {
            return Ok(());
        }
    }
}

/// It has had its effect.
const STANDING: [MutationOutcome; 3] = [
    MutationOutcome::Applied,
    MutationOutcome::Merged,
    MutationOutcome::ConflictKept,
];

/// Id and record of what was applied.
fn applied(outcomes: &[Outcome]) -> Vec<(String, String)> {
    outcomes
        .iter()
        .filter(|outcome| STANDING.contains(&outcome.row.outcome))
        .map(|outcome| {
            (
                outcome.row.mutation_id.clone(),
                outcome.row.record_id.clone(),
            )
        })
        .collect()
}

async fn waiting_for(
    batch: &mut Batch<'_>,
    news: &[(String, String)],
    write: &Write,
) -> Result<Vec<sync_mutation::Model>, ApiError> {
    use sync_mutation::Column::{After, MutationId, Outcome, RecordId, SessionId};
    let predecessors = After.is_in(news.iter().map(|(id, _)| id.clone()));
    let records: BTreeSet<_> = news.iter().map(|(_, record)| record.clone()).collect();
    let standing = Query::select()
        .column(MutationId)
        .from(sync_mutation::Entity)
        .and_where(SessionId.eq(batch.person.session_id))
        .and_where(Outcome.is_in(STANDING))
        .to_owned();
    let due = predecessors
        .or(RecordId.is_in(records))
        .or(After.in_subquery(standing));
    let waiting = sync_mutation::Entity::find()
        .filter(SessionId.eq(batch.person.session_id))
        .filter(Outcome.eq(MutationOutcome::Deferred))
        .filter(due);
    let mut rows = waiting.all(write.connection()).await?;
    // What this change has decided meanwhile has not reached the table: go by what is known here.
    rows.retain(|row| !batch.known.contains_key(&row.mutation_id));
    let staged = batch.known.values();
    let staged = staged.filter(|row| row.outcome == MutationOutcome::Deferred);
    let named = rows
        .iter()
        .chain(staged)
        .filter_map(|row| row.after.clone());
    let unknown: BTreeSet<_> = named
        .filter(|after| !batch.known.contains_key(after))
        .collect();
    if !unknown.is_empty() {
        let standing = sync_mutation::Entity::find()
            .filter(SessionId.eq(batch.person.session_id))
            .filter(MutationId.is_in(unknown))
            .filter(Outcome.is_in(STANDING))
            .all(write.connection())
            .await?;
        let standing = standing.into_iter();
        let known = standing.map(|row| (row.mutation_id.clone(), row));
        batch.known.extend(known);
    }
    let staged = batch.known.values().filter(|row| {
        let named = news
            .iter()
            .any(|(id, record)| row.after.as_ref() == Some(id) || row.record_id == *record);
        let predecessor = row.after.as_ref().and_then(|after| batch.known.get(after));
        let follows = predecessor.is_some_and(|row| STANDING.contains(&row.outcome));
        (named || follows) && row.outcome == MutationOutcome::Deferred
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
                collection: collection_of(&row.kind),
                record_id: &row.record_id,
            };
            let author = write.get::<account::Model>(row.author_account_id);
            let author = issue::Author {
                account_id: row.author_account_id,
                name: author.map(|author| author.name.clone()).unwrap_or_default(),
            };
            file_quarantined(write, &author, &occasion, &about, code)?;
            write.append(row);
        }
        Ok(expired.len())
    };
    app.write(&viewer.actor(), "expire deferred mutations", expire)
        .await
}
