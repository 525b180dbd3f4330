//! Shifts, the roster and handovers in the API.

mod handover;
mod mutation;
mod query;

pub use handover::{Handover, HandoverEvent, HandoverState};
pub use mutation::DutyMutation;
pub use query::DutyQuery;

use async_graphql::{Context, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::duty::{duty, shift};
use entity::organisation::staff_member;
use uuid::Uuid;

use crate::areas::organisation::graphql::{Post, StaffMember};
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A shift (班次): the hours of a day that one person works.
pub struct Shift(pub shift::Model);

#[Object]
impl Shift {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// `A` to `E`, `noon`, `night`, or another name.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Local time of day, `22:00`.
    async fn from_time(&self) -> &str {
        &self.0.from_time
    }

    /// Local time of day; on the next one when it is not after `fromTime`.
    async fn to_time(&self) -> &str {
        &self.0.to_time
    }

    async fn has_noon_break(&self) -> bool {
        self.0.has_noon_break
    }

    /// The post that works it; any when there is none.
    async fn post(&self) -> Option<Post> {
        self.0.post.map(Into::into)
    }

    /// Since when it is no longer worked.
    async fn retired_at(&self) -> Option<DateTime<Utc>> {
        self.0.retired_at
    }
}

/// A duty (值班): who works which shift on a day.
pub struct Duty(pub duty::Model);

#[Object]
impl Duty {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// The day on which the shift begins.
    async fn on_day(&self) -> NaiveDate {
        self.0.on_day
    }

    async fn staff_member_id(&self) -> Uuid {
        self.0.staff_member_id.into()
    }

    async fn staff_member(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let id = self.0.staff_member_id;
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    async fn shift_id(&self) -> Uuid {
        self.0.shift_id.into()
    }

    async fn shift(&self, ctx: &Context<'_>) -> Result<Option<Shift>, ApiError> {
        Ok(ctx.load::<shift::Model>(self.0.shift_id).await?.map(Shift))
    }
}
