//! Asking for visits.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, InputObject, Object};
use entity::visits::{VisitKind, VisitState, visit};
use uuid::Uuid;

use super::super::read::{self, VisitFilter};
use super::Visit;
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits, page_arguments, page_of};

/// What the list of visits is narrowed to; a field that is left out does not narrow it.
#[derive(Default, InputObject)]
pub struct VisitsFilter {
    /// Of this community only; of all that the viewer reaches when left out.
    community_id: Option<Uuid>,
    /// Any of these kinds.
    kinds: Option<Vec<VisitKind>>,
    /// In any of these states.
    states: Option<Vec<VisitState>>,
    /// To this unit.
    unit_id: Option<Uuid>,
    /// After this ticket.
    ticket_id: Option<Uuid>,
    /// Made by this staff member, as visitor or as companion.
    visitor_id: Option<Uuid>,
    /// With true those that are overdue or were made too late, with false all others.
    is_overdue: Option<bool>,
    /// With true those whose signature was announced by its hash and whose picture has not arrived,
    /// with false all others.
    is_signature_awaited: Option<bool>,
}

impl From<VisitsFilter> for VisitFilter {
    fn from(filter: VisitsFilter) -> Self {
        Self {
            community_id: filter.community_id.map(Into::into),
            kinds: filter.kinds,
            states: filter.states,
            unit_id: filter.unit_id.map(Into::into),
            ticket_id: filter.ticket_id.map(Into::into),
            visitor_id: filter.visitor_id.map(Into::into),
            is_overdue: filter.is_overdue,
            is_signature_awaited: filter.is_signature_awaited,
        }
    }
}

#[derive(Default)]
pub struct VisitQuery;

#[Object]
impl VisitQuery {
    /// One visit; null when there is none or the viewer may not see it.
    async fn visit(&self, ctx: &Context<'_>, id: Uuid) -> Result<Option<Visit>, ApiError> {
        ctx.viewer()?;
        Ok(ctx.load::<visit::Model>(id).await?.map(Visit))
    }

    /// The visits the viewer may see, newest first. The office sees all of its community, a field
    /// worker those of his zone and those he goes on, a resident those of his unit.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    async fn visits(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "All of them when left out.")] filter: VisitsFilter,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, Visit, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let paged = after.is_some();
        let filter = filter.into();
        let page = read::list_visits(ctx.app(), ctx.viewer()?, filter, limit, after).await?;
        Ok(page_of(page, paged, read::place, Visit))
    }
}
