//! Shifts, the roster and handovers in the API.

mod handover;
mod mutation;
mod query;

pub use handover::{Handover, HandoverEvent};
pub use mutation::DutyMutation;
pub use query::DutyQuery;

use async_graphql::{Context, Description, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::duty::{duty, shift};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use uuid::Uuid;

use crate::areas::organisation::graphql::StaffMember;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A shift (班次): the hours of a day that one person works. For those who work in the community.
#[derive(Description)]
pub struct Shift(pub shift::Model);

#[Object(use_type_description)]
impl Shift {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// Its short name: `A` to `E`, `noon`, `night`, or another. No two shifts that are worked have the
    /// same.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// When it begins: local time of day, `22:00`.
    async fn from_time(&self) -> &str {
        &self.0.from_time
    }

    /// When it ends: local time of day, on the next day when it is not after `fromTime`.
    async fn to_time(&self) -> &str {
        &self.0.to_time
    }

    /// Whether it is interrupted at noon.
    async fn has_noon_break(&self) -> bool {
        self.0.has_noon_break
    }

    /// The post that works it; null when any post may.
    async fn post(&self) -> Option<PostKind> {
        self.0.post
    }

    /// When it was retired; null while it is worked.
    async fn retired_at(&self) -> Option<DateTime<Utc>> {
        self.0.retired_at
    }
}

/// One line of the roster (值班表): who works which shift on a day.
#[derive(Description)]
pub struct Duty(pub duty::Model);

#[Object(use_type_description)]
impl Duty {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// The local day on which the shift begins.
    async fn on_day(&self) -> NaiveDate {
        self.0.on_day
    }

    /// Who works it.
    async fn staff_member_id(&self) -> Uuid {
        self.0.staff_member_id.into()
    }

    /// Who works it; null when the viewer may not see him.
    async fn staff_member(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let id = self.0.staff_member_id;
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// The shift that is worked.
    async fn shift_id(&self) -> Uuid {
        self.0.shift_id.into()
    }

    /// The shift that is worked; null when the viewer may not see it.
    async fn shift(&self, ctx: &Context<'_>) -> Result<Option<Shift>, ApiError> {
        Ok(ctx.load::<shift::Model>(self.0.shift_id).await?.map(Shift))
    }
}
