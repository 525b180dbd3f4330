//! Changing visits from the desk.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::visits::visit;
use serde::Serialize;
use uuid::Uuid;

use super::super::write::{
    AppointVisit, Archiving, CancelVisit, Checking, EditVisit, FinishVisit, NoteVisit, PlanVisit,
    Reporting, SettleVisit, Settled, StepVisit,
};
use super::Visit;
use crate::command::{self, Command, Effect};
use crate::error::ApiError;
use crate::graphql::{ContextExt, changes};

/// Changes of texts; a field that is left out stays as it is.
#[derive(InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EditVisitInput {
    /// The visit.
    #[serde(skip)]
    id: Uuid,
    /// The version (`seq`) that the author was looking at; the present one when left out.
    #[serde(skip)]
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

/// The visit after the change.
#[derive(SimpleObject)]
pub struct VisitPayload {
    /// Null when the viewer may no longer see it, as a worker who gave it to somebody else.
    visit: Option<Visit>,
}

async fn done<C: Command<Output = Effect>>(
    ctx: &Context<'_>,
    command: C,
) -> Result<VisitPayload, ApiError> {
    let done = command::run(ctx.app(), ctx.viewer()?, &command).await?;
    let visit = ctx.load::<visit::Model>(done.record_id).await?;
    Ok(VisitPayload {
        visit: visit.map(Visit),
    })
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
        input: PlanVisit,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, input).await
    }

    /// Records the time that was agreed; also again, after nobody was let in. For the office and
    /// whoever makes the visit; while nobody is named, for whoever answers for the zone.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`,
    /// `VISIT_VISITOR_UNSUITABLE`, `VISIT_COMPANION_MISSING`.
    async fn appoint_visit(
        &self,
        ctx: &Context<'_>,
        input: AppointVisit,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, input).await
    }

    /// Records what happened at the door: arrived, refused, nobody at home, let in. For the office and
    /// whoever makes the visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`, `VISIT_NOT_APPOINTED`,
    /// `VISIT_VISITOR_UNSUITABLE`, `VISIT_COMPANION_MISSING`.
    async fn step_visit(
        &self,
        ctx: &Context<'_>,
        input: StepVisit,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, input).await
    }

    /// Adds an opinion or a note to the history, in any state. For staff who see the visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`.
    async fn note_visit(
        &self,
        ctx: &Context<'_>,
        input: NoteVisit,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, input).await
    }

    /// Ends a visit. A return visit that found all well closes its ticket; one that found the repair
    /// not in order opens it again. For the office and whoever makes the visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`, `VISIT_NOT_APPOINTED`,
    /// `VISIT_SIGNATURE_MISSING`, `VISIT_REPLY_NOT_PROMISED`.
    async fn finish_visit(
        &self,
        ctx: &Context<'_>,
        input: FinishVisit,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, input).await
    }

    /// Hands the record of a home visit to the supervisor. For the office and whoever made the visit.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`.
    async fn report_visit(
        &self,
        ctx: &Context<'_>,
        input: Settled,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, SettleVisit::<Reporting>::from(input)).await
    }

    /// Marks the record of a return visit as checked; the note is the opinion of who checks it. For
    /// supervisors and above.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`,
    /// `VISIT_SIGNATURE_AWAITED`.
    async fn check_visit(
        &self,
        ctx: &Context<'_>,
        input: Settled,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, SettleVisit::<Checking>::from(input)).await
    }

    /// Files the record of a return visit. For supervisors and above, and the archive.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`,
    /// `VISIT_SIGNATURE_AWAITED`.
    async fn archive_visit(
        &self,
        ctx: &Context<'_>,
        input: Settled,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, SettleVisit::<Archiving>::from(input)).await
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
        let edit = EditVisit::new(input.id, input.base_seq, changes(&input)?);
        done(ctx, edit).await
    }

    /// Calls off a visit that has not been made. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `VISIT_STEP_NOT_ALLOWED`.
    async fn cancel_visit(
        &self,
        ctx: &Context<'_>,
        input: Settled,
    ) -> Result<VisitPayload, ApiError> {
        done(ctx, CancelVisit::from(input)).await
    }
}
