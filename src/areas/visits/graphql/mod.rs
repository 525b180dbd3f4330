//! Visits in the API.

mod mutation;
mod query;

pub use mutation::VisitMutation;
pub use query::VisitQuery;

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, Object};
use chrono::{DateTime, Utc};
use entity::estate::unit;
use entity::households::party;
use entity::ids::VisitId;
use entity::organisation::staff_member;
use entity::sync::ObservedMark;
use entity::tickets::ticket;
use entity::visits::{
    VisitChannel, VisitEventKind, VisitKind, VisitOutcome, VisitState, visit, visit_event,
};
use uuid::Uuid;

use super::read;
use crate::areas::estate::graphql::Unit;
use crate::areas::households::graphql::Party;
use crate::areas::organisation::graphql::StaffMember;
use crate::areas::tickets::graphql::Ticket;
use crate::error::ApiError;
use crate::graphql::{ContextExt, FieldChange, RequestLoader};

/// A visit to residents: a home visit by plan (走访), or a return visit after a repair or a complaint
/// (回访).
#[derive(Description)]
pub struct Visit(pub visit::Model);

#[Object(use_type_description)]
impl Visit {
    /// Made by the app that planned it, or by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// Home visit or return visit; never changes.
    async fn kind(&self) -> VisitKind {
        self.0.kind
    }

    /// Where it stands on its path.
    async fn state(&self) -> VisitState {
        self.0.state
    }

    /// The unit that is visited; null for a return visit after a ticket that is about no unit.
    async fn unit_id(&self) -> Option<Uuid> {
        self.0.unit_id.map(Into::into)
    }

    /// The unit that is visited; null when there is none or the viewer may not see it.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>, ApiError> {
        let Some(id) = self.0.unit_id else {
            return Ok(None);
        };
        Ok(ctx.load::<unit::Model>(id).await?.map(Unit))
    }

    /// Who is visited; null when nobody was named or the viewer may not see that party.
    async fn party(&self, ctx: &Context<'_>) -> Result<Option<Party>, ApiError> {
        let Some(id) = self.0.party_id else {
            return Ok(None);
        };
        Ok(ctx.load::<party::Model>(id).await?.map(Party))
    }

    /// The ticket that a return visit follows; null for a home visit.
    async fn ticket_id(&self) -> Option<Uuid> {
        self.0.ticket_id.map(Into::into)
    }

    /// The ticket that a return visit follows; null for a home visit, and when the viewer may not see
    /// that ticket.
    async fn ticket(&self, ctx: &Context<'_>) -> Result<Option<Ticket>, ApiError> {
        let Some(id) = self.0.ticket_id else {
            return Ok(None);
        };
        Ok(ctx.load::<ticket::Model>(id).await?.map(Ticket))
    }

    /// What it is for, in one line of at most 200 characters.
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// By when it is to be made. Null when no rule sets a day: before a repaired leak was tested with
    /// water, and after a complaint.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.0.due_at
    }

    /// The rule of the handbook behind `dueAt`, such as `V-02`; null when none sets it.
    async fn due_rule(&self) -> Option<&str> {
        self.0.due_rule.as_deref()
    }

    /// When it became overdue, also of a visit that was made too late; null when it was not.
    async fn overdue_at(&self) -> Option<DateTime<Utc>> {
        self.0.overdue_at
    }

    /// How the resident was spoken to; null before the visit was made.
    async fn channel(&self) -> Option<VisitChannel> {
        self.0.channel
    }

    /// The time agreed with the resident; null when none was.
    async fn appointed_at(&self) -> Option<DateTime<Utc>> {
        self.0.appointed_at
    }

    /// Whether the visitors go into the home, which takes two of them.
    async fn is_inside(&self) -> bool {
        self.0.is_inside
    }

    /// The staff member who makes the visit; null before anybody is named.
    async fn visitor_id(&self) -> Option<Uuid> {
        self.0.visitor_id.map(Into::into)
    }

    /// The staff member who makes the visit. Null before anybody is named, and to viewers who do not
    /// work in the community.
    async fn visitor(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.visitor_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// The staff member who comes with the visitor; null when nobody does.
    async fn companion_id(&self) -> Option<Uuid> {
        self.0.companion_id.map(Into::into)
    }

    /// The staff member who comes with the visitor. Null when nobody does, and to viewers who do not
    /// work in the community.
    async fn companion(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.companion_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// What the resident said: empty when nothing was written down. What two visitors wrote stands in
    /// lines of its own.
    async fn opinion(&self) -> &str {
        &self.0.opinion
    }

    /// What was answered, or is to be done about it; may be empty.
    async fn handling(&self) -> &str {
        &self.0.handling
    }

    /// What was achieved; may be empty.
    async fn result(&self) -> &str {
        &self.0.result
    }

    /// How it ended: of two visitors who differ, the graver. Null before the visit was made, and when
    /// nobody said.
    async fn outcome(&self) -> Option<VisitOutcome> {
        self.0.outcome
    }

    /// By when the resident was promised an answer; null when none was promised.
    async fn reply_promised_at(&self) -> Option<DateTime<Utc>> {
        self.0.reply_promised_at
    }

    /// SHA-256, in lower-case hex, of the picture of the resident's signature, which may arrive later.
    /// Null when nobody signed.
    async fn signature(&self) -> Option<&str> {
        self.0.signature.as_deref()
    }

    /// Whether the picture of a signature has arrived; without it the record of a return visit at home
    /// is neither checked nor filed. When there are several signatures, any of them counts.
    async fn is_signed(&self, ctx: &Context<'_>) -> Result<bool, ApiError> {
        if self.0.signature.is_none() {
            return Ok(false);
        }
        let signed = ctx.loader().load_one(SignatureOf(self.0.id)).await?;
        Ok(signed.is_some())
    }

    /// The ticket that was opened for a new opinion; null when there is none or the viewer may not see
    /// it.
    async fn new_ticket(&self, ctx: &Context<'_>) -> Result<Option<Ticket>, ApiError> {
        let Some(id) = self.0.new_ticket_id else {
            return Ok(None);
        };
        Ok(ctx.load::<ticket::Model>(id).await?.map(Ticket))
    }

    /// The newest steps of its history, newest first. Residents do not see internal ones.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            default = 20,
            validator(minimum = 1, maximum = 50),
            desc = "How many steps, 1 to 50."
        )]
        first: u32,
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

    /// When the visitor first stood at the door or called; null before.
    async fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.started_at
    }

    /// When it was made: of two visitors, the earlier end. Null before.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }

    /// Its version, which grows with every change. Send it as `baseSeq` with an edit.
    async fn seq(&self) -> i64 {
        self.0.seq
    }
}

