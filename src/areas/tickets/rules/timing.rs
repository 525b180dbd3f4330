//! Which clocks run on a complaint, and when each was stopped: they follow from the policy and from what
//! happened. Pure.

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;
use entity::kinds::PostKind;
use entity::tickets::{
    ClockKind, ClockMetBy, Severity, TicketEventKind, TicketState, ticket, ticket_event,
};

use super::clocks::{Facts, due, from_reception, from_resolution};
use super::course::{Course, is_in_work};
use super::policy::{ClockLine, ComplaintPolicy};
use crate::history::Story;

/// What is laid down where the complaint was made.
pub struct Terms {
    pub policy: ComplaintPolicy,
    pub zone: Tz,
}

/// A clock that the terms ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueClock {
    pub kind: ClockKind,
    pub rule: String,
    pub met_by: ClockMetBy,
    pub tells: Option<PostKind>,
    pub started_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    /// Whether that was agreed with the complainant.
    pub is_agreed: bool,
    pub met_at: Option<DateTime<Utc>>,
}

/// A time of work: from the reception, or from when it was worked at again, to its end.
struct Round {
    /// What happened from this event on belongs to it.
    since: usize,
    at: DateTime<Utc>,
    /// How grave the complaint was at last while it ran.
    severity: Option<Severity>,
    /// The first result.
    resolved: Option<(usize, DateTime<Utc>)>,
}

/// What an event says has been done.
struct Said {
    at: DateTime<Utc>,
    done: Vec<ClockMetBy>,
    /// To whom it gave the complaint.
    handed_to: Option<PostKind>,
    promised: Option<DateTime<Utc>>,
}

/// A complaint with its history, read for its clocks.
struct Reading<'a> {
    terms: &'a Terms,
    ticket: &'a ticket::Model,
    rounds: Vec<Round>,
    said: Vec<Said>,
}

/// The clocks of a complaint with this history, which is in the order in which it happened. A grade counts
/// for the round of work in which it was given, from its beginning.
pub fn clocks(
    terms: &Terms,
    ticket: &ticket::Model,
    history: &[&ticket_event::Model],
) -> Vec<DueClock> {
    let reading = read(terms, ticket, history);
    let rounds = reading.rounds.iter().enumerate();
    let of_rounds = rounds.flat_map(|(nth, round)| reading.of_round(nth == 0, round));
    of_rounds.chain(reading.promises()).collect()
}

fn read<'a>(
    terms: &'a Terms,
    ticket: &'a ticket::Model,
    history: &[&ticket_event::Model],
) -> Reading<'a> {
    let mut rounds = vec![Round {
        since: 0,
        at: ticket.observed_at,
        severity: None,
        resolved: None,
    }];
    let (mut course, mut said) = (ticket.begin(), Vec::new());
    for (place, event) in history.iter().enumerate() {
        let before = course.state;
        let counts = ticket::Model::counts(&course, event);
        ticket::Model::follow(&mut course, event);
        if course.path().goes_back(before, course.state) {
            rounds.push(Round {
                since: place + 1,
                at: event.observed_at,
                severity: None,
                resolved: None,
            });
        }
        let done = done(before, &course, event);
        let hands = matches!(
            event.kind,
            TicketEventKind::Routed | TicketEventKind::Escalated
        );
        if let Some(round) = rounds.last_mut() {
            round.severity = course.severity;
            if event.kind == TicketEventKind::Resolved && round.resolved.is_none() {
                round.resolved = (!done.is_empty()).then_some((place, event.observed_at));
            }
        }
        said.push(Said {
            at: event.observed_at,
            promised: event.promised_at.filter(|_| !done.is_empty()),
            handed_to: event.assignee_post.filter(|_| hands && counts),
            done,
        });
    }
    Reading {
        terms,
        ticket,
        rounds,
        said,
    }
}

/// What has been done by an event after which the complaint stands here. One that contradicts where it
/// stands says nothing.
fn done(before: TicketState, course: &Course, event: &ticket_event::Model) -> Vec<ClockMetBy> {
    let path = course.path();
    match (event.kind, event.to_state) {
        (TicketEventKind::Resolved, _) if is_in_work(before) => vec![ClockMetBy::Resolved],
        (TicketEventKind::Advanced | TicketEventKind::Reopened, Some(to))
            if path.has_reached(course.state, to) =>
        {
            path.meets(to).collect()
        }
        _ => Vec::new(),
    }
}

