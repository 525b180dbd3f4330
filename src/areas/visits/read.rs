//! Looking at visits.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::ids::{CommunityId, StaffMemberId, TicketId, UnitId, VisitId};
use entity::tickets::{RepairClass, TicketKind, TicketState, ticket};
use entity::visits::{VisitKind, VisitState, visit, visit_event};
use sea_orm::sea_query::{
    Alias, BinOper, Expr, ExprTrait, Order, Query, SelectStatement, SimpleExpr, WindowStatement,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::access::scope;
use crate::app::App;
use crate::areas::attachments::was_sent;
use crate::auth::Viewer;
use crate::database::page::{Page, Place};
use crate::database::record::Visible;
use crate::error::ApiError;

/// What the list of visits is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct VisitFilter {
    pub community_id: Option<CommunityId>,
    pub kinds: Option<Vec<VisitKind>>,
    pub states: Option<Vec<VisitState>>,
    pub unit_id: Option<UnitId>,
    pub ticket_id: Option<TicketId>,
    pub visitor_id: Option<StaffMemberId>,
    pub is_overdue: Option<bool>,
    /// Signed, by a picture that has not arrived.
    pub is_signature_awaited: Option<bool>,
}

/// The visits a viewer may see, newest first.
pub async fn list_visits(
    app: &App,
    viewer: &Viewer,
    filter: VisitFilter,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<visit::Model>, ApiError> {
    use visit::Column::{
        CommunityId, CompanionId, Id, Kind, ObservedAt, OverdueAt, State, TicketId, UnitId,
        VisitorId,
    };
    let goes = |id| {
        Condition::any()
            .add(VisitorId.eq(id))
            .add(CompanionId.eq(id))
    };
    let overdue = |yes| {
        if yes {
            OverdueAt.is_not_null()
        } else {
            OverdueAt.is_null()
        }
    };
    let narrowed = Condition::all()
        .add_option(filter.community_id.map(|id| CommunityId.eq(id)))
        .add_option(filter.kinds.map(|kinds| Kind.is_in(kinds)))
        .add_option(filter.states.map(|states| State.is_in(states)))
        .add_option(filter.unit_id.map(|id| UnitId.eq(id)))
        .add_option(filter.ticket_id.map(|id| TicketId.eq(id)))
        .add_option(filter.visitor_id.map(goes))
        .add_option(filter.is_overdue.map(overdue))
        .add_option(filter.is_signature_awaited.map(awaits_signature))
        .add_option(after.map(|Place { at, id }| {
            let same_moment = Condition::all().add(ObservedAt.eq(at)).add(Id.lt(id));
            Condition::any().add(ObservedAt.lt(at)).add(same_moment)
        }));
    let visits = visit::Entity::find()
        .filter(scope().visible_to(viewer.reach()))
        .filter(narrowed)
        .order_by_desc(ObservedAt)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(visits.all(app.db().reader()).await?, limit))
}

/// Whether the author of an end of the visit has sent the picture of the signature that it names.
fn is_signed() -> SimpleExpr {
    use visit_event::Column::{AuthorAccountId, Signature, VisitId};
    let signed = Query::select()
        .expr(Expr::val(1))
        .from(visit_event::Entity)
        .and_where(
            Expr::col((visit_event::Entity, VisitId)).equals((visit::Entity, visit::Column::Id)),
        )
        .and_where(was_sent(AuthorAccountId, Signature))
        .to_owned();
    Expr::exists(signed)
}

fn awaits_signature(yes: bool) -> Condition {
    let awaits = Condition::all()
        .add(visit::Column::Signature.is_not_null())
        .add(is_signed().not());
    if yes { awaits } else { awaits.not() }
}

/// Which of these visits bear a signature whose picture has arrived.
pub async fn signed(
    app: &App,
    viewer: &Viewer,
    visits: impl IntoIterator<Item = VisitId>,
) -> Result<HashSet<VisitId>, ApiError> {
    let signed = visit::Entity::find()
        .select_only()
        .column(visit::Column::Id)
        .filter(scope().visible_to(viewer.reach()))
        .filter(visit::Column::Id.is_in(visits))
        .filter(is_signed());
    let signed: Vec<VisitId> = signed.into_tuple().all(app.db().reader()).await?;
    Ok(signed.into_iter().collect())
}

/// The place of a visit in that list.
pub fn place(visit: &visit::Model) -> Place {
    Place {
        at: visit.observed_at,
        id: visit.id.into(),
    }
}

/// The newest events of several visits, newest first, at most `count` of each.
pub async fn last_events(
    app: &App,
    viewer: &Viewer,
    visits: impl IntoIterator<Item = VisitId>,
    count: u64,
) -> Result<HashMap<VisitId, Vec<visit_event::Model>>, ApiError> {
    use visit_event::Column::{Id, Seq, VisitId as OfVisit};
    let newest_first = WindowStatement::partition_by(OfVisit)
        .order_by(Seq, Order::Desc)
        .order_by(Id, Order::Desc)
        .to_owned();
    let ranked = Query::select()
        .column(Id)
        .expr_window_as(Expr::cust("ROW_NUMBER()"), newest_first, "place")
        .from(visit_event::Entity)
        .cond_where(visit_event::Model::visible_to(viewer.reach()))
        .and_where(OfVisit.is_in(visits))
        .to_owned();
    let newest = Query::select()
        .column(Alias::new("id"))
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col(Alias::new("place")).lte(count))
        .to_owned();
    let events = visit_event::Entity::find()
        .filter(Id.in_subquery(newest))
        .order_by_desc(Seq)
        .order_by_desc(Id);
    let mut found: HashMap<VisitId, Vec<_>> = HashMap::new();
    for event in events.all(app.db().reader()).await? {
        found.entry(event.visit_id).or_default().push(event);
    }
    Ok(found)
}

