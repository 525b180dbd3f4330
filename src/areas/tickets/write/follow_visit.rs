//! What a return visit means for its repair.

use entity::ids::{TicketEventId, TicketId, VisitId};
use entity::tickets::{TicketEventKind, TicketKind, TicketState, ticket, ticket_event};

use super::super::rules::is_settled;
use super::{act_on, event, load_histories, record};
use crate::auth::Viewer;
use crate::command::{Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::history::Story as _;
use crate::text::{TEXT, text};

/// Closes a repair that a return visit found in order, or opens it again (V-03). Nobody asks for it: it follows from
/// the visit, on the authority of the rules. What one of two visitors found is kept also where it does not count yet,
/// and counts once what was before it has come home: the end of the work, or the word of the other one. Whoever
/// handles a ticket that is none of this, because others closed it or because it is a complaint, reads of the defect.
#[derive(Clone, Debug)]
pub struct FollowVisit {
    pub id: TicketId,
    pub visit_id: VisitId,
    /// One for each end of the visit, so that it follows once.
    pub event_id: TicketEventId,
    /// Whether all was found well.
    pub is_sound: bool,
    pub note: String,
}

impl FollowVisit {
    /// Loads the tickets of return visits, and sees what followed from their ends already.
    pub async fn load(
        write: &mut Write,
        tickets: impl Iterator<Item = TicketId> + Clone,
        events: impl Iterator<Item = TicketEventId>,
    ) -> Result<(), ApiError> {
        write.load::<ticket::Model>(tickets.clone()).await?;
        load_histories(write, tickets, events).await
    }

    /// `None` if it has followed before, or nothing follows.
    pub fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Option<Effect>, ApiError> {
        if !viewer.is_system() {
            return Err(ApiError::forbidden());
        }
        if write.get::<ticket_event::Model>(self.event_id).is_some() {
            return Ok(None);
        }
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (ticket, then) = (&acted_on.row, &acted_on.state.then);
        let (kind, to) = if self.is_sound {
            (TicketEventKind::Advanced, TicketState::Closed)
        } else {
            (TicketEventKind::Reopened, TicketState::OnSite)
        };
        let mut event = event(write, viewer, occasion, ticket, kind);
        event.id = self.event_id;
        event.to_state = Some(to);
        event.visit_id = Some(self.visit_id);
        event.note = text("note", &self.note, TEXT)?;
        let is_repair = ticket.kind == TicketKind::Repair;
        let counts = ticket::Model::counts(then, &event);
        if is_repair && (counts || !is_settled(then.state)) {
            let effect = record(write, occasion, &acted_on, event, Ok(()))?;
            return Ok(Some(effect));
        }
        if !self.is_sound && !event.note.is_empty() {
            event.kind = TicketEventKind::Noted;
            event.to_state = None;
            write.insert(event)?;
        }
        Ok(None)
    }
}
