//! Forgetting issues that were settled long ago, and what was kept for them.

use chrono::TimeDelta;
use entity::sealed::Sealed;
use entity::sync::{MutationOutcome, SyncIssueState, sync_issue, sync_mutation};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::database::Write;
use crate::error::ApiError;

/// How many issues are purged in one change.
const AT_ONCE: u64 = 500;

/// Deletes issues that were settled so long ago, have left the phones and are the last that anybody
/// kept of their mutations, and empties those. The mutations themselves stay in the ledger: their ids
/// go on recognising what is sent again, and the counts go on. Gives how many issues there were.
pub async fn purge_settled(write: &mut Write, kept: TimeDelta) -> Result<usize, ApiError> {
    use sync_issue::Column::{Id, LeftPhonesAt, MutationId, SessionId, SettledAt, State};
    let settled = sync_issue::Entity::find()
        .filter(State.ne(SyncIssueState::Open))
        .filter(SettledAt.lt(write.now() - kept))
        .filter(LeftPhonesAt.is_not_null())
        .order_by_asc(Id)
        .limit(AT_ONCE)
        .all(write.connection())
        .await?;
    if settled.is_empty() {
        return Ok(0);
    }
    sync_issue::Entity::delete_many()
        .filter(Id.is_in(settled.iter().map(|issue| issue.id)))
        .exec(write.connection())
        .await?;
    let mutation = |column| Expr::col((sync_mutation::Entity, column));
    let still_named = Query::select()
        .expr(Expr::val(1))
        .from(sync_issue::Entity)
        .and_where(
            Expr::col((sync_issue::Entity, SessionId))
                .equals((sync_mutation::Entity, sync_mutation::Column::SessionId)),
        )
        .and_where(
            Expr::col((sync_issue::Entity, MutationId))
                .equals((sync_mutation::Entity, sync_mutation::Column::MutationId)),
        )
        .to_owned();
    let named = settled.iter().map(|issue| {
        let session = mutation(sync_mutation::Column::SessionId).eq(issue.session_id);
        session.and(mutation(sync_mutation::Column::MutationId).eq(issue.mutation_id.clone()))
    });
    let any = named.fold(sea_orm::Condition::any(), sea_orm::Condition::add);
    sync_mutation::Entity::update_many()
        .col_expr(
            sync_mutation::Column::Envelope,
            Expr::value(Sealed(Vec::new())),
        )
        .col_expr(
            sync_mutation::Column::Correction,
            Expr::value(Option::<Sealed>::None),
        )
        .filter(any)
        .filter(
            sync_mutation::Column::Outcome
                .is_not_in([MutationOutcome::Deferred, MutationOutcome::Quarantined]),
        )
        .filter(Expr::exists(still_named).not())
        .exec(write.connection())
        .await?;
    Ok(settled.len())
}
