//! Tickets in the API.

mod complaint;
mod mutation;
mod query;

pub use complaint::{ClockKind, ComplaintChannel, Severity, TicketClock};
pub use mutation::TicketMutation;
pub use query::TicketQuery;

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Enum, Object};
use chrono::{DateTime, Utc};
use entity::estate::unit;
use entity::households::party;
use entity::ids::TicketId;
use entity::organisation::staff_member;
use entity::tickets::{ticket, ticket_event};
use uuid::Uuid;

use super::access::sees_handling;
use super::read;
use crate::areas::estate::graphql::Unit;
use crate::areas::households::graphql::Party;
use crate::areas::organisation::graphql::StaffMember;
use crate::error::ApiError;
use crate::graphql::observed::ObservedMark;
use crate::graphql::{ContextExt, FieldChange, RequestLoader};

/// What a ticket is about.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::TicketKind")]
pub enum TicketKind {
    /// Repair (报修).
    Repair,
    /// Complaint (投诉).
    Complaint,
}

/// Where a ticket stands: a repair from `RECORDED` to `FINISHED`, a complaint from `REGISTERED` to
/// `RETURNED`.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::TicketState")]
pub enum TicketState {
    /// Details asked and written down (已登记).
    Recorded,
    /// Work order made (已下单).
    Ordered,
    /// Given to a worker, with the slip (已派工).
    Dispatched,
    /// The worker has arrived (维修中).
    OnSite,
    /// Repaired (已完工).
    Finished,
    /// Nothing more to do (已关闭).
    Closed,
    /// Called off (已取消).
    Cancelled,
    /// Details taken, thanks said (已受理).
    Registered,
    /// Severity judged (已定级).
    Graded,
    /// Given to the department and the one responsible (已转办).
    Routed,
    /// The responsible has spoken with the complainant (已联系).
    Contacted,
    /// Cause found, remedy planned (已定方案).
    Planned,
    /// Being remedied (处理中).
    InProgress,
    /// The result told to the complainant (已告知).
    Informed,
    /// Return visit made, opinion heard (已回访).
    Returned,
    /// Cannot be solved, and explained why (无法解决).
    CannotSolve,
    /// No complaint in fact (无效投诉).
    Invalid,
}

/// How pressing a ticket is.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::Priority")]
pub enum Priority {
    /// Can wait.
    Low,
    /// In its turn.
    Normal,
    /// Before others.
    High,
    /// Now.
    Urgent,
}

/// What happened to a ticket.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::TicketEventKind")]
pub enum TicketEventKind {
    /// The ticket was recorded.
    Opened,
    /// It moved to another state.
    Advanced,
    /// It was given to somebody.
    Assigned,
    /// Editable fields were changed.
    Edited,
    /// Somebody wrote a note.
    Noted,
    /// What was finished is worked at again.
    Reopened,
    /// The repair was tested with water.
    WaterTested,
    /// Its severity was judged.
    Graded,
    /// It was given to a department and a responsible.
    Routed,
    /// It was handed up.
    Escalated,
    /// A remedy has been carried out.
    Resolved,
    /// The same matter was complained about before.
    Repeated,
    /// A deadline passed.
    Breached,
}

/// What was repaired, which decides when it is visited again.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::RepairClass")]
pub enum RepairClass {
    /// Safety facilities (安全设施).
    SafetyFacility,
    /// Leaks and seepage (渗漏).
    LeakOrSeepage,
    /// Everything else.
    Other,
}

/// Whether the viewer may know what the office makes of a complaint.
fn shows_handling(ctx: &Context<'_>, ticket: &ticket::Model) -> bool {
    let viewer = ctx.viewer();
    viewer.is_ok_and(|viewer| sees_handling(viewer, ticket))
}

/// A contact that needs work (事务单): a repair or a complaint.
pub struct Ticket(pub ticket::Model);

#[Object]
impl Ticket {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    async fn kind(&self) -> TicketKind {
        self.0.kind.into()
    }

    async fn state(&self) -> TicketState {
        self.0.state.into()
    }

    async fn priority(&self) -> Priority {
        self.0.priority.into()
    }

