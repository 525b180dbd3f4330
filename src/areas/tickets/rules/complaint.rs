//! How a complaint moves, what its steps demand and which clocks they stop (domain 13.3).

use chrono::{DateTime, Months, Utc};
use entity::tickets::{ClockMetBy, TicketEventKind, TicketState, ticket, ticket_event};

use super::super::error::TicketError;
use crate::text::names::key;

/// The step of a complaint from one state to another, or why it cannot be taken. What the handbook
/// does with whoever complained falls away when nobody knows who it was. Saying again what was done
/// already is allowed: two people who heard it are two facts.
pub fn step(from: TicketState, to: TicketState, is_anonymous: bool) -> Result<(), TicketError> {
    use TicketState::{
        Cancelled, CannotSolve, Closed, Contacted, Graded, InProgress, Informed, Invalid, Planned,
        Registered, Returned, Routed,
    };
    let allowed = matches!(
        (from, to),
        (Registered, Graded)
            | (Graded, Routed | Invalid)
            | (Routed | Contacted, Contacted)
            | (Contacted | Planned, Planned)
            | (Planned | InProgress | Returned, InProgress)
            | (InProgress | Informed, Informed)
            | (Informed | CannotSolve, Returned)
            | (Returned | Invalid, Closed)
            | (
                Registered | Graded | Routed | Contacted | Planned | InProgress,
                CannotSolve | Cancelled
            )
    );
    let without_complainant = is_anonymous
        && matches!(
            (from, to),
            (Routed, Planned) | (InProgress | CannotSolve, Closed)
        );
    if allowed || without_complainant {
        Ok(())
    } else {
        Err(TicketError::StepNotAllowed { from, to })
    }
}

/// Whether this step works again at what the complainant was told is done.
pub fn reopens(from: TicketState, to: TicketState) -> bool {
    (from, to) == (TicketState::Returned, TicketState::InProgress)
}

/// Steps of which the handbook demands a record: what was said, planned, told, heard, and why not.
pub fn demands_note(to: TicketState) -> bool {
    use TicketState::{CannotSolve, Contacted, Informed, Invalid, Planned, Returned};
    matches!(
        to,
        Contacted | Planned | Informed | Returned | CannotSolve | Invalid
    )
}

/// Whether a step names more than a state, and so is a step of its own: a severity, a responsible.
pub fn names_more(to: TicketState) -> bool {
    matches!(to, TicketState::Graded | TicketState::Routed)
}

/// Whether the complaint is over one way or the other once it stands here.
pub fn ends_work(to: TicketState) -> bool {
    matches!(
        to,
        TicketState::Informed | TicketState::CannotSolve | TicketState::Closed
    )
}

/// Whether a complaint that stands here has come as far as there, one way or another.
pub fn has_reached(state: TicketState, there: TicketState) -> bool {
    place(state) >= place(there)
}

/// How far along its path this is.
fn place(state: TicketState) -> u8 {
    match state {
        TicketState::Graded => 1,
        TicketState::Routed => 2,
        TicketState::Contacted => 3,
        TicketState::Planned => 4,
        TicketState::InProgress => 5,
        TicketState::Informed | TicketState::CannotSolve => 6,
        TicketState::Returned => 7,
        TicketState::Invalid | TicketState::Cancelled | TicketState::Closed => 8,
        _ => 0,
    }
}

/// What has been done when a complaint stands here.
pub fn meets(to: TicketState) -> &'static [ClockMetBy] {
    use ClockMetBy::{Contacted, HandedUp, Informed, Planned, Resolved};
    match to {
        TicketState::Contacted => &[Contacted],
        TicketState::Planned | TicketState::InProgress => &[Contacted, Planned],
        TicketState::Informed | TicketState::Returned | TicketState::CannotSolve => {
            &[Contacted, Planned, Resolved, Informed]
        }
        TicketState::Invalid | TicketState::Cancelled | TicketState::Closed => {
            &[HandedUp, Contacted, Planned, Resolved, Informed]
        }
        _ => &[],
    }
}

