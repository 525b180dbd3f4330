//! Adding to the history of a visit, and what follows from it for a ticket.

use entity::ids::{TicketEventId, TicketId};
use entity::sync::MutationOutcome;
use entity::visits::{VisitEventKind, VisitOutcome, visit, visit_event};
use uuid::Uuid;

use super::super::error::VisitError;
use super::event;
use crate::areas::tickets::FollowVisit;
use crate::auth::Viewer;
use crate::command::history::{self, ActedOn};
use crate::command::{Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::history::counted;

/// Adds an event to the history of a visit. Ends that count by it tell their ticket what was found: one that is heard
/// of now, and one that did not count before.
pub(super) fn record(
    write: &mut Write,
    occasion: &Occasion,
    acted_on: &ActedOn<visit::Model>,
    event: visit_event::Model,
    verdict: Result<(), VisitError>,
) -> Result<Effect, ApiError> {
    let visit = &acted_on.row;
    let Some(ticket) = visit.ticket_id else {
        return acted_on.record(write, occasion, event, verdict);
    };
    let before: Vec<_> = ends(write, visit)?.into_iter().map(|end| end.id).collect();
    let effect = acted_on.record(write, occasion, event, verdict)?;
    let ends = ends(write, visit)?.into_iter();
    for end in ends.filter(|end| !before.contains(&end.id)) {
        tell(write, visit, ticket, &end)?;
    }
    Ok(effect)
}

/// The ends of a visit that count.
fn ends(write: &Write, visit: &visit::Model) -> Result<Vec<visit_event::Model>, ApiError> {
    let events = history::of::<visit::Model>(write, visit.id.into())?;
    let ends = counted(visit, &events).into_iter();
    Ok(ends.filter(|event| is_end(event)).cloned().collect())
}

/// Loads the tickets of these visits.
pub(super) async fn load_tickets(
    write: &mut Write,
    visits: impl IntoIterator<Item = &visit::Model>,
) -> Result<(), ApiError> {
    let (mut tickets, mut followed) = (Vec::new(), Vec::new());
    for (visit, ticket) in visits
        .into_iter()
        .filter_map(|it| Some((it, it.ticket_id?)))
    {
        tickets.push(ticket);
        let events = write.of_root::<visit_event::Model>(visit.id).into_iter();
        followed.extend(events.filter(|event| is_end(event)).map(followed_by));
    }
    FollowVisit::load(write, tickets.into_iter(), followed.into_iter()).await
}

fn is_end(event: &visit_event::Model) -> bool {
    event.kind == VisitEventKind::Finished
}

/// The event of the ticket that follows from an end.
fn followed_by(end: &visit_event::Model) -> TicketEventId {
    TicketEventId(Uuid::new_v5(&end.id.into(), b"of its ticket"))
}

/// Done on the authority of the rules, in the name of whoever made the visit, as of when he did.
fn tell(
    write: &mut Write,
    visit: &visit::Model,
    ticket: TicketId,
    end: &visit_event::Model,
) -> Result<(), ApiError> {
    let is_sound = match end.details.outcome {
        Some(VisitOutcome::Satisfied) => true,
        Some(VisitOutcome::Defect) => false,
        _ => return Ok(()),
    };
    let opinion = end.details.opinion.clone().filter(|_| !is_sound);
    let follow = FollowVisit {
        id: ticket,
        visit_id: visit.id,
        event_id: followed_by(end),
        is_sound,
        note: opinion.unwrap_or_default(),
    };
    let occasion = Occasion {
        observed_at: end.observed_at,
        observed_mark: end.observed_mark,
        received_at: end.received_at,
        mutation: None,
        contact: None,
    };
    let author = end.author_account_id;
    let authority = author.map_or_else(Viewer::system, |account| {
        Viewer::system_in_the_name_of(account, end.author_name.clone())
    });
    let effect = follow.decide(&occasion, &authority, write)?;
    let is_opened = effect.is_some_and(|effect| effect.outcome == MutationOutcome::Applied);
    if is_opened && !is_sound {
        let mut event = event(
            write,
            &authority,
            &occasion,
            visit,
            VisitEventKind::Reopened,
        );
        event.note = follow.note;
        write.insert(event)?;
    }
    Ok(())
}
