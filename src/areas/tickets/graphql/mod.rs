//! Tickets in the API.

mod complaint;
mod input;
mod mutation;
mod query;

pub use complaint::TicketClock;
pub use mutation::TicketMutation;
pub use query::TicketQuery;

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, Object};
use chrono::{DateTime, Utc};
use entity::estate::unit;
use entity::households::party;
use entity::ids::TicketId;
use entity::organisation::staff_member;
use entity::sync::ObservedMark;
use entity::tickets::{
    Priority, RepairClass, Severity, TicketEventKind, TicketKind, TicketState, ticket, ticket_event,
};
use uuid::Uuid;

use super::access::sees_handling;
use super::read;
use crate::areas::estate::graphql::Unit;
use crate::areas::households::graphql::Party;
use crate::areas::organisation::graphql::StaffMember;
use crate::error::ApiError;
use crate::graphql::{ContextExt, FieldChange, RequestLoader};

/// Whether the viewer may know what the office makes of a complaint.
fn shows_handling(ctx: &Context<'_>, ticket: &ticket::Model) -> bool {
    let viewer = ctx.viewer();
    viewer.is_ok_and(|viewer| sees_handling(viewer, ticket))
}

/// A request that needs work (工单): a repair (报修) or a complaint (投诉).
#[derive(Description)]
pub struct Ticket(pub ticket::Model);

#[Object(use_type_description)]
impl Ticket {
    /// Made by the app that opened it, or by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// Repair or complaint; never changes.
    async fn kind(&self) -> TicketKind {
        self.0.kind
    }

    /// Where it stands on its path.
    async fn state(&self) -> TicketState {
        self.0.state
    }

    /// How urgent it is; staff decide.
    async fn priority(&self) -> Priority {
        self.0.priority
    }

    /// What it is about, in one line of at most 200 characters.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// What it is about, at length: at most 4000 characters, empty when nothing was said.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// When it suits the resident, in his own words: at most 200 characters, empty when he did not say.
    async fn convenient_time(&self) -> &str {
        &self.0.convenient_time
    }

    /// The unit it is about; null when it is about no unit, such as a public place.
    async fn unit_id(&self) -> Option<Uuid> {
        self.0.unit_id.map(Into::into)
    }

    /// The unit it is about; null when there is none or the viewer may not see it.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>, ApiError> {
        let Some(id) = self.0.unit_id else {
            return Ok(None);
        };
        Ok(ctx.load::<unit::Model>(id).await?.map(Unit))
    }

    /// The party that reported it; null when none was named or the viewer may not see that party.
    async fn reporter(&self, ctx: &Context<'_>) -> Result<Option<Party>, ApiError> {
        let Some(id) = self.0.reporter_party_id else {
            return Ok(None);
        };
        Ok(ctx.load::<party::Model>(id).await?.map(Party))
    }

    /// Whom to ask for; empty when nobody was named, as in an anonymous complaint.
    async fn contact_name(&self) -> &str {
        &self.0.contact_name
    }

    /// The number to call with its middle hidden, `130****3336`; null when none was given.
    async fn contact_phone_masked(&self) -> Option<&str> {
        self.0.contact_phone_masked.as_deref()
    }

    /// The staff member who is to do the work; null before it is given to somebody.
    async fn assignee_id(&self) -> Option<Uuid> {
        self.0.assignee_id.map(Into::into)
    }

    /// The staff member who is to do the work. Null before it is given to somebody, and to viewers who
    /// do not work in the community.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.assignee_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// The newest steps of its history, newest first. Residents do not see internal ones.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn last_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            default = 5,
            validator(minimum = 1, maximum = 20),
            desc = "How many steps, 1 to 20."
        )]
        first: u32,
    ) -> Result<Vec<TicketEvent>, ApiError> {
        let events = ctx
            .loader()
            .load_one(LastEventsOf(self.0.id, first))
            .await?;
        Ok(events
            .unwrap_or_default()
            .into_iter()
            .map(TicketEvent)
            .collect())
    }

    /// When it was reported. For a report made offline this is the phone's time, corrected by the
    /// server.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    /// When the work was done: the repair finished, or the complaint resolved. Null before, and after
    /// work began again.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }

    /// When it was closed or cancelled; null while it is open.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.closed_at
    }

    /// What was repaired, which decides by when the return visit (回访) is due; null when nobody has
    /// said.
    async fn repair_class(&self) -> Option<RepairClass> {
        self.0.repair_class
    }

    /// When a repaired leak was last tested with water (试水); null when it has not been, or work began
    /// again since.
    async fn water_tested_at(&self) -> Option<DateTime<Utc>> {
        self.0.water_tested_at
    }

    /// What is recorded of complaints only; null for a repair.
    async fn complaint(&self) -> Option<complaint::Complaint> {
        let is_complaint = self.0.kind == TicketKind::Complaint;
        is_complaint.then(|| complaint::Complaint(self.0.clone()))
    }

    /// Who answers for a complaint (责任人): the staff member it was last routed to. Null before it is
    /// routed, and to viewers who do not work in the community.
    async fn responsible(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.responsible_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// Who answers for a complaint (责任人). Null before it is routed, and to residents.
    async fn responsible_id(&self, ctx: &Context<'_>) -> Option<Uuid> {
        let responsible = self.0.responsible_id.map(Into::into);
        responsible.filter(|_| shows_handling(ctx, &self.0))
    }

    /// When the nearest of its open clocks runs out. Null when no clock is open, and to residents.
    async fn due_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        // T-32: no promise before cause and plan are known.
        let due_at = self.0.due_at;
        due_at.filter(|_| shows_handling(ctx, &self.0))
    }

    /// The rule of the handbook behind `dueAt`, such as `T-17`. Null when no clock is open, and to
    /// residents.
    async fn due_rule(&self, ctx: &Context<'_>) -> Option<&str> {
        let due_rule = self.0.due_rule.as_deref();
        due_rule.filter(|_| shows_handling(ctx, &self.0))
    }

    /// When the server found that the clock of `dueAt` had run out. Null while it runs, and to
    /// residents.
    async fn breached_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        let breached_at = self.0.breached_at;
        breached_at.filter(|_| shows_handling(ctx, &self.0))
    }

    /// All its clocks, soonest `dueAt` first. Empty for a repair, and to viewers who do not work in the
    /// community.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<TicketClock>, ApiError> {
        let clocks = ctx
            .loader()
            .load_one(complaint::ClocksOf(self.0.id))
            .await?;
        let clocks = clocks.unwrap_or_default();
        Ok(clocks.into_iter().map(TicketClock).collect())
    }

    /// Its version, which grows with every change. Send it as `baseSeq` with an edit.
    async fn seq(&self) -> i64 {
        self.0.seq
    }
}