/// Whether an event gives a complaint to somebody who may be the one who decides.
pub fn is_handing(event: &ticket_event::Model) -> bool {
    matches!(
        event.kind,
        TicketEventKind::Routed | TicketEventKind::Escalated
    )
}

/// Whether an event tells that this was done. What was kept beside and contradicts where the complaint stands
/// does not.
pub fn tells(event: &ticket_event::Model, ticket: &ticket::Model, what: ClockMetBy) -> bool {
    match (event.kind, event.to_state) {
        (TicketEventKind::Resolved, _) => what == ClockMetBy::Resolved,
        (TicketEventKind::Advanced | TicketEventKind::Reopened, Some(to)) => {
            let stood = event.from_state.is_some() || has_reached(ticket.state, to);
            stood && meets(to).contains(&what)
        }
        _ => false,
    }
}

/// Whether a complaint repeats an earlier one (T-31): of the same unit or the same person, about the
/// same matter, not long after. The same matter is the same words, the same person complained about,
/// or the same place of the same departments; whoever grades it may know better.
pub fn repeats(earlier: &ticket::Model, later: &ticket::Model, months: u32) -> bool {
    let same_home = later.unit_id.is_some() && later.unit_id == earlier.unit_id;
    let same_person =
        later.reporter_party_id.is_some() && later.reporter_party_id == earlier.reporter_party_id;
    let is_near = follows(earlier.observed_at, later.observed_at, months);
    let same = |one: &str, other: &str| !letters(one).is_empty() && letters(one) == letters(other);
    let same_matter = same(&earlier.summary, &later.summary)
        || same(&earlier.person_concerned, &later.person_concerned)
        || same(&earlier.departments_concerned, &later.departments_concerned)
            && same(&earlier.place, &later.place);
    earlier.id != later.id
        && earlier.kind == later.kind
        && earlier.community_id == later.community_id
        && is_near
        && (same_home || same_person)
        && same_matter
}

fn follows(earlier: DateTime<Utc>, later: DateTime<Utc>, months: u32) -> bool {
    let until = earlier.checked_add_months(Months::new(months));
    earlier <= later && until.is_some_and(|until| later <= until)
}

/// A text without what only dresses it.
fn letters(text: &str) -> String {
    key(text)
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    // Domain 13.3, the workflow of a complaint.
    #[test]
    fn a_complaint_moves_only_along_its_path() {
        use TicketState::{
            Cancelled, CannotSolve, Closed, Contacted, Graded, InProgress, Informed, Invalid,
            Planned, Registered, Returned, Routed,
        };
        let mut allowed = vec![
            (Registered, Graded),
            (Graded, Routed),
            (Graded, Invalid),
            (Routed, Contacted),
            (Contacted, Contacted),
            (Contacted, Planned),
            (Planned, Planned),
            (Planned, InProgress),
            (InProgress, InProgress),
            (InProgress, Informed),
            (Informed, Informed),
            (Informed, Returned),
            (CannotSolve, Returned),
            (Returned, InProgress),
            (Returned, Closed),
            (Invalid, Closed),
        ];
        for open in [Registered, Graded, Routed, Contacted, Planned, InProgress] {
            allowed.extend([(open, CannotSolve), (open, Cancelled)]);
        }
        let nobody_to_ask = [
            (Routed, Planned),
            (InProgress, Closed),
            (CannotSolve, Closed),
        ];
        for from in TicketState::iter() {
            for to in TicketState::iter() {
                let is_known = allowed.contains(&(from, to));
                let is_anonymous = is_known || nobody_to_ask.contains(&(from, to));
                assert_eq!(step(from, to, false).is_ok(), is_known, "{from:?} {to:?}");
                assert_eq!(
                    step(from, to, true).is_ok(),
                    is_anonymous,
                    "{from:?} {to:?}"
                );
            }
        }
    }
}
