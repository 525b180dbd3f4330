//! Making tasks of what routes say.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use entity::estate::community;
use entity::ids::{CommunityId, PatrolRouteId, PatrolTaskId, StaffMemberId};
use entity::organisation::staff_member;
use entity::patrol::{PatrolReason, PatrolTaskState, PointIds, patrol_route, patrol_task};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::super::access::get_to_plan;
use super::super::rules::{Occurrence, occurrences};
use super::works_there;
use crate::areas::estate::day_at;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Makes the tasks of today and tomorrow in a community. A second time makes none.
#[derive(Clone, Copy, Debug)]
pub struct GeneratePatrols {
    pub community_id: CommunityId,
}

impl Command for GeneratePatrols {
    const KIND: &'static str = "patrol.generate";
    /// How many tasks were made.
    type Output = usize;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|command| command.community_id);
        write.see::<community::Model>(communities.clone()).await?;
        let walked = Condition::all()
            .add(patrol_route::Column::CommunityId.is_in(communities.clone()))
            .add(patrol_route::Column::RetiredAt.is_null())
            .add(patrol_route::Column::DeletedAt.is_null());
        // Locked: whoever changes a route makes its tasks too.
        write
            .load_where::<patrol_route::Model>(walked, true)
            .await?;
        let assignees = write.rows::<patrol_route::Model>();
        let assignees: Vec<_> = assignees.filter_map(|route| route.assignee_id).collect();
        write.see::<staff_member::Model>(assignees).await?;
        let routes: Vec<_> = write
            .rows::<patrol_route::Model>()
            .map(|it| it.id)
            .collect();
        load_tasks(write, routes).await
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<usize, ApiError> {
        let time_zone = get_to_plan(viewer, write, self.community_id)?
            .time_zone
            .clone();
        let routes = write.rows::<patrol_route::Model>();
        let own: Vec<_> = routes
            .filter(|route| route.community_id == self.community_id)
            .cloned()
            .collect();
        let mut made = 0;
        for route in own {
            made += make_tasks(write, &route, &time_zone)?;
        }
        Ok(made)
    }
}

/// Loads the tasks of these routes that lie around now, whatever the time zone.
pub async fn load_tasks(write: &mut Write, routes: Vec<PatrolRouteId>) -> Result<(), ApiError> {
    use patrol_task::Column::{OnDay, RouteId};
    let yesterday = write.now().date_naive().checked_sub_days(Days::new(1));
    let around_now = Condition::all()
        .add(RouteId.is_in(routes))
        .add_option(yesterday.map(|day| OnDay.gte(day)));
    Ok(write
        .load_where::<patrol_task::Model>(around_now, true)
        .await?)
}

/// Makes the tasks of a route for today and tomorrow that are not there yet and not over. Gives how
/// many were made.
pub fn make_tasks(
    write: &mut Write,
    route: &patrol_route::Model,
    time_zone: &str,
) -> Result<usize, ApiError> {
    let mut made = 0;
    for (id, day, number, window) in planned(write, route, time_zone) {
        if write.get::<patrol_task::Model>(id).is_none() {
            let task = task(write, route, id, (day, number), window);
            write.insert(task)?;
            made += 1;
        }
    }
    Ok(made)
}

/// Brings the tasks that lie ahead and that nobody has begun in line with their route, which was
/// another before: changed, taken away, made.
pub fn renew_tasks(
    write: &mut Write,
    (before, route): (Option<&patrol_route::Model>, &patrol_route::Model),
    time_zone: &str,
) -> Result<(), ApiError> {
    let mut planned = planned(write, route, time_zone);
    if route.retired_at.is_some() {
        planned.clear();
    }
    for known in ahead(write, route.id) {
        let still = planned.iter().find(|(id, ..)| *id == known.id);
        let now = write.now();
        let renewed = still.map(|(id, day, number, window)| {
            let task = task(write, route, *id, (*day, *number), *window);
            // Nobody has been given it before who was given what it takes the place of.
            let is_same = known.zone_id == task.zone_id && known.deleted_at.is_none();
            patrol_task::Model {
                assignee_id: assignee(write, &known, before, task.assignee_id),
                left_phones_at: known.left_phones_at,
                seq: known.seq,
                created_at: if is_same { known.created_at } else { now },
                updated_at: known.updated_at,
                ..task
            }
        });
        let is_gone = renewed.is_none() && known.deleted_at.is_some();
        if is_gone || renewed.as_ref() == Some(&known) {
            continue;
        }
        write.update::<patrol_task::Model>(known.id, |row| match renewed {
            Some(renewed) => *row = renewed,
            None => row.deleted_at = Some(now),
        })?;
    }
    if route.retired_at.is_none() {
        make_tasks(write, route, time_zone)?;
    }
    Ok(())
}

