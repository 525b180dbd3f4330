//! Sync issues at the desk: the list, and what the office does with them.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Enum, InputObject, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::sync::sync_issue;
use serde_json::Value;
use uuid::Uuid;

use super::issue::{self, Settlement};
use super::registry::Registry;
use crate::auth::Viewers;
use crate::database::page::Place;
use crate::error::ApiError;
use crate::graphql::{ContextExt, page_arguments, page_of};

/// Why there is a sync issue.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::sync::SyncIssueKind")]
pub enum SyncIssueKind {
    /// The whole mutation was kept out.
    Quarantined,
    /// One field lost its value to another one.
    FieldLost,
}

/// Where a sync issue stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::sync::SyncIssueState")]
pub enum SyncIssueState {
    /// Waits for a person.
    Open,
    /// The policy of the field settled it at once.
    SettledByPolicy,
    /// Applied on a later try.
    Retried,
    /// The office took the lost value after all.
    Taken,
    /// The office let it go.
    Discarded,
}

/// A mutation that could not be applied as it was, or lost a field. Kept for good; seen by its
/// author and by the office.
pub struct SyncIssue(pub sync_issue::Model);

#[Object]
impl SyncIssue {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    async fn mutation_id(&self) -> &str {
        &self.0.mutation_id
    }

    /// `ticket.edit`, …
    async fn mutation_kind(&self) -> &str {
        &self.0.mutation_kind
    }

    /// The collection of the record; empty when it cannot be told.
    async fn collection(&self) -> &str {
        &self.0.collection
    }

    async fn record_id(&self) -> &str {
        &self.0.record_id
    }

    async fn kind(&self) -> SyncIssueKind {
        self.0.kind.into()
    }

    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The field that lost a value.
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    async fn kept_value(&self) -> Option<Json<Value>> {
        self.0.kept_value.clone().map(Json)
    }

    async fn lost_value(&self) -> Option<Json<Value>> {
        self.0.lost_value.clone().map(Json)
    }

    async fn state(&self) -> SyncIssueState {
        self.0.state.into()
    }

    async fn author_name(&self) -> &str {
        &self.0.author_name
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    async fn settled_at(&self) -> Option<DateTime<Utc>> {
        self.0.settled_at
    }
}

#[derive(Default)]
pub struct SyncIssueQuery;

#[Object]
impl SyncIssueQuery {
    /// The sync issues the viewer may see, newest first: the office those of its community,
    /// everybody his own.
    async fn sync_issues(
        &self,
        ctx: &Context<'_>,
        community_id: Option<Uuid>,
        #[graphql(default = true, desc = "Only those that wait for a person.")] only_open: bool,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, SyncIssue, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let community = community_id.map(Into::into);
        let paged = after.is_some();
        let page =
            issue::list(ctx.app(), ctx.viewer()?, community, only_open, limit, after).await?;
        let place = |issue: &sync_issue::Model| Place {
            at: issue.created_at,
            id: issue.id.into(),
        };
        Ok(page_of(page, paged, place, SyncIssue))
    }
}

/// Which issue to settle.
#[derive(InputObject)]
pub struct SettleSyncIssueInput {
    id: Uuid,
}

/// The issue as it stands now.
#[derive(SimpleObject)]
pub struct SyncIssuePayload {
    sync_issue: SyncIssue,
}

#[derive(Default)]
pub struct SyncIssueMutation;

#[Object]
impl SyncIssueMutation {
    /// Runs a quarantined mutation again, on the authority of the office. When it is refused again
    /// the refusal is the answer and the issue stays open.
    async fn retry_sync_issue(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, input, Settlement::Retry).await
    }

    /// Gives the value that lost its field after all.
    async fn take_theirs(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, input, Settlement::TakeTheirs).await
    }

    /// Lets it go. It stays on record.
    async fn discard_sync_issue(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, input, Settlement::Discard).await
    }
}

async fn settle(
    ctx: &Context<'_>,
    input: SettleSyncIssueInput,
    settlement: Settlement,
) -> Result<SyncIssuePayload, ApiError> {
    let registry = ctx.data_unchecked::<Registry>();
    let viewers = ctx.data_unchecked::<Viewers>();
    let settled = issue::settle(
        ctx.app(),
        registry,
        viewers,
        ctx.viewer()?,
        input.id.into(),
        settlement,
    )
    .await?;
    Ok(SyncIssuePayload {
        sync_issue: SyncIssue(settled),
    })
}
