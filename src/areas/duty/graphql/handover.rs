//! A handover in the API.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::duty::{handover, handover_event, shift};
use entity::estate::zone;
use entity::ids::{HandoverId, StaffMemberId};
use entity::organisation::staff_member;
use uuid::Uuid;

use super::super::read;
use super::Shift;
use crate::areas::estate::graphql::Zone;
use crate::areas::organisation::graphql::{Post, StaffMember};
use crate::error::ApiError;
use crate::graphql::observed::ObservedMark;
use crate::graphql::{ContextExt, RequestLoader};

/// Where a handover stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::duty::HandoverState")]
pub enum HandoverState {
    /// What is open is written down, the equipment listed (已准备).
    Prepared,
    /// The successor has counted and found the place in order (已清点).
    Checked,
    /// The place was not in order; the outgoing person puts it right first (整改).
    Rejected,
    /// Both have signed: the successor is responsible (已签字).
    Signed,
}

/// What happened to a handover.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::duty::HandoverEventKind")]
pub enum HandoverEventKind {
    Prepared,
    Rejected,
    PutRight,
    Checked,
    Signed,
    Noted,
}

/// What an open matter is about.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(name = "MatterKind", remote = "entity::duty::MatterKind")]
pub enum OpenMatterKind {
    /// A repair (报修).
    Repair,
    /// A complaint (投诉).
    Complaint,
    /// Another matter of weight (其他重大事项).
    Other,
}

/// A matter that is left to the next shift, in writing.
#[derive(SimpleObject)]
pub struct OpenMatter {
    kind: OpenMatterKind,
    text: String,
    /// The ticket it is kept in.
    ticket_id: Option<Uuid>,
}

/// A piece of equipment.
#[derive(SimpleObject)]
pub struct Equipment {
    name: String,
    /// How many there are to be.
    count: i32,
    /// How many the successor counted.
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

/// A handover (交接班) from one shift to the next.
pub struct Handover(pub handover::Model);

#[Object]
impl Handover {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    async fn state(&self) -> HandoverState {
        self.0.state.into()
    }

    /// The post that is handed over.
    async fn post(&self) -> Post {
        self.0.post.into()
    }

    /// The zone of the outgoing person.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        let Some(id) = self.0.zone_id else {
            return Ok(None);
        };
        Ok(ctx.load::<zone::Model>(id).await?.map(Zone))
    }

    /// The shift that begins with it.
    async fn shift(&self, ctx: &Context<'_>) -> Result<Option<Shift>, ApiError> {
        let Some(id) = self.0.shift_id else {
            return Ok(None);
        };
        Ok(ctx.load::<shift::Model>(id).await?.map(Shift))
    }

    async fn outgoing_id(&self) -> Uuid {
        self.0.outgoing_id.into()
    }

    async fn outgoing(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        member(ctx, Some(self.0.outgoing_id)).await
    }

    /// The successor: named, or whoever came.
    async fn incoming_id(&self) -> Option<Uuid> {
        self.0.incoming_id.map(Into::into)
    }

    async fn incoming(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        member(ctx, self.0.incoming_id).await
    }

    async fn open_matters(&self) -> Vec<OpenMatter> {
        let matter = |matter: &entity::duty::OpenMatter| OpenMatter {
            kind: matter.kind.into(),
            text: matter.text.clone(),
            ticket_id: matter.ticket_id.map(Into::into),
        };
        self.0.open_matters.0.iter().map(matter).collect()
    }

    async fn equipment(&self) -> Vec<Equipment> {
        pieces(&self.0.equipment.0)
    }

    /// What the successor found; null before he looked, and after it was put right.
    async fn is_environment_fine(&self) -> Option<bool> {
        self.0.is_environment_fine
    }

    async fn note(&self) -> &str {
        &self.0.note
    }

    async fn prepared_at(&self) -> DateTime<Utc> {
        self.0.prepared_at
    }

    /// When the successor should be there.
    async fn arrive_by(&self) -> Option<DateTime<Utc>> {
        self.0.arrive_by
    }

    /// The first that was seen of him.
    async fn arrived_at(&self) -> Option<DateTime<Utc>> {
        self.0.arrived_at
    }

    async fn checked_at(&self) -> Option<DateTime<Utc>> {
        self.0.checked_at
    }

    async fn outgoing_signed_at(&self) -> Option<DateTime<Utc>> {
        self.0.outgoing_signed_at
    }

    async fn incoming_signed_at(&self) -> Option<DateTime<Utc>> {
        self.0.incoming_signed_at
    }

    /// SHA-256 of the signature as a picture, or a name that was typed.
    async fn outgoing_signature(&self) -> Option<&str> {
        self.0.outgoing_signature.as_deref()
    }

    async fn incoming_signature(&self) -> Option<&str> {
        self.0.incoming_signature.as_deref()
    }

    /// From when on the successor is responsible: the later of both signatures.
    async fn passed_at(&self) -> Option<DateTime<Utc>> {
        self.0.passed_at
    }

    /// Who of the two was responsible at a moment; now when it is left out.
    async fn responsible(
        &self,
        ctx: &Context<'_>,
        at: Option<DateTime<Utc>>,
    ) -> Result<Option<StaffMember>, ApiError> {
        let at = at.unwrap_or_else(|| ctx.app().clock().now());
        member(ctx, Some(read::responsible_of(&self.0, at))).await
    }

    /// What happened to it, in the order in which it happened.
    #[graphql(complexity = "5 + child_complexity * 10")]
    async fn events(&self, ctx: &Context<'_>) -> Result<Vec<HandoverEvent>, ApiError> {
        let events = ctx.loader().load_one(EventsOf(self.0.id)).await?;
        let events = events.unwrap_or_default();
        Ok(events.into_iter().map(HandoverEvent).collect())
    }

    /// Its version.
    async fn seq(&self) -> i64 {
        self.0.seq
    }
}

/// One step of a handover. Never changed, never deleted.
pub struct HandoverEvent(pub handover_event::Model);

#[Object]
impl HandoverEvent {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn kind(&self) -> HandoverEventKind {
        self.0.kind.into()
    }

    async fn note(&self) -> &str {
        &self.0.note
    }

    /// What was prepared or counted with it.
    async fn equipment(&self) -> Vec<Equipment> {
        pieces(&self.0.equipment.0)
    }

    async fn signature(&self) -> Option<&str> {
        self.0.signature.as_deref()
    }

    /// The successor who was named with it.
    async fn incoming_id(&self) -> Option<Uuid> {
        self.0.incoming_id.map(Into::into)
    }

    async fn author(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        member(ctx, self.0.author_staff_id).await
    }

    async fn author_name(&self) -> &str {
        &self.0.author_name
    }

    /// When it happened. Responsibility is judged by it.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    async fn observed_mark(&self) -> ObservedMark {
        self.0.observed_mark.into()
    }

    /// When the server heard of it.
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
