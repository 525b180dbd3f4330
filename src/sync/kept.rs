//! Mutations as they were kept, to be read: what is quarantined, and what waits.

use std::collections::{BTreeMap, HashMap};

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::accounts::account;
use entity::ids::{AccountId, CommunityId, SessionId};
use entity::sealed::Sealed;
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::outcome::MutationOutcome as SyncOutcome;
use super::registry::Registry;
use crate::app::App;
use crate::database::sealed::Purpose;
use crate::error::ApiError;
use crate::graphql::{ContextExt, RequestLoader};

/// How many waiting mutations are listed at most.
const MOST_LISTED: u64 = 500;

/// A mutation that a phone sent, as it is kept. Personal values are masked as in records.
#[derive(Description)]
pub struct OfflineMutation {
    row: sync_mutation::Model,
    /// Name of the person who sent it; null when it is somebody else than the author of the issue.
    author_name: Option<String>,
}

/// A record that is missing.
#[derive(SimpleObject)]
pub struct AwaitedRecord {
    /// The collection of the record, such as `ticket`.
    collection: String,
    /// The id of the record.
    id: Uuid,
}

impl OfflineMutation {
    pub fn new(row: sync_mutation::Model, author_name: Option<String>) -> Self {
        Self { row, author_name }
    }

    fn open(ctx: &Context<'_>, sealed: &Sealed) -> Result<Option<Value>, ApiError> {
        if sealed.0.is_empty() {
            return Ok(None);
        }
        let opened = ctx.app().keys().open(Purpose::Envelope, sealed)?;
        let opened = serde_json::from_str(&opened).unwrap_or_default();
        Ok(Some(opened))
    }

    /// What came. A payload that no push could carry was kept as a text, and is read here, so that what is
    /// personal in it is found.
    fn raw(&self, ctx: &Context<'_>) -> Result<Option<Value>, ApiError> {
        let mut raw = Self::open(ctx, &self.row.envelope)?;
        let payload = raw.as_mut().and_then(|raw| raw.get_mut("payload"));
        if let Some(payload) = payload
            && let Some(parsed) = payload
                .as_str()
                .and_then(|it| serde_json::from_str(it).ok())
        {
            *payload = parsed;
        }
        Ok(raw)
    }
}

#[Object(use_type_description)]
impl OfflineMutation {
    /// Its id, made by the phone.
    async fn mutation_id(&self) -> &str {
        &self.row.mutation_id
    }

    /// `ticket.edit`, …; `ticket.row` of a row that stands for no command. Empty when it cannot be
    /// read.
    async fn kind(&self) -> &str {
        &self.row.kind
    }

    /// The record it is about, as the phone named it; may be no UUID.
    async fn record_id(&self) -> &str {
        &self.row.record_id
    }

    /// Its payload, by kind; of a row that was refused, its columns. Null when it cannot be read or was
    /// purged.
    #[expect(clippy::unused_async, reason = "resolvers must be")]
    async fn payload(&self, ctx: &Context<'_>) -> Result<Option<Json<Value>>, ApiError> {
        let raw = self.raw(ctx)?;
        let payload = raw.as_ref().and_then(|raw| raw.get("payload"));
        Ok(payload.map(|payload| Json(ctx.data_unchecked::<Registry>().masked(payload))))
    }

    /// What the phone said of when it happened; null when it said nothing.
    #[expect(clippy::unused_async, reason = "resolvers must be")]
    async fn observed(&self, ctx: &Context<'_>) -> Result<Option<Json<Value>>, ApiError> {
        let raw = self.raw(ctx)?;
        let observed = raw.and_then(|raw| raw.get("observed").cloned());
        Ok(observed.map(Json))
    }

    /// The version of the record that the phone had; null when it named none.
    #[expect(clippy::unused_async, reason = "resolvers must be")]
    async fn base_seq(&self, ctx: &Context<'_>) -> Result<Option<i64>, ApiError> {
        let raw = self.raw(ctx)?;
        Ok(raw.and_then(|raw| raw.get("baseSeq")?.as_i64()))
    }

    /// All that arrived, whatever its shape, with `base`, `after` and `group` too. Null once it was
    /// purged.
    #[expect(clippy::unused_async, reason = "resolvers must be")]
    async fn envelope(&self, ctx: &Context<'_>) -> Result<Option<Json<Value>>, ApiError> {
        let registry = ctx.data_unchecked::<Registry>();
        let raw = self.raw(ctx)?;
        Ok(raw.map(|raw| Json(registry.masked(&raw))))
    }

