//! Asking for shifts, the roster and handovers.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::duty::{HandoverState, handover};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use uuid::Uuid;

use super::super::read::{self, HandoverFilter, PostAt};
use super::{Duty, Handover, Shift};
use crate::areas::organisation::graphql::StaffMember;
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits, page_arguments, page_of};

#[derive(Default)]
pub struct DutyQuery;

#[Object]
impl DutyQuery {
    /// The shifts of a community, in the order in which they begin. For those who work there.
    #[graphql(complexity = "limits::whole(10, child_complexity)")]
    async fn shifts(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        #[graphql(default, desc = "Also those that are no longer worked.")] also_retired: bool,
    ) -> Result<Vec<Shift>, ApiError> {
        let viewer = ctx.viewer()?;
        let shifts = read::list_shifts(ctx.app(), viewer, community_id.into(), also_retired);
        Ok(shifts.await?.into_iter().map(Shift).collect())
    }

    /// The roster of a day, or of several: at most 62. For those who work in the community.
    #[graphql(complexity = "limits::whole(20, child_complexity)")]
    async fn duties(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        #[graphql(desc = "The first day.")] day: NaiveDate,
        #[graphql(desc = "The last day; the first one when left out.")] to_day: Option<NaiveDate>,
    ) -> Result<Vec<Duty>, ApiError> {
        let viewer = ctx.viewer()?;
        let days = (day, to_day.unwrap_or(day));
        let duties = read::list_duties(ctx.app(), viewer, community_id.into(), days);
        Ok(duties.await?.into_iter().map(Duty).collect())
    }

    /// One handover; null when there is none or the viewer may not see it.
    async fn handover(&self, ctx: &Context<'_>, id: Uuid) -> Result<Option<Handover>, ApiError> {
        ctx.viewer()?;
        Ok(ctx.load::<handover::Model>(id).await?.map(Handover))
    }

    /// The handovers the viewer may see, newest first.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the field"
    )]
    async fn handovers(
        &self,
        ctx: &Context<'_>,
        community_id: Option<Uuid>,
        #[graphql(desc = "In any of these states; in all when left out.")] states: Option<
            Vec<HandoverState>,
        >,
        #[graphql(desc = "Of this zone only.")] zone_id: Option<Uuid>,
        #[graphql(desc = "Of this post only.")] post: Option<PostKind>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, Handover, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let filter = HandoverFilter {
            community_id: community_id.map(Into::into),
            states,
            zone_id: zone_id.map(Into::into),
            post,
        };
        let paged = after.is_some();
        let page = read::list_handovers(ctx.app(), ctx.viewer()?, filter, limit, after).await?;
        Ok(page_of(page, paged, read::place, Handover))
    }

    /// Who was responsible for a post at a moment, by the handovers that the viewer sees; null when
    /// none tells.
    #[graphql(complexity = "limits::statements(2) + child_complexity")]
    async fn responsible(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        #[graphql(desc = "The post.")] post: PostKind,
        #[graphql(desc = "The zone of the post; a post without a zone when left out.")]
        zone_id: Option<Uuid>,
        #[graphql(desc = "The moment; now when left out.")] at: Option<DateTime<Utc>>,
    ) -> Result<Option<StaffMember>, ApiError> {
        let post = PostAt {
            community_id: community_id.into(),
            post,
            zone_id: zone_id.map(Into::into),
        };
        let at = at.unwrap_or_else(|| ctx.app().clock().now());
        let Some(id) = read::responsible_at(ctx.app(), ctx.viewer()?, post, at).await? else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }
}
