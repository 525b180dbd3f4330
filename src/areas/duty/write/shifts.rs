//! The shifts of a community.

use entity::duty::shift;
use entity::estate::community;
use entity::ids::{CommunityId, ShiftId};
use entity::kinds::PostKind;
use sea_orm::{ColumnTrait, Condition};

use super::super::access::shift_scope;
use super::super::error::DutyError;
use super::super::rules::clock_time;
use super::{get_to_plan, policy_of};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names::key;
use crate::text::{LINE, required_text};

/// Adds a shift, or changes its hours: in summer, for one.
#[derive(Clone, Debug)]
pub struct PutShift {
    pub id: ShiftId,
    pub community_id: CommunityId,
    pub code: String,
    /// `07:30`
    pub from_time: String,
    pub to_time: String,
    pub has_noon_break: bool,
    pub post: Option<PostKind>,
    pub is_retired: bool,
}

/// Loads the communities and all their shifts. The communities are locked, so that nobody else lays
/// shifts meanwhile: where there is none yet, there is none to lock.
async fn load(
    communities: impl Iterator<Item = CommunityId> + Clone,
    write: &mut Write,
) -> Result<(), ApiError> {
    write.load::<community::Model>(communities.clone()).await?;
    let theirs = shift::Column::CommunityId.is_in(communities);
    let theirs = Condition::all().add(theirs);
    Ok(write.load_where::<shift::Model>(theirs, true).await?)
}

/// Whether another shift that is worked has this code.
fn is_taken(write: &Write, community: CommunityId, id: ShiftId, code: &str) -> bool {
    write.rows::<shift::Model>().any(|row| {
        let is_worked = row.retired_at.is_none() && row.deleted_at.is_none();
        let is_other = row.community_id == community && row.id != id;
        is_worked && is_other && key(&row.code) == key(code)
    })
}

impl Command for PutShift {
    const KIND: &'static str = "shift.put";
    type Output = ShiftId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        load(batch.iter().map(|put| put.community_id), write).await?;
        let ids = batch.iter().map(|put| put.id);
        Ok(write.load::<shift::Model>(ids).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<ShiftId, ApiError> {
        get_to_plan(viewer, write, self.community_id)?;
        let code = required_text("code", &self.code, LINE)?;
        for (field, time) in [("fromTime", &self.from_time), ("toTime", &self.to_time)] {
            clock_time(time).ok_or(DutyError::NoTimeOfDay(field))?;
        }
        if !self.is_retired && is_taken(write, self.community_id, self.id, &code) {
            return Err(DutyError::CodeTaken.into());
        }
        let now = write.now();
        if let Some(known) = write.get::<shift::Model>(self.id) {
            let is_ours = known.community_id == self.community_id;
            if !is_ours || !shift_scope().allows(viewer.reach(), known) {
                return Err(ApiError::not_found("shift"));
            }
            write.update::<shift::Model>(self.id, |row| {
                row.code = code;
                row.from_time.clone_from(&self.from_time);
                row.to_time.clone_from(&self.to_time);
                row.has_noon_break = self.has_noon_break;
                row.post = self.post;
                let since = row.retired_at.unwrap_or(now);
                row.retired_at = self.is_retired.then_some(since);
            })?;
            return Ok(self.id);
        }
        write.insert(shift::Model {
            id: self.id,
            community_id: self.community_id,
            code,
            from_time: self.from_time.clone(),
            to_time: self.to_time.clone(),
            has_noon_break: self.has_noon_break,
            post: self.post,
            retired_at: self.is_retired.then_some(now),
            seq: 0,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        })?;
        Ok(self.id)
    }
}

/// Adds the shifts of the handbook that a community does not have yet (S-01 to S-05, S-09, S-10).
#[derive(Clone, Debug)]
pub struct LayShifts {
    pub community_id: CommunityId,
}

impl Command for LayShifts {
    const KIND: &'static str = "shift.lay";
    type Output = ();

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        load(batch.iter().map(|lay| lay.community_id), write).await
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let policy = policy_of(get_to_plan(viewer, write, self.community_id)?);
        for shift in policy.shifts {
            let id = ShiftId(write.new_id());
            if is_taken(write, self.community_id, id, &shift.code) {
                continue;
            }
            write.insert(shift::Model {
                id,
                community_id: self.community_id,
                code: shift.code,
                from_time: shift.from,
                to_time: shift.to,
                has_noon_break: shift.has_noon_break,
                post: shift.post,
                retired_at: None,
                seq: 0,
                created_at: write.now(),
                updated_at: write.now(),
                deleted_at: None,
            })?;
        }
        Ok(())
    }
}
