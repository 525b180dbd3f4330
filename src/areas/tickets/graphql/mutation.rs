//! Changing tickets from the desk.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::tickets::ticket;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::write::{
    AdvanceTicket, AssignTicket, Complaint, EditTicket, NoteTicket, OpenTicket, TestWater,
};
use super::{Priority, RepairClass, Ticket, TicketState};
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

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
    /// Staff only.
    repair_class: Option<RepairClass>,
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

/// A test of a repair with water.
#[derive(InputObject)]
pub struct TestWaterInput {
    id: Uuid,
    #[graphql(default)]
    note: String,
}

/// The ticket after the change.
#[derive(SimpleObject)]
pub struct TicketPayload {
    ticket: Option<Ticket>,
}

async fn payload(ctx: &Context<'_>, id: Uuid) -> Result<TicketPayload, ApiError> {
    Ok(TicketPayload {
        ticket: ctx.load::<ticket::Model>(id).await?.map(Ticket),
    })
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
            kind: entity::tickets::TicketKind::Repair,
            unit_id: input.unit_id.map(Into::into),
            reporter_party_id: input.reporter_party_id.map(Into::into),
            summary: input.summary,
            description: input.description,
            priority: input.priority.into(),
            convenient_time: input.convenient_time,
            contact_name: input.contact_name,
            contact_phone: input.contact_phone,
            repair_class: None,
            complaint: Complaint::default(),
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
        let class = input.repair_class.map(entity::tickets::RepairClass::from);
        let changes: Map<String, Value> = [
            ("summary", input.summary.map(Value::from)),
            ("description", input.description.map(Value::from)),
            ("convenientTime", input.convenient_time.map(Value::from)),
            (
                "priority",
                priority.and_then(|priority| serde_json::to_value(priority).ok()),
            ),
            (
                "repairClass",
                class.and_then(|class| serde_json::to_value(class).ok()),
            ),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
        let edit = EditTicket {
            id: input.id.into(),
            base_seq: input.base_seq,
            base: None,
            changes,
        };
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
        let advance = AdvanceTicket {
            id: id.into(),
            event_id: None,
            to: input.to.into(),
            note: input.note,
        };
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
        let assign = AssignTicket {
            id: id.into(),
            event_id: None,
            assignee_id,
            note: input.note,
        };
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
        let note = NoteTicket {
            id: id.into(),
            event_id: None,
            note: input.note,
            is_internal: input.is_internal,
        };
        command::run(ctx.app(), ctx.viewer()?, "note on ticket", &note).await?;
        payload(ctx, id).await
    }
    /// Notes that a repair was tested with water.
    async fn test_water(
        &self,
        ctx: &Context<'_>,
        input: TestWaterInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let test = TestWater {
            id: id.into(),
            event_id: None,
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "test with water", &test).await?;
        payload(ctx, id).await
    }
}
