//! Giving a patrol to somebody.

use entity::ids::{PatrolTaskId, StaffMemberId};
use entity::organisation::staff_member;
use entity::patrol::{PatrolTaskState, patrol_task};

use super::super::access;
use super::super::error::PatrolError;
use super::{check_assignee, find};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Gives a task to somebody, or back to anybody of its zone.
#[derive(Clone, Copy, Debug)]
pub struct AssignPatrolTask {
    pub id: PatrolTaskId,
    pub assignee_id: Option<StaffMemberId>,
}

impl Command for AssignPatrolTask {
    const KIND: &'static str = "patrol.assign";
    type Output = PatrolTaskId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|assign| assign.id);
        write.load::<patrol_task::Model>(ids).await?;
        let staff: Vec<_> = batch
            .iter()
            .filter_map(|assign| assign.assignee_id)
            .collect();
        Ok(write.see::<staff_member::Model>(staff).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PatrolTaskId, ApiError> {
        let task = find(write, viewer, self.id)?;
        if !access::may_assign(viewer, &task) {
            return Err(ApiError::forbidden());
        }
        if matches!(task.state, PatrolTaskState::Done | PatrolTaskState::Missed) {
            return Err(PatrolError::Settled(task.state).into());
        }
        check_assignee(write, task.community_id, self.assignee_id)?;
        write.update::<patrol_task::Model>(task.id, |row| row.assignee_id = self.assignee_id)?;
        Ok(task.id)
    }
}