impl Reading<'_> {
    fn of_round(&self, is_first: bool, round: &Round) -> Vec<DueClock> {
        let facts = Facts {
            severity: round.severity,
            ..Facts::from(self.ticket)
        };
        let policy = &self.terms.policy;
        // What was solved and is worked at again is solved once more.
        let asked = from_reception(policy, facts)
            .filter(|line| is_first || line.kind == ClockKind::Resolve)
            .map(|line| self.due_clock(line, round, (round.since, round.at)));
        let told = round.resolved.into_iter().flat_map(|(place, at)| {
            from_resolution(policy, facts).map(move |line| (line, (place + 1, at)))
        });
        let told = told.map(|(line, start)| self.due_clock(line, round, start));
        asked.chain(told).collect()
    }

    /// A clock of this line, which starts then and is stopped by what came since.
    fn due_clock(
        &self,
        line: &ClockLine,
        round: &Round,
        (since, started_at): (usize, DateTime<Utc>),
    ) -> DueClock {
        let terms = self.terms;
        // A period that was over when the clock started is none that it could keep.
        let wanted_by = self.ticket.wanted_by.filter(|wanted| *wanted > started_at);
        let facts = Facts {
            severity: round.severity,
            wanted_by,
            ..Facts::from(self.ticket)
        };
        let mut clock = DueClock {
            kind: line.kind,
            rule: line.rule.clone(),
            met_by: line.met_by,
            tells: self.tells(round.severity),
            started_at,
            due_at: due(&terms.policy, line, facts, started_at, terms.zone),
            is_agreed: false,
            met_at: None,
        };
        let met = self.met(&clock, since);
        clock.met_at = met.map(|place| self.said[place].at);
        // A date that was agreed while it ran takes its place, the newest of several (T-27).
        let open = since..met.unwrap_or(self.said.len());
        let agreed = open.rev().find_map(|place| self.said[place].promised);
        if let Some((rule, agreed)) = line.yields_to_promise.as_ref().zip(agreed) {
            clock.rule.clone_from(rule);
            clock.due_at = agreed.trunc_subsecs(3);
            clock.is_agreed = true;
        }
        clock
    }

    /// Which event first said that this is done, of those since a place.
    fn met(&self, clock: &DueClock, since: usize) -> Option<usize> {
        let wanted = clock.tells.unwrap_or(PostKind::Supervisor);
        let decides = |post| self.terms.policy.decides(post, wanted);
        let is_handed = |said: &Said| said.handed_to.is_some_and(decides);
        (since..self.said.len()).find(|place| {
            let said = &self.said[*place];
            said.done.contains(&clock.met_by)
                || clock.met_by == ClockMetBy::HandedUp && is_handed(said)
        })
    }

    /// Who is told when a clock of a complaint of this severity runs out.
    fn tells(&self, severity: Option<Severity>) -> Option<PostKind> {
        severity.and_then(|grave| self.terms.policy.told.get(&grave).copied())
    }

    /// A clock for every reply that was promised (T-25), kept by word that comes after the promise.
    fn promises(&self) -> impl Iterator<Item = DueClock> {
        let promised = self.said.iter().enumerate();
        promised.filter_map(|(place, said)| {
            let due_at = said.promised?.trunc_subsecs(3);
            let of_round = self.rounds.iter().rfind(|round| round.since <= place + 1);
            let mut clock = DueClock {
                kind: ClockKind::PromisedReply,
                rule: "T-25".to_owned(),
                met_by: ClockMetBy::Contacted,
                tells: self.tells(of_round.and_then(|round| round.severity)),
                started_at: said.at,
                due_at,
                is_agreed: true,
                met_at: None,
            };
            let met = self.met(&clock, place + 1);
            clock.met_at = met.map(|place| self.said[place].at);
            Some(clock)
        })
    }
}

#[cfg(test)]
mod tests {
    use entity::tickets::TicketKind;

    use super::super::examples::{blank_ticket, event, minute};
    use super::TicketEventKind::{Advanced, Escalated, Graded, Opened, Reopened, Resolved, Routed};
    use super::TicketState::{Contacted, InProgress, Informed, Planned, Returned};
    use super::*;

    const HEAD: PostKind = PostKind::EstateManager;

    fn graded(at: i64, severity: Severity) -> ticket_event::Model {
        ticket_event::Model {
            severity: Some(severity),
            ..event(at, Graded, None)
        }
    }

    fn given(at: i64, kind: TicketEventKind, to: PostKind) -> ticket_event::Model {
        ticket_event::Model {
            assignee_post: Some(to),
            ..event(at, kind, None)
        }
    }

    fn step(at: i64, to: TicketState) -> ticket_event::Model {
        event(at, Advanced, Some(to))
    }

    fn promised(at: i64, until: i64) -> ticket_event::Model {
        ticket_event::Model {
            promised_at: Some(minute(until)),
            ..step(at, Contacted)
        }
    }

