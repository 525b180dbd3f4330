//! Working again at a repair that a return visit found wanting.

use entity::ids::TicketId;
use entity::tickets::{TicketEventKind, TicketKind, TicketState};

use super::super::error::TicketError;
use super::{act_on, event, load, record, refuse_if};
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
        load(
            write,
            batch.iter().map(|reopen| reopen.id),
            std::iter::empty(),
        )
        .await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let ticket = &acted_on.row;
        if !viewer.is_system() {
            return Err(ApiError::forbidden());
        }
        let (from, to) = (acted_on.state.then.state, TicketState::OnSite);
        let mut event = event(write, viewer, occasion, ticket, TicketEventKind::Reopened);
        event.to_state = Some(to);
        event.note = text("note", &self.note, TEXT)?;
        let is_over = matches!(from, TicketState::Finished | TicketState::Closed);
        let refusal = TicketError::StepNotAllowed { from, to };
        if ticket.kind != TicketKind::Repair {
            return Err(refusal.into());
        }
        record(
            write,
            occasion,
            &acted_on,
            event,
            refuse_if(!is_over, refusal),
        )
    }
}