    /// The payload that the office put in its place; null when it ran as it arrived, or did not run.
    #[expect(clippy::unused_async, reason = "resolvers must be")]
    async fn corrected_payload(&self, ctx: &Context<'_>) -> Result<Option<Json<Value>>, ApiError> {
        let Some(sealed) = &self.row.correction else {
            return Ok(None);
        };
        let registry = ctx.data_unchecked::<Registry>();
        let corrected = Self::open(ctx, sealed)?;
        Ok(corrected.map(|corrected| Json(registry.masked(&corrected))))
    }

    /// What became of it.
    async fn outcome(&self) -> SyncOutcome {
        Some(self.row.outcome).into()
    }

    /// Why it was not simply applied: an error code. Null when there is nothing to say.
    async fn code(&self) -> Option<&str> {
        self.row.code.as_deref()
    }

    /// When it first arrived.
    async fn received_at(&self) -> DateTime<Utc> {
        self.row.received_at
    }

    /// The mutation that must be applied first, as the phone named it; null when it named none.
    async fn after(&self) -> Option<&str> {
        self.row.after.as_deref()
    }

    /// The record that was missing; null when none was.
    #[expect(clippy::unused_async, reason = "resolvers must be")]
    async fn waits_for(&self, ctx: &Context<'_>) -> Result<Option<AwaitedRecord>, ApiError> {
        let Some(missing) = self.row.missing.as_deref() else {
            return Ok(None);
        };
        let registry = ctx.data_unchecked::<Registry>();
        let own = registry.collection_of(&self.row.kind);
        let raw = self.raw(ctx)?.unwrap_or_default();
        let kind = registry.find_kind(&self.row.kind);
        let references = kind.map_or(&[][..], |kind| kind.references()).iter();
        let named = references
            .filter(|(_, collection)| *collection == missing)
            .find_map(|(field, _)| raw.get("payload")?.get(field)?.as_str());
        let id = if missing == own {
            Some(&*self.row.record_id)
        } else {
            named
        };
        let id = id.and_then(|id| Uuid::try_parse(id).ok());
        Ok(id.map(|id| AwaitedRecord {
            collection: missing.to_owned(),
            id,
        }))
    }

    /// The account that sent it.
    async fn author_id(&self) -> Uuid {
        self.row.author_account_id.into()
    }

    /// Null where it is somebody else than the author of the issue.
    async fn author_name(&self) -> Option<&str> {
        self.author_name.as_deref()
    }
}

/// Whose waiting mutations are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Waiting {
    Of(SessionId),
    OfCommunity(CommunityId),
}

/// What waits, oldest first.
pub async fn list_waiting(
    app: &App,
    waiting: Waiting,
    first: Option<i32>,
) -> Result<Vec<OfflineMutation>, ApiError> {
    use sync_mutation::Column::{
        CommunityId, MutationId, Outcome, Position, ReceivedAt, SessionId,
    };
    let whose = match waiting {
        Waiting::Of(session) => SessionId.eq(session),
        Waiting::OfCommunity(community) => CommunityId.eq(community),
    };
    let limit = first.and_then(|first| u64::try_from(first).ok());
    let rows = sync_mutation::Entity::find()
        .filter(whose)
        .filter(Outcome.eq(MutationOutcome::Deferred))
        .order_by_asc(ReceivedAt)
        .order_by_asc(Position)
        .order_by_asc(MutationId)
        .limit(Ord::min(limit.unwrap_or(100), MOST_LISTED))
        .all(app.db().reader())
        .await?;
    let authors = rows.iter().map(|row| row.author_account_id);
    let names: Vec<(AccountId, String)> = account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Name])
        .filter(account::Column::Id.is_in(authors))
        .into_tuple()
        .all(app.db().reader())
        .await?;
    let names: BTreeMap<AccountId, String> = names.into_iter().collect();
    let kept = |row: sync_mutation::Model| {
        let name = names.get(&row.author_account_id).cloned();
        OfflineMutation::new(row, name)
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// A mutation by its key. Whoever asks for it sees an issue that names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MutationKey {
    pub session: SessionId,
    pub mutation: String,
}

impl Loader<MutationKey> for RequestLoader {
    type Value = sync_mutation::Model;
    type Error = ApiError;

    async fn load(
        &self,
        keys: &[MutationKey],
    ) -> Result<HashMap<MutationKey, sync_mutation::Model>, ApiError> {
        use sync_mutation::Column::{MutationId, SessionId};
        let one = |key: &MutationKey| {
            SessionId
                .eq(key.session)
                .and(MutationId.eq(key.mutation.as_str()))
        };
        let any = keys.iter().map(one);
        let rows = sync_mutation::Entity::find()
            .filter(any.fold(Condition::any(), Condition::add))
            .all(self.app.db().reader())
            .await?;
        let keyed = rows.into_iter().map(|row| {
            let (session, mutation) = (row.session_id, row.mutation_id.clone());
            (MutationKey { session, mutation }, row)
        });
        Ok(keyed.collect())
    }
}
