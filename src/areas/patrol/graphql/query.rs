//! Asking for patrols.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Object};
use chrono::NaiveDate;
use entity::patrol::{PatrolTaskState, patrol_task};
use uuid::Uuid;

use super::super::read::{self, TaskFilter};
use super::{PatrolPoint, PatrolRoute, PatrolTask};
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits, page_arguments, page_of};

#[derive(Default)]
pub struct PatrolQuery;

#[Object]
impl PatrolQuery {
    /// One patrol; null when there is none or the viewer may not see it.
    async fn patrol_task(
        &self,
        ctx: &Context<'_>,
        id: Uuid,
    ) -> Result<Option<PatrolTask>, ApiError> {
        ctx.viewer()?;
        Ok(ctx.load::<patrol_task::Model>(id).await?.map(PatrolTask))
    }

    /// The patrols the viewer may see, latest window first.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the field"
    )]
    async fn patrol_tasks(
        &self,
        ctx: &Context<'_>,
        community_id: Option<Uuid>,
        #[graphql(desc = "In any of these states; in all when left out.")] states: Option<
            Vec<PatrolTaskState>,
        >,
        #[graphql(desc = "Whose window begins on this local day; on any when left out.")]
        day: Option<NaiveDate>,
        #[graphql(desc = "Given to this staff member only.")] assignee_id: Option<Uuid>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, PatrolTask, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let filter = TaskFilter {
            community_id: community_id.map(Into::into),
            states,
            day,
            assignee_id: assignee_id.map(Into::into),
        };
        let paged = after.is_some();
        let page = read::list_tasks(ctx.app(), ctx.viewer()?, filter, limit, after).await?;
        Ok(page_of(page, paged, read::place, PatrolTask))
    }

    /// The points of a community, newest first. For those who work there.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    async fn patrol_points(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, PatrolPoint, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let (paged, community) = (after.is_some(), community_id.into());
        let page = read::list_points(ctx.app(), ctx.viewer()?, community, limit, after).await?;
        Ok(page_of(page, paged, read::place_of_point, PatrolPoint))
    }

    /// The routes of a community that the viewer may see, newest first.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    async fn patrol_routes(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        #[graphql(default, desc = "Also those that were ended.")] with_retired: bool,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, PatrolRoute, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let (paged, which) = (after.is_some(), (community_id.into(), with_retired));
        let page = read::list_routes(ctx.app(), ctx.viewer()?, which, limit, after).await?;
        Ok(page_of(page, paged, read::place_of_route, PatrolRoute))
    }
}
