//! Working again at a repair that a return visit found wanting.

use entity::ids::TicketId;
use entity::tickets::{TicketEventKind, TicketKind, TicketState, ticket};

use super::super::error::TicketError;
use super::{effect, event, find, work_again};
use crate::auth::Viewer;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Opens a repair again that was finished, or that is closed already because of two who made its return
/// visit the one who found all well was heard of first. Nobody asks for it: it follows from the visit, on
/// the authority of the rules.
#[derive(Clone, Debug)]
pub struct ReopenRepair {
    pub id: TicketId,
    pub note: String,
}

impl Command for ReopenRepair {
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|reopen| reopen.id);
        Ok(write.load::<ticket::Model>(ids).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let ticket = find(write, viewer, self.id)?;
        if !viewer.is_system() {
            return Err(ApiError::forbidden());
        }
        let (from, to) = (ticket.state, TicketState::OnSite);
        let is_over = matches!(from, TicketState::Finished | TicketState::Closed);
        if ticket.kind != TicketKind::Repair || !is_over {
            return Err(TicketError::StepNotAllowed { from, to }.into());
        }
        let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Reopened);
        event.from_state = Some(from);
        event.to_state = Some(to);
        event.note = text("note", &self.note, TEXT)?;
        write.insert(event)?;
        write.update::<ticket::Model>(ticket.id, |row| {
            // From here it goes on; that it was closed later is of no account any more.
            (row.state, row.stepped_at) = (to, Some(occasion.observed_at));
            work_again(row, occasion.observed_at);
        })?;
        Ok(effect(&ticket))
    }
}
