//! Sync issues at the desk: the list, and what the office does with them.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Description, InputObject, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::sync::{SyncIssueKind, SyncIssueState, sync_issue};
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

/// A mutation made offline that could not be applied as it was, or lost the value of a field. Kept until it is
/// settled, and for half a year after that unless the server is set otherwise; seen by its author and by the office.
#[derive(Description)]
pub struct SyncIssue(pub sync_issue::Model);

#[Object(use_type_description)]
impl SyncIssue {
    /// Made by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community of the record.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// The mutation, as the phone named it; empty for an edit that was made at the desk.
    async fn mutation_id(&self) -> &str {
        &self.0.mutation_id
    }

    /// Kind of the mutation: `ticket.edit`, …; empty for an edit that was made at the desk.
    async fn mutation_kind(&self) -> &str {
        &self.0.mutation_kind
    }

    /// The collection of the record, such as `ticket`; empty when it cannot be told.
    async fn collection(&self) -> &str {
        &self.0.collection
    }

    /// The record it is about, as the phone named it; may be no UUID.
    async fn record_id(&self) -> &str {
        &self.0.record_id
    }

    /// Whether the whole mutation was kept out, or one field.
    async fn kind(&self) -> SyncIssueKind {
        self.0.kind
    }

    /// Why there is an issue: an error code. `FIELD_CONFLICT` when a field lost its value to another
    /// one, `WITNESS_UNREADABLE` when what the phone said of time or version could not be read, else
    /// why the mutation was kept out.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The field that lost a value; null when the whole mutation was kept out.
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The value that the field has kept. Null when the whole mutation was kept out, and when a later
    /// edit by somebody else won: read the record then.
    async fn kept_value(&self) -> Option<Json<Value>> {
        self.0.kept_value.clone().map(Json)
    }

    /// The value of the mutation that was not applied; null when the whole mutation was kept out.
    async fn lost_value(&self) -> Option<Json<Value>> {
        self.0.lost_value.clone().map(Json)
    }

    /// Whether it waits for a person, or how it was settled.
    async fn state(&self) -> SyncIssueState {
        self.0.state
    }

    /// Name of the person whose mutation it was.
    async fn author_name(&self) -> &str {
        &self.0.author_name
    }

    /// When it was filed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was settled; null while it is open.
    async fn settled_at(&self) -> Option<DateTime<Utc>> {
        self.0.settled_at
    }

    /// What the office said when it settled it by hand; empty otherwise.
    async fn settled_note(&self) -> &str {
        &self.0.settled_note
    }

    /// Whether the office ran it with another payload than the author had sent.
    async fn is_corrected(&self) -> bool {
        self.0.is_corrected
    }

    /// The account of the author.
    async fn author_id(&self) -> Uuid {
        self.0.author_account_id.into()
    }

    /// Whether phones hold it: of one author at most 50 that are open, and none that was settled long
    /// ago.
    async fn is_carried(&self) -> bool {
        self.0.left_phones_at.is_none()
    }

    /// The mutation as it arrived. For the office and whoever sent it; null to others, and for an edit
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
    /// The sync issues the viewer may see, oldest first: the office those of its community, everybody
    /// his own.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the field"
    )]
    async fn sync_issues(
        &self,
        ctx: &Context<'_>,
        community_id: Option<Uuid>,
        #[graphql(desc = "Of this account only.")] author_id: Option<Uuid>,
        #[graphql(
            default = true,
            desc = "Only those that wait for a person; ignored where `states` are named."
        )]
        only_open: bool,
        #[graphql(desc = "In any of these states.")] states: Option<Vec<SyncIssueState>>,
        #[graphql(desc = "Why it was kept out: an error code, such as `NOT_FOUND`.")] code: Option<
            String,
        >,
        #[graphql(desc = "Kind of the mutation: `ticket.edit`, …")] mutation_kind: Option<String>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, SyncIssue, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let paged = after.is_some();
        let open = only_open.then(|| vec![SyncIssueState::Open]);
        let states = states.or(open);
        let states = states.map(|states| states.into_iter().collect());
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

    /// What phones have sent to a community and what is deferred there, oldest first. For the office.
    #[graphql(complexity = "limits::whole(100, child_complexity)")]
    async fn sync_waiting(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        #[graphql(desc = "How many, 1 to 500; 100 when left out.")] first: Option<i32>,
    ) -> Result<Vec<OfflineMutation>, ApiError> {
        let community = community_id.into();
        if !ctx.viewer()?.is_office(community) {
            return Err(ApiError::not_found("community"));
        }
        kept::list_waiting(ctx.app(), Waiting::OfCommunity(community), first).await
    }
}

/// Which issue to settle. All fields but `id` are for `retrySyncIssue` alone.
#[derive(InputObject)]
pub struct SettleSyncIssueInput {
    /// The issue.
    id: Uuid,
    /// Run with this payload, whole, instead of the one that arrived. A masked value that is left as it
    /// was shown stands for the one that was sent.
    payload: Option<Json<Map<String, Value>>>,
    /// Run as this kind: for a row that stands for no command, and so has no kind of its own.
    kind: Option<String>,
    /// Run about this record instead.
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

/// An issue that was settled by other means.
#[derive(InputObject)]
pub struct SettleSyncIssueByHandInput {
    /// The issue.
    id: Uuid,
    /// What was done; 1 to 4000 characters.
    note: String,
}

/// Which open issues of a community to discard; a field that is left out does not narrow it.
#[derive(InputObject)]
pub struct DiscardSyncIssuesInput {
    /// The community.
    community_id: Uuid,
    /// Of this account only.
    author_id: Option<Uuid>,
    /// Why it was kept out: an error code, such as `NOT_FOUND`.
    code: Option<String>,
    /// Kind of the mutation: `ticket.edit`, …
    mutation_kind: Option<String>,
    /// Only those filed before this moment.
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

/// The issue after the change.
#[derive(SimpleObject)]
pub struct SyncIssuePayload {
    /// As it is now.
    sync_issue: SyncIssue,
}

#[derive(Default)]
pub struct SyncIssueMutation;

#[Object]
impl SyncIssueMutation {
    /// Runs a quarantined mutation again, as it arrived or corrected, with the rights of the office and
    /// in the name of its author. When it is refused again, that refusal is the answer and the issue
    /// stays open. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `SYNC_ISSUE_SETTLED`, `MUTATION_MALFORMED`,
    /// `SEALED_UNREADABLE`. Also with every code of the mutation that is run.
    async fn retry_sync_issue(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        let correction = input.correction();
        settle(ctx, input.id, Settlement::Retry(correction)).await
    }

    /// Puts the lost value in place after all. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `SYNC_ISSUE_SETTLED`, `FIELD_CONFLICT`,
    /// `MUTATION_MALFORMED`. Also with every code of the edit.
    async fn take_theirs(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, uncorrected(&input)?, Settlement::TakeTheirs).await
    }

    /// Settles an issue without doing anything; it stays on record. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `SYNC_ISSUE_SETTLED`.
    async fn discard_sync_issue(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, uncorrected(&input)?, Settlement::Discard).await
    }

    /// Settles an issue that was dealt with by other means: with other mutations, or outside of the
    /// system. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `SYNC_ISSUE_SETTLED`.
    async fn settle_sync_issue_by_hand(
        &self,
        ctx: &Context<'_>,
        input: SettleSyncIssueByHandInput,
    ) -> Result<SyncIssuePayload, ApiError> {
        settle(ctx, input.id, Settlement::ByHand(input.note)).await
    }

    /// Discards the oldest open issues of a community, up to 500 at once. For the office.
    /// Refused with `NOT_FOUND`.
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
