//! Planning shifts, and handing over at the desk.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::duty::{MatterKind, handover, shift};
use entity::kinds::PostKind;
use uuid::Uuid;

use super::super::write::{
    CheckHandover, DutyLine, LayShifts, NoteHandover, PlanDuty, PrepareHandover, PutRightHandover,
    PutShift, RejectHandover, SignHandover,
};
use super::{Handover, Shift};
use crate::command;
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

/// A matter that is left to the next shift.
#[derive(InputObject)]
pub struct OpenMatterInput {
    /// What it is about.
    kind: MatterKind,
    /// What is still to be done; 1 to 4000 characters.
    text: String,
    /// The ticket of the matter; may be left out.
    ticket_id: Option<Uuid>,
}

/// A piece of equipment that is handed over.
#[derive(InputObject)]
pub struct EquipmentInput {
    /// Its name, 1 to 200 characters; unique in the list.
    name: String,
    /// How many there should be, 0 to 100000.
    count: i32,
}

/// A piece of equipment as the successor counted it.
#[derive(InputObject)]
pub struct CountedInput {
    /// Its name, as it was listed.
    name: String,
    /// How many there are, 0 to 100000.
    counted: i32,
}

/// What the outgoing person hands over: his own post.
#[derive(InputObject)]
pub struct PrepareHandoverInput {
    /// Made by the caller, so that a call that is repeated prepares one handover only; the server makes
    /// one when it is left out.
    id: Option<Uuid>,
    /// The community whose post the caller hands over.
    community_id: Uuid,
    /// Who takes over; must work in the community. A field worker without a zone must name somebody.
    incoming_id: Option<Uuid>,
    /// The shift that begins with it; it sets by when the successor should be there.
    shift_id: Option<Uuid>,
    /// What is left to the next shift.
    #[graphql(default)]
    open_matters: Vec<OpenMatterInput>,
    /// What is handed over.
    #[graphql(default)]
    equipment: Vec<EquipmentInput>,
    /// What else there is to say; at most 4000 characters.
    #[graphql(default)]
    note: String,
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

/// What the successor found not in order.
#[derive(InputObject)]
pub struct RejectHandoverInput {
    /// The handover.
    id: Uuid,
    /// What is not in order; 1 to 4000 characters.
    note: String,
}

/// A place that was put in order.
#[derive(InputObject)]
pub struct PutRightHandoverInput {
    /// The handover.
    id: Uuid,
    /// What was done; at most 4000 characters.
    #[graphql(default)]
    note: String,
}

/// The signature of one of the two.
#[derive(InputObject)]
pub struct SignHandoverInput {
    /// The handover.
    id: Uuid,
    /// SHA-256 of the picture of the signature in hex, or the name as it is typed.
    signature: String,
}

/// A note, which may name another successor.
#[derive(InputObject)]
pub struct NoteHandoverInput {
    /// The handover, in any state.
    id: Uuid,
    /// 1 to 4000 characters.
    note: String,
    /// Who takes over instead of the successor who does not come; for the outgoing person and the
    /// office.
    incoming_id: Option<Uuid>,
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

async fn payload(ctx: &Context<'_>, id: Uuid) -> Result<HandoverPayload, ApiError> {
    Ok(HandoverPayload {
        handover: ctx.load::<handover::Model>(id).await?.map(Handover),
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
        command::run(ctx.app(), ctx.viewer()?, "put shift", &put).await?;
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
        command::run(ctx.app(), ctx.viewer()?, "lay shifts", &lay).await?;
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
        command::run(ctx.app(), ctx.viewer()?, "plan duty", &plan).await?;
        let lines = i32::try_from(plan.lines.len()).unwrap_or(i32::MAX);
        Ok(PlanDutyPayload { lines })
    }

    /// Prepares the handover of the caller's own post. For those who work in the community.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn prepare_handover(
        &self,
        ctx: &Context<'_>,
        input: PrepareHandoverInput,
    ) -> Result<HandoverPayload, ApiError> {
        let id = input.id.unwrap_or_else(|| ctx.app().clock().new_id());
        let prepare = PrepareHandover {
            id: id.into(),
            community_id: input.community_id.into(),
            by: None,
            incoming_id: input.incoming_id.map(Into::into),
            shift_id: input.shift_id.map(Into::into),
            open_matters: input.open_matters.into_iter().map(matter).collect(),
            equipment: input.equipment.into_iter().map(piece).collect(),
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "prepare handover", &prepare).await?;
        payload(ctx, id).await
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
        command::run(ctx.app(), ctx.viewer()?, "check handover", &check).await?;
        payload(ctx, input.id).await
    }

    /// Records that the successor found the place not in order; it is put right first. For the
    /// successor.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_STEP_NOT_ALLOWED`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn reject_handover(
        &self,
        ctx: &Context<'_>,
        input: RejectHandoverInput,
    ) -> Result<HandoverPayload, ApiError> {
        let reject = RejectHandover {
            id: input.id.into(),
            event_id: None,
            by: None,
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "reject handover", &reject).await?;
        payload(ctx, input.id).await
    }

    /// Records that the outgoing person has put the place in order. For the outgoing person.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_STEP_NOT_ALLOWED`.
    async fn put_right_handover(
        &self,
        ctx: &Context<'_>,
        input: PutRightHandoverInput,
    ) -> Result<HandoverPayload, ApiError> {
        let put_right = PutRightHandover {
            id: input.id.into(),
            event_id: None,
            by: None,
            note: input.note,
        };
        command::run(ctx.app(), ctx.viewer()?, "put handover right", &put_right).await?;
        payload(ctx, input.id).await
    }

    /// Signs a handover. With the later of the two signatures the responsibility passes to the
    /// successor. For the outgoing person and the successor.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_STEP_NOT_ALLOWED`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn sign_handover(
        &self,
        ctx: &Context<'_>,
        input: SignHandoverInput,
    ) -> Result<HandoverPayload, ApiError> {
        let sign = SignHandover {
            id: input.id.into(),
            event_id: None,
            by: None,
            signature: input.signature,
        };
        command::run(ctx.app(), ctx.viewer()?, "sign handover", &sign).await?;
        payload(ctx, input.id).await
    }

    /// Adds a note, in any state, or names another successor. For everybody who sees the handover; the
    /// successor is named by the outgoing person and the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `HANDOVER_SUCCESSOR_UNSUITABLE`.
    async fn note_handover(
        &self,
        ctx: &Context<'_>,
        input: NoteHandoverInput,
    ) -> Result<HandoverPayload, ApiError> {
        let note = NoteHandover {
            id: input.id.into(),
            event_id: None,
            by: None,
            note: input.note,
            incoming_id: input.incoming_id.map(Into::into),
        };
        command::run(ctx.app(), ctx.viewer()?, "note on handover", &note).await?;
        payload(ctx, input.id).await
    }
}

fn matter(input: OpenMatterInput) -> entity::duty::OpenMatter {
    entity::duty::OpenMatter {
        kind: input.kind,
        text: input.text,
        ticket_id: input.ticket_id.map(Into::into),
    }
}

fn piece(input: EquipmentInput) -> entity::duty::Equipment {
    entity::duty::Equipment {
        name: input.name,
        count: input.count,
        counted: None,
    }
}

fn counted(input: CountedInput) -> entity::duty::Equipment {
    entity::duty::Equipment {
        name: input.name,
        count: 0,
        counted: Some(input.counted),
    }
}