/// The states in which a visit has yet to be made.
const OPEN: [VisitState; 6] = [
    VisitState::Planned,
    VisitState::Appointed,
    VisitState::AtDoor,
    VisitState::Refused,
    VisitState::Absent,
    VisitState::InTalk,
];

/// Repairs that were finished and have no return visit of that end, or of one of the same repair that
/// was heard of before, and none that is still to be made.
/// Who gave neither name nor address is not visited (V-12).
pub async fn repairs_without_return(
    db: &impl ConnectionTrait,
    most: u64,
) -> Result<Vec<TicketId>, ApiError> {
    use ticket::Column::{
        ContactName, FinishedAt, Id, IsAnonymous, Kind, ReporterPartyId, State, UnitId,
    };
    let ends = Expr::col((visit::Entity, visit::Column::RepairFinishedAt));
    let made = Expr::col((visit::Entity, visit::Column::FinishedAt));
    let open = Expr::col((visit::Entity, visit::Column::State)).is_in(OPEN);
    let planned = returns_of_ticket()
        .cond_where(
            Condition::any()
                .add(ends.gte(Expr::col((ticket::Entity, FinishedAt))))
                .add(made.gte(Expr::col((ticket::Entity, FinishedAt))))
                .add(open),
        )
        .to_owned();
    let is_somebody = Condition::any()
        .add(UnitId.is_not_null())
        .add(ReporterPartyId.is_not_null())
        .add(ContactName.ne(""));
    let repairs = ticket::Entity::find()
        .select_only()
        .column(Id)
        .filter(Kind.eq(TicketKind::Repair))
        .filter(State.eq(TicketState::Finished))
        .filter(FinishedAt.is_not_null())
        .filter(ticket::Column::DeletedAt.is_null())
        .filter(is_somebody)
        .filter(IsAnonymous.eq(false))
        .filter(Expr::exists(planned).not())
        .order_by_asc(FinishedAt)
        .order_by_asc(Id)
        .limit(most);
    Ok(repairs.into_tuple().all(db).await?)
}

/// The return visits of the ticket of the query around it.
fn returns_of_ticket() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(visit::Entity)
        .and_where(
            Expr::col((visit::Entity, visit::Column::TicketId))
                .equals((ticket::Entity, ticket::Column::Id)),
        )
        .and_where(Expr::col((visit::Entity, visit::Column::Kind)).eq(VisitKind::Return))
        .to_owned()
}

/// Tickets whose return visit is planned for another day than they say now: another class, or a water
/// test, has come since.
pub async fn repairs_with_stale_return(
    db: &impl ConnectionTrait,
    most: u64,
) -> Result<Vec<TicketId>, ApiError> {
    use ticket::Column::{Id, RepairClass as Class, State};
    let rule = |rule: &str| {
        let known = Expr::col((visit::Entity, visit::Column::DueRule));
        Condition::any()
            .add(known.clone().is_null())
            .add(known.ne(rule))
    };
    let of_class =
        |class: RepairClass, named: &str| Condition::all().add(Class.eq(class)).add(rule(named));
    let others = Condition::any()
        .add(Class.is_null())
        .add(Class.eq(RepairClass::Other));
    // Each of these is made equal when the visit is put right, so that no ticket is found twice.
    let differs = |of_visit, of_ticket| {
        let seen = Expr::col((visit::Entity, of_visit));
        let said = Expr::col((ticket::Entity, of_ticket));
        seen.binary(BinOper::Custom("IS DISTINCT FROM"), said)
    };
    let another_end = differs(visit::Column::RepairFinishedAt, ticket::Column::FinishedAt);
    let another_test = differs(visit::Column::RepairTestedAt, ticket::Column::WaterTestedAt);
    let stale = Condition::any()
        .add(of_class(RepairClass::SafetyFacility, "V-02"))
        .add(of_class(RepairClass::LeakOrSeepage, "V-03"))
        .add(Condition::all().add(others).add(rule("V-04")))
        .add(another_test)
        .add(another_end);
    let planned = returns_of_ticket()
        .and_where(Expr::col((visit::Entity, visit::Column::State)).is_in(OPEN))
        .cond_where(stale)
        .to_owned();
    let repairs = ticket::Entity::find()
        .select_only()
        .column(Id)
        .filter(State.eq(TicketState::Finished))
        .filter(ticket::Column::FinishedAt.is_not_null())
        .filter(ticket::Column::DeletedAt.is_null())
        .filter(Expr::exists(planned))
        .order_by_asc(Id)
        .limit(most);
    Ok(repairs.into_tuple().all(db).await?)
}

/// Visits that were due before this moment, are still to be made and are not marked.
pub async fn unmarked_overdue(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<VisitId>, ApiError> {
    use visit::Column::{DeletedAt, DueAt, Id, OverdueAt, State};
    let overdue = visit::Entity::find()
        .select_only()
        .column(Id)
        .filter(State.is_in(OPEN))
        .filter(DueAt.lt(now))
        .filter(OverdueAt.is_null())
        .filter(DeletedAt.is_null())
        .order_by_asc(DueAt)
        .order_by_asc(Id)
        .limit(most);
    Ok(overdue.into_tuple().all(db).await?)
}
