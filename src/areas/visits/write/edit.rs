//! Editing the texts of a visit, at the desk or offline.

use entity::changes::FieldChanges;
use entity::visits::{VisitEventKind, visit};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::is_settled;
use super::{event, find};
use crate::auth::Viewer;
use crate::command::Occasion;
use crate::command::record::{EditRecord, Edited, edited_columns};
use crate::database::Write;
use crate::error::ApiError;

/// Changes some of the texts.
pub type EditVisit = EditRecord<visit::Model>;

impl Edited for visit::Model {
    const EDIT: &'static str = "visit.edit";

    edited_columns!();

    fn find(write: &Write, viewer: &Viewer, id: Uuid) -> Result<Self, ApiError> {
        find(write, viewer, id.into())
    }

    fn check_edit(&self, viewer: &Viewer, _: &Map<String, Value>) -> Result<(), ApiError> {
        if !access::may_go(viewer, self) {
            return Err(ApiError::forbidden());
        }
        if is_settled(self.state) {
            return Err(VisitError::Settled(self.state).into());
        }
        Ok(())
    }

    fn note_edit(
        &self,
        write: &mut Write,
        viewer: &Viewer,
        occasion: &Occasion,
        note: String,
        changes: FieldChanges,
    ) -> Result<(), ApiError> {
        let mut event = event(write, viewer, occasion, self, VisitEventKind::Edited);
        event.note = note;
        event.details.changes = changes.0;
        event.is_internal = true;
        write.insert(event)
    }
}