/// Whom a task is for after its route was changed: whom the desk gave it to keeps it, and whom the
/// route had given it to hands it to whom the route gives it to now.
fn assignee(
    write: &Write,
    task: &patrol_task::Model,
    before: Option<&patrol_route::Model>,
    usual: Option<StaffMemberId>,
) -> Option<StaffMemberId> {
    let works = |staff: &StaffMemberId| works_there(write, task.community_id, *staff);
    let was_usual = before.and_then(|route| route.assignee_id);
    let is_usual = task.assignee_id == was_usual || task.assignee_id == was_usual.filter(works);
    if is_usual || task.assignee_id.is_some_and(|staff| !works(&staff)) {
        usual
    } else {
        task.assignee_id
    }
}

/// The tasks of a route that nobody has begun and whose time has not come, and those that were
/// taken away.
fn ahead(write: &Write, route: PatrolRouteId) -> Vec<patrol_task::Model> {
    let tasks = write.rows::<patrol_task::Model>();
    let is_ahead = |task: &&patrol_task::Model| {
        let is_open = task.state == PatrolTaskState::Due && task.window_from > write.now();
        let is_planned = task.reason == PatrolReason::Plan;
        task.route_id == Some(route) && is_planned && (is_open || task.deleted_at.is_some())
    };
    tasks.filter(is_ahead).cloned().collect()
}

type Planned = (PatrolTaskId, NaiveDate, i32, Occurrence);

/// What a route comes to today and tomorrow, as far as it is not over.
fn planned(write: &Write, route: &patrol_route::Model, time_zone: &str) -> Vec<Planned> {
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let now = write.now();
    let today = day_at(time_zone, now);
    let days = [Some(today), today.checked_add_days(Days::new(1))];
    let of_day = |day: NaiveDate| {
        let windows = occurrences(&route.plan, day, zone).into_iter();
        windows
            .zip(1..)
            .map(move |(window, number)| (task_id(route.id, day, number), day, number, window))
    };
    let all = days.into_iter().flatten().flat_map(of_day);
    all.filter(|(.., window)| window.to > now).collect()
}

/// One id for one turn of a route, whoever makes it and however often.
fn task_id(route: PatrolRouteId, day: NaiveDate, number: i32) -> PatrolTaskId {
    let turn = format!("{day}/{number}");
    PatrolTaskId(Uuid::new_v5(&route.into(), turn.as_bytes()))
}

fn task(
    write: &Write,
    route: &patrol_route::Model,
    id: PatrolTaskId,
    (on_day, number): (NaiveDate, i32),
    window: Occurrence,
) -> patrol_task::Model {
    let assignee = route.assignee_id;
    patrol_task::Model {
        id,
        community_id: route.community_id,
        route_id: Some(route.id),
        zone_id: route.zone_id,
        name: route.name.clone(),
        post: route.post,
        notice: route.notice,
        // Whoever has left walks no more; then it is for anybody of the zone.
        assignee_id: assignee.filter(|staff| works_there(write, route.community_id, *staff)),
        on_day,
        number,
        window_from: window.from,
        window_to: window.to,
        point_ids: route.point_ids.clone(),
        needs_code: route.needs_code,
        needs_photo: route.needs_photo,
        needs_position: route.needs_position,
        reason: PatrolReason::Plan,
        state: PatrolTaskState::Due,
        started_at: None,
        finished_at: None,
        missed_at: None,
        missed_point_ids: PointIds::default(),
        finding_count: 0,
        left_phones_at: None,
        seq: 0,
        created_at: write.now(),
        updated_at: write.now(),
        deleted_at: None,
    }
}
