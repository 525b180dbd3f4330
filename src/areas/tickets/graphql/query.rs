//! Asking for tickets.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Enum, Object};
use entity::tickets::{TicketKind, TicketState, ticket};
use uuid::Uuid;

use super::super::read::{self, TicketFilter, TicketOrder as Sorting};
use super::Ticket;
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits, page_arguments, page_of};

/// How a list of tickets is sorted.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "Sorting")]
pub enum TicketOrder {
    /// Newest first.
    Newest,
    /// By `dueAt`, soonest first; tickets without one are left out.
    Due,
}

#[derive(Default)]
pub struct TicketQuery;

#[Object]
impl TicketQuery {
    /// One ticket; null when there is none or the viewer may not see it.
    async fn ticket(&self, ctx: &Context<'_>, id: Uuid) -> Result<Option<Ticket>, ApiError> {
        ctx.viewer()?;
        Ok(ctx.load::<ticket::Model>(id).await?.map(Ticket))
    }

    /// The tickets the viewer may see, newest first unless `order` says otherwise. The office sees all
    /// of its community, a field worker the repairs of his zone and what is his own, a resident those
    /// of his unit and those he reported.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the field"
    )]
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        community_id: Option<Uuid>,
        #[graphql(desc = "Any of these; all when left out.")] kinds: Option<Vec<TicketKind>>,
        #[graphql(desc = "Any of these; all when left out.")] states: Option<Vec<TicketState>>,
        #[graphql(desc = "About this unit only.")] unit_id: Option<Uuid>,
        #[graphql(desc = "Given to this staff member only.")] assignee_id: Option<Uuid>,
        #[graphql(
            desc = "Complaints this staff member answers for, in communities in which the viewer works."
        )]
        responsible_id: Option<Uuid>,
        #[graphql(
            desc = "With true those of which a clock has run out, with false all others, in \
                communities in which the viewer works."
        )]
        is_breached: Option<bool>,
        #[graphql(desc = "`NEWEST` when left out.")] order: Option<TicketOrder>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, Ticket, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let order = order.map(Into::into).unwrap_or_default();
        let filter = TicketFilter {
            community_id: community_id.map(Into::into),
            kinds,
            states,
            unit_id: unit_id.map(Into::into),
            assignee_id: assignee_id.map(Into::into),
            responsible_id: responsible_id.map(Into::into),
            is_breached,
            order,
        };
        let paged = after.is_some();
        let page = read::list_tickets(ctx.app(), ctx.viewer()?, filter, limit, after).await?;
        Ok(page_of(
            page,
            paged,
            |ticket| read::place(ticket, order),
            Ticket,
        ))
    }
}
