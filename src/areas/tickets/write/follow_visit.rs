//! What a return visit means for its repair.

use entity::ids::{TicketId, VisitId};
use entity::tickets::{TicketEventKind, TicketKind, TicketState};

use super::super::error::TicketError;
use super::{act_on, event, load, record};
use crate::auth::Viewer;
use crate::command::{Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{TEXT, text};

/// Closes a repair that a return visit found in order, or opens it again (V-03). Nobody asks for it: it follows from
/// the visit, on the authority of the rules. What one of two visitors found is kept also where it does not count, and
/// counts once what was before it has come home: the end of the work, or the word of the other one.
#[derive(Clone, Debug)]
pub struct FollowVisit {
    pub id: TicketId,
    pub visit_id: VisitId,
    /// Whether all was found well.
    pub is_sound: bool,
    pub note: String,
}

impl FollowVisit {
    /// Loads the tickets of return visits that a batch may end.
    pub async fn load(
        write: &mut Write,
        tickets: impl Iterator<Item = TicketId> + Clone,
    ) -> Result<(), ApiError> {
        load(write, tickets, std::iter::empty()).await
    }

    pub fn decide(
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
        let (kind, to) = if self.is_sound {
            (TicketEventKind::Advanced, TicketState::Closed)
        } else {
            (TicketEventKind::Reopened, TicketState::OnSite)
        };
        if ticket.kind != TicketKind::Repair {
            let from = ticket.state;
            return Err(TicketError::StepNotAllowed { from, to }.into());
        }
        let mut event = event(write, viewer, occasion, ticket, kind);
        event.to_state = Some(to);
        event.visit_id = Some(self.visit_id);
        event.note = text("note", &self.note, TEXT)?;
        record(write, occasion, &acted_on, event, Ok(()))
    }
}
