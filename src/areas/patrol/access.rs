//! Who sees a patrol, and who may do what with it.

use entity::estate::community;
use entity::ids::CommunityId;
use entity::patrol::{patrol_point, patrol_result, patrol_route, patrol_task};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use crate::areas::estate::community_scope;
use crate::areas::organisation::leads;
use crate::auth::Viewer;
use crate::database::record::Visible;
use crate::database::{Reach, Rule, Scope, Write};
use crate::error::ApiError;

crate::database::record!(patrol_point, "patrol_point", rank 3, root point_scope());
crate::database::record!(patrol_route, "patrol_route", rank 4, root route_scope());
crate::database::record!(patrol_task, "patrol_task", rank 6, root task_scope());
crate::database::record!(patrol_result, "patrol_result", rank 8, fact of patrol_task::Model, by task_id);

/// Everybody who works in the community may come by a point.
pub fn point_scope() -> Scope<patrol_point::Model> {
    Scope::of([Rule::Staff])
}

pub fn route_scope() -> Scope<patrol_route::Model> {
    use patrol_route::Column::{AssigneeId, Notice, ZoneId};
    Scope::of(rules(Notice, ZoneId, AssigneeId))
}

/// One that was unannounced is no secret once it has begun. Whoever sees a task may report on it.
pub fn task_scope() -> Scope<patrol_task::Model> {
    use patrol_task::Column::{AssigneeId, Notice, ZoneId};
    Scope::of(rules(Notice, ZoneId, AssigneeId))
}

/// Of routes and of their tasks: the office sees all that are no secret, a field worker those of his zone,
/// and everybody his own. Unannounced ones are for who plans or makes inspections: from a route its days can
/// be told.
fn rules<C: Copy>(notice: C, zone: C, assignee: C) -> [Rule<C>; 4] {
    [
        Rule::OfficeWhere {
            column: notice,
            is: ANNOUNCED,
        },
        Rule::ZoneWhere {
            zone,
            column: notice,
            is: ANNOUNCED,
        },
        Rule::InspectionWhere {
            column: notice,
            is: UNANNOUNCED,
        },
        Rule::Viewer(assignee),
    ]
}

/// As the column `notice` says it.
const ANNOUNCED: &str = "announced";
const UNANNOUNCED: &str = "unannounced";

impl Visible for patrol_result::Model {
    /// Results travel with their task.
    fn visible_to(reach: &Reach) -> Condition {
        let tasks = Query::select()
            .column(patrol_task::Column::Id)
            .from(patrol_task::Entity)
            .cond_where(task_scope().visible_to(reach))
            .to_owned();
        Condition::all().add(patrol_result::Column::TaskId.in_subquery(tasks))
    }
}

/// Supervisors and above lay out points and routes, and order patrols.
pub fn may_plan(viewer: &Viewer, community: CommunityId) -> bool {
    let position = viewer.position(community);
    viewer.is_system() || position.is_some_and(|position| leads(position.post))
}

/// Whether he may do so in any community.
pub fn plans_somewhere(viewer: &Viewer) -> bool {
    let positions = viewer.person().map(|person| person.positions.values());
    viewer.is_system() || positions.into_iter().flatten().any(|it| leads(it.post))
}

/// The desk gives patrols to people.
pub fn may_assign(viewer: &Viewer, task: &patrol_task::Model) -> bool {
    viewer.is_office(task.community_id)
}

/// The code of a point is for the desk, which prints it: a phone proves by reading it that it was
/// there.
pub fn sees_codes(viewer: &Viewer, community: CommunityId) -> bool {
    viewer.is_office(community)
}

/// What was read at a point is for the desk, and for whoever read it.
pub fn sees_code_read(viewer: &Viewer, result: &patrol_result::Model) -> bool {
    let account = viewer.person().map(|person| person.account_id);
    let is_author = account.is_some() && account == result.author_account_id;
    is_author || sees_codes(viewer, result.community_id)
}

/// The community, if the viewer may plan its patrols. It has been seen by the change.
pub fn get_to_plan<'a>(
    viewer: &Viewer,
    write: &'a Write,
    id: CommunityId,
) -> Result<&'a community::Model, ApiError> {
    if !may_plan(viewer, id) {
        write.visible(&community_scope(), viewer.reach(), id)?;
        return Err(ApiError::forbidden());
    }
    let community = write.get::<community::Model>(id);
    community
        .filter(|row| row.deleted_at.is_none())
        .ok_or_else(|| ApiError::not_found("community"))
}
