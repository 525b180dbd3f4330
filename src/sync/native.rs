//! The native face: `syncPush`, `syncPull` and what a phone asks about itself.

use async_graphql::{ComplexObject, Context, InputObject, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::ids::SessionId;
use serde_json::Value;
use uuid::Uuid;

use super::kept::{OfflineMutation, Waiting, list_waiting};
use super::outcome::MutationOutcome;
use super::protocol::{self, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION};
use super::pull::{PhoneClock, PullRequest, pull};
use super::push::{self, push};
use super::registry::Registry;
use crate::auth::viewer::SessionError;
use crate::error::{ApiError, Coded, ErrorCode, Language};
use crate::graphql::{ContextExt, limits};

/// A record as the viewer may see it now.
#[derive(SimpleObject)]
pub struct SyncDocument {
    /// The collection of the record, such as `ticket`.
    collection: &'static str,
    /// The id of the record: a UUID in lower case.
    id: String,
    /// Its version: the `baseSeq` of edits made on it.
    seq: i64,
    /// Its fields, by collection; null when it is gone, or not for this viewer.
    document: Option<Json<Value>>,
}

/// A record that the phone must remove.
#[derive(SimpleObject)]
pub struct SyncRemoval {
    /// The collection of the record, such as `ticket`.
    collection: String,
    /// The id of the record: a UUID in lower case.
    id: String,
}

/// What became of one mutation; results stand in the order in which the mutations were sent.
#[derive(SimpleObject)]
pub struct SyncResult {
    /// The mutation; null when it had no usable id.
    mutation_id: Option<String>,
    /// What became of it.
    outcome: MutationOutcome,
    /// Whether it had arrived before; the outcome is then the present one.
    duplicate: bool,
    /// Why it was not simply applied: an error code. Null when there is nothing to say.
    code: Option<String>,
    /// The same for a person, in the language asked for; null without a code.
    message: Option<String>,
    /// When to send it again, in milliseconds; null unless it was not taken.
    retry_after_ms: Option<u64>,
    /// A pull whose cursor is past this number shows the effects.
    seq: i64,
    /// The record it is about, as it is now; null when there is none.
    record: Option<SyncDocument>,
}

/// The answer to a push: one result for each mutation, good or bad.
#[derive(SimpleObject)]
pub struct SyncPushPayload {
    /// In the order of the mutations.
    results: Vec<SyncResult>,
    /// Whether the account has left: once all mutations are acknowledged, wipe the phone.
    wipe: bool,
    /// The newest protocol that the server speaks.
    protocol_version: i32,
    /// When it was acknowledged: keep it with the mutations, see `forgetBefore`.
    server_time: DateTime<Utc>,
}

/// One page of what changed for the viewer.
#[derive(SimpleObject)]
pub struct SyncPullPayload {
    /// Records that are new or changed, as they are now.
    changes: Vec<SyncDocument>,
    /// Records to remove.
    removals: Vec<SyncRemoval>,
    /// Where to go on. Store it in the same transaction as the page.
    cursor: String,
    /// Whether to pull again at once; the phone is consistent when this is false.
    has_more: bool,
    /// Whether the cursor cannot be continued: drop what was pulled (never what is unsent) and go on
    /// with the cursor given here.
    reset_required: bool,
    /// Whether the database was restored from a backup and may have lost what came after it: put every
    /// acknowledged mutation that the phone has kept back into the queue, in its order, in the same
    /// transaction as the cursor. What is still known is recognised and not done twice.
    give_back: bool,
    /// Keep acknowledged mutations. Those whose push was answered with a `serverTime` before this may
    /// be forgotten: a backup has them.
    forget_before: DateTime<Utc>,
    /// The server's clock.
    server_time: DateTime<Utc>,
    /// Send it as `observed.contactId` with what happens from now on.
    contact_id: String,
    /// The newest protocol that the server speaks.
    protocol_version: i32,
}

/// The phone's clocks at this moment, from which the server judges times measured offline.
#[derive(InputObject, Default)]
pub struct PhoneClockInput {
    /// Names the run of the phone's system; another one after each restart.
    boot_id: Option<String>,
    /// Its wall clock, right or wrong.
    wall_clock: Option<DateTime<Utc>>,
}

/// How many mutations arrived and what became of them. `deliveries = distinct + duplicates`, and
/// `distinct` is the sum of the outcomes.
#[derive(SimpleObject)]
pub struct SyncLedger {
    /// How many times a mutation arrived.
    deliveries: i64,
    /// How many different mutations arrived.
    distinct: i64,
    /// How many arrivals were of a mutation that had arrived before.
    duplicates: i64,
    /// Applied as they were.
    applied: i64,
    /// Applied together with changes of others.
    merged: i64,
    /// Applied except for a value that lost.
    conflict_kept: i64,
    /// Waiting for what they depend on.
    deferred: i64,
    /// Kept in sync issues for the office.
    quarantined: i64,
    /// Not to be applied, as the office decided.
    discarded: i64,
}

impl From<push::Counts> for SyncLedger {
    fn from(counts: push::Counts) -> Self {
        Self {
            deliveries: counts.deliveries,
            distinct: counts.distinct,
            duplicates: counts.duplicates,
            applied: counts.applied,
            merged: counts.merged,
            conflict_kept: counts.conflict_kept,
            deferred: counts.deferred,
            quarantined: counts.quarantined,
            discarded: counts.discarded,
        }
    }
}

/// The app speaks a protocol this server no longer serves.
#[derive(Debug, thiserror::Error)]
#[error(
    "this server serves protocol {OLDEST_PROTOCOL_VERSION} to {PROTOCOL_VERSION}; update the app"
)]
struct UpgradeRequired;