    /// Rule of each clock, with the minutes in which it started and was stopped.
    fn due_clock(
        policy: &ComplaintPolicy,
        events: &[ticket_event::Model],
    ) -> Vec<(String, i64, Option<i64>)> {
        let terms = Terms {
            policy: policy.clone(),
            zone: Tz::Asia__Shanghai,
        };
        let ticket = ticket::Model {
            kind: TicketKind::Complaint,
            ..blank_ticket()
        };
        let opened = event(0, Opened, None);
        let history: Vec<_> = std::iter::once(&opened).chain(events).collect();
        let minutes = |at: DateTime<Utc>| at.timestamp() / 60;
        let found = clocks(&terms, &ticket, &history).into_iter();
        found
            .map(|it| (it.rule, minutes(it.started_at), it.met_at.map(minutes)))
            .collect()
    }

    fn expected(clocks: &[(&str, i64, Option<i64>)]) -> Vec<(String, i64, Option<i64>)> {
        let owned = clocks.iter();
        owned
            .map(|(rule, start, met)| ((*rule).to_owned(), *start, *met))
            .collect()
    }

    // T-15, T-16, T-17: handed up, answered with a plan, solved; T-21, T-22: solved and told.
    #[test]
    fn the_clocks_of_a_complaint_follow_from_what_happened() {
        use Severity::{Major, Minor};
        let policy = ComplaintPolicy::default();
        let resolved = |at| event(at, Resolved, None);
        let reopened = |at| event(at, Reopened, Some(InProgress));
        for (events, clocks) in [
            (vec![], &[][..]),
            (vec![graded(1, Minor)], &[("T-21", 0, None)]),
            // Of two grades the newer, from the reception on.
            (
                vec![graded(1, Minor), graded(2, Major)],
                &[("T-15", 0, None), ("T-16", 0, None), ("T-17", 0, None)],
            ),
            // Who decides had it before it was known to be for him.
            (
                vec![given(1, Escalated, HEAD), graded(2, Major)],
                &[("T-15", 0, Some(1)), ("T-16", 0, None), ("T-17", 0, None)],
            ),
            (
                vec![
                    graded(1, Major),
                    given(2, Routed, HEAD),
                    step(3, Contacted),
                    step(4, Planned),
                ],
                &[
                    ("T-15", 0, Some(2)),
                    ("T-16", 0, Some(4)),
                    ("T-17", 0, None),
                ],
            ),
            (
                vec![
                    graded(1, Minor),
                    given(2, Routed, HEAD),
                    step(3, InProgress),
                    resolved(4),
                ],
                &[("T-21", 0, Some(4)), ("T-22", 4, None)],
            ),
            // To tell him without a result is both at once.
            (
                vec![
                    graded(1, Minor),
                    given(2, Routed, HEAD),
                    step(3, InProgress),
                    step(5, Informed),
                ],
                &[("T-21", 0, Some(5))],
            ),
            // What is worked at again is solved again, by what it is graded then.
            (
                vec![
                    graded(1, Minor),
                    given(2, Routed, HEAD),
                    step(3, InProgress),
                    step(5, Informed),
                    step(6, Returned),
                    reopened(7),
                    graded(8, Major),
                ],
                &[("T-21", 0, Some(5)), ("T-17", 7, None)],
            ),
        ] {
            assert_eq!(due_clock(&policy, &events), expected(clocks), "{events:?}");
        }
    }

    // T-25, T-26, T-27: of two dates that were agreed the newer holds.
    #[test]
    fn a_promise_has_a_clock_of_its_own_and_moves_the_others() {
        let policy = ComplaintPolicy {
            profile: super::super::policy::Profile::SameDay,
            ..ComplaintPolicy::default()
        };
        let events = [
            graded(1, Severity::Minor),
            given(2, Routed, HEAD),
            promised(3, 500),
            promised(5, 900),
        ];
        let clocks = due_clock(&policy, &events);
        let promised: Vec<_> = clocks.iter().filter(|(rule, ..)| rule == "T-25").collect();
        assert_eq!(
            promised,
            [
                &("T-25".to_owned(), 3, Some(5)),
                &("T-25".to_owned(), 5, None)
            ]
        );
        let terms = Terms {
            policy,
            zone: Tz::Asia__Shanghai,
        };
        let ticket = ticket::Model {
            kind: TicketKind::Complaint,
            ..blank_ticket()
        };
        let opened = event(0, Opened, None);
        let history: Vec<_> = std::iter::once(&opened).chain(&events).collect();
        let found = super::clocks(&terms, &ticket, &history);
        let solve = found
            .iter()
            .find(|it| it.kind == ClockKind::Resolve)
            .unwrap();
        assert_eq!((solve.due_at, solve.is_agreed), (minute(900), true));
    }
}
