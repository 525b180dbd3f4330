//! Changing visits from the desk.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::visits::{VisitChannel, VisitKind, VisitOutcome, VisitState, visit};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::write::{
    AppointVisit, Archiving, CancelVisit, Checking, EditVisit, FinishVisit, NoteVisit, PlanVisit,
    Reporting, SettleVisit, Settling, StepVisit,
};
use super::Visit;
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A visit to plan.
#[derive(InputObject)]
pub struct PlanVisitInput {
    /// Made by the caller, so that a call that is repeated plans one visit only; the server makes one
    /// when it is left out.
    id: Option<Uuid>,
    /// The community it belongs to.
    community_id: Uuid,
    /// Home visit or return visit.
    kind: VisitKind,
    /// The ticket that a return visit follows; unit, party and day come from it. Not for a home visit.
    ticket_id: Option<Uuid>,
    /// The unit of a home visit; required for it.
    unit_id: Option<Uuid>,
    /// Who is visited at home; may be left out.
    party_id: Option<Uuid>,
    /// What it is for, in one line of 1 to 200 characters.
    purpose: String,
    /// By when it is to be made, where no rule of the handbook sets a day.
    due_at: Option<DateTime<Utc>>,
    /// Who makes it; must work in the community. May be named later.
    visitor_id: Option<Uuid>,
    /// Who comes with the visitor; must work in the community and be somebody else.
    companion_id: Option<Uuid>,
}

/// A time that was agreed with the resident, and who goes.
#[derive(InputObject)]
pub struct AppointVisitInput {
    /// The visit.
    id: Uuid,
    /// The time that was agreed.
    appointed_at: DateTime<Utc>,
    /// Who makes the visit. When left out it stays as it is; when nobody was named before, the caller
    /// goes himself.
    visitor_id: Option<Uuid>,
    /// Who comes with the visitor; stays as it is when left out.
    companion_id: Option<Uuid>,
    /// Whether they go into the home, which takes two; stays as it is when left out.
    is_inside: Option<bool>,
    /// At most 4000 characters.
    #[graphql(default)]
    note: String,
}

/// What happened at the door.
#[derive(InputObject)]
pub struct StepVisitInput {
    /// The visit.
    id: Uuid,
    /// `AT_DOOR`, `REFUSED`, `ABSENT` or `IN_TALK`.
    to: VisitState,
    /// Who comes with the visitor, when nobody was named before.
    companion_id: Option<Uuid>,
    /// Whether they go into the home, which takes two; stays as it is when left out.
    is_inside: Option<bool>,
    /// At most 4000 characters. Required with `ABSENT`, unless the community decided otherwise: what
    /// was left at the door.
    #[graphql(default)]
    note: String,
    /// SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
    #[graphql(default)]
    photos: Vec<String>,
}

/// An opinion or a note for the history of a visit.
#[derive(InputObject)]
pub struct NoteVisitInput {
    /// The visit, in any state.
    id: Uuid,
    /// 1 to 4000 characters.
    note: String,
    /// Whether it is what the resident said, rather than what staff noted.
    #[graphql(default)]
    is_opinion: bool,
    /// Whether it is hidden from residents, its photos too.
    #[graphql(default)]
    is_internal: bool,
    /// SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
    #[graphql(default)]
    photos: Vec<String>,
}

/// The end of a visit. The texts have at most 4000 characters each.
#[derive(InputObject)]
pub struct FinishVisitInput {
    /// The visit.
    id: Uuid,
    /// How the resident was spoken to; `PHONE` for return visits only.
    channel: VisitChannel,
    /// How it ended. It decides what becomes of the ticket of a return visit; without it the ticket
    /// stays as it is.
    outcome: Option<VisitOutcome>,
    /// What the resident said.
    #[graphql(default)]
    opinion: String,
    /// What was answered, or is to be done about it.
    #[graphql(default)]
    handling: String,
    /// What was achieved.
    #[graphql(default)]
    result: String,
    /// Anything else for the history.
    #[graphql(default)]
    note: String,
    /// SHA-256, in hex, of the picture of the resident's signature; required for a return visit at
    /// home, unless the community decided otherwise.
    signature: Option<String>,
    /// By when the resident is promised an answer; required with `NEW_OPINION` when `handling` is
    /// empty.
    reply_promised_at: Option<DateTime<Utc>>,
    /// The ticket that was opened for a new opinion.
    new_ticket_id: Option<Uuid>,
}