impl Coded for UpgradeRequired {
    fn code(&self) -> ErrorCode {
        ErrorCode::UPGRADE_REQUIRED
    }

    fn chinese(&self) -> String {
        "应用版本过旧，请更新".to_owned()
    }
}

fn check_version(version: Option<i32>) -> Result<(), ApiError> {
    let served = OLDEST_PROTOCOL_VERSION..=PROTOCOL_VERSION;
    if version.is_none_or(|version| served.contains(&version)) {
        Ok(())
    } else {
        Err(UpgradeRequired.into())
    }
}

#[derive(Default)]
pub struct SyncQuery;

#[Object]
impl SyncQuery {
    /// One page of what changed for the viewer since `cursor`; without a cursor, of everything he may
    /// see. When `hasMore` is false the phone is consistent, and nothing refers to what it does not
    /// have.
    #[graphql(complexity = "limits::statements(20) + child_complexity")]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the field"
    )]
    async fn sync_pull(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The one of the last page; left out on the first pull.")] cursor: Option<
            String,
        >,
        #[graphql(desc = "All when left out. Changing it begins anew.")] collections: Option<
            Vec<String>,
        >,
        #[graphql(
            desc = "How many changes and removals in one page, 1 to 1000; 500 when left out."
        )]
        limit: Option<i32>,
        #[graphql(
            default,
            desc = "Records with unsent edits: their removal waits until the push has arrived."
        )]
        dirty_ids: Vec<String>,
        #[graphql(desc = "The phone's clocks; without them times measured offline are less sure.")]
        clock: Option<PhoneClockInput>,
        #[graphql(desc = "The protocol that the app speaks; not checked when left out.")]
        protocol_version: Option<i32>,
    ) -> Result<SyncPullPayload, ApiError> {
        check_version(protocol_version)?;
        let clock = clock.unwrap_or_default();
        let clock = PhoneClock {
            boot_id: clock.boot_id,
            wall_clock: clock.wall_clock,
        };
        let request = PullRequest {
            cursor,
            collections,
            limit,
            dirty_ids,
            clock,
        };
        let registry = ctx.data_unchecked::<Registry>();
        Ok(pull(ctx.app(), registry, ctx.viewer()?, request)
            .await?
            .into())
    }

    /// What became of all mutations of a community. For the office.
    #[graphql(complexity = "limits::statements(2) + child_complexity")]
    async fn sync_ledger(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
    ) -> Result<SyncLedger, ApiError> {
        let community = community_id.into();
        if !ctx.viewer()?.is_office(community) {
            return Err(ApiError::not_found("community"));
        }
        Ok(push::counts(ctx.app(), Some(vec![community]), None)
            .await?
            .into())
    }

    /// The viewer's own queue as the server knows it.
    #[graphql(complexity = "limits::statements(4) + child_complexity")]
    async fn my_sync(&self, ctx: &Context<'_>) -> Result<MySync, ApiError> {
        let viewer = ctx.viewer()?;
        let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
        let ledger = push::counts(ctx.app(), None, Some(person.session_id))
            .await?
            .into();
        let open_issues = super::issue::count_open(ctx.app(), person.account_id).await?;
        let last_contact_at = super::issue::last_contact(ctx.app(), person.session_id).await?;
        let session = person.session_id;
        Ok(MySync {
            session,
            ledger,
            open_issues,
            last_contact_at,
        })
    }
}

