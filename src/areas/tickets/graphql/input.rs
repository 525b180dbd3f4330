//! What is asked for to change tickets.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::tickets::{ComplaintChannel, Priority, RepairClass, Severity, TicketKind, TicketState};
use uuid::Uuid;

use super::super::write::Complaint;

/// A ticket to open: who asks for what, where, and when it suits him.
#[derive(InputObject)]
pub struct OpenTicketInput {
    /// Made by the caller, so that a call that is repeated opens one ticket only; the server makes one
    /// when it is left out.
    pub(super) id: Option<Uuid>,
    /// The community it belongs to.
    pub(super) community_id: Uuid,
    /// The unit it is about. A resident names one of his own; staff may leave it out.
    pub(super) unit_id: Option<Uuid>,
    /// The party that reports, named by staff. Ignored of residents, who report for themselves.
    pub(super) reporter_party_id: Option<Uuid>,
    /// What it is about, in one line of 1 to 200 characters.
    pub(super) summary: String,
    /// What it is about, at length; at most 4000 characters.
    #[graphql(default)]
    pub(super) description: String,
    /// How urgent it is. Of residents it is only written into the history: their tickets begin as
    /// `NORMAL`.
    #[graphql(default_with = "Priority::Normal")]
    pub(super) priority: Priority,
    /// When it suits the resident, in his own words; at most 200 characters.
    #[graphql(default)]
    pub(super) convenient_time: String,
    /// Whom to ask for, at most 200 characters; the name of the reporter when left out.
    pub(super) contact_name: Option<String>,
    /// The number to call, written out; that of the reporter when left out.
    pub(super) contact_phone: Option<String>,
    /// Repair or complaint.
    #[graphql(default_with = "TicketKind::Repair")]
    pub(super) kind: TicketKind,
    /// What is to be repaired; left out when it is not known yet.
    pub(super) repair_class: Option<RepairClass>,
    /// Of a complaint: what is recorded of complaints only.
    pub(super) complaint: Option<ComplaintInput>,
}

/// What the register of complaints asks for in addition to summary, reporter and contact.
#[derive(InputObject, Default)]
pub struct ComplaintInput {
    /// How it came in; counts as `SPOKEN` when left out.
    channel: Option<ComplaintChannel>,
    /// When the matter complained about happened.
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
    /// What the complainant demands; at most 4000 characters.
    #[graphql(default)]
    demand: String,
    /// By when the complainant asks for a solution.
    wanted_by: Option<DateTime<Utc>>,
    /// Whether the complainant gives no name; only staff write such a complaint down.
    #[graphql(default)]
    is_anonymous: bool,
}

impl From<ComplaintInput> for Complaint {
    fn from(input: ComplaintInput) -> Self {
        Self {
            channel: input.channel,
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

/// Changes of editable fields; a field that is left out stays as it is.
#[derive(InputObject)]
pub struct EditTicketInput {
    /// The ticket.
    pub(super) id: Uuid,
    /// The version (`seq`) that the author was looking at; the present one when left out.
    pub(super) base_seq: Option<i64>,
    /// 1 to 200 characters.
    pub(super) summary: Option<String>,
    /// At most 4000 characters; an empty text clears it.
    pub(super) description: Option<String>,
    /// When it suits the resident; at most 200 characters, an empty text clears it.
    pub(super) convenient_time: Option<String>,
    /// How urgent it is; staff only.
    pub(super) priority: Option<Priority>,
    /// What was repaired; staff only.
    pub(super) repair_class: Option<RepairClass>,
    /// Where the matter complained about happened; at most 200 characters, an empty text clears it.
    pub(super) place: Option<String>,
    /// The person complained about; at most 200 characters, an empty text clears it.
    pub(super) person_concerned: Option<String>,
    /// The departments complained about; at most 200 characters, an empty text clears it.
    pub(super) departments_concerned: Option<String>,
    /// What the complainant demands; at most 4000 characters, an empty text clears it.
    pub(super) demand: Option<String>,
}

/// One step of a ticket along its path.
#[derive(InputObject)]
pub struct AdvanceTicketInput {
    /// The ticket.
    pub(super) id: Uuid,
    /// The state it is to reach. `GRADED` and `ROUTED` have mutations of their own: `gradeTicket`,
    /// `routeTicket`.
    pub(super) to: TicketState,
    /// At most 4000 characters. Required of a complaint with `CONTACTED`, `PLANNED`, `INFORMED`,
    /// `RETURNED`, `CANNOT_SOLVE` and `INVALID`: what was said, planned, told, heard, or why not.
    #[graphql(default)]
    pub(super) note: String,
    /// When the complainant is promised the next answer. Required with `CONTACTED` where the community
    /// promises one.
    pub(super) reply_promised_at: Option<DateTime<Utc>>,
}

/// The severity of a complaint.
#[derive(InputObject)]
pub struct GradeTicketInput {
    /// The complaint.
    pub(super) id: Uuid,
    /// How grave it is.
    pub(super) severity: Severity,
    /// Whether it repeats an earlier complaint; when left out, what the server found stays.
    pub(super) is_second: Option<bool>,
    /// Why, for staff; at most 4000 characters.
    #[graphql(default)]
    pub(super) note: String,
}

/// The department and the person who are to answer for a complaint.
#[derive(InputObject)]
pub struct RouteTicketInput {
    /// The complaint.
    pub(super) id: Uuid,
    /// Name of the department, at most 200 characters; stays as it is when left out.
    #[graphql(default)]
    pub(super) department: String,
    /// The staff member who answers for it; must work in the community.
    pub(super) responsible_id: Uuid,
    /// For staff; at most 4000 characters.
    #[graphql(default)]
    pub(super) note: String,
}

/// A complaint to hand up (呈报), and to whom.
#[derive(InputObject)]
pub struct EscalateTicketInput {
    /// The complaint.
    pub(super) id: Uuid,
    /// To whom: a supervisor or a manager of the community.
    pub(super) staff_member_id: Uuid,
    /// Why; required, at most 4000 characters.
    pub(super) note: String,
}

/// The result of a complaint.
#[derive(InputObject)]
pub struct ResolveTicketInput {
    /// The complaint; it must be `IN_PROGRESS`.
    pub(super) id: Uuid,
    /// What was done; required, at most 4000 characters.
    pub(super) note: String,
}

/// A ticket and the worker who gets it.
#[derive(InputObject)]
pub struct AssignTicketInput {
    /// The ticket.
    pub(super) id: Uuid,
    /// Who is to do the work. A repair takes a maintenance worker or a guard of the community, a
    /// complaint anybody who works there.
    pub(super) assignee_id: Uuid,
    /// At most 4000 characters.
    #[graphql(default)]
    pub(super) note: String,
}

/// A note for the history of a ticket.
#[derive(InputObject)]
pub struct NoteTicketInput {
    /// The ticket, in any state.
    pub(super) id: Uuid,
    /// 1 to 4000 characters.
    pub(super) note: String,
    /// Whether it is hidden from residents; ignored of residents.
    #[graphql(default)]
    pub(super) is_internal: bool,
}

/// A test of a repaired leak with water (试水).
#[derive(InputObject)]
pub struct TestWaterInput {
    /// The repair; somebody must have arrived at it.
    pub(super) id: Uuid,
    /// What the test showed; at most 4000 characters.
    #[graphql(default)]
    pub(super) note: String,
}
