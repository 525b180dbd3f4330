//! Planning shifts, and handing over at the desk.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::duty::{handover, shift};
use entity::kinds::PostKind;
use uuid::Uuid;

use super::super::write::{
    CheckHandover, DutyLine, LayShifts, NoteHandover, PlanDuty, PrepareHandover, PutRightHandover,
    PutShift, RejectHandover, SignHandover,
};
use super::{Handover, Shift};
use crate::command::{self, Command, Effect};
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A shift as it is to be, whole: when it is changed, a field that is left out takes its default.
#[derive(InputObject)]
pub struct PutShiftInput {
    /// The shift to change; a new one is made when it is left out or unknown.
    id: Option<Uuid>,
    /// The community it belongs to.
    community_id: Uuid,
    /// Its short name, 1 to 200 characters; unique among the shifts that are worked.
    code: String,
    /// When it begins: local time of day, `07:30`.
    from_time: String,
    /// When it ends: local time of day, on the next day when it is not after `fromTime`.
    to_time: String,
    /// Whether it is interrupted at noon.
    #[graphql(default)]
    has_noon_break: bool,
    /// The post that works it; any when left out.
    post: Option<PostKind>,
    /// Whether it is no longer worked.
    #[graphql(default)]
    is_retired: bool,
}

/// One line to put into the roster, or to take out.
#[derive(InputObject)]
pub struct DutyLineInput {
    /// Who works the shift; must work in the community.
    staff_member_id: Uuid,
    /// The shift; must not be retired.
    shift_id: Uuid,
    /// The local day on which the shift begins.
    on_day: NaiveDate,
    /// Whether the line is taken out rather than put in.
    #[graphql(default)]
    is_off: bool,
}

/// Changes of the roster (值班表) of a community.
#[derive(InputObject)]
pub struct PlanDutyInput {
    /// Whose roster it is.
    community_id: Uuid,
    /// At most 2000 lines; lines of the roster that are not named stay.
    lines: Vec<DutyLineInput>,
}

/// A piece of equipment as the successor counted it.
#[derive(InputObject)]
pub struct CountedInput {
    /// Its name, as it was listed.
    name: String,
    /// How many there are, 0 to 100000.
    counted: i32,
}

/// What the successor counted.
#[derive(InputObject)]
pub struct CheckHandoverInput {
    /// The handover.
    id: Uuid,
    /// Every piece that was handed over, as it was counted.
    #[graphql(default)]
    equipment: Vec<CountedInput>,
    /// At most 4000 characters.
    #[graphql(default)]
    note: String,
}

/// The shift after the change.
#[derive(SimpleObject)]
pub struct ShiftPayload {
    /// Null when the viewer may not see it.
    shift: Option<Shift>,
}

/// How much of the roster was changed.
#[derive(SimpleObject)]
pub struct PlanDutyPayload {
    /// How many lines were taken: all that were sent.
    lines: i32,
}

/// The handover after the change.
#[derive(SimpleObject)]
pub struct HandoverPayload {
    /// Null when the viewer may no longer see it, as a successor in whose place another was named.
    handover: Option<Handover>,
}

async fn done<C: Command<Output = Effect>>(
    ctx: &Context<'_>,
    command: C,
) -> Result<HandoverPayload, ApiError> {
    let done = command::run(ctx.app(), ctx.viewer()?, &command).await?;
    let handover = ctx.load::<handover::Model>(done.record_id).await?;
    Ok(HandoverPayload {
        handover: handover.map(Handover),
    })
}

#[derive(Default)]
pub struct DutyMutation;

