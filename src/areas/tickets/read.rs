//! Looking at tickets.

use std::collections::HashMap;

use entity::ids::{CommunityId, StaffMemberId, TicketId, UnitId};
use entity::tickets::{TicketState, ticket, ticket_event};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, WindowStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::access::scope;
use crate::app::App;
use crate::auth::Viewer;
use crate::database::page::{Page, Place};
use crate::database::record::Visible;
use crate::error::ApiError;

/// What the list of tickets is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct TicketFilter {
    pub community_id: Option<CommunityId>,
    pub states: Option<Vec<TicketState>>,
    pub unit_id: Option<UnitId>,
    pub assignee_id: Option<StaffMemberId>,
}

/// The tickets a viewer may see, newest first.
pub async fn list_tickets(
    app: &App,
    viewer: &Viewer,
    filter: TicketFilter,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<ticket::Model>, ApiError> {
    use ticket::Column::{AssigneeId, CommunityId, Id, ObservedAt, State, UnitId};
    let narrowed = Condition::all()
        .add_option(filter.community_id.map(|id| CommunityId.eq(id)))
        .add_option(filter.unit_id.map(|id| UnitId.eq(id)))
        .add_option(filter.assignee_id.map(|id| AssigneeId.eq(id)))
        .add_option(filter.states.map(|states| State.is_in(states)))
        .add_option(after.map(|Place { at, id }| {
            let same_moment = Condition::all().add(ObservedAt.eq(at)).add(Id.lt(id));
            Condition::any().add(ObservedAt.lt(at)).add(same_moment)
        }));
    let tickets = ticket::Entity::find()
        .filter(scope().visible_to(viewer.reach()))
        .filter(narrowed)
        .order_by_desc(ObservedAt)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(tickets.all(app.db().reader()).await?, limit))
}

/// The place of a ticket in that list.
pub fn place(ticket: &ticket::Model) -> Place {
    Place {
        at: ticket.observed_at,
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
