//! What is found at a point (P-02, P-15, P-16).

use entity::estate::community;
use entity::ids::{PatrolPointId, PatrolResultId, PatrolTaskId, TicketId};
use entity::patrol::{
    MissingEvidence, Notice, Photos, PointIds, patrol_point, patrol_result, patrol_task,
};
use entity::sync::MutationOutcome;
use entity::tickets::ticket;
use sea_orm::{ColumnTrait, Condition};
use serde_json::{Map, Value};

use super::super::access;
use super::super::error::PatrolError;
use super::super::rules::{
    Demand, Given, Seen, checked_answers, checked_position, is_in_window, is_near, lacks_answers,
    missing, standing, state_after,
};
use super::policy;
use crate::areas::attachments::{carry, checked_photos};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names::tag_key;
use crate::text::{LINE, TEXT, text};

/// Tells what was seen at a point of a task. It is kept whenever it comes and however little it
/// proves; whether it counts is marked.
#[derive(Clone, Debug)]
pub struct ReportPatrol {
    /// Made by whoever reports; reporting twice with one id is once, with other content refused.
    pub id: PatrolResultId,
    pub task_id: PatrolTaskId,
    pub point_id: PatrolPointId,
    /// By the keys of the point's checklist.
    pub answers: Map<String, Value>,
    /// Empty when nothing is wrong.
    pub finding: String,
    /// The ticket that was opened for it, perhaps in the same group.
    pub ticket_id: Option<TicketId>,
    pub photos: Vec<String>,
    pub code_read: Option<String>,
    pub latitude_e7: Option<i32>,
    pub longitude_e7: Option<i32>,
    pub accuracy_m: Option<i32>,
}

impl Command for ReportPatrol {
    const KIND: &'static str = "patrol.report";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        use patrol_result::Column::{Id, TaskId};
        let tasks = batch.iter().map(|report| report.task_id);
        write.load::<patrol_task::Model>(tasks.clone()).await?;
        let communities = write.rows::<patrol_task::Model>();
        let communities: Vec<_> = communities.map(|task| task.community_id).collect();
        write.see::<community::Model>(communities).await?;
        write
            .see::<patrol_point::Model>(batch.iter().map(|report| report.point_id))
            .await?;
        let ids = batch.iter().map(|report| report.id);
        let results = Condition::any().add(TaskId.is_in(tasks)).add(Id.is_in(ids));
        write
            .load_where::<patrol_result::Model>(results, false)
            .await?;
        let tickets: Vec<_> = batch.iter().filter_map(|report| report.ticket_id).collect();
        Ok(write.see::<ticket::Model>(tickets).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let (task, was_moved) = self.task(occasion, viewer, write)?;
        if let Some(repeated) = self.repeated(&task, write)? {
            return Ok(repeated);
        }
        let result = self.result(&task, occasion, viewer, write)?;
        let photos = result.photos.0.iter().map(String::as_str);
        carry(
            write,
            viewer,
            task.community_id,
            "patrol_task",
            task.id.into(),
            photos,
        )?;
        let was_seen_by_another = write.rows::<patrol_result::Model>().any(|known| {
            known.task_id == task.id
                && known.point_id == self.point_id
                && known.author_account_id != result.author_account_id
        });
        let effect = Effect::on(&result);
        let was_changed = task.deleted_at.is_some() || !result.is_on_round;
        write.insert(result)?;
        settle(write, &task)?;
        let outcome = if was_seen_by_another || was_changed || was_moved {
            MutationOutcome::Merged
        } else {
            MutationOutcome::Applied
        };
        Ok(Effect { outcome, ..effect })
    }
}

impl ReportPatrol {
    /// The task, if the viewer may see it; also one that was taken away while somebody walked it, or
    /// from whose zone he was moved meanwhile. Whether he was is told too.
    fn task(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &Write,
    ) -> Result<(patrol_task::Model, bool), ApiError> {
        let task = write.get::<patrol_task::Model>(self.task_id);
        let task = task.ok_or_else(|| self.unknown(viewer, write))?;
        let present = patrol_task::Model {
            deleted_at: None,
            ..task.clone()
        };
        if access::task_scope().allows(viewer.reach(), &present) {
            return Ok((task.clone(), false));
        }
        if had_it(task, occasion, viewer) {
            return Ok((task.clone(), true));
        }
        Err(self.unknown(viewer, write))
    }

    /// What is not there, for a viewer who does not see the task: one whose point he does not see either
    /// cannot be a task that he is still to send.
    fn unknown(&self, viewer: &Viewer, write: &Write) -> ApiError {
        let point = write.visible(&access::point_scope(), viewer.reach(), self.point_id);
        point.map_or_else(Into::into, |_| ApiError::not_found("patrol_task"))
    }

