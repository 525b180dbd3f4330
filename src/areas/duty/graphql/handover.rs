//! A handover in the API.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::duty::{HandoverEventKind, HandoverState, MatterKind, handover, handover_event, shift};
use entity::estate::zone;
use entity::ids::{HandoverId, StaffMemberId};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use entity::sync::ObservedMark;
use uuid::Uuid;

use super::super::read;
use super::Shift;
use crate::areas::estate::graphql::Zone;
use crate::areas::organisation::graphql::StaffMember;
use crate::error::ApiError;
use crate::graphql::{ContextExt, RequestLoader};

/// A matter that is left to the next shift, in writing.
#[derive(SimpleObject)]
pub struct OpenMatter {
    /// What it is about.
    kind: MatterKind,
    /// What is still to be done, at most 4000 characters.
    text: String,
    /// The ticket of the matter; null when there is none.
    ticket_id: Option<Uuid>,
}

/// A piece of equipment that is handed over.
#[derive(SimpleObject)]
pub struct Equipment {
    /// Its name, unique in the list.
    name: String,
    /// How many there should be.
    count: i32,
    /// How many the successor counted; null before he did.
    counted: Option<i32>,
}

fn pieces(list: &[entity::duty::Equipment]) -> Vec<Equipment> {
    let piece = |item: &entity::duty::Equipment| Equipment {
        name: item.name.clone(),
        count: item.count,
        counted: item.counted,
    };
    list.iter().map(piece).collect()
}

/// Somebody who works there.
async fn member(
    ctx: &Context<'_>,
    id: Option<StaffMemberId>,
) -> Result<Option<StaffMember>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
}

/// A handover (交接班) of a post from one shift to the next. The office sees all of its community, a field
/// worker those of his zone and his own.
#[derive(Description)]
pub struct Handover(pub handover::Model);

#[Object(use_type_description)]
impl Handover {
    /// Made by the app that prepared it, or by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// Where it stands.
    async fn state(&self) -> HandoverState {
        self.0.state
    }

    /// The post that is handed over.
    async fn post(&self) -> PostKind {
        self.0.post
    }

    /// The zone of the outgoing person; null when he has none.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        let Some(id) = self.0.zone_id else {
            return Ok(None);
        };
        Ok(ctx.load::<zone::Model>(id).await?.map(Zone))
    }

    /// The shift that begins with it; null when none was named.
    async fn shift(&self, ctx: &Context<'_>) -> Result<Option<Shift>, ApiError> {
        let Some(id) = self.0.shift_id else {
            return Ok(None);
        };
        Ok(ctx.load::<shift::Model>(id).await?.map(Shift))
    }

    /// The staff member who hands over.
    async fn outgoing_id(&self) -> Uuid {
        self.0.outgoing_id.into()
    }

    /// The staff member who hands over; null when the viewer may not see him.
    async fn outgoing(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        member(ctx, Some(self.0.outgoing_id)).await
    }

    /// The staff member who takes over: the one who was named, or the one who came instead. Null while
    /// nobody was named and nobody came.
    async fn incoming_id(&self) -> Option<Uuid> {
        self.0.incoming_id.map(Into::into)
    }

    /// The staff member who takes over: the one who was named, or the one who came instead. Null while
    /// nobody was named and nobody came.
    async fn incoming(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        member(ctx, self.0.incoming_id).await
    }

    /// What is left to the next shift.
    async fn open_matters(&self) -> Vec<OpenMatter> {
        let matter = |matter: &entity::duty::OpenMatter| OpenMatter {
            kind: matter.kind,
            text: matter.text.clone(),
            ticket_id: matter.ticket_id.map(Into::into),
        };
        self.0.open_matters.0.iter().map(matter).collect()
    }

    /// What is handed over, with what the successor counted.
    async fn equipment(&self) -> Vec<Equipment> {
        pieces(&self.0.equipment.0)
    }

    /// Whether the successor found the place in order; null before he looked, and after it was put
    /// right until he looks again.
    async fn is_environment_fine(&self) -> Option<bool> {
        self.0.is_environment_fine
    }

    /// What else there is to say: at most 4000 characters, may be empty.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// When the outgoing person prepared it.
    async fn prepared_at(&self) -> DateTime<Utc> {
        self.0.prepared_at
    }

    /// When the successor should be there, by the rules of the community; null when no shift was named.
    async fn arrive_by(&self) -> Option<DateTime<Utc>> {
        self.0.arrive_by
    }

    /// The earliest step of the successor: from then on he is known to have been there. Null before.
    async fn arrived_at(&self) -> Option<DateTime<Utc>> {
        self.0.arrived_at
    }

    /// When the successor found everything in order; null before.
    async fn checked_at(&self) -> Option<DateTime<Utc>> {
        self.0.checked_at
    }

    /// When the outgoing person signed; null before.
    async fn outgoing_signed_at(&self) -> Option<DateTime<Utc>> {
        self.0.outgoing_signed_at
    }

    /// When the successor signed; null before.
    async fn incoming_signed_at(&self) -> Option<DateTime<Utc>> {
        self.0.incoming_signed_at
    }

    /// The signature of the outgoing person: SHA-256 of its picture in lower-case hex, or the name he
    /// typed. Null before he signed.
    async fn outgoing_signature(&self) -> Option<&str> {
        self.0.outgoing_signature.as_deref()
    }

    /// The signature of the successor: SHA-256 of its picture in lower-case hex, or the name he typed.
    /// Null before he signed.
    async fn incoming_signature(&self) -> Option<&str> {
        self.0.incoming_signature.as_deref()
    }

    /// When the responsibility passed to the successor: the later of the two signatures. Null before
    /// both have signed.
    async fn passed_at(&self) -> Option<DateTime<Utc>> {
        self.0.passed_at
    }

    /// Which of the two was responsible at a moment; null when the viewer may not see him.
    async fn responsible(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The moment; now when left out.")] at: Option<DateTime<Utc>>,
    ) -> Result<Option<StaffMember>, ApiError> {
        let at = at.unwrap_or_else(|| ctx.app().clock().now());
        member(ctx, Some(read::responsible_of(&self.0, at))).await
    }

    /// Its history, in the order in which it happened.
    #[graphql(complexity = "5 + child_complexity * 10")]
    async fn events(&self, ctx: &Context<'_>) -> Result<Vec<HandoverEvent>, ApiError> {
        let events = ctx.loader().load_one(EventsOf(self.0.id)).await?;
        let events = events.unwrap_or_default();
        Ok(events.into_iter().map(HandoverEvent).collect())
    }

    /// Its version, which grows with every change.
    async fn seq(&self) -> i64 {
        self.0.seq
    }
}

