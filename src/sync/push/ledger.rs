//! The law that nothing is lost, as a query.

use entity::ids::{CommunityId, SessionId};
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use crate::app::App;
use crate::error::ApiError;

/// How many mutations came, and what became of them:
/// `deliveries = distinct + duplicates`, and `distinct` is the sum of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub deliveries: i64,
    pub distinct: i64,
    pub duplicates: i64,
    pub applied: i64,
    pub merged: i64,
    pub conflict_kept: i64,
    pub deferred: i64,
    pub quarantined: i64,
    pub discarded: i64,
}

/// Counts the mutations of some communities, or of one session.
pub async fn counts(
    app: &App,
    communities: Option<Vec<CommunityId>>,
    session: Option<SessionId>,
) -> Result<Counts, ApiError> {
    use sync_mutation::Column::{CommunityId, Deliveries, MutationId, Outcome, SessionId};
    let which = Condition::all()
        .add_option(communities.map(|ids| CommunityId.is_in(ids)))
        .add_option(session.map(|id| SessionId.eq(id)));
    let rows: Vec<(MutationOutcome, i64, i64)> = sync_mutation::Entity::find()
        .select_only()
        .column(Outcome)
        .column_as(Expr::col(MutationId).count(), "distinct_ids")
        .column_as(Expr::col(Deliveries).sum().cast_as("BIGINT"), "deliveries")
        .filter(which)
        .group_by(Outcome)
        .into_tuple()
        .all(app.db().reader())
        .await?;
    let mut counts = Counts::default();
    for (outcome, distinct, deliveries) in rows {
        counts.distinct += distinct;
        counts.deliveries += deliveries;
        *match outcome {
            MutationOutcome::Applied => &mut counts.applied,
            MutationOutcome::Merged => &mut counts.merged,
            MutationOutcome::ConflictKept => &mut counts.conflict_kept,
            MutationOutcome::Deferred => &mut counts.deferred,
            MutationOutcome::Quarantined => &mut counts.quarantined,
            MutationOutcome::Discarded => &mut counts.discarded,
        } += distinct;
    }
    counts.duplicates = counts.deliveries - counts.distinct;
    Ok(counts)
}
