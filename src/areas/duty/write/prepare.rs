//! Preparing a handover: what is open in writing, what is there in numbers (S-15, S-16).

use async_graphql::InputObject;
use entity::duty::{
    Equipment, EquipmentList, HandoverEventKind, HandoverState, OpenMatter, OpenMatters, handover,
    handover_event, shift,
};
use entity::estate::community;
use entity::ids::{CommunityId, HandoverId, ShiftId, StaffMemberId};
use entity::organisation::staff_member;
use schemars::JsonSchema;
use sea_orm::prelude::DateTimeUtc;
use serde::Deserialize;

use super::super::access::{acting, handover_scope, shift_scope};
use super::super::error::DutyError;
use super::super::rules::{arrive_by, equipment, nearest_start, open_matters};
use super::{at_work, event, own_posts, policy_of};
use crate::areas::estate::community_scope;
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// What the outgoing person hands over: his own post.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "PrepareHandoverInput")]
pub struct PrepareHandover {
    /// Made by the caller, so that a call that is repeated prepares one handover only; the server makes
    /// one when it is left out.
    #[serde(skip)]
    pub id: Option<HandoverId>,
    /// The community whose post the caller hands over.
    pub community_id: CommunityId,
    /// The outgoing person, where the system tells what he did; others are it themselves.
    #[serde(skip)]
    #[graphql(skip)]
    pub by: Option<StaffMemberId>,
    /// Who takes over; must work in the community. A field worker without a zone must name somebody.
    pub incoming_id: Option<StaffMemberId>,
    /// The shift that begins with it; it sets by when the successor should be there.
    pub shift_id: Option<ShiftId>,
    /// What is left to the next shift.
    #[serde(default)]
    #[graphql(default)]
    pub open_matters: Vec<OpenMatter>,
    /// What is handed over.
    #[serde(default)]
    #[graphql(default)]
    pub equipment: Vec<Equipment>,
    /// What else there is to say; at most 4000 characters.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
}

impl Command for PrepareHandover {
    const KIND: &'static str = "handover.prepare";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<handover::Model>(batch.iter().filter_map(|it| it.id))
            .await?;
        write
            .see::<community::Model>(batch.iter().map(|it| it.community_id))
            .await?;
        write
            .see::<shift::Model>(batch.iter().filter_map(|it| it.shift_id))
            .await?;
        let named = batch.iter().flat_map(|it| [it.by, it.incoming_id]);
        let people: Vec<_> = named.flatten().chain(own_posts(viewer)).collect();
        Ok(write.see::<staff_member::Model>(people).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let community = write.visible(&community_scope(), viewer.reach(), self.community_id)?;
        let community = community.clone();
        let outgoing = acting(viewer, self.community_id, self.by);
        let outgoing = outgoing.and_then(|id| at_work(write, self.community_id, id));
        let outgoing = outgoing.ok_or_else(ApiError::forbidden)?.clone();
        if let Some(repeated) = self.repeated(viewer, write, outgoing.id)? {
            return Ok(repeated);
        }
        self.check_successor(write, &outgoing)?;
        let mut pieces = equipment(&self.equipment)?;
        for piece in &mut pieces {
            piece.counted = None;
        }
        let handover = handover::Model {
            id: self.id.unwrap_or_else(|| HandoverId(write.new_id())),
            community_id: self.community_id,
            zone_id: outgoing.zone_id,
            post: outgoing.post,
            shift_id: self.shift_id,
            outgoing_id: outgoing.id,
            incoming_id: self.incoming_id,
            state: HandoverState::Prepared,
            open_matters: OpenMatters(open_matters(&self.open_matters)?),
            equipment: EquipmentList(pieces),
            is_environment_fine: None,
            note: text("note", &self.note, TEXT)?,
            prepared_at: occasion.observed_at,
            arrive_by: self.arrive_by(viewer, write, &community, occasion)?,
            arrived_at: None,
            checked_at: None,
            outgoing_signed_at: None,
            incoming_signed_at: None,
            outgoing_signature: None,
            incoming_signature: None,
            passed_at: None,
            left_phones_at: None,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        };
        let by = (viewer, Some(outgoing.id));
        let event = handover_event::Model {
            note: handover.note.clone(),
            equipment: handover.equipment.clone(),
            incoming_id: self.incoming_id,
            ..event(write, by, occasion, &handover, HandoverEventKind::Prepared)
        };
        let effect = Effect::on(&handover);
        write.insert(handover)?;
        write.insert(event)?;
        Ok(effect)
    }
}

impl PrepareHandover {
    /// Preparing twice with one id is once. An id that is taken where the viewer cannot see answers
    /// like one that is not there.
    fn repeated(
        &self,
        viewer: &Viewer,
        write: &Write,
        outgoing: StaffMemberId,
    ) -> Result<Option<Effect>, ApiError> {
        let known = self.id.and_then(|id| write.get::<handover::Model>(id));
        let Some(known) = known else {
            return Ok(None);
        };
        if !handover_scope().allows(viewer.reach(), known) {
            return Err(ApiError::not_found("handover"));
        }
        if (known.community_id, known.outgoing_id) == (self.community_id, outgoing) {
            Ok(Some(Effect::on(known)))
        } else {
            Err(ApiError::conflict("handover"))
        }
    }

    /// Somebody must be able to see it: the desk, the zone, or whoever is named.
    fn check_successor(
        &self,
        write: &Write,
        outgoing: &staff_member::Model,
    ) -> Result<(), DutyError> {
        let Some(id) = self.incoming_id else {
            let is_seen = outgoing.zone_id.is_some() || outgoing.post.is_office();
            return is_seen.then_some(()).ok_or(DutyError::SuccessorUnnamed);
        };
        let suits = id != outgoing.id && at_work(write, self.community_id, id).is_some();
        suits.then_some(()).ok_or(DutyError::SuccessorUnsuitable)
    }

    fn arrive_by(
        &self,
        viewer: &Viewer,
        write: &Write,
        community: &community::Model,
        occasion: &Occasion,
    ) -> Result<Option<DateTimeUtc>, ApiError> {
        let Some(id) = self.shift_id else {
            return Ok(None);
        };
        let shift = write.visible(&shift_scope(), viewer.reach(), id)?;
        if shift.community_id != self.community_id {
            return Err(ApiError::not_found("shift"));
        }
        let start = nearest_start(&shift.from_time, occasion.observed_at, &community.time_zone);
        Ok(start.map(|start| arrive_by(start, &policy_of(community))))
    }
}
