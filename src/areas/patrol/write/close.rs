//! Noting what was missed.

use entity::patrol::{Notice, PatrolTaskState, PointIds, patrol_result, patrol_task};
use sea_orm::{ColumnTrait, Condition};

use super::super::read::list_overdue;
use super::super::rules::standing;
use super::report::seen;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// How many tasks are closed in one change.
const AT_ONCE: u64 = 500;

/// Marks the tasks whose window has passed as missed, so many at once, with the points that were not
/// seen. A report that comes late may still turn them into done.
#[derive(Clone, Copy, Debug)]
pub struct ClosePatrols;

impl Command for ClosePatrols {
    const KIND: &'static str = "patrol.close";
    /// How many were missed.
    type Output = usize;

    async fn prefetch(_: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let overdue = list_overdue(write.connection(), write.now(), AT_ONCE).await?;
        write.load::<patrol_task::Model>(overdue.clone()).await?;
        let results = Condition::all().add(patrol_result::Column::TaskId.is_in(overdue));
        Ok(write
            .load_where::<patrol_result::Model>(results, false)
            .await?)
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<usize, ApiError> {
        if !viewer.is_system() {
            return Err(ApiError::forbidden());
        }
        let now = write.now();
        let is_overdue = |task: &&patrol_task::Model| {
            let is_open = matches!(
                task.state,
                PatrolTaskState::Due | PatrolTaskState::InProgress
            );
            is_open && task.window_to < now && task.deleted_at.is_none()
        };
        let tasks = write.rows::<patrol_task::Model>();
        let overdue: Vec<_> = tasks.filter(is_overdue).cloned().collect();
        for task in &overdue {
            let results = write.rows::<patrol_result::Model>();
            let own = results.filter(|result| result.task_id == task.id).map(seen);
            let missed = standing(&task.point_ids.0, own).missed;
            write.update::<patrol_task::Model>(task.id, |row| {
                row.state = PatrolTaskState::Missed;
                row.notice = Notice::Announced;
                row.missed_at = Some(task.window_to);
                row.missed_point_ids = PointIds(missed);
            })?;
        }
        Ok(overdue.len())
    }
}
