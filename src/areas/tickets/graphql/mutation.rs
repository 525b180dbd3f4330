//! Changing tickets from the desk.

use async_graphql::{Context, Object, SimpleObject};
use entity::tickets::ticket;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::write::{
    AdvanceTicket, AssignTicket, EditTicket, EscalateTicket, GradeTicket, NoteTicket, OpenTicket,
    ResolveTicket, RouteTicket, TestWater,
};
use super::Ticket;
use super::input::{
    AdvanceTicketInput, AssignTicketInput, EditTicketInput, EscalateTicketInput, GradeTicketInput,
    NoteTicketInput, OpenTicketInput, ResolveTicketInput, RouteTicketInput, TestWaterInput,
};
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// The ticket after the change.
#[derive(SimpleObject)]
pub struct TicketPayload {
    /// Null when the viewer may no longer see it, as a worker who gave it to somebody else.
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
    /// Opens a ticket: a repair or a complaint. For everybody who works in the community, and for
    /// residents about their own unit.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`.
    async fn open_ticket(
        &self,
        ctx: &Context<'_>,
        input: OpenTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let open = OpenTicket {
            id: id.into(),
            community_id: input.community_id.into(),
            kind: input.kind,
            unit_id: input.unit_id.map(Into::into),
            reporter_party_id: input.reporter_party_id.map(Into::into),
            summary: input.summary,
            description: input.description,
            priority: input.priority,
            convenient_time: input.convenient_time,
            contact_name: input.contact_name,
            contact_phone: input.contact_phone,
            repair_class: input.repair_class,
            complaint: input.complaint.unwrap_or_default().into(),
        };
        command::run(ctx.app(), ctx.viewer()?, "open ticket", &open).await?;
        payload(ctx, id).await
    }

    /// Changes editable fields. For staff; a resident may as long as nothing was done about it. When
    /// somebody else changed the same field after `baseSeq`, the policy of the field decides and the
    /// value that lost is kept in a sync issue.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_SETTLED`.
    async fn edit_ticket(
        &self,
        ctx: &Context<'_>,
        input: EditTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let priority = input.priority;
        let class = input.repair_class;
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
            ("place", input.place.map(Value::from)),
            ("personConcerned", input.person_concerned.map(Value::from)),
            (
                "departmentsConcerned",
                input.departments_concerned.map(Value::from),
            ),
            ("demand", input.demand.map(Value::from)),
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

    /// Takes a ticket one step along its path: order, arrive, finish, close, cancel, and the steps of a
    /// complaint. For the office; a worker arrives and finishes, the person responsible handles a
    /// complaint, a resident cancels what nobody has begun.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`,
    /// `TICKET_ASSIGNEE_UNSUITABLE`, `TICKET_PROMISE_MISSING`.
    async fn advance_ticket(
        &self,
        ctx: &Context<'_>,
        input: AdvanceTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let advance = AdvanceTicket {
            id: id.into(),
            event_id: None,
            to: input.to,
            note: input.note,
            reply_promised_at: input.reply_promised_at,
        };
        command::run(ctx.app(), ctx.viewer()?, "advance ticket", &advance).await?;
        payload(ctx, id).await
    }

    /// Gives a ticket to a worker; one that is recorded or ordered becomes `DISPATCHED`. For the
    /// office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_SETTLED`, `TICKET_ASSIGNEE_UNSUITABLE`.
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

    /// Adds a note to the history, in any state. For everybody who sees the ticket.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`.
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
    /// Records that a repaired leak was tested with water (试水), from which the day of its return visit
    /// is counted. For the office and whoever works at the repair.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`.
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

    /// Sets how grave a complaint is; its clocks are set anew. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`, `TICKET_SETTLED`.
    async fn grade_ticket(
        &self,
        ctx: &Context<'_>,
        input: GradeTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let grade = GradeTicket {
            id: id.into(),
            event_id: None,
            severity: input.severity,
            is_second: input.is_second,
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "grade ticket", &grade).await?;
        payload(ctx, id).await
    }

    /// Gives a complaint to a department and to the person who answers for it. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`, `TICKET_SETTLED`,
    /// `TICKET_ASSIGNEE_UNSUITABLE`.
    async fn route_ticket(
        &self,
        ctx: &Context<'_>,
        input: RouteTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let route = RouteTicket {
            id: id.into(),
            event_id: None,
            department: input.department,
            responsible_id: input.responsible_id.into(),
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "route ticket", &route).await?;
        payload(ctx, id).await
    }

    /// Hands a complaint up (呈报); work on it goes on. For the office and whoever answers for it.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`, `TICKET_SETTLED`,
    /// `TICKET_ASSIGNEE_UNSUITABLE`.
    async fn escalate_ticket(
        &self,
        ctx: &Context<'_>,
        input: EscalateTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let escalate = EscalateTicket {
            id: id.into(),
            event_id: None,
            staff_member_id: input.staff_member_id.into(),
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "escalate ticket", &escalate).await?;
        payload(ctx, id).await
    }

    /// Records the result of a complaint; from then on a clock runs by which the complainant must be
    /// told. For the office and whoever answers for it.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`.
    async fn resolve_ticket(
        &self,
        ctx: &Context<'_>,
        input: ResolveTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let resolve = ResolveTicket {
            id: id.into(),
            event_id: None,
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "resolve ticket", &resolve).await?;
        payload(ctx, id).await
    }
}