    /// The point: one of the task, or any other that the community has. Its route may have been
    /// changed while somebody walked it.
    fn point<'a>(
        &self,
        task: &patrol_task::Model,
        write: &'a Write,
    ) -> Result<&'a patrol_point::Model, PatrolError> {
        let point = write.get::<patrol_point::Model>(self.point_id);
        let point = point.filter(|point| point.community_id == task.community_id);
        point.ok_or(PatrolError::PointNotOfTask)
    }

    /// Reporting twice with one id is once. An id that is taken elsewhere answers as one that is
    /// taken here.
    fn repeated(
        &self,
        task: &patrol_task::Model,
        write: &Write,
    ) -> Result<Option<Effect>, ApiError> {
        let Some(known) = write.get::<patrol_result::Model>(self.id) else {
            return Ok(None);
        };
        let read = LINE.clean(self.code_read.as_deref().unwrap_or_default());
        let photos = checked_photos(&self.photos)?;
        let is_same = known.task_id == task.id
            && known.point_id == self.point_id
            && known.finding == TEXT.clean(&self.finding)
            && known.ticket_id == self.ticket_id
            && known.code_read.as_deref().unwrap_or("") == read
            && known.photos.0 == photos;
        if is_same {
            Ok(Some(Effect::on(known)))
        } else {
            Err(ApiError::conflict("patrol_result"))
        }
    }

    fn result(
        &self,
        task: &patrol_task::Model,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &Write,
    ) -> Result<patrol_result::Model, ApiError> {
        let point = self.point(task, write)?;
        let answered = checked_answers(&point.checklist, &self.answers)?;
        let photos = checked_photos(&self.photos)?;
        let position = checked_position(self.latitude_e7, self.longitude_e7)?;
        let code_read = self.code_read.as_deref();
        let code_read = code_read
            .map(|code| text("codeRead", code, LINE))
            .transpose()?;
        let code_read = code_read.filter(|code| !code.is_empty());
        let code_matches = code_read
            .as_ref()
            .map(|code| tag_key(code) == tag_key(&point.code));
        let accuracy_m = self.accuracy_m.map(|metres| metres.max(0));
        let laid_out = point.latitude_e7.zip(point.longitude_e7);
        let radius = policy(write, task.community_id).near_metres;
        let is_near = is_near(laid_out, position, accuracy_m, radius);
        let given = Given {
            code_matches,
            has_photo: !self.photos.is_empty(),
            has_position: position.is_some() && is_near != Some(false),
            lacks_answers: lacks_answers(&point.checklist, &answered),
        };
        let at = occasion.observed_at;
        let staff = viewer.position(task.community_id);
        Ok(patrol_result::Model {
            id: self.id,
            community_id: task.community_id,
            task_id: task.id,
            point_id: point.id,
            answers: answered.answers,
            unasked_answers: answered.unasked,
            finding: text("finding", &self.finding, TEXT)?,
            ticket_id: self.ticket(task, viewer, write)?,
            photos: Photos(photos),
            code_read,
            code_matches,
            latitude_e7: position.map(|(latitude, _)| latitude),
            longitude_e7: position.map(|(_, longitude)| longitude),
            accuracy_m,
            is_near,
            is_on_round: task.point_ids.0.contains(&point.id),
            is_in_window: is_in_window(task.window_from, task.window_to, at),
            missing_evidence: MissingEvidence(missing(demand(task), given)),
            author_staff_id: staff.map(|position| position.staff_member_id),
            author_account_id: viewer.person().map(|person| person.account_id),
            author_name: viewer.actor().name,
            observed_at: at,
            observed_mark: occasion.observed_mark,
            received_at: occasion.received_at,
            seq: 0,
            created_at: write.now(),
        })
    }

    /// The ticket that was opened for the finding, if the author may see it.
    fn ticket(
        &self,
        task: &patrol_task::Model,
        viewer: &Viewer,
        write: &Write,
    ) -> Result<Option<TicketId>, ApiError> {
        let Some(id) = self.ticket_id else {
            return Ok(None);
        };
        let scope = crate::areas::tickets::access::scope();
        let ticket = write.visible(&scope, viewer.reach(), id)?;
        if ticket.community_id != task.community_id {
            return Err(ApiError::not_found("ticket"));
        }
        Ok(Some(ticket.id))
    }
}

/// Whether somebody who still works in the community worked in the zone of a task when he last heard
/// from the server before his report, and the task was there: then it was on his phone.
fn had_it(task: &patrol_task::Model, occasion: &Occasion, viewer: &Viewer) -> bool {
    let Some(contact) = &occasion.contact else {
        return false;
    };
    let was_there = task.created_at <= contact.at
        && task
            .deleted_at
            .is_none_or(|taken_away| contact.at < taken_away);
    let was_his = task
        .zone_id
        .is_some_and(|zone| contact.zones.contains(&zone));
    let was_his = was_his && task.notice == Notice::Announced;
    was_there && was_his && viewer.position(task.community_id).is_some()
}

fn demand(task: &patrol_task::Model) -> Demand {
    Demand {
        code: task.needs_code,
        photo: task.needs_photo,
        position: task.needs_position,
    }
}

/// A result as the rules look at it.
pub fn seen(result: &patrol_result::Model) -> Seen {
    Seen {
        point_id: result.point_id,
        at: result.observed_at,
        counts: result.is_in_window && result.missing_evidence.0.is_empty(),
    }
}

/// Puts a task where its results say it stands. One that was taken away comes back: it was walked.
fn settle(write: &mut Write, task: &patrol_task::Model) -> Result<(), ApiError> {
    let results = write.rows::<patrol_result::Model>();
    let own: Vec<&patrol_result::Model> = results.filter(|it| it.task_id == task.id).collect();
    let findings = own.iter().filter(|it| !it.finding.is_empty()).count();
    let standing = standing(&task.point_ids.0, own.into_iter().map(seen));
    let is_missed = task.missed_at.is_some() && standing.done_at.is_none();
    write.update::<patrol_task::Model>(task.id, |row| {
        row.deleted_at = None;
        row.state = state_after(task.state, &standing);
        if standing.started_at.is_some() {
            row.notice = Notice::Announced;
        }
        row.started_at = standing.started_at;
        row.finished_at = standing.done_at;
        row.missed_at = task.missed_at.filter(|_| is_missed);
        row.missed_point_ids = PointIds(if is_missed {
            standing.missed
        } else {
            Vec::new()
        });
        row.finding_count = i32::try_from(findings).unwrap_or(i32::MAX);
    })
}
