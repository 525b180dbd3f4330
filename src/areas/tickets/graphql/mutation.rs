//! Changing tickets from the desk.

use async_graphql::{Context, Object, SimpleObject};
use entity::tickets::ticket;

use super::super::write::{
    AdvanceTicket, AssignTicket, EditTicket, EscalateTicket, GradeTicket, NoteTicket, OpenTicket,
    ResolveTicket, RouteTicket, TestWater,
};
use super::Ticket;
use super::input::EditTicketInput;
use crate::command::{self, Command, Effect};
use crate::error::ApiError;
use crate::graphql::{ContextExt, changes};

/// The ticket after the change.
#[derive(SimpleObject)]
pub struct TicketPayload {
    /// Null when the viewer may no longer see it, as a worker who gave it to somebody else.
    ticket: Option<Ticket>,
}

async fn done<C: Command<Output = Effect>>(
    ctx: &Context<'_>,
    command: C,
) -> Result<TicketPayload, ApiError> {
    let done = command::run(ctx.app(), ctx.viewer()?, &command).await?;
    let ticket = ctx.load::<ticket::Model>(done.record_id).await?;
    Ok(TicketPayload {
        ticket: ticket.map(Ticket),
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
        input: OpenTicket,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
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
        let edit = EditTicket::new(input.id, input.base_seq, changes(&input)?);
        done(ctx, edit).await
    }

    /// Takes a ticket one step along its path: order, arrive, finish, close, cancel, and the steps of a
    /// complaint. For the office; a worker arrives and finishes, the person responsible handles a
    /// complaint, a resident cancels what nobody has begun.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`,
    /// `TICKET_ASSIGNEE_UNSUITABLE`, `TICKET_PROMISE_MISSING`.
    async fn advance_ticket(
        &self,
        ctx: &Context<'_>,
        input: AdvanceTicket,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
    }

    /// Gives a ticket to a worker; one that is recorded or ordered becomes `DISPATCHED`. For the
    /// office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_SETTLED`, `TICKET_ASSIGNEE_UNSUITABLE`.
    async fn assign_ticket(
        &self,
        ctx: &Context<'_>,
        input: AssignTicket,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
    }

    /// Adds a note to the history, in any state. For everybody who sees the ticket.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`.
    async fn note_ticket(
        &self,
        ctx: &Context<'_>,
        input: NoteTicket,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
    }
    /// Records that a repaired leak was tested with water (试水), from which the day of its return visit
    /// is counted. For the office and whoever works at the repair.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`.
    async fn test_water(
        &self,
        ctx: &Context<'_>,
        input: TestWater,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
    }

    /// Sets how grave a complaint is; its clocks are set anew. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`, `TICKET_SETTLED`.
    async fn grade_ticket(
        &self,
        ctx: &Context<'_>,
        input: GradeTicket,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
    }

    /// Gives a complaint to a department and to the person who answers for it. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`, `TICKET_SETTLED`,
    /// `TICKET_ASSIGNEE_UNSUITABLE`.
    async fn route_ticket(
        &self,
        ctx: &Context<'_>,
        input: RouteTicket,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
    }

    /// Hands a complaint up (呈报); work on it goes on. For the office and whoever answers for it.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`, `TICKET_SETTLED`,
    /// `TICKET_ASSIGNEE_UNSUITABLE`.
    async fn escalate_ticket(
        &self,
        ctx: &Context<'_>,
        input: EscalateTicket,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
    }

    /// Records the result of a complaint; from then on a clock runs by which the complainant must be
    /// told. For the office and whoever answers for it.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `TICKET_STEP_NOT_ALLOWED`.
    async fn resolve_ticket(
        &self,
        ctx: &Context<'_>,
        input: ResolveTicket,
    ) -> Result<TicketPayload, ApiError> {
        done(ctx, input).await
    }
}
