//! Visits in the API.

mod mutation;
mod query;
mod words;

pub use mutation::VisitMutation;
pub use query::VisitQuery;
pub use words::{VisitChannel, VisitEventKind, VisitKind, VisitOutcome, VisitState};

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::estate::unit;
use entity::households::party;
use entity::ids::VisitId;
use entity::organisation::staff_member;
use entity::tickets::ticket;
use entity::visits::{visit, visit_event};
use uuid::Uuid;

use super::read;
use crate::areas::estate::graphql::Unit;
use crate::areas::households::graphql::Party;
use crate::areas::organisation::graphql::StaffMember;
use crate::areas::tickets::graphql::Ticket;
use crate::error::ApiError;
use crate::graphql::observed::ObservedMark;
use crate::graphql::{ContextExt, FieldChange, RequestLoader};

/// A visit to a home by plan (走访), or a return visit after a repair (回访).
pub struct Visit(pub visit::Model);

#[Object]
impl Visit {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    async fn kind(&self) -> VisitKind {
        self.0.kind.into()
    }

    async fn state(&self) -> VisitState {
        self.0.state.into()
    }

    async fn unit_id(&self) -> Option<Uuid> {
        self.0.unit_id.map(Into::into)
    }

    /// Where it is.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>, ApiError> {
        let Some(id) = self.0.unit_id else {
            return Ok(None);
        };
        Ok(ctx.load::<unit::Model>(id).await?.map(Unit))
    }

    /// Who is visited, if the viewer may see that party.
    async fn party(&self, ctx: &Context<'_>) -> Result<Option<Party>, ApiError> {
        let Some(id) = self.0.party_id else {
            return Ok(None);
        };
        Ok(ctx.load::<party::Model>(id).await?.map(Party))
    }

    async fn ticket_id(&self) -> Option<Uuid> {
        self.0.ticket_id.map(Into::into)
    }

    /// The ticket that a return visit follows, if the viewer may see it.
    async fn ticket(&self, ctx: &Context<'_>) -> Result<Option<Ticket>, ApiError> {
        let Some(id) = self.0.ticket_id else {
            return Ok(None);
        };
        Ok(ctx.load::<ticket::Model>(id).await?.map(Ticket))
    }

    /// What it is for, at most 200 characters.
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// By when it is to be made. None for a leak that has not been tested with water.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.0.due_at
    }

    /// The rule of the handbook that says so: `V-02`.
    async fn due_rule(&self) -> Option<&str> {
        self.0.due_rule.as_deref()
    }

    /// Since when it is overdue, or was made late.
    async fn overdue_at(&self) -> Option<DateTime<Utc>> {
        self.0.overdue_at
    }

    async fn channel(&self) -> Option<VisitChannel> {
        self.0.channel.map(Into::into)
    }

    /// The time that was agreed.
    async fn appointed_at(&self) -> Option<DateTime<Utc>> {
        self.0.appointed_at
    }

    /// Whether the visitors go into the home; then they are two.
    async fn is_inside(&self) -> bool {
        self.0.is_inside
    }

    async fn visitor_id(&self) -> Option<Uuid> {
        self.0.visitor_id.map(Into::into)
    }

    /// Who goes, for viewers who work in the community.
    async fn visitor(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.visitor_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    async fn companion_id(&self) -> Option<Uuid> {
        self.0.companion_id.map(Into::into)
    }

    /// Who goes with him, for viewers who work in the community.
    async fn companion(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.companion_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// What the resident said.
    async fn opinion(&self) -> &str {
        &self.0.opinion
    }

    /// What was answered or is to be done.
    async fn handling(&self) -> &str {
        &self.0.handling
    }

    /// What came of it.
    async fn result(&self) -> &str {
        &self.0.result
    }

    async fn outcome(&self) -> Option<VisitOutcome> {
        self.0.outcome.map(Into::into)
    }

    /// When an answer was promised.
    async fn reply_promised_at(&self) -> Option<DateTime<Utc>> {
        self.0.reply_promised_at
    }

    /// SHA-256 of the picture of the signature, which may not have arrived yet.
    async fn signature(&self) -> Option<&str> {
        self.0.signature.as_deref()
    }

    /// Whether the picture of a signature has arrived: its hash alone is no signature. Where the visit was
    /// signed more than once, of any of them.
    async fn is_signed(&self, ctx: &Context<'_>) -> Result<bool, ApiError> {
        if self.0.signature.is_none() {
            return Ok(false);
        }
        let signed = ctx.loader().load_one(SignatureOf(self.0.id)).await?;
        Ok(signed.is_some())
    }

    /// The ticket that was opened for a new opinion, if the viewer may see it.
    async fn new_ticket(&self, ctx: &Context<'_>) -> Result<Option<Ticket>, ApiError> {
        let Some(id) = self.0.new_ticket_id else {
            return Ok(None);
        };
        Ok(ctx.load::<ticket::Model>(id).await?.map(Ticket))
    }

    /// The newest steps of its history, newest first; at most 50.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, validator(minimum = 1, maximum = 50))] first: u32,
    ) -> Result<Vec<VisitEvent>, ApiError> {
        let key = LastEventsOf(self.0.id, first);
        let events = ctx.loader().load_one(key).await?;
        let events = events.unwrap_or_default().into_iter();
        Ok(events.map(VisitEvent).collect())
    }

    /// When it was planned.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    /// When somebody first knocked or called.
    async fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.started_at
    }

    /// When it was over, as it was observed.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }

    /// Its version: send it as `baseSeq` with an edit.
    async fn seq(&self) -> i64 {
        self.0.seq
    }
}

