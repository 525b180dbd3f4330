//! What all steps of a handover after the first have in common.

use entity::duty::{Equipment, EquipmentList, HandoverEventKind, handover, handover_event};
use entity::ids::{HandoverEventId, HandoverId, StaffMemberId};
use entity::organisation::staff_member;
use entity::sync::MutationOutcome;
use sea_orm::Condition;

use super::super::access::{acting, handover_scope, may_name_successor, may_take_over};
use super::super::error::DutyError;
use super::super::rules::{self, Standing};
use super::{at_work, event, own_posts};
use crate::auth::Viewer;
use crate::command::history::{self, ActedOn};
use crate::command::{Effect, Occasion};
use crate::database::{Record as _, Write};
use crate::error::ApiError;
use crate::history::Story as _;
use crate::text::names::key;

/// One step. What does not count where the handover stands is refused at the desk.
pub struct Step<'a> {
    pub id: HandoverId,
    /// Of the event that tells of it, made by whoever takes the step; none for one of the server's.
    pub event_id: Option<HandoverEventId>,
    pub by: Option<StaffMemberId>,
    pub kind: HandoverEventKind,
    pub note: String,
    pub equipment: &'a [Equipment],
    pub signature: Option<String>,
    pub incoming_id: Option<StaffMemberId>,
}

/// Loads handovers with their history, and the people who act.
pub async fn prefetch(
    write: &mut Write,
    viewer: &Viewer,
    handovers: impl Iterator<Item = HandoverId> + Clone,
    people: impl Iterator<Item = StaffMemberId>,
    events: impl Iterator<Item = HandoverEventId>,
) -> Result<(), ApiError> {
    write.load::<handover::Model>(handovers.clone()).await?;
    let of = handover_event::Column::HandoverId;
    history::load::<handover::Model>(write, handovers, of, Condition::all(), events).await?;
    let people: Vec<_> = people.chain(own_posts(viewer)).collect();
    Ok(write.see::<staff_member::Model>(people).await?)
}

impl Step<'_> {
    pub fn take(
        self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let handover = write.visible(&handover_scope(), viewer.reach(), self.id)?;
        let handover = handover.clone();
        let author = acting(viewer, handover.community_id, self.by);
        self.check_author(viewer, write, &handover, author)?;
        let kind = self.kind;
        let mut event = event(write, (viewer, author), occasion, &handover, kind);
        if let Some(id) = self.event_id {
            if write.get::<handover_event::Model>(id).is_some() {
                return Err(ApiError::conflict(handover_event::Model::NAME));
            }
            event.id = id;
        }
        event.note = self.note;
        event.signature = self.signature;
        event.incoming_id = self.incoming_id;
        event.equipment = EquipmentList(with_counts(&handover, self.equipment));

        let acted_on = ActedOn::new(write, handover, occasion)?;
        let then = &acted_on.state.then;
        let mut after = then.clone();
        handover::Model::follow(&mut after, &event);
        let counts = handover::Model::counts(then, &event);
        // From a phone it is kept, because it happened, and counts once what it answers has come home too.
        let verdict = if occasion.mutation.is_none() {
            check_at_desk(kind, counts, &after)
        } else {
            Ok(())
        };
        let effect = acted_on.record(write, occasion, event, verdict)?;
        Ok(if kind == HandoverEventKind::Noted {
            Effect {
                outcome: MutationOutcome::Applied,
                ..effect
            }
        } else {
            effect
        })
    }

    /// Who may take this step at all, whenever he took it.
    fn check_author(
        &self,
        viewer: &Viewer,
        write: &Write,
        handover: &handover::Model,
        author: Option<StaffMemberId>,
    ) -> Result<(), ApiError> {
        let is_outgoing = author == Some(handover.outgoing_id);
        let member = author.and_then(|id| at_work(write, handover.community_id, id));
        let takes_over = member.is_some_and(|member| may_take_over(member, handover));
        match self.kind {
            HandoverEventKind::Checked | HandoverEventKind::Rejected if !takes_over => {
                Err(DutyError::SuccessorUnsuitable.into())
            }
            HandoverEventKind::Signed if !is_outgoing && !takes_over => {
                Err(DutyError::SuccessorUnsuitable.into())
            }
            HandoverEventKind::PutRight if !is_outgoing => Err(ApiError::forbidden()),
            HandoverEventKind::Noted => self.check_successor(viewer, write, handover, author),
            _ => Ok(()),
        }
    }

    /// Whoever is named in a note instead of the one who does not come.
    fn check_successor(
        &self,
        viewer: &Viewer,
        write: &Write,
        handover: &handover::Model,
        author: Option<StaffMemberId>,
    ) -> Result<(), ApiError> {
        let Some(id) = self.incoming_id else {
            return Ok(());
        };
        if !may_name_successor(viewer, handover, author) {
            return Err(ApiError::forbidden());
        }
        let works = at_work(write, handover.community_id, id).is_some();
        if works && id != handover.outgoing_id {
            Ok(())
        } else {
            Err(DutyError::SuccessorUnsuitable.into())
        }
    }
}

/// The desk is told at once what would not count, and what was forgotten (S-16).
fn check_at_desk(kind: HandoverEventKind, counts: bool, after: &Standing) -> Result<(), DutyError> {
    if !counts {
        return Err(DutyError::StepNotAllowed(after.state));
    }
    let is_counted = after.equipment.iter().all(|piece| piece.counted.is_some());
    if kind == HandoverEventKind::Checked && !is_counted {
        return Err(DutyError::NotCounted);
    }
    Ok(())
}

/// What was counted, beside what there should be.
fn with_counts(handover: &handover::Model, counted: &[Equipment]) -> Vec<Equipment> {
    let prepared = &handover.equipment.0;
    let count = |name: &str| prepared.iter().find(|it| key(&it.name) == key(name));
    let pieces = counted.iter().map(|piece| Equipment {
        count: count(&piece.name).map_or(0, |it| it.count),
        ..piece.clone()
    });
    pieces.collect()
}

/// What was counted, each piece once and with its number.
pub fn counted(list: &[Equipment]) -> Result<Vec<Equipment>, ApiError> {
    let list = rules::equipment(list)?;
    if list.iter().all(|piece| piece.counted.is_some()) {
        Ok(list)
    } else {
        Err(DutyError::NotCounted.into())
    }
}
