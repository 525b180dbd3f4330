//! Tickets in the API.

use std::collections::HashMap;

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::dataloader::Loader;
use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::estate::unit;
use entity::households::party;
use entity::ids::TicketId;
use entity::organisation::staff_member;
use entity::tickets::{ticket, ticket_event};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::read::{self, TicketFilter};
use super::write::{AdvanceTicket, AssignTicket, EditTicket, NoteTicket, OpenTicket};
use crate::areas::estate::graphql::Unit;
use crate::areas::households::graphql::Party;
use crate::areas::organisation::graphql::StaffMember;
use crate::command;
use crate::error::ApiError;
use crate::graphql::{ContextExt, RequestLoader, page_arguments, page_of};

/// What a ticket is about.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::TicketKind")]
pub enum TicketKind {
    /// Repair (报修).
    Repair,
}

/// Where a repair stands.
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
}

/// How sure the time of an observation is, strongest first.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::sync::ObservedMark")]
pub enum ObservedMark {
    /// Time elapsed on the phone since a contact with the server.
    Monotonic,
    /// The phone's wall clock, corrected by what was measured at contact.
    Wall,
    /// The time of receipt.
    Received,
}

/// A contact that needs work (事务单). Here: a repair.
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
        let Some(id) = self.0.unit_id else { return Ok(None) };
        Ok(ctx.load::<unit::Model>(id).await?.map(Unit))
    }

    /// Who reported it, if the viewer may see that party.
    async fn reporter(&self, ctx: &Context<'_>) -> Result<Option<Party>, ApiError> {
        let Some(id) = self.0.reporter_party_id else { return Ok(None) };
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
        let Some(id) = self.0.assignee_id else { return Ok(None) };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// The newest steps of its history, newest first; at most 20.
    #[graphql(complexity = "5 + child_complexity * 5")]
    async fn last_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 5, validator(minimum = 1, maximum = 20))] first: u32,
    ) -> Result<Vec<TicketEvent>, ApiError> {
        let events = ctx.loader().load_one(LastEventsOf(self.0.id, first)).await?;
        Ok(events.unwrap_or_default().into_iter().map(TicketEvent).collect())
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

#[derive(Default)]
pub struct TicketQuery;

#[Object]
impl TicketQuery {
    /// One ticket; null when there is none or the viewer may not see it.
    async fn ticket(&self, ctx: &Context<'_>, id: Uuid) -> Result<Option<Ticket>, ApiError> {
        ctx.viewer()?;
        Ok(ctx.load::<ticket::Model>(id).await?.map(Ticket))
    }

    /// The tickets the viewer may see, newest first.
    #[graphql(complexity = "first.unwrap_or(50).max(0) as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field")]
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        community_id: Option<Uuid>,
        states: Option<Vec<TicketState>>,
        unit_id: Option<Uuid>,
        assignee_id: Option<Uuid>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, Ticket, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let filter = TicketFilter {
            community_id: community_id.map(Into::into),
            states: states.map(|states| states.into_iter().map(Into::into).collect()),
            unit_id: unit_id.map(Into::into),
            assignee_id: assignee_id.map(Into::into),
        };
        let paged = after.is_some();
        let page = read::list_tickets(ctx.app(), ctx.viewer()?, filter, limit, after).await?;
        Ok(page_of(page, paged, read::place, Ticket))
    }
}

/// What a repair needs to be recorded: name, contact, content, convenient time.
#[derive(InputObject)]
pub struct OpenTicketInput {
    /// Made by the caller, so that a repeated call does not record twice; the server makes one
    /// when it is left out.
    id: Option<Uuid>,
    community_id: Uuid,
    unit_id: Option<Uuid>,
    /// The party that reports; staff only.
    reporter_party_id: Option<Uuid>,
    /// One line, at most 200 characters.
    summary: String,
    /// At most 4000 characters.
    #[graphql(default)]
    description: String,
    #[graphql(default_with = "Priority::Normal")]
    priority: Priority,
    /// When it suits the resident, as he says it.
    #[graphql(default)]
    convenient_time: String,
    /// Taken from the reporter when left out.
    contact_name: Option<String>,
    /// Taken from the reporter when left out.
    contact_phone: Option<String>,
}