/// One step of a handover. Never changed, never deleted.
#[derive(Description)]
pub struct HandoverEvent(pub handover_event::Model);

#[Object(use_type_description)]
impl HandoverEvent {
    /// Made by the app that took the step, or by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// What happened.
    async fn kind(&self) -> HandoverEventKind {
        self.0.kind
    }

    /// What was said with the step: at most 4000 characters, empty when nothing was.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// What was listed with `PREPARED` or counted with `CHECKED`; empty for other steps.
    async fn equipment(&self) -> Vec<Equipment> {
        pieces(&self.0.equipment.0)
    }

    /// With `SIGNED`: SHA-256 of the picture of the signature in lower-case hex, or the name as it was
    /// typed. Null for other steps.
    async fn signature(&self) -> Option<&str> {
        self.0.signature.as_deref()
    }

    /// The successor who was named with the step; null when none was.
    async fn incoming_id(&self) -> Option<Uuid> {
        self.0.incoming_id.map(Into::into)
    }

    /// Who took the step; null when it was the server, or the viewer may not see him.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        member(ctx, self.0.author_staff_id).await
    }

    /// Name of the person who took the step, as it was then.
    async fn author_name(&self) -> &str {
        &self.0.author_name
    }

    /// When it happened. Who was responsible is judged by it.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    /// How sure `observedAt` is.
    async fn observed_mark(&self) -> ObservedMark {
        self.0.observed_mark
    }

    /// When it reached the server; hours later than `observedAt` when the phone was offline.
    async fn received_at(&self) -> DateTime<Utc> {
        self.0.received_at
    }
}

/// All events of a handover.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventsOf(HandoverId);

impl Loader<EventsOf> for RequestLoader {
    type Value = Vec<handover_event::Model>;
    type Error = ApiError;

    async fn load(&self, keys: &[EventsOf]) -> Result<HashMap<EventsOf, Self::Value>, ApiError> {
        let handovers = keys.iter().map(|key| key.0);
        let events = read::events_of(&self.app, &self.viewer, handovers).await?;
        let of_key = |(id, events)| (EventsOf(id), events);
        Ok(events.into_iter().map(of_key).collect())
    }
}
