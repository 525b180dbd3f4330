//! Counting what is going on. Each question is one statement, whatever there is.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::accounts::session;
use entity::duty::{HandoverState, handover};
use entity::estate::community;
use entity::ids::{CommunityId, PatrolPointId, PatrolTaskId, StaffMemberId};
use entity::organisation::staff_member;
use entity::patrol::{MissingEvidence, PatrolTaskState, patrol_result, patrol_task};
use entity::tickets::{TicketKind, TicketState, ticket};
use entity::visits::{VisitState, visit};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, Iterable, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::rules::{Moment, points_done};
use crate::app::App;
use crate::areas::estate::{day_at, start_of};
use crate::areas::tickets::is_settled;
use crate::auth::Viewer;
use crate::database::record::Visible;
use crate::error::ApiError;

/// How many rounds, visits, handovers and contacts a board shows.
const SHOWN: u64 = 12;

/// Whose board it is, of which community, and when.
#[derive(Clone, Copy)]
pub struct Looking<'a> {
    pub app: &'a App,
    pub viewer: &'a Viewer,
    pub community: CommunityId,
    pub moment: Moment,
}

/// The community and its day, for whoever may see it.
pub async fn look<'a>(
    app: &'a App,
    viewer: &'a Viewer,
    community: CommunityId,
) -> Result<Looking<'a>, ApiError> {
    let found = community::Entity::find()
        .filter(community::Model::visible_to(viewer.reach()))
        .filter(community::Column::Id.eq(community))
        .one(app.db().reader())
        .await?;
    let time_zone = found
        .ok_or_else(|| ApiError::not_found("community"))?
        .time_zone;
    let now = app.clock().now();
    let day = day_at(&time_zone, now);
    let moment = Moment {
        now,
        day,
        from: start_of(&time_zone, day),
        to: start_of(&time_zone, day.succ_opt().unwrap_or(day)),
    };
    Ok(Looking {
        app,
        viewer,
        community,
        moment,
    })
}

/// The open tickets of one kind in one state.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct TicketCount {
    pub kind: TicketKind,
    pub state: TicketState,
    pub count: i64,
    pub unassigned: i64,
    pub due_soon: i64,
    pub breached: i64,
}

/// The rows of a collection in one state.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct PatrolCount {
    pub state: PatrolTaskState,
    pub count: i64,
}

#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct VisitCount {
    pub state: VisitState,
    pub count: i64,
    pub overdue: i64,
}

#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct HandoverCount {
    pub state: HandoverState,
    pub count: i64,
}

/// A round that goes on or is about to, and how many of its points are done.
#[derive(Clone, Debug)]
pub struct Round {
    pub task: patrol_task::Model,
    pub done: usize,
}

/// Somebody who works here, and when a device of his was last heard of.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Contact {
    pub staff_member_id: StaffMemberId,
    pub device_name: String,
    pub last_contact_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Seen {
    task_id: PatrolTaskId,
    point_id: PatrolPointId,
    missing_evidence: MissingEvidence,
}

