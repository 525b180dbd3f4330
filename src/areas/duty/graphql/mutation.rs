//! Planning shifts, and handing over at the desk.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::duty::{handover, shift};
use uuid::Uuid;

use super::super::write::{
    CheckHandover, DutyLine, LayShifts, NoteHandover, PlanDuty, PrepareHandover, PutRightHandover,
    PutShift, RejectHandover, SignHandover,
};
use super::handover::OpenMatterKind;
use super::{Handover, Shift};
use crate::areas::organisation::graphql::Post;
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A shift as it is to be.
#[derive(InputObject)]
pub struct PutShiftInput {
    /// Of the shift to change; a new one when it is left out.
    id: Option<Uuid>,
    community_id: Uuid,
    code: String,
    /// `07:30`
    from_time: String,
    /// On the next day when it is not after `fromTime`.
    to_time: String,
    #[graphql(default)]
    has_noon_break: bool,
    post: Option<Post>,
    /// No longer worked.
    #[graphql(default)]
    is_retired: bool,
}

/// One line of the roster.
#[derive(InputObject)]
pub struct DutyLineInput {
    staff_member_id: Uuid,
    shift_id: Uuid,
    /// The day on which the shift begins.
    on_day: NaiveDate,
    /// Takes the line out.
    #[graphql(default)]
    is_off: bool,
}

#[derive(InputObject)]
pub struct PlanDutyInput {
    community_id: Uuid,
    /// At most 2000.
    lines: Vec<DutyLineInput>,
}

#[derive(InputObject)]
pub struct OpenMatterInput {
    kind: OpenMatterKind,
    text: String,
    /// The ticket it is kept in.
    ticket_id: Option<Uuid>,
}

#[derive(InputObject)]
pub struct EquipmentInput {
    name: String,
    count: i32,
}

#[derive(InputObject)]
pub struct CountedInput {
    name: String,
    counted: i32,
}

/// What the outgoing person hands over.
#[derive(InputObject)]
pub struct PrepareHandoverInput {
    /// Made by the caller, so that a repeated call does not prepare twice.
    id: Option<Uuid>,
    community_id: Uuid,
    incoming_id: Option<Uuid>,
    /// The shift that begins with it.
    shift_id: Option<Uuid>,
    #[graphql(default)]
    open_matters: Vec<OpenMatterInput>,
    #[graphql(default)]
    equipment: Vec<EquipmentInput>,
    #[graphql(default)]
    note: String,
}

#[derive(InputObject)]
pub struct CheckHandoverInput {
    id: Uuid,
    /// Every piece that was handed over, as it was counted.
    #[graphql(default)]
    equipment: Vec<CountedInput>,
    #[graphql(default)]
    note: String,
}

#[derive(InputObject)]
pub struct RejectHandoverInput {
    id: Uuid,
    /// What is not in order.
    note: String,
}

#[derive(InputObject)]
pub struct PutRightHandoverInput {
    id: Uuid,
    #[graphql(default)]
    note: String,
}

#[derive(InputObject)]
pub struct SignHandoverInput {
    id: Uuid,
    /// SHA-256 of the signature as a picture, or the name as it is typed.
    signature: String,
}

#[derive(InputObject)]
pub struct NoteHandoverInput {
    id: Uuid,
    note: String,
    /// Who comes instead of the successor who does not.
    incoming_id: Option<Uuid>,
}

#[derive(SimpleObject)]
pub struct ShiftPayload {
    shift: Option<Shift>,
}

/// How many lines were taken.
#[derive(SimpleObject)]
pub struct PlanDutyPayload {
    lines: i32,
}

/// The handover after the change.
#[derive(SimpleObject)]
pub struct HandoverPayload {
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
            post: input.post.map(Into::into),
            is_retired: input.is_retired,
        };
        command::run(ctx.app(), ctx.viewer()?, "put shift", &put).await?;
        let shift = ctx.load::<shift::Model>(id).await?.map(Shift);
        Ok(ShiftPayload { shift })
    }

    /// Adds the shifts of the handbook that the community does not have yet.
    async fn lay_shifts(&self, ctx: &Context<'_>, community_id: Uuid) -> Result<bool, ApiError> {
        let lay = LayShifts {
            community_id: community_id.into(),
        };
        command::run(ctx.app(), ctx.viewer()?, "lay shifts", &lay).await?;
        Ok(true)
    }

    /// Puts lines into the roster and takes lines out. For supervisors and above.
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

    /// Prepares the handover of one's own post.
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

    /// The successor has counted the equipment and found the place in order.
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

    /// The successor found the place not in order; it is put right first.
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

    /// The outgoing person has put in order what was not.
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

    /// One of the two signs. With the later of both signatures the responsibility passes.
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

    /// Adds a note, or names another successor.
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
        kind: input.kind.into(),
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