    /// One line, at most 200 characters.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// Free text, at most 4000 characters.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// When it suits the resident, as he said it.
    async fn convenient_time(&self) -> &str {
        &self.0.convenient_time
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

    /// Who reported it, if the viewer may see that party.
    async fn reporter(&self, ctx: &Context<'_>) -> Result<Option<Party>, ApiError> {
        let Some(id) = self.0.reporter_party_id else {
            return Ok(None);
        };
        Ok(ctx.load::<party::Model>(id).await?.map(Party))
    }

    async fn contact_name(&self) -> &str {
        &self.0.contact_name
    }

    /// The number to call, with its middle hidden.
    async fn contact_phone_masked(&self) -> Option<&str> {
        self.0.contact_phone_masked.as_deref()
    }

    async fn assignee_id(&self) -> Option<Uuid> {
        self.0.assignee_id.map(Into::into)
    }

    /// Who has it in hand, for viewers who work in the community.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.assignee_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// The newest steps of its history, newest first; at most 20.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn last_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 5, validator(minimum = 1, maximum = 20))] first: u32,
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

    /// When the trouble was reported, by the best clock there was.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }

    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.closed_at
    }

    /// What was repaired, which decides when it is visited again.
    async fn repair_class(&self) -> Option<RepairClass> {
        self.0.repair_class.map(Into::into)
    }

    /// When a mended leak was last tested with water.
    async fn water_tested_at(&self) -> Option<DateTime<Utc>> {
        self.0.water_tested_at
    }

    /// What is asked of a complaint beside; null for other kinds.
    async fn complaint(&self) -> Option<complaint::Complaint> {
        let is_complaint = self.0.kind == entity::tickets::TicketKind::Complaint;
        is_complaint.then(|| complaint::Complaint(self.0.clone()))
    }

    /// Whom it concerns that it is answered for; a complaint has one responsible.
    async fn responsible(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.responsible_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// Null to residents, as are `dueAt`, `dueRule` and `breachedAt`.
    async fn responsible_id(&self, ctx: &Context<'_>) -> Option<Uuid> {
        let responsible = self.0.responsible_id.map(Into::into);
        responsible.filter(|_| shows_handling(ctx, &self.0))
    }

    /// When the nearest of its open clocks runs out.
    async fn due_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        // T-32: no promise before cause and plan are known.
        let due_at = self.0.due_at;
        due_at.filter(|_| shows_handling(ctx, &self.0))
    }

    /// The rule of that clock: `T-17`.
    async fn due_rule(&self, ctx: &Context<'_>) -> Option<&str> {
        let due_rule = self.0.due_rule.as_deref();
        due_rule.filter(|_| shows_handling(ctx, &self.0))
    }

    /// Since when it is known that this clock has run out.
    async fn breached_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        let breached_at = self.0.breached_at;
        breached_at.filter(|_| shows_handling(ctx, &self.0))
    }

    /// All its clocks, by when they run out; for viewers who work in the community.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<TicketClock>, ApiError> {
        let clocks = ctx
            .loader()
            .load_one(complaint::ClocksOf(self.0.id))
            .await?;
        let clocks = clocks.unwrap_or_default();
        Ok(clocks.into_iter().map(TicketClock).collect())
    }

    /// Its version: send it as `baseSeq` with an edit.
    async fn seq(&self) -> i64 {
        self.0.seq
    }
}

/// One step in the history of a ticket. Never changed, never deleted.
pub struct TicketEvent(pub ticket_event::Model);

#[Object]
impl TicketEvent {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn kind(&self) -> TicketEventKind {
        self.0.kind.into()
    }

    async fn from_state(&self) -> Option<TicketState> {
        self.0.from_state.map(Into::into)
    }

    async fn to_state(&self) -> Option<TicketState> {
        self.0.to_state.map(Into::into)
    }

    async fn assignee_id(&self) -> Option<Uuid> {
        self.0.assignee_id.map(Into::into)
    }

    /// What a complaint was graded.
    async fn severity(&self) -> Option<Severity> {
        self.0.severity.map(Into::into)
    }

    /// When whoever complained was promised to hear again.
    async fn promised_at(&self) -> Option<DateTime<Utc>> {
        self.0.promised_at
    }

    /// What an edit changed; empty for any other step. Events of edits are for staff.
    async fn changes(&self) -> Vec<FieldChange> {
        let changes = self.0.changes.iter().flat_map(|changes| &changes.0);
        changes.map(FieldChange::from).collect()
    }

    async fn note(&self) -> &str {
        &self.0.note
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