/// Changes of texts; a field that is left out stays as it is.
#[derive(InputObject)]
pub struct EditVisitInput {
    /// The visit.
    id: Uuid,
    /// The version (`seq`) that the author was looking at; the present one when left out.
    base_seq: Option<i64>,
    /// What it is for; 1 to 200 characters.
    purpose: Option<String>,
    /// What the resident said; at most 4000 characters, an empty text clears it.
    opinion: Option<String>,
    /// What was answered, or is to be done about it; at most 4000 characters, an empty text clears it.
    handling: Option<String>,
    /// What was achieved; at most 4000 characters, an empty text clears it.
    result: Option<String>,
}

/// A visit that is reported, checked, filed or called off, and what is said with it.
#[derive(InputObject)]
pub struct SettleVisitInput {
    /// The visit.
    id: Uuid,
    /// At most 4000 characters.
    #[graphql(default)]
    note: String,
}

/// The visit after the change.
#[derive(SimpleObject)]
pub struct VisitPayload {
    /// Null when the viewer may no longer see it, as a worker who gave it to somebody else.
    visit: Option<Visit>,
}

async fn payload(ctx: &Context<'_>, id: Uuid) -> Result<VisitPayload, ApiError> {
    Ok(VisitPayload {
        visit: ctx.load::<visit::Model>(id).await?.map(Visit),
    })
}

async fn settle<S: Settling>(
    ctx: &Context<'_>,
    why: &'static str,
    input: SettleVisitInput,
) -> Result<VisitPayload, ApiError> {
    let settle = SettleVisit::<S>::new(input.id.into(), None, input.note);
    command::run(ctx.app(), ctx.viewer()?, why, &settle).await?;
    payload(ctx, input.id).await
}

#[derive(Default)]
pub struct VisitMutation;

#[Object]
impl VisitMutation {
    /// Plans a visit. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`, `VISIT_VISITOR_UNSUITABLE`,
    /// `VISIT_COMPANION_MISSING`, `VISIT_RETURN_PLANNED`.
    async fn plan_visit(
        &self,
        ctx: &Context<'_>,
        input: PlanVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let plan = PlanVisit {
            id: id.into(),
            community_id: input.community_id.into(),
            kind: input.kind,
            ticket_id: input.ticket_id.map(Into::into),
            unit_id: input.unit_id.map(Into::into),
            party_id: input.party_id.map(Into::into),
            purpose: input.purpose,
            due_at: input.due_at,
            visitor_id: input.visitor_id.map(Into::into),
            companion_id: input.companion_id.map(Into::into),
        };
        command::run(ctx.app(), ctx.viewer()?, "plan visit", &plan).await?;
        payload(ctx, id).await
    }

    /// Records the time that was agreed; also again, after nobody was let in. For the office and
    /// whoever makes the visit; while nobody is named, for whoever answers for the zone.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`,
    /// `VISIT_VISITOR_UNSUITABLE`, `VISIT_COMPANION_MISSING`.
    async fn appoint_visit(
        &self,
        ctx: &Context<'_>,
        input: AppointVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let appoint = AppointVisit {
            id: input.id.into(),
            event_id: None,
            appointed_at: input.appointed_at,
            visitor_id: input.visitor_id.map(Into::into),
            companion_id: input.companion_id.map(Into::into),
            is_inside: input.is_inside,
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "appoint visit", &appoint).await?;
        payload(ctx, input.id).await
    }