/// A phone's queue as the server knows it.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct MySync {
    #[graphql(skip)]
    session: SessionId,
    /// What this session sent and what became of it.
    ledger: SyncLedger,
    /// How many of the viewer's sync issues wait for a person.
    open_issues: i64,
    /// When the server last heard of this session, to about a minute; null when it never did.
    last_contact_at: Option<DateTime<Utc>>,
}

#[ComplexObject]
impl MySync {
    /// What of this session is deferred, oldest first.
    async fn waiting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 500; 100 when left out.")] first: Option<i32>,
    ) -> Result<Vec<OfflineMutation>, ApiError> {
        list_waiting(ctx.app(), Waiting::Of(self.session), first).await
    }
}

#[derive(Default)]
pub struct SyncMutation;

#[Object]
impl SyncMutation {
    /// Takes mutations made offline. They are read one by one: a bad one gets its own result and spoils
    /// no other, so what a mutation is refused with stands in its result. Pushes are taken from apps of
    /// every version.
    /// Refused with `INVALID_INPUT`, `OVERLOADED`.
    async fn sync_push(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Each `{mutationId, kind, recordId, payload, baseSeq?, base?, observed?, after?, \
                group?}`, as `docs/sync.md` lays down."
        )]
        mutations: Vec<Option<Json<Value>>>,
    ) -> Result<SyncPushPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let language = ctx.data_opt::<Language>().copied().unwrap_or_default();
        let registry = ctx.data_unchecked::<Registry>();
        let mutations = mutations.into_iter();
        let mutations: Vec<Value> = mutations
            .map(|mutation| mutation.map_or(Value::Null, |Json(value)| value))
            .collect();
        let results = push(ctx.app(), registry, viewer, language, &mutations).await?;
        Ok(SyncPushPayload {
            results: results.into_iter().map(Into::into).collect(),
            wipe: viewer.person().is_some_and(|person| person.has_left),
            protocol_version: PROTOCOL_VERSION,
            server_time: ctx.app().clock().now(),
        })
    }
}

impl From<protocol::Document> for SyncDocument {
    fn from(document: protocol::Document) -> Self {
        Self {
            collection: document.collection,
            id: document.id,
            seq: document.seq,
            document: document.document.map(Json),
        }
    }
}

impl From<protocol::PushResult> for SyncResult {
    fn from(result: protocol::PushResult) -> Self {
        Self {
            mutation_id: result.mutation_id,
            outcome: result.is_taken.then_some(result.outcome).into(),
            duplicate: result.duplicate,
            code: result.code,
            message: result.message,
            retry_after_ms: result.retry_after_ms,
            seq: result.seq,
            record: result.record.map(Into::into),
        }
    }
}

impl From<protocol::PullPage> for SyncPullPayload {
    fn from(page: protocol::PullPage) -> Self {
        let removal = |removal: protocol::Removal| SyncRemoval {
            collection: removal.collection,
            id: removal.id,
        };
        Self {
            changes: page.changes.into_iter().map(Into::into).collect(),
            removals: page.removals.into_iter().map(removal).collect(),
            cursor: page.cursor,
            has_more: page.has_more,
            reset_required: page.reset_required,
            give_back: page.give_back,
            forget_before: page.forget_before,
            server_time: page.server_time,
            contact_id: page.contact_id,
            protocol_version: PROTOCOL_VERSION,
        }
    }
}
