//! Changing visits from the desk.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::visits::visit;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::write::{
    AppointVisit, Archiving, CancelVisit, Checking, EditVisit, FinishVisit, NoteVisit, PlanVisit,
    Reporting, SettleVisit, Settling, StepVisit,
};
use super::{Visit, VisitChannel, VisitKind, VisitOutcome, VisitState};
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A visit to arrange.
#[derive(InputObject)]
pub struct PlanVisitInput {
    /// Made by the caller, so that a repeated call does not plan twice; the server makes one when it is
    /// left out.
    id: Option<Uuid>,
    community_id: Uuid,
    kind: VisitKind,
    /// The ticket of a return visit; it says unit, party and day.
    ticket_id: Option<Uuid>,
    /// The unit of a home visit.
    unit_id: Option<Uuid>,
    party_id: Option<Uuid>,
    /// One line, at most 200 characters.
    purpose: String,
    due_at: Option<DateTime<Utc>>,
    visitor_id: Option<Uuid>,
    companion_id: Option<Uuid>,
}

/// A time that was agreed, and who goes.
#[derive(InputObject)]
pub struct AppointVisitInput {
    id: Uuid,
    appointed_at: DateTime<Utc>,
    /// Stays when left out; who appoints goes himself when nobody is named at all.
    visitor_id: Option<Uuid>,
    companion_id: Option<Uuid>,
    /// Whether they go into the home; then they are two.
    is_inside: Option<bool>,
    #[graphql(default)]
    note: String,
}

/// What happens at the door.
#[derive(InputObject)]
pub struct StepVisitInput {
    id: Uuid,
    /// `AT_DOOR`, `REFUSED`, `ABSENT` or `IN_TALK`.
    to: VisitState,
    companion_id: Option<Uuid>,
    is_inside: Option<bool>,
    /// Required with `ABSENT`: what was left at the door.
    #[graphql(default)]
    note: String,
    /// SHA-256 of at most 9 photos.
    #[graphql(default)]
    photos: Vec<String>,
}

/// An opinion or a note for the history.
#[derive(InputObject)]
pub struct NoteVisitInput {
    id: Uuid,
    note: String,
    /// What the resident said, rather than what staff noted.
    #[graphql(default)]
    is_opinion: bool,
    /// Not shown to residents.
    #[graphql(default)]
    is_internal: bool,
    #[graphql(default)]
    photos: Vec<String>,
}

/// The end of a visit.
#[derive(InputObject)]
pub struct FinishVisitInput {
    id: Uuid,
    channel: VisitChannel,
    outcome: Option<VisitOutcome>,
    #[graphql(default)]
    opinion: String,
    #[graphql(default)]
    handling: String,
    #[graphql(default)]
    result: String,
    #[graphql(default)]
    note: String,
    /// SHA-256 of the picture of the signature; required for a return visit at home.
    signature: Option<String>,
    /// Required for a new opinion that is not answered now.
    reply_promised_at: Option<DateTime<Utc>>,
    /// The ticket opened for a new opinion.
    new_ticket_id: Option<Uuid>,
}

/// Changes of texts; what is left out stays.
#[derive(InputObject)]
pub struct EditVisitInput {
    id: Uuid,
    /// The version (`seq`) that the author was looking at.
    base_seq: Option<i64>,
    purpose: Option<String>,
    opinion: Option<String>,
    handling: Option<String>,
    result: Option<String>,
}

/// A step that says no more than a note.
#[derive(InputObject)]
pub struct SettleVisitInput {
    id: Uuid,
    #[graphql(default)]
    note: String,
}

/// The visit after the change.
#[derive(SimpleObject)]
pub struct VisitPayload {
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
    /// Arranges a visit.
    async fn plan_visit(
        &self,
        ctx: &Context<'_>,
        input: PlanVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let plan = PlanVisit {
            id: id.into(),
            community_id: input.community_id.into(),
            kind: input.kind.into(),
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

    /// Agrees on a time; again after nobody was let in.
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

    /// Tells what happens at the door.
    async fn step_visit(
        &self,
        ctx: &Context<'_>,
        input: StepVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let step = StepVisit {
            id: input.id.into(),
            event_id: None,
            to: input.to.into(),
            companion_id: input.companion_id.map(Into::into),
            is_inside: input.is_inside,
            note: input.note,
            photos: input.photos,
        };
        command::run(ctx.app(), ctx.viewer()?, "step of visit", &step).await?;
        payload(ctx, input.id).await
    }

    /// Adds an opinion or a note to the history.
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

    /// Ends a visit. A return visit that found all well closes its ticket; one that found a defect opens
    /// it again.
    async fn finish_visit(
        &self,
        ctx: &Context<'_>,
        input: FinishVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        let finish = FinishVisit {
            id: input.id.into(),
            event_id: None,
            channel: input.channel.into(),
            outcome: input.outcome.map(Into::into),
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

    /// The record of a home visit goes to the supervisor.
    async fn report_visit(
        &self,
        ctx: &Context<'_>,
        input: SettleVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        settle::<Reporting>(ctx, "report visit", input).await
    }

    /// The record of a return visit is checked; the note is the manager's opinion.
    async fn check_visit(
        &self,
        ctx: &Context<'_>,
        input: SettleVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        settle::<Checking>(ctx, "check visit", input).await
    }

    /// The record of a return visit is filed.
    async fn archive_visit(
        &self,
        ctx: &Context<'_>,
        input: SettleVisitInput,
    ) -> Result<VisitPayload, ApiError> {
        settle::<Archiving>(ctx, "archive visit", input).await
    }

    /// Changes texts. When somebody else changed the same one after `baseSeq`, the policy of the field
    /// decides and the losing value is kept in a sync issue.
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

    /// Calls off a visit that has not been made.
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
