//! Editing a ticket, at the desk or offline.

use entity::changes::FieldChanges;
use entity::tickets::{TicketEventKind, ticket};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_settled;
use super::{event, find};
use crate::auth::Viewer;
use crate::command::Occasion;
use crate::command::record::{EditRecord, Edited, edited_columns};
use crate::database::Write;
use crate::error::ApiError;

/// Changes some of the fields that may be edited.
pub type EditTicket = EditRecord<ticket::Model>;

impl Edited for ticket::Model {
    const EDIT: &'static str = "ticket.edit";

    edited_columns!();

    fn find(write: &Write, viewer: &Viewer, id: Uuid) -> Result<Self, ApiError> {
        find(write, viewer, id.into())
    }

    fn check_edit(&self, viewer: &Viewer, changes: &Map<String, Value>) -> Result<(), ApiError> {
        let classes = changes.contains_key("repairClass");
        let ranks = changes.contains_key("priority");
        if !access::may_edit(viewer, self)
            || classes && !access::may_classify(viewer, self)
            || ranks && !access::may_prioritise(viewer, self.community_id)
        {
            return Err(ApiError::forbidden());
        }
        if is_settled(self.state) {
            return Err(TicketError::Settled(self.state).into());
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
        let mut event = event(write, viewer, occasion, self, TicketEventKind::Edited);
        event.note = note;
        event.changes = Some(changes);
        event.is_internal = true;
        write.insert(event)
    }
}
