//! The roster (S-25).

use chrono::NaiveDate;
use entity::duty::{duty, shift};
use entity::estate::community;
use entity::ids::{CommunityId, DutyId, ShiftId, StaffMemberId};
use entity::organisation::staff_member;
use sea_orm::{ColumnTrait, Condition};

use super::super::access::shift_scope;
use super::super::error::DutyError;
use super::{at_work, get_to_plan};
use crate::auth::Viewer;
use crate::clock::moment;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Lines in one plan: a month of a department.
const MOST_LINES: usize = 2_000;

/// One line of the roster.
#[derive(Clone, Debug)]
pub struct DutyLine {
    pub staff_member_id: StaffMemberId,
    pub shift_id: ShiftId,
    /// The day on which the shift begins.
    pub on_day: NaiveDate,
    /// Takes the line out.
    pub is_off: bool,
}

/// Puts lines into the roster and takes lines out. The same plan again changes nothing.
#[derive(Clone, Debug)]
pub struct PlanDuty {
    pub community_id: CommunityId,
    pub lines: Vec<DutyLine>,
}

impl Command for PlanDuty {
    const KIND: &'static str = "duty.plan";
    type Output = ();

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let lines = || batch.iter().flat_map(|plan| &plan.lines);
        for line in lines() {
            moment("onDay", line.on_day)?;
        }
        write
            .see::<community::Model>(batch.iter().map(|plan| plan.community_id))
            .await?;
        write
            .see::<shift::Model>(lines().map(|line| line.shift_id))
            .await?;
        let people = || lines().map(|line| line.staff_member_id);
        write.see::<staff_member::Model>(people()).await?;
        let (first, last) = (
            lines().map(|line| line.on_day).min(),
            lines().map(|line| line.on_day).max(),
        );
        let known = Condition::all()
            .add(duty::Column::StaffMemberId.is_in(people()))
            .add(duty::Column::OnDay.between(first, last));
        Ok(write.load_where::<duty::Model>(known, true).await?)
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        get_to_plan(viewer, write, self.community_id)?;
        if self.lines.len() > MOST_LINES {
            return Err(ApiError::invalid(
                "lines",
                format!("at most {MOST_LINES}"),
                format!("最多 {MOST_LINES} 行"),
            ));
        }
        let known = write.rows::<duty::Model>();
        let known = known.map(|row| ((row.staff_member_id, row.shift_id, row.on_day), row.id));
        let mut known: std::collections::HashMap<_, _> = known.collect();
        for line in &self.lines {
            let key = (line.staff_member_id, line.shift_id, line.on_day);
            match known.get(&key) {
                Some(id) => self.change(viewer, write, line, *id)?,
                None if line.is_off => self.check(viewer, write, line)?,
                None => {
                    known.insert(key, self.add(viewer, write, line)?);
                }
            }
        }
        Ok(())
    }
}

impl PlanDuty {
    /// Shift and person are of this community; nobody is put into a shift that is no longer worked.
    fn check(&self, viewer: &Viewer, write: &Write, line: &DutyLine) -> Result<(), ApiError> {
        let shift = write.visible(&shift_scope(), viewer.reach(), line.shift_id)?;
        if shift.community_id != self.community_id {
            return Err(ApiError::not_found("shift"));
        }
        if line.is_off {
            return Ok(());
        }
        at_work(write, self.community_id, line.staff_member_id)
            .ok_or_else(|| ApiError::not_found("staff_member"))?;
        if shift.retired_at.is_some() {
            return Err(DutyError::ShiftRetired.into());
        }
        Ok(())
    }

    fn change(
        &self,
        viewer: &Viewer,
        write: &mut Write,
        line: &DutyLine,
        id: DutyId,
    ) -> Result<(), ApiError> {
        self.check(viewer, write, line)?;
        let now = write.now();
        let is_off = |row: &duty::Model| row.deleted_at.is_some();
        if write.get::<duty::Model>(id).is_some_and(is_off) == line.is_off {
            return Ok(());
        }
        write.update::<duty::Model>(id, |row| row.deleted_at = line.is_off.then_some(now))
    }

    fn add(&self, viewer: &Viewer, write: &mut Write, line: &DutyLine) -> Result<DutyId, ApiError> {
        self.check(viewer, write, line)?;
        let id = DutyId(write.new_id());
        write.insert(duty::Model {
            id,
            community_id: self.community_id,
            staff_member_id: line.staff_member_id,
            shift_id: line.shift_id,
            on_day: line.on_day,
            left_phones_at: None,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        })?;
        Ok(id)
    }
}