/// One step in the history of a visit. Never changed, never deleted.
#[derive(Description)]
pub struct VisitEvent(pub visit_event::Model);

#[Object(use_type_description)]
impl VisitEvent {
    /// Made by the app that took the step, or by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// What happened.
    async fn kind(&self) -> VisitEventKind {
        self.0.kind
    }

    /// The state before; null when the visit was planned, and for a step that has nothing to do with
    /// the state.
    async fn from_state(&self) -> Option<VisitState> {
        self.0.from_state
    }

    /// What an edit changed; empty for any other step. Edits are shown to staff only.
    async fn changes(&self) -> Vec<FieldChange> {
        let changes = self.0.details.changes.iter();
        changes.map(FieldChange::from).collect()
    }

    /// The state after. Null when the step moved nothing: a note, or what a colleague had reported
    /// first.
    async fn to_state(&self) -> Option<VisitState> {
        self.0.to_state
    }

    /// What was said with the step: at most 4000 characters, empty when nothing was.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// The time that was agreed, with `APPOINTED`; null for other steps.
    async fn appointed_at(&self) -> Option<DateTime<Utc>> {
        self.0.details.appointed_at
    }

    /// How the resident was spoken to, with `FINISHED`; null for other steps.
    async fn channel(&self) -> Option<VisitChannel> {
        self.0.details.channel
    }

    /// How the visit ended, with `FINISHED`; null for other steps, and when nobody said.
    async fn outcome(&self) -> Option<VisitOutcome> {
        self.0.details.outcome
    }

    /// What the resident said to this visitor, with `FINISHED`; null when nothing was written down.
    async fn opinion(&self) -> Option<&str> {
        self.0.details.opinion.as_deref()
    }

    /// What this visitor answered or promised to do, with `FINISHED`; null when nothing was written
    /// down.
    async fn handling(&self) -> Option<&str> {
        self.0.details.handling.as_deref()
    }

    /// What this visitor achieved, with `FINISHED`; null when nothing was written down.
    async fn result(&self) -> Option<&str> {
        self.0.details.result.as_deref()
    }

    /// SHA-256 of each photo, in lower-case hex; `attachments` says which have arrived.
    async fn photos(&self) -> &[String] {
        &self.0.photos.0
    }

    /// SHA-256, in lower-case hex, of the picture of the resident's signature; null when nobody signed.
    async fn signature(&self) -> Option<&str> {
        self.0.signature.as_deref()
    }

    /// Whether it is hidden from residents.
    async fn is_internal(&self) -> bool {
        self.0.is_internal
    }

    /// Name of the person who took the step, as it was then.
    async fn author_name(&self) -> &str {
        &self.0.author_name
    }

    /// When it happened. Deadlines are judged by it.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    /// How sure `observedAt` is.
    async fn observed_mark(&self) -> ObservedMark {
        self.0.observed_mark
    }

    /// When it reached the server; hours later than `observedAt` when the phone was offline.
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
