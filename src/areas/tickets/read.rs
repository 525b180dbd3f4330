//! Looking at tickets.

use std::collections::HashMap;

use entity::estate::community;
use entity::ids::{CommunityId, StaffMemberId, TicketClockId, TicketId, UnitId};
use entity::tickets::{TicketKind, TicketState, ticket, ticket_clock, ticket_event};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::access::{of_workplaces, scope};
use super::rules::policy::ComplaintPolicy;
use crate::app::App;
use crate::auth::Viewer;
use crate::database::page::{Page, Place};
use crate::database::record::Visible;
use crate::error::ApiError;
use crate::policy::policy_of;

/// What the list of tickets is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct TicketFilter {
    pub community_id: Option<CommunityId>,
    pub kinds: Option<Vec<TicketKind>>,
    pub states: Option<Vec<TicketState>>,
    pub unit_id: Option<UnitId>,
    pub assignee_id: Option<StaffMemberId>,
    pub responsible_id: Option<StaffMemberId>,
    /// Whether the nearest of its open clocks has run out.
    pub is_breached: Option<bool>,
    pub order: TicketOrder,
}

/// How the list of tickets is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TicketOrder {
    /// By when they were reported, newest first.
    #[default]
    Newest,
    /// By when the nearest of their open clocks runs out; those without one are left out.
    Due,
}

/// The tickets a viewer may see, in the order that was asked for.
pub async fn list_tickets(
    app: &App,
    viewer: &Viewer,
    filter: TicketFilter,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<ticket::Model>, ApiError> {
    use ticket::Column::{
        AssigneeId, BreachedAt, CommunityId, DueAt, Id, Kind, ObservedAt, ResponsibleId, State,
        UnitId,
    };
    let by_due = filter.order == TicketOrder::Due;
    let breached = |is: bool| {
        if is {
            BreachedAt.is_not_null()
        } else {
            BreachedAt.is_null()
        }
    };
    let asks_for_handling =
        by_due || filter.responsible_id.is_some() || filter.is_breached.is_some();
    let narrowed = Condition::all()
        .add_option(asks_for_handling.then(|| of_workplaces(viewer.reach())))
        .add_option(filter.community_id.map(|id| CommunityId.eq(id)))
        .add_option(filter.unit_id.map(|id| UnitId.eq(id)))
        .add_option(filter.assignee_id.map(|id| AssigneeId.eq(id)))
        .add_option(filter.states.map(|states| State.is_in(states)))
        .add_option(filter.kinds.map(|kinds| Kind.is_in(kinds)))
        .add_option(filter.responsible_id.map(|id| ResponsibleId.eq(id)))
        .add_option(filter.is_breached.map(breached))
        .add_option(by_due.then(|| DueAt.is_not_null()))
        .add_option(after.map(|Place { at, id }| {
            let (past, behind) = if by_due {
                (DueAt.gt(at), DueAt.eq(at).and(Id.gt(id)))
            } else {
                (ObservedAt.lt(at), ObservedAt.eq(at).and(Id.lt(id)))
            };
            Condition::any().add(past).add(behind)
        }));
    let tickets = ticket::Entity::find()
        .filter(scope().visible_to(viewer.reach()))
        .filter(narrowed)
        .limit(limit + 1);
    let tickets = if by_due {
        tickets.order_by_asc(DueAt).order_by_asc(Id)
    } else {
        tickets.order_by_desc(ObservedAt).order_by_desc(Id)
    };
    Ok(Page::of(tickets.all(app.db().reader()).await?, limit))
}

/// The place of a ticket in that list.
pub fn place(ticket: &ticket::Model, order: TicketOrder) -> Place {
    let due_at = ticket.due_at.filter(|_| order == TicketOrder::Due);
    Place {
        at: due_at.unwrap_or(ticket.observed_at),
        id: ticket.id.into(),
    }
}

/// The newest events of several tickets, newest first, at most `count` of each.
pub async fn last_events(
    app: &App,
    viewer: &Viewer,
    tickets: impl IntoIterator<Item = TicketId>,
    count: u64,
) -> Result<HashMap<TicketId, Vec<ticket_event::Model>>, ApiError> {
    use ticket_event::Column::{Id, Seq, TicketId as OfTicket};
    let newest_first = WindowStatement::partition_by(OfTicket)
        .order_by(Seq, Order::Desc)
        .to_owned();
    let ranked = Query::select()
        .column(Id)
        .expr_window_as(Expr::cust("ROW_NUMBER()"), newest_first, "place")
        .from(ticket_event::Entity)
        .cond_where(ticket_event::Model::visible_to(viewer.reach()))
        .and_where(OfTicket.is_in(tickets))
        .to_owned();
    let newest = Query::select()
        .column(Alias::new("id"))
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col(Alias::new("place")).lte(count))
        .to_owned();
    let events = ticket_event::Entity::find()
        .filter(Id.in_subquery(newest))
        .order_by_desc(Seq);
    let mut found: HashMap<TicketId, Vec<_>> = HashMap::new();
    for event in events.all(app.db().reader()).await? {
        found.entry(event.ticket_id).or_default().push(event);
    }
    Ok(found)
}

/// The clocks of several tickets, by when they run out.
pub async fn clocks_of(
    app: &App,
    viewer: &Viewer,
    tickets: impl IntoIterator<Item = TicketId>,
) -> Result<HashMap<TicketId, Vec<ticket_clock::Model>>, ApiError> {
    use ticket_clock::Column::{DueAt, Id, TicketId as OfTicket};
    let clocks = ticket_clock::Entity::find()
        .filter(ticket_clock::Model::visible_to(viewer.reach()))
        .filter(OfTicket.is_in(tickets))
        .order_by_asc(DueAt)
        .order_by_asc(Id);
    let mut found: HashMap<TicketId, Vec<_>> = HashMap::new();
    for clock in clocks.all(app.db().reader()).await? {
        found.entry(clock.ticket_id).or_default().push(clock);
    }
    Ok(found)
}

/// A clock that has run out and is not marked.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct OverdueClock {
    pub id: TicketClockId,
    pub ticket_id: TicketId,
    pub community_id: CommunityId,
}

/// The clocks that have run out by now and are not marked, longest overdue first.
pub async fn overdue_clocks(
    db: &impl ConnectionTrait,
    now: DateTimeUtc,
    most: u64,
) -> Result<Vec<OverdueClock>, ApiError> {
    use ticket_clock::Column::{BreachedAt, CommunityId, DeletedAt, DueAt, Id, MetAt, TicketId};
    let overdue = ticket_clock::Entity::find()
        .select_only()
        .columns([Id, TicketId, CommunityId])
        .filter(MetAt.is_null())
        .filter(BreachedAt.is_null())
        .filter(DeletedAt.is_null())
        .filter(DueAt.lt(now))
        .order_by_asc(DueAt)
        .limit(most);
    Ok(overdue.into_model().all(db).await?)
}

/// How a community handles complaints.
pub fn complaint_policy(community: &community::Model) -> ComplaintPolicy {
    policy_of(&community.policies.0)
}