/// Changes of editable fields; what is left out stays.
#[derive(InputObject)]
pub struct EditTicketInput {
    id: Uuid,
    /// The version (`seq`) that the author was looking at.
    base_seq: Option<i64>,
    summary: Option<String>,
    description: Option<String>,
    convenient_time: Option<String>,
    priority: Option<Priority>,
}

/// One step along the path.
#[derive(InputObject)]
pub struct AdvanceTicketInput {
    id: Uuid,
    to: TicketState,
    #[graphql(default)]
    note: String,
}

/// Gives a ticket to a worker.
#[derive(InputObject)]
pub struct AssignTicketInput {
    id: Uuid,
    assignee_id: Uuid,
    #[graphql(default)]
    note: String,
}

/// A note for the history.
#[derive(InputObject)]
pub struct NoteTicketInput {
    id: Uuid,
    note: String,
    /// Not shown to residents.
    #[graphql(default)]
    is_internal: bool,
}

/// The ticket after the change.
#[derive(SimpleObject)]
pub struct TicketPayload {
    ticket: Option<Ticket>,
}

async fn payload(ctx: &Context<'_>, id: Uuid) -> Result<TicketPayload, ApiError> {
    Ok(TicketPayload { ticket: ctx.load::<ticket::Model>(id).await?.map(Ticket) })
}

#[derive(Default)]
pub struct TicketMutation;

#[Object]
impl TicketMutation {
    /// Records a repair.
    async fn open_ticket(
        &self,
        ctx: &Context<'_>,
        input: OpenTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let open = OpenTicket {
            id: id.into(),
            community_id: input.community_id.into(),
            unit_id: input.unit_id.map(Into::into),
            reporter_party_id: input.reporter_party_id.map(Into::into),
            summary: input.summary,
            description: input.description,
            priority: input.priority.into(),
            convenient_time: input.convenient_time,
            contact_name: input.contact_name,
            contact_phone: input.contact_phone,
        };
        command::run(ctx.app(), ctx.viewer()?, "open ticket", &open).await?;
        payload(ctx, id).await
    }

    /// Changes editable fields. When somebody else changed the same field after `baseSeq`, the
    /// policy of the field decides and the losing value is kept in a sync issue.
    async fn edit_ticket(
        &self,
        ctx: &Context<'_>,
        input: EditTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let priority = input.priority.map(entity::tickets::Priority::from);
        let changes: Map<String, Value> = [
            ("summary", input.summary.map(Value::from)),
            ("description", input.description.map(Value::from)),
            ("convenientTime", input.convenient_time.map(Value::from)),
            ("priority", priority.and_then(|priority| serde_json::to_value(priority).ok())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
        let edit = EditTicket { id: input.id.into(), base_seq: input.base_seq, base: None, changes };
        command::run(ctx.app(), ctx.viewer()?, "edit ticket", &edit).await?;
        payload(ctx, input.id).await
    }

    /// Takes one step: order, arrive, finish, close, call off.
    async fn advance_ticket(
        &self,
        ctx: &Context<'_>,
        input: AdvanceTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let advance = AdvanceTicket { id: id.into(), to: input.to.into(), note: input.note };
        command::run(ctx.app(), ctx.viewer()?, "advance ticket", &advance).await?;
        payload(ctx, id).await
    }

    /// Gives the ticket to a worker; an ordered ticket is dispatched by it.
    async fn assign_ticket(
        &self,
        ctx: &Context<'_>,
        input: AssignTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let (id, assignee_id) = (input.id, input.assignee_id.into());
        let assign = AssignTicket { id: id.into(), assignee_id, note: input.note };
        command::run(ctx.app(), ctx.viewer()?, "assign ticket", &assign).await?;
        payload(ctx, id).await
    }

    /// Adds a note to the history.
    async fn note_ticket(
        &self,
        ctx: &Context<'_>,
        input: NoteTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let note = NoteTicket { id: id.into(), note: input.note, is_internal: input.is_internal };
        command::run(ctx.app(), ctx.viewer()?, "note on ticket", &note).await?;
        payload(ctx, id).await
    }
}