    /// Records what happened at the door: arrived, refused, nobody at home, let in. For the office and
    /// whoever makes the visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`, `VISIT_NOT_APPOINTED`,
    /// `VISIT_VISITOR_UNSUITABLE`, `VISIT_COMPANION_MISSING`.
    async fn step_visit(
        &self,
        ctx: &Context<'_>,
        input: StepVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let step = StepVisit {
            id: input.id.into(),
            event_id: None,
            to: input.to,
            companion_id: input.companion_id.map(Into::into),
            is_inside: input.is_inside,
            note: input.note,
            photos: input.photos,
        };
        command::run(ctx.app(), ctx.viewer()?, "step of visit", &step).await?;
        payload(ctx, input.id).await
    }

    /// Adds an opinion or a note to the history, in any state. For staff who see the visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`.
    async fn note_visit(
        &self,
        ctx: &Context<'_>,
        input: NoteVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let note = NoteVisit {
            id: input.id.into(),
            event_id: None,
            is_opinion: input.is_opinion,
            note: input.note,
            is_internal: input.is_internal,
            photos: input.photos,
        };
        command::run(ctx.app(), ctx.viewer()?, "note on visit", &note).await?;
        payload(ctx, input.id).await
    }

    /// Ends a visit. A return visit that found all well closes its ticket; one that found the repair
    /// not in order opens it again. For the office and whoever makes the visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`, `VISIT_NOT_APPOINTED`,
    /// `VISIT_SIGNATURE_MISSING`, `VISIT_REPLY_NOT_PROMISED`.
    async fn finish_visit(
        &self,
        ctx: &Context<'_>,
        input: FinishVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let finish = FinishVisit {
            id: input.id.into(),
            event_id: None,
            channel: input.channel,
            outcome: input.outcome,
            opinion: input.opinion,
            handling: input.handling,
            result: input.result,
            note: input.note,
            signature: input.signature.filter(|said| !said.trim().is_empty()),
            reply_promised_at: input.reply_promised_at,
            new_ticket_id: input.new_ticket_id.map(Into::into),
        };
        command::run(ctx.app(), ctx.viewer()?, "finish visit", &finish).await?;
        payload(ctx, input.id).await
    }

    /// Hands the record of a home visit to the supervisor. For the office and whoever made the visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`.
    async fn report_visit(
        &self,
        ctx: &Context<'_>,
        input: SettleVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        settle::<Reporting>(ctx, "report visit", input).await
    }

    /// Marks the record of a return visit as checked; the note is the opinion of who checks it. For
    /// supervisors and above.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`,
    /// `VISIT_SIGNATURE_AWAITED`.
    async fn check_visit(
        &self,
        ctx: &Context<'_>,
        input: SettleVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        settle::<Checking>(ctx, "check visit", input).await
    }

    /// Files the record of a return visit. For supervisors and above, and the archive.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`,
    /// `VISIT_SIGNATURE_AWAITED`.
    async fn archive_visit(
        &self,
        ctx: &Context<'_>,
        input: SettleVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        settle::<Archiving>(ctx, "archive visit", input).await
    }

    /// Changes texts. When somebody else changed the same one after `baseSeq`, the policy of the field
    /// decides and the value that lost is kept in a sync issue. For the office and whoever makes the
    /// visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_SETTLED`.
    async fn edit_visit(
        &self,
        ctx: &Context<'_>,
        input: EditVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let changes: Map<String, Value> = [
            ("purpose", input.purpose),
            ("opinion", input.opinion),
            ("handling", input.handling),
            ("result", input.result),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.into())))
        .collect();
        let edit = EditVisit {
            id: input.id.into(),
            base_seq: input.base_seq,
            base: None,
            changes,
        };
        command::run(ctx.app(), ctx.viewer()?, "edit visit", &edit).await?;
        payload(ctx, input.id).await
    }

    /// Calls off a visit that has not been made. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`.
    async fn cancel_visit(
        &self,
        ctx: &Context<'_>,
        input: SettleVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let cancel = CancelVisit {
            id: input.id.into(),
            event_id: None,
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "cancel visit", &cancel).await?;
        payload(ctx, input.id).await
    }
}
