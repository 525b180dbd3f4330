//! Sync issues at the desk: the list, and what the office does with them.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Enum, InputObject, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::sync::sync_issue;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::issue::{self, IssueFilter};
use super::kept::{self, MutationKey, OfflineMutation, Waiting};
use super::push::Correction;
use super::registry::Registry;
use super::settle::{self, Settlement};
use crate::auth::Viewers;
use crate::database::page::Place;
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits, page_arguments, page_of};

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
    /// The office did by hand what it was about; `settledNote` says what.
    DoneByHand,
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

    /// What the office said when it settled it by hand; empty otherwise.
    async fn settled_note(&self) -> &str {
        &self.0.settled_note
    }

    /// Whether the office let another payload through than the author had sent.
    async fn is_corrected(&self) -> bool {
        self.0.is_corrected
    }

    /// The account of the author.
    async fn author_id(&self) -> Uuid {
        self.0.author_account_id.into()
    }

    /// Whether phones carry it: of one author at most 50 that are open, and none that was settled long ago.
    async fn is_carried(&self) -> bool {
        self.0.left_phones_at.is_none()
    }

    /// The mutation as it came: for the office and for whoever sent it. Null for others, and for an edit
    /// that was made at the desk.
    async fn mutation(&self, ctx: &Context<'_>) -> Result<Option<OfflineMutation>, ApiError> {
        let issue = &self.0;
        let key = MutationKey {
            session: issue.session_id,
            mutation: issue.mutation_id.clone(),
        };
        let row = ctx.loader().load_one(key).await?;
        let viewer = ctx.viewer()?;
        let own = viewer.person().map(|person| person.account_id);
        let row = row.filter(|row| {
            viewer.is_office(issue.community_id) || own == Some(row.author_account_id)
        });
        Ok(row.map(|row| {
            let is_author = row.author_account_id == issue.author_account_id;
            let name = is_author.then(|| issue.author_name.clone());
            OfflineMutation::new(row, name)
        }))
    }
}

#[derive(Default)]
pub struct SyncIssueQuery;

#[Object]
impl SyncIssueQuery {
    /// The sync issues the viewer may see, oldest first: the office those of its community,
    /// everybody his own.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the field"
    )]
    async fn sync_issues(
        &self,
        ctx: &Context<'_>,
        community_id: Option<Uuid>,
        #[graphql(desc = "The account of the author.")] author_id: Option<Uuid>,
        #[graphql(
            default = true,
            desc = "Only those that wait for a person; ignored where `states` are named."
        )]
        only_open: bool,
        states: Option<Vec<SyncIssueState>>,
        #[graphql(desc = "Why it was kept out: `NOT_FOUND`, …")] code: Option<String>,
        #[graphql(desc = "`ticket.edit`, …")] mutation_kind: Option<String>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, SyncIssue, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let paged = after.is_some();
        let open = only_open.then(|| vec![SyncIssueState::Open]);
        let states = states.or(open);
        let states = states.map(|states| states.into_iter().map(Into::into).collect());
        let filter = IssueFilter {
            community_id: community_id.map(Into::into),
            author_id: author_id.map(Into::into),
            states,
            code,
            mutation_kind,
            filed_before: None,
        };
        let page = issue::list(ctx.app(), ctx.viewer()?, filter, limit, after).await?;
        let place = |issue: &sync_issue::Model| Place {
            at: issue.created_at,
            id: issue.id.into(),
        };
        Ok(page_of(page, paged, place, SyncIssue))
    }

    /// What phones have sent to a community and what waits there for something else, oldest first. For the
    /// office.
    #[graphql(complexity = "limits::whole(100, child_complexity)")]
    async fn sync_waiting(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        #[graphql(desc = "1 to 500; 100 when left out.")] first: Option<i32>,
    ) -> Result<Vec<OfflineMutation>, ApiError> {
        let community = community_id.into();
        if !ctx.viewer()?.is_office(community) {
            return Err(ApiError::not_found("community"));
        }
        kept::list_waiting(ctx.app(), Waiting::OfCommunity(community), first).await
    }
}

