//! Marking what has not been made in time.

use entity::ids::VisitId;
use entity::visits::visit;

use super::super::rules::{is_late, is_open};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Marks visits that were due and are still open. One that was made in time and is told of later loses
/// the mark again.
#[derive(Clone, Debug)]
pub struct MarkOverdue {
    pub visits: Vec<VisitId>,
}

impl Command for MarkOverdue {
    const KIND: &'static str = "visit.mark_overdue";
    /// How many were marked.
    type Output = usize;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let visits = batch.iter().flat_map(|mark| mark.visits.iter().copied());
        Ok(write.load::<visit::Model>(visits).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        _: &Viewer,
        write: &mut Write,
    ) -> Result<usize, ApiError> {
        let is_overdue = |visit: &&visit::Model| {
            let is_unmarked = is_open(visit.state) && visit.overdue_at.is_none();
            is_unmarked && is_late(visit.due_at, occasion.observed_at)
        };
        let visits = self.visits.iter();
        let visits = visits.filter_map(|id| write.get::<visit::Model>(*id));
        let overdue: Vec<_> = visits.filter(is_overdue).map(|visit| visit.id).collect();
        for id in &overdue {
            write.update::<visit::Model>(*id, |row| row.overdue_at = row.due_at)?;
        }
        Ok(overdue.len())
    }
}
