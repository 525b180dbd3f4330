//! Looking at patrols.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{CommunityId, PatrolTaskId, StaffMemberId};
use entity::patrol::{PatrolTaskState, patrol_point, patrol_result, patrol_route, patrol_task};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::access::{point_scope, route_scope, sees_codes, task_scope};
use crate::app::App;
use crate::auth::Viewer;
use crate::clock::optional_moment;
use crate::database::Reach;
use crate::database::page::{Page, Place};
use crate::database::record::Visible as _;
use crate::error::ApiError;

/// What the list of tasks is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    pub community_id: Option<CommunityId>,
    pub states: Option<Vec<PatrolTaskState>>,
    pub day: Option<NaiveDate>,
    pub assignee_id: Option<StaffMemberId>,
}

/// The tasks a viewer may see, latest window first.
pub async fn list_tasks(
    app: &App,
    viewer: &Viewer,
    filter: TaskFilter,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<patrol_task::Model>, ApiError> {
    use patrol_task::Column::{AssigneeId, CommunityId, Id, OnDay, State, WindowFrom};
    let narrowed = Condition::all()
        .add_option(filter.community_id.map(|id| CommunityId.eq(id)))
        .add_option(optional_moment("day", filter.day)?.map(|day| OnDay.eq(day)))
        .add_option(filter.assignee_id.map(|id| AssigneeId.eq(id)))
        .add_option(filter.states.map(|states| State.is_in(states)))
        .add_option(after.map(|Place { at, id }| {
            let same_moment = Condition::all().add(WindowFrom.eq(at)).add(Id.lt(id));
            Condition::any().add(WindowFrom.lt(at)).add(same_moment)
        }));
    let tasks = patrol_task::Entity::find()
        .filter(task_scope().visible_to(viewer.reach()))
        .filter(narrowed)
        .order_by_desc(WindowFrom)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(tasks.all(app.db().reader()).await?, limit))
}

/// The place of a task in that list.
pub fn place(task: &patrol_task::Model) -> Place {
    Place {
        at: task.window_from,
        id: task.id.into(),
    }
}

/// The points of a community, newest first.
pub async fn list_points(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<patrol_point::Model>, ApiError> {
    use patrol_point::Column::{CommunityId, CreatedAt, Id};
    let older = after.map(|Place { at, id }| {
        let same_moment = Condition::all().add(CreatedAt.eq(at)).add(Id.lt(id));
        Condition::any().add(CreatedAt.lt(at)).add(same_moment)
    });
    let points = patrol_point::Entity::find()
        .filter(point_scope().visible_to(viewer.reach()))
        .filter(CommunityId.eq(community))
        .filter(Condition::all().add_option(older))
        .order_by_desc(CreatedAt)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(points.all(app.db().reader()).await?, limit))
}

/// Whether the code of a point is for this viewer.
pub fn sees_code(viewer: &Viewer, point: &patrol_point::Model) -> bool {
    sees_codes(viewer, point.community_id)
}

/// The place of a point in that list.
pub fn place_of_point(point: &patrol_point::Model) -> Place {
    Place {
        at: point.created_at,
        id: point.id.into(),
    }
}

/// The routes of a community, newest first; those that have ended only if asked for.
pub async fn list_routes(
    app: &App,
    viewer: &Viewer,
    (community, with_retired): (CommunityId, bool),
    limit: u64,
    after: Option<Place>,
) -> Result<Page<patrol_route::Model>, ApiError> {
    use patrol_route::Column::{CommunityId, CreatedAt, Id, RetiredAt};
    let older = after.map(|Place { at, id }| {
        let same_moment = Condition::all().add(CreatedAt.eq(at)).add(Id.lt(id));
        Condition::any().add(CreatedAt.lt(at)).add(same_moment)
    });
    let walked = (!with_retired).then(|| RetiredAt.is_null());
    let routes = patrol_route::Entity::find()
        .filter(route_scope().visible_to(viewer.reach()))
        .filter(CommunityId.eq(community))
        .filter(Condition::all().add_option(older).add_option(walked))
        .order_by_desc(CreatedAt)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(routes.all(app.db().reader()).await?, limit))
}

/// The place of a route in that list.
pub fn place_of_route(route: &patrol_route::Model) -> Place {
    Place {
        at: route.created_at,
        id: route.id.into(),
    }
}

/// The results of several tasks, in the order they were seen.
pub async fn results_of(
    app: &App,
    viewer: &Viewer,
    tasks: impl IntoIterator<Item = PatrolTaskId>,
) -> Result<HashMap<PatrolTaskId, Vec<patrol_result::Model>>, ApiError> {
    use patrol_result::Column::{Id, ObservedAt, TaskId};
    let results = patrol_result::Entity::find()
        .filter(patrol_result::Model::visible_to(viewer.reach()))
        .filter(TaskId.is_in(tasks))
        .order_by_asc(ObservedAt)
        .order_by_asc(Id);
    let mut found: HashMap<PatrolTaskId, Vec<_>> = HashMap::new();
    for result in results.all(app.db().reader()).await? {
        found.entry(result.task_id).or_default().push(result);
    }
    Ok(found)
}

/// Tasks whose window has passed and that nobody has closed, so many of them, for the job.
pub async fn list_overdue(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<PatrolTaskId>, ApiError> {
    use PatrolTaskState::{Due, InProgress};
    use patrol_task::Column::{Id, State, WindowTo};
    let overdue = patrol_task::Entity::find()
        .select_only()
        .column(Id)
        .filter(task_scope().visible_to(&Reach::Everything))
        .filter(State.is_in([Due, InProgress]))
        .filter(WindowTo.lt(now))
        .order_by_asc(WindowTo)
        .limit(limit);
    Ok(overdue.into_tuple().all(db).await?)
}