impl Looking<'_> {
    /// The open tickets by kind and state.
    pub async fn open_tickets(&self) -> Result<Vec<TicketCount>, ApiError> {
        use ticket::Column::{AssigneeId, BreachedAt, DueAt, Id, Kind, ResponsibleId, State};
        let Moment { now, .. } = self.moment;
        let breached = Condition::any()
            .add(BreachedAt.is_not_null())
            .add(DueAt.lt(now));
        let due_soon = Condition::all()
            .add(BreachedAt.is_null())
            .add(DueAt.gte(now))
            .add(DueAt.lt(self.moment.soon()));
        let unassigned = Condition::all()
            .add(AssigneeId.is_null())
            .add(ResponsibleId.is_null());
        let open = TicketState::iter().filter(|state| !is_settled(*state));
        let counts = self
            .tickets()
            .filter(State.is_in(open))
            .select_only()
            .columns([Kind, State])
            .column_as(Id.count(), "count")
            .column_as(count_where(unassigned, Id), "unassigned")
            .column_as(count_where(due_soon, Id), "due_soon")
            .column_as(count_where(breached, Id), "breached")
            .group_by(Kind)
            .group_by(State)
            .order_by_asc(Kind)
            .into_model();
        Ok(counts.all(self.app.db().reader()).await?)
    }

    /// How many tickets were reported on this day.
    pub async fn opened_today(&self) -> Result<i64, ApiError> {
        let opened = self
            .tickets()
            .filter(ticket::Column::ObservedAt.gte(self.moment.from));
        count(opened.count(self.app.db().reader()).await?)
    }

    /// How many tickets were closed on this day. They are still on phones.
    pub async fn closed_today(&self) -> Result<i64, ApiError> {
        use ticket::Column::{ClosedAt, LeftPhonesAt, State};
        let closed = self
            .tickets()
            .filter(LeftPhonesAt.is_null())
            .filter(ClosedAt.gte(self.moment.from))
            .filter(State.eq(TicketState::Closed));
        count(closed.count(self.app.db().reader()).await?)
    }

    /// The patrols whose window begins on this day, by state.
    pub async fn patrols(&self) -> Result<Vec<PatrolCount>, ApiError> {
        use patrol_task::Column::{Id, OnDay, State};
        let counts = self
            .tasks()
            .filter(OnDay.eq(self.moment.day))
            .select_only()
            .column(State)
            .column_as(Id.count(), "count")
            .group_by(State)
            .into_model();
        Ok(counts.all(self.app.db().reader()).await?)
    }

    /// The rounds that go on, then those that may be begun now or soon, by when they must be over.
    pub async fn rounds(&self) -> Result<Vec<Round>, ApiError> {
        use patrol_task::Column::{Id, State, WindowFrom, WindowTo};
        let walked_first: SimpleExpr = Expr::case(State.eq(PatrolTaskState::InProgress), 0)
            .finally(1)
            .into();
        let tasks = self
            .tasks()
            .filter(State.is_in([PatrolTaskState::Due, PatrolTaskState::InProgress]))
            .filter(WindowTo.gte(self.moment.now))
            .filter(WindowFrom.lte(self.moment.ahead()))
            .order_by_asc(walked_first)
            .order_by_asc(WindowTo)
            .order_by_asc(Id)
            .limit(SHOWN);
        let tasks = tasks.all(self.app.db().reader()).await?;
        let mut seen = self.seen(tasks.iter().map(|task| task.id)).await?;
        let round = |task: patrol_task::Model| {
            let counting = seen.remove(&task.id).unwrap_or_default();
            let done = points_done(&task.point_ids.0, counting);
            Round { task, done }
        };
        Ok(tasks.into_iter().map(round).collect())
    }

    /// The points of these tasks that were seen in time and with what was asked for.
    async fn seen(
        &self,
        tasks: impl Iterator<Item = PatrolTaskId>,
    ) -> Result<HashMap<PatrolTaskId, Vec<PatrolPointId>>, ApiError> {
        use patrol_result::Column::{IsInWindow, MissingEvidence, PointId, TaskId};
        let results = patrol_result::Entity::find()
            .filter(patrol_result::Model::visible_to(self.viewer.reach()))
            .filter(TaskId.is_in(tasks))
            .filter(IsInWindow.eq(true))
            .select_only()
            .columns([TaskId, PointId, MissingEvidence])
            .into_model::<Seen>();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        let results = results.all(self.app.db().reader()).await?.into_iter();
        for seen in results.filter(|seen| seen.missing_evidence.0.is_empty()) {
            found.entry(seen.task_id).or_default().push(seen.point_id);
        }
        Ok(found)
    }

    /// The visits that are not over, and those that were over on this day, by state.
    pub async fn visit_counts(&self) -> Result<Vec<VisitCount>, ApiError> {
        use VisitState::{Absent, Appointed, AtDoor, InTalk, Planned, Refused};
        use visit::Column::{DueAt, FinishedAt, Id, State};
        let open = [Planned, Appointed, AtDoor, Refused, Absent, InTalk];
        let overdue = Condition::all()
            .add(State.is_in(open))
            .add(DueAt.lt(self.moment.now));
        let shown = Condition::any()
            .add(State.is_in(open))
            .add(FinishedAt.gte(self.moment.from));
        let counts = self
            .visits()
            .filter(shown)
            .select_only()
            .column(State)
            .column_as(Id.count(), "count")
            .column_as(count_where(overdue, Id), "overdue")
            .group_by(State)
            .into_model();
        Ok(counts.all(self.app.db().reader()).await?)
    }

    /// The visits of this day: appointed, due, under way or over on it, by their time.
    pub async fn visits_today(&self) -> Result<Vec<visit::Model>, ApiError> {
        use visit::Column::{AppointedAt, DueAt, FinishedAt, Id, ObservedAt, State};
        let Moment { from, to, .. } = self.moment;
        let shown = Condition::any()
            .add(AppointedAt.gte(from).and(AppointedAt.lt(to)))
            .add(DueAt.gte(from).and(DueAt.lt(to)))
            .add(FinishedAt.gte(from))
            .add(State.is_in([VisitState::AtDoor, VisitState::InTalk]));
        let time = [AppointedAt, DueAt, ObservedAt].map(ColumnTrait::into_expr);
        let visits = self
            .visits()
            .filter(State.ne(VisitState::Cancelled))
            .filter(shown)
            .order_by_asc(SimpleExpr::from(Func::coalesce(time)))
            .order_by_asc(Id)
            .limit(SHOWN);
        Ok(visits.all(self.app.db().reader()).await?)
    }

    /// The handovers of this day and those of the last days that are not signed, by state.
    pub async fn handover_counts(&self) -> Result<Vec<HandoverCount>, ApiError> {
        use handover::Column::{Id, State};
        let counts = self
            .handovers()
            .select_only()
            .column(State)
            .column_as(Id.count(), "count")
            .group_by(State)
            .into_model();
        Ok(counts.all(self.app.db().reader()).await?)
    }

    /// The latest of those handovers.
    pub async fn latest_handovers(&self) -> Result<Vec<handover::Model>, ApiError> {
        let handovers = self
            .handovers()
            .order_by_desc(handover::Column::PreparedAt)
            .order_by_desc(handover::Column::Id)
            .limit(SHOWN);
        Ok(handovers.all(self.app.db().reader()).await?)
    }

    /// Who of those that work here was heard of last. Whoever asks may know.
    pub async fn contacts(&self) -> Result<Vec<Contact>, ApiError> {
        use session::Column::{AccountId, DeviceName, Id, LastContactAt, RevokedAt, SignedOutAt};
        let member = session::Entity::belongs_to(staff_member::Entity)
            .from(AccountId)
            .to(staff_member::Column::AccountId);
        let contacts = session::Entity::find()
            .join(JoinType::InnerJoin, member.into())
            .filter(staff_member::Model::visible_to(self.viewer.reach()))
            .filter(staff_member::Column::CommunityId.eq(self.community))
            .filter(staff_member::Column::LeftAt.is_null())
            .filter(SignedOutAt.is_null())
            .filter(RevokedAt.is_null())
            .select_only()
            .columns([DeviceName, LastContactAt])
            .column_as(staff_member::Column::Id, "staff_member_id")
            .order_by_desc(LastContactAt)
            .order_by_asc(Id)
            .limit(SHOWN)
            .into_model();
        Ok(contacts.all(self.app.db().reader()).await?)
    }

    fn tickets(&self) -> Select<ticket::Entity> {
        ticket::Entity::find()
            .filter(ticket::Model::visible_to(self.viewer.reach()))
            .filter(ticket::Column::CommunityId.eq(self.community))
    }

    fn tasks(&self) -> Select<patrol_task::Entity> {
        patrol_task::Entity::find()
            .filter(patrol_task::Model::visible_to(self.viewer.reach()))
            .filter(patrol_task::Column::CommunityId.eq(self.community))
    }

    fn visits(&self) -> Select<visit::Entity> {
        visit::Entity::find()
            .filter(visit::Model::visible_to(self.viewer.reach()))
            .filter(visit::Column::CommunityId.eq(self.community))
    }

    fn handovers(&self) -> Select<handover::Entity> {
        use handover::Column::{CommunityId, PreparedAt, State};
        let of_today = Condition::any()
            .add(PreparedAt.gte(self.moment.from))
            .add(State.ne(HandoverState::Signed));
        handover::Entity::find()
            .filter(handover::Model::visible_to(self.viewer.reach()))
            .filter(CommunityId.eq(self.community))
            .filter(PreparedAt.gte(self.moment.unsigned_since()))
            .filter(of_today)
    }
}

/// How many rows of a group fulfil a condition.
fn count_where(condition: Condition, id: impl ColumnTrait) -> SimpleExpr {
    let counted: SimpleExpr = Expr::case(condition, id.into_expr()).into();
    Func::count(counted).into()
}

#[expect(clippy::unnecessary_wraps, reason = "it ends the functions above")]
fn count(rows: u64) -> Result<i64, ApiError> {
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}
