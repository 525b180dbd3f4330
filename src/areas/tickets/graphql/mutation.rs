//! Changing tickets from the desk.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::tickets::ticket;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::write::{
    AdvanceTicket, AssignTicket, Complaint, EditTicket, EscalateTicket, GradeTicket, NoteTicket,
    OpenTicket, ResolveTicket, RouteTicket, TestWater,
};
use super::{ComplaintChannel, Priority, RepairClass, Severity, Ticket, TicketKind, TicketState};
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// What a ticket needs to be recorded: name, contact, content, convenient time.
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
    #[graphql(default_with = "TicketKind::Repair")]
    kind: TicketKind,
    /// What was repaired, if it is known already.
    repair_class: Option<RepairClass>,
    /// What is asked of a complaint beside.
    complaint: Option<ComplaintInput>,
}

/// What the register of complaints asks beside summary, reporter and contact.
#[derive(InputObject, Default)]
pub struct ComplaintInput {
    channel: Option<ComplaintChannel>,
    /// When it happened.
    occurred_at: Option<DateTime<Utc>>,
    /// Where it happened; at most 200 characters.
    #[graphql(default)]
    place: String,
    /// The person complained about; at most 200 characters.
    #[graphql(default)]
    person_concerned: String,
    /// The departments complained about; at most 200 characters.
    #[graphql(default)]
    departments_concerned: String,
    /// What the resident demands; at most 4000 characters.
    #[graphql(default)]
    demand: String,
    /// The period that the resident asks for.
    wanted_by: Option<DateTime<Utc>>,
    /// Whoever complains gives no name; written down by staff only.
    #[graphql(default)]
    is_anonymous: bool,
}

impl From<ComplaintInput> for Complaint {
    fn from(input: ComplaintInput) -> Self {
        Self {
            channel: input.channel.map(Into::into),
            occurred_at: input.occurred_at,
            place: input.place,
            person_concerned: input.person_concerned,
            departments_concerned: input.departments_concerned,
            demand: input.demand,
            wanted_by: input.wanted_by,
            is_anonymous: input.is_anonymous,
        }
    }
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
    /// Where it happened.
    place: Option<String>,
    /// The person complained about.
    person_concerned: Option<String>,
    /// The departments complained about.
    departments_concerned: Option<String>,
    /// What the resident demands.
    demand: Option<String>,
}

/// One step along the path.
#[derive(InputObject)]
pub struct AdvanceTicketInput {
    id: Uuid,
    to: TicketState,
    /// Demanded of a complaint where the handbook demands a record: contact, plan, result told,
    /// opinion heard, why it cannot be solved or is none.
    #[graphql(default)]
    note: String,
    /// When whoever complained hears again; demanded where the community promises it.
    reply_promised_at: Option<DateTime<Utc>>,
}

/// How grave a complaint is.
#[derive(InputObject)]
pub struct GradeTicketInput {
    id: Uuid,
    severity: Severity,
    /// Whether it repeats an earlier complaint; what the server found when left out.
    is_second: Option<bool>,
    #[graphql(default)]
    note: String,
}

/// Gives a complaint to a department and one responsible.
#[derive(InputObject)]
pub struct RouteTicketInput {
    id: Uuid,
    /// Stays as it is when left out.
    #[graphql(default)]
    department: String,
    responsible_id: Uuid,
    #[graphql(default)]
    note: String,
}

/// Hands a complaint up.
#[derive(InputObject)]
pub struct EscalateTicketInput {
    id: Uuid,
    /// To whom: a supervisor or a manager.
    staff_member_id: Uuid,
    /// Why.
    note: String,
}

/// The result of a complaint.
#[derive(InputObject)]
pub struct ResolveTicketInput {
    id: Uuid,
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
    /// Records a repair or a complaint.
    async fn open_ticket(
        &self,
        ctx: &Context<'_>,
        input: OpenTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let open = OpenTicket {
            id: id.into(),
            community_id: input.community_id.into(),
            kind: input.kind.into(),
            unit_id: input.unit_id.map(Into::into),
            reporter_party_id: input.reporter_party_id.map(Into::into),
            summary: input.summary,
            description: input.description,
            priority: input.priority.into(),
            convenient_time: input.convenient_time,
            contact_name: input.contact_name,
            contact_phone: input.contact_phone,
            repair_class: input.repair_class.map(Into::into),
            complaint: input.complaint.unwrap_or_default().into(),
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
            reply_promised_at: input.reply_promised_at,
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

    /// Judges how grave a complaint is; its clocks follow.
    async fn grade_ticket(
        &self,
        ctx: &Context<'_>,
        input: GradeTicketInput,
    ) -> Result<TicketPayload, ApiError> {
        let id = input.id;
        let grade = GradeTicket {
            id: id.into(),
            event_id: None,
            severity: input.severity.into(),
            is_second: input.is_second,
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "grade ticket", &grade).await?;
        payload(ctx, id).await
    }

    /// Gives a graded complaint to the department and the one who answers for it.
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

    /// Hands a complaint up; work goes on meanwhile.
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

    /// Notes the result of a complaint; from then on the complainant is told within the day.
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