/// One step in the history of a visit. Never changed, never deleted.
pub struct VisitEvent(pub visit_event::Model);

#[Object]
impl VisitEvent {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn kind(&self) -> VisitEventKind {
        self.0.kind.into()
    }

    async fn from_state(&self) -> Option<VisitState> {
        self.0.from_state.map(Into::into)
    }

    /// What an edit changed; empty for any other step. Events of edits are for staff.
    async fn changes(&self) -> Vec<FieldChange> {
        let changes = self.0.details.changes.iter();
        changes.map(FieldChange::from).collect()
    }

    /// None when it is told beside what stands: the second of two who went together.
    async fn to_state(&self) -> Option<VisitState> {
        self.0.to_state.map(Into::into)
    }

    async fn note(&self) -> &str {
        &self.0.note
    }

    /// The time that was agreed by it.
    async fn appointed_at(&self) -> Option<DateTime<Utc>> {
        self.0.details.appointed_at
    }

    async fn channel(&self) -> Option<VisitChannel> {
        self.0.details.channel.map(Into::into)
    }

    async fn outcome(&self) -> Option<VisitOutcome> {
        self.0.details.outcome.map(Into::into)
    }

    /// What the resident said to this visitor.
    async fn opinion(&self) -> Option<&str> {
        self.0.details.opinion.as_deref()
    }

    /// What this visitor answered.
    async fn handling(&self) -> Option<&str> {
        self.0.details.handling.as_deref()
    }

    /// What came of it by this visitor.
    async fn result(&self) -> Option<&str> {
        self.0.details.result.as_deref()
    }

    /// SHA-256 of each photo.
    async fn photos(&self) -> &[String] {
        &self.0.photos.0
    }

    /// SHA-256 of the picture of the signature.
    async fn signature(&self) -> Option<&str> {
        self.0.signature.as_deref()
    }

    /// Not shown to residents.
    async fn is_internal(&self) -> bool {
        self.0.is_internal
    }

    async fn author_name(&self) -> &str {
        &self.0.author_name
    }

    /// When it happened. Deadlines are judged by it.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    async fn observed_mark(&self) -> ObservedMark {
        self.0.observed_mark.into()
    }

    /// When the server heard of it.
    async fn received_at(&self) -> DateTime<Utc> {
        self.0.received_at
    }
}

/// The newest so many events of a visit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LastEventsOf(VisitId, u32);

impl Loader<LastEventsOf> for RequestLoader {
    type Value = Vec<visit_event::Model>;
    type Error = ApiError;

    async fn load(
        &self,
        keys: &[LastEventsOf],
    ) -> Result<HashMap<LastEventsOf, Self::Value>, ApiError> {
        let most = keys.iter().map(|key| key.1).max().unwrap_or(0);
        let visits = keys.iter().map(|key| key.0);
        let events = read::last_events(&self.app, &self.viewer, visits, most.into()).await?;
        let of_key = |key: &LastEventsOf| {
            let events = events.get(&key.0).cloned().unwrap_or_default();
            (*key, events.into_iter().take(key.1 as usize).collect())
        };
        Ok(keys.iter().map(of_key).collect())
    }
}

/// The signature of a visit, if its picture has arrived.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct SignatureOf(VisitId);

impl Loader<SignatureOf> for RequestLoader {
    type Value = ();
    type Error = ApiError;

    async fn load(&self, keys: &[SignatureOf]) -> Result<HashMap<SignatureOf, ()>, ApiError> {
        let visits = keys.iter().map(|key| key.0);
        let signed = read::signed(&self.app, &self.viewer, visits).await?;
        Ok(signed.into_iter().map(|id| (SignatureOf(id), ())).collect())
    }
}