/// One step in the history of a ticket. Never changed, never deleted.
#[derive(Description)]
pub struct TicketEvent(pub ticket_event::Model);

#[Object(use_type_description)]
impl TicketEvent {
    /// Made by the app that took the step, or by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// What happened.
    async fn kind(&self) -> TicketEventKind {
        self.0.kind
    }

    /// The state before. Null when the ticket was opened, when the step changes no state, and when it
    /// was heard of too late to move the ticket.
    async fn from_state(&self) -> Option<TicketState> {
        self.0.from_state
    }

    /// The state after; null when the step changes no state.
    async fn to_state(&self) -> Option<TicketState> {
        self.0.to_state
    }

    /// The staff member named by the step: the worker, the person responsible, or the one it was handed
    /// up to. Null for other steps.
    async fn assignee_id(&self) -> Option<Uuid> {
        self.0.assignee_id.map(Into::into)
    }

    /// The severity of the complaint, with `GRADED` and `BREACHED`; null for other steps.
    async fn severity(&self) -> Option<Severity> {
        self.0.severity
    }

    /// When the complainant was promised the next answer; null when nothing was promised.
    async fn promised_at(&self) -> Option<DateTime<Utc>> {
        self.0.promised_at
    }

    /// What an edit changed; empty for any other step. Edits are shown to staff only.
    async fn changes(&self) -> Vec<FieldChange> {
        let changes = self.0.changes.iter().flat_map(|changes| &changes.0);
        changes.map(FieldChange::from).collect()
    }

    /// What was said with the step: at most 4000 characters, empty when nothing was.
    async fn note(&self) -> &str {
        &self.0.note
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

/// The newest so many events of a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LastEventsOf(TicketId, u32);

impl Loader<LastEventsOf> for RequestLoader {
    type Value = Vec<ticket_event::Model>;
    type Error = ApiError;

    async fn load(
        &self,
        keys: &[LastEventsOf],
    ) -> Result<HashMap<LastEventsOf, Self::Value>, ApiError> {
        let most = keys.iter().map(|key| key.1).max().unwrap_or(0);
        let tickets = keys.iter().map(|key| key.0);
        let events = read::last_events(&self.app, &self.viewer, tickets, most.into()).await?;
        let of_key = |key: &LastEventsOf| {
            let events = events.get(&key.0).cloned().unwrap_or_default();
            (*key, events.into_iter().take(key.1 as usize).collect())
        };
        Ok(keys.iter().map(of_key).collect())
    }
}