#[Object]
impl DutyMutation {
    /// Adds a shift or changes one. For supervisors and above.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`.
    async fn put_shift(
        &self,
        ctx: &Context<'_>,
        input: PutShiftInput,
    ) -> Result<ShiftPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let put = PutShift {
            id: id.into(),
            community_id: input.community_id.into(),
            code: input.code,
            from_time: input.from_time,
            to_time: input.to_time,
            has_noon_break: input.has_noon_break,
            post: input.post,
            is_retired: input.is_retired,
        };
        command::run(ctx.app(), ctx.viewer()?, &put).await?;
        let shift = ctx.load::<shift::Model>(id).await?.map(Shift);
        Ok(ShiftPayload { shift })
    }

    /// Adds the shifts of the handbook that the community does not have yet; always gives true. For
    /// supervisors and above.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`.
    async fn lay_shifts(&self, ctx: &Context<'_>, community_id: Uuid) -> Result<bool, ApiError> {
        let lay = LayShifts {
            community_id: community_id.into(),
        };
        command::run(ctx.app(), ctx.viewer()?, &lay).await?;
        Ok(true)
    }

    /// Puts lines into the roster and takes lines out: all of them, or none when one is refused. For
    /// supervisors and above.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`.
    async fn plan_duty(
        &self,
        ctx: &Context<'_>,
        input: PlanDutyInput,
    ) -> Result<PlanDutyPayload, ApiError> {
        let line = |line: DutyLineInput| DutyLine {
            staff_member_id: line.staff_member_id.into(),
            shift_id: line.shift_id.into(),
            on_day: line.on_day,
            is_off: line.is_off,
        };
        let plan = PlanDuty {
            community_id: input.community_id.into(),
            lines: input.lines.into_iter().map(line).collect(),
        };
        command::run(ctx.app(), ctx.viewer()?, &plan).await?;
        let lines = i32::try_from(plan.lines.len()).unwrap_or(i32::MAX);
        Ok(PlanDutyPayload { lines })
    }

    /// Prepares the handover of the caller's own post. For those who work in the community.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn prepare_handover(
        &self,
        ctx: &Context<'_>,
        input: PrepareHandover,
    ) -> Result<HandoverPayload, ApiError> {
        done(ctx, input).await
    }

    /// Records that the successor has counted the equipment and found the place in order. For the
    /// successor.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_STEP_NOT_ALLOWED`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn check_handover(
        &self,
        ctx: &Context<'_>,
        input: CheckHandoverInput,
    ) -> Result<HandoverPayload, ApiError> {
        let check = CheckHandover {
            id: input.id.into(),
            event_id: None,
            by: None,
            equipment: input.equipment.into_iter().map(counted).collect(),
            note: input.note,
        };
        done(ctx, check).await
    }

    /// Records that the successor found the place not in order; it is put right first. For the
    /// successor.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_STEP_NOT_ALLOWED`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn reject_handover(
        &self,
        ctx: &Context<'_>,
        input: RejectHandover,
    ) -> Result<HandoverPayload, ApiError> {
        done(ctx, input).await
    }

    /// Records that the outgoing person has put the place in order. For the outgoing person.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_STEP_NOT_ALLOWED`.
    async fn put_right_handover(
        &self,
        ctx: &Context<'_>,
        input: PutRightHandover,
    ) -> Result<HandoverPayload, ApiError> {
        done(ctx, input).await
    }

    /// Signs a handover. With the later of the two signatures the responsibility passes to the
    /// successor. For the outgoing person and the successor.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_STEP_NOT_ALLOWED`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn sign_handover(
        &self,
        ctx: &Context<'_>,
        input: SignHandover,
    ) -> Result<HandoverPayload, ApiError> {
        done(ctx, input).await
    }

    /// Adds a note, in any state, or names another successor. For everybody who sees the handover; the
    /// successor is named by the outgoing person and the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn note_handover(
        &self,
        ctx: &Context<'_>,
        input: NoteHandover,
    ) -> Result<HandoverPayload, ApiError> {
        done(ctx, input).await
    }
}

fn counted(input: CountedInput) -> entity::duty::Equipment {
    entity::duty::Equipment {
        name: input.name,
        count: 0,
        counted: Some(input.counted),
    }
}