/// Which issue to settle. All but the id is for `retrySyncIssue` alone.
#[derive(InputObject)]
pub struct SettleSyncIssueInput {
    id: Uuid,
    /// Run with this payload, whole, instead of the one that came. A masked value that is left as it was
    /// shown stands for the one that was sent.
    payload: Option<Json<Map<String, Value>>>,
    /// Run as this kind: a row that stands for no command has none of its own.
    kind: Option<String>,
    /// Run about this record.
    record_id: Option<Uuid>,
}

impl SettleSyncIssueInput {
    fn correction(&self) -> Correction {
        Correction {
            kind: self.kind.clone(),
            record_id: self.record_id.map(|id| id.to_string()),
            payload: self.payload.clone().map(|Json(payload)| payload),
        }
    }
}

/// An issue that was settled by hand.
#[derive(InputObject)]
pub struct SettleSyncIssueByHandInput {
    id: Uuid,
    /// What was done; required, at most 4000 characters.
    note: String,
}

/// Which open issues of a community to discard; what is left out does not narrow.
#[derive(InputObject)]
pub struct DiscardSyncIssuesInput {
    community_id: Uuid,
    /// The account of the author.
    author_id: Option<Uuid>,
    /// Why they were kept out: `NOT_FOUND`, …
    code: Option<String>,
    /// `ticket.edit`, …
    mutation_kind: Option<String>,
    /// Only those filed before.
    filed_before: Option<DateTime<Utc>>,
}

/// What was discarded.
#[derive(SimpleObject)]
pub struct DiscardSyncIssuesPayload {
    /// How many issues, at most 500 at once.
    discarded: u64,
    /// How many more there are that the filter names.
    remaining: u64,
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
    /// Runs a quarantined mutation again, on the authority of the office and in the name of its author,
    /// as it came or mended. When it is refused again the refusal is the answer and the issue stays open.
    /// What came stays kept.
    async fn retry_sync_issue(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        let correction = input.correction();
        settle(ctx, input.id, Settlement::Retry(correction)).await
    }

    /// Gives the value that lost its field after all.
    async fn take_theirs(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, uncorrected(&input)?, Settlement::TakeTheirs).await
    }

    /// Lets it go. It stays on record.
    async fn discard_sync_issue(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, uncorrected(&input)?, Settlement::Discard).await
    }

    /// Notes that what it is about was done by hand: with commands at the desk, or outside of them.
    async fn settle_sync_issue_by_hand(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueByHandInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, input.id, Settlement::ByHand(input.note)).await
    }

    /// Lets the oldest open issues of a community go, up to 500 at once. For the office.
    async fn discard_sync_issues(
        &self,
        ctx: &Context<'_>,
        input: DiscardSyncIssuesInput,
    ) -> Result<DiscardSyncIssuesPayload, ApiError> {
        let filter = IssueFilter {
            author_id: input.author_id.map(Into::into),
            code: input.code,
            mutation_kind: input.mutation_kind,
            filed_before: input.filed_before,
            ..IssueFilter::default()
        };
        let community = input.community_id.into();
        let done = settle::discard_many(ctx.app(), ctx.viewer()?, community, filter).await?;
        Ok(DiscardSyncIssuesPayload {
            discarded: done.discarded as u64,
            remaining: done.remaining,
        })
    }
}

/// The issue that is settled as it stands.
fn uncorrected(input: &SettleSyncIssueInput) -> Result<Uuid, ApiError> {
    if input.correction() == Correction::default() {
        return Ok(input.id);
    }
    Err(ApiError::invalid(
        "payload",
        "only a mutation that is run again can be mended",
        "只有重新执行的操作才能修改",
    ))
}

async fn settle(
    ctx: &Context<'_>,
    id: Uuid,
    settlement: Settlement,
) -> Result<SyncIssuePayload, ApiError> {
    let registry = ctx.data_unchecked::<Registry>();
    let viewers = ctx.data_unchecked::<Viewers>();
    let settled = settle::settle(
        ctx.app(),
        registry,
        viewers,
        ctx.viewer()?,
        id.into(),
        settlement,
    )
    .await?;
    Ok(SyncIssuePayload {
        sync_issue: SyncIssue(settled),
    })
}
