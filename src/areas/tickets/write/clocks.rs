//! Starting, stopping and marking the clocks of complaints, as part of other commands.

use chrono::SubsecRound;
use chrono_tz::Tz;
use entity::estate::community;
use entity::ids::{CommunityId, TicketClockId, TicketId};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use entity::tickets::{ClockKind, ClockMetBy, TicketKind, ticket, ticket_clock, ticket_event};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{ColumnTrait, Condition};

use super::super::read::complaint_policy;
use super::super::rules::clocks::{self, Facts, due, is_live, meet, nearest, put};
use super::super::rules::complaint::{is_handing, tells};
use super::super::rules::is_settled;
use super::super::rules::policy::{ClockLine, ComplaintPolicy};
use crate::command::Occasion;
use crate::database::Write;
use crate::error::ApiError;

/// Loads the clocks of those of these tickets that are complaints, and what their policy is read
/// from. Of repairs there is nothing to load.
pub(super) async fn prefetch(
    write: &mut Write,
    tickets: impl Iterator<Item = TicketId>,
) -> Result<(), ApiError> {
    let complaints = tickets.filter_map(|id| write.get::<ticket::Model>(id));
    let complaints: Vec<_> = complaints
        .filter(|ticket| ticket.kind == TicketKind::Complaint)
        .map(|ticket| (ticket.id, ticket.community_id))
        .collect();
    if complaints.is_empty() {
        return Ok(());
    }
    let (ids, communities): (Vec<_>, Vec<_>) = complaints.into_iter().unzip();
    write.see::<community::Model>(communities).await?;
    let of_them = ticket_clock::Column::TicketId.is_in(ids);
    Ok(write
        .load_where::<ticket_clock::Model>(Condition::all().add(of_them), true)
        .await?)
}

/// The same with the history of the complaints, by which clocks are judged that start late.
pub(super) async fn prefetch_with_history(
    write: &mut Write,
    tickets: impl Iterator<Item = TicketId> + Clone,
) -> Result<(), ApiError> {
    prefetch(write, tickets.clone()).await?;
    let complaints = tickets.filter_map(|id| write.get::<ticket::Model>(id));
    let complaints: Vec<_> = complaints
        .filter(|ticket| ticket.kind == TicketKind::Complaint)
        .map(|ticket| ticket.id)
        .collect();
    if complaints.is_empty() {
        return Ok(());
    }
    let of_them = ticket_event::Column::TicketId.is_in(complaints);
    write
        .load_where::<ticket_event::Model>(Condition::all().add(of_them), false)
        .await?;
    let history = write.rows::<ticket_event::Model>();
    let had_it = history.filter(|event| is_handing(event));
    let had_it: Vec<_> = had_it.filter_map(|event| event.assignee_id).collect();
    Ok(write.see::<staff_member::Model>(had_it).await?)
}

/// What a community does with complaints, and by which clocks.
pub(super) struct House {
    pub policy: ComplaintPolicy,
    zone: Tz,
}

impl House {
    pub(super) fn of(write: &Write, community: CommunityId) -> Result<Self, ApiError> {
        let community = write.get::<community::Model>(community);
        let community = community.ok_or_else(|| ApiError::not_found("community"))?;
        Ok(Self {
            policy: complaint_policy(community),
            zone: community.time_zone.parse().unwrap_or(Tz::UTC),
        })
    }

    /// Lets the clocks run that a complaint has from its reception on: those that are new are
    /// started, and what was done already is done; those that are no longer asked for go. What was solved and
    /// is worked at again is solved once more.
    pub(super) fn receive(&self, write: &mut Write, id: TicketId) -> Result<(), ApiError> {
        let Some(ticket) = write.get::<ticket::Model>(id).cloned() else {
            return Ok(());
        };
        let facts = Facts::from(&ticket);
        let lines: Vec<_> = clocks::from_reception(&self.policy, facts).collect();
        let of_reception = |clock: &&ticket_clock::Model| {
            !matches!(clock.kind, ClockKind::Inform | ClockKind::PromisedReply)
        };
        let known: Vec<_> = of_ticket(write, id).filter(of_reception).cloned().collect();
        let is_asked = |clock: &ticket_clock::Model| {
            let mut lines = lines.iter();
            lines.any(|line| line.kind == clock.kind && line.asks(&clock.rule))
        };
        for gone in known.iter().filter(|clock| !is_asked(clock)) {
            let now = write.now();
            write.update::<ticket_clock::Model>(gone.id, |row| row.deleted_at = Some(now))?;
        }
        for line in lines {
            let mut same_kind = known.iter().filter(|clock| clock.kind == line.kind);
            if let Some(running) = same_kind.find(|clock| line.asks(&clock.rule)) {
                // Who is told depends on the severity, which may be known only now.
                let tells = self
                    .clock(write, &ticket, running.started_at, running.due_at)
                    .tells;
                write.update::<ticket_clock::Model>(running.id, |row| row.tells = tells)?;
                continue;
            }
            let again = ticket
                .reopened_at
                .filter(|_| line.kind == ClockKind::Resolve);
            self.start(write, &ticket, line, again.unwrap_or(ticket.observed_at))?;
        }
        summarise(write, id)
    }

    /// Lets the clock run that a complaint has from its resolution on: from the earlier of two that are told
    /// of, and met if the complainant is known to have been told since.
    pub(super) fn resolve(
        &self,
        write: &mut Write,
        ticket: &ticket::Model,
        at: DateTimeUtc,
    ) -> Result<(), ApiError> {
        let facts = Facts::from(ticket);
        for line in clocks::from_resolution(&self.policy, facts) {
            let is_of_now = |clock: &&ticket_clock::Model| {
                let since = ticket.reopened_at;
                clock.kind == line.kind && since.is_none_or(|since| clock.started_at >= since)
            };
            let known = of_ticket(write, ticket.id).find(is_of_now).cloned();
            let Some(known) = known else {
                self.start(write, ticket, line, at)?;
                continue;
            };
            if at < known.started_at {
                let (due_at, now) = (due(&self.policy, line, facts, at, self.zone), write.now());
                write.update::<ticket_clock::Model>(known.id, |row| {
                    row.started_at = at;
                    put(row, due_at, now);
                })?;
            }
        }
        Ok(())
    }

    /// Lets the clocks run again that ask for a resolution, because what was done was not enough.
    pub(super) fn reopen(
        &self,
        write: &mut Write,
        ticket: &ticket::Model,
        at: DateTimeUtc,
    ) -> Result<(), ApiError> {
        let lines = clocks::from_reception(&self.policy, Facts::from(ticket));
        for line in lines.filter(|line| line.kind == ClockKind::Resolve) {
            self.start(write, ticket, line, at)?;
        }
        Ok(())
    }

    /// Lets the clock run of a reply that was promised (T-25). A date agreed with the complainant
    /// takes the place of deadlines that yield to it (T-27); of two the newer, whichever is heard of first.
    pub(super) fn promise(
        &self,
        write: &mut Write,
        ticket: &ticket::Model,
        at: DateTimeUtc,
        promised: DateTimeUtc,
    ) -> Result<(), ApiError> {
        let (promised, now) = (promised.trunc_subsecs(3), write.now());
        let is_newer = |clock: &ticket_clock::Model| {
            clock.kind == ClockKind::PromisedReply && clock.started_at > at
        };
        let is_outdated = of_ticket(write, ticket.id).any(is_newer);
        for line in self.policy.lines() {
            let Some(rule) = line.yields_to_promise.as_ref().filter(|_| !is_outdated) else {
                continue;
            };
            let yields = |clock: &&ticket_clock::Model| {
                let was_open = clock.met_at.is_none_or(|met| met > at);
                let asks = clock.kind == line.kind && line.asks(&clock.rule);
                asks && was_open && clock.started_at <= at
            };
            let yielding: Vec<_> = of_ticket(write, ticket.id)
                .filter(yields)
                .map(|clock| clock.id)
                .collect();
            for id in yielding {
                write.update::<ticket_clock::Model>(id, |row| {
                    row.rule.clone_from(rule);
                    put(row, promised, now);
                })?;
            }
        }
        let mut clock = self.clock(write, ticket, at, promised);
        clock.kind = ClockKind::PromisedReply;
        "T-25".clone_into(&mut clock.rule);
        clock.met_by = ClockMetBy::Contacted;
        if let Some(met_at) = self.done(write, ticket, &clock) {
            meet(&mut clock, met_at, now);
        }
        write.insert(clock)
    }

    fn start(
        &self,
        write: &mut Write,
        ticket: &ticket::Model,
        line: &ClockLine,
        at: DateTimeUtc,
    ) -> Result<(), ApiError> {
        // A period that was over when the clock started is none that it could keep.
        let facts = Facts {
            wanted_by: ticket.wanted_by.filter(|wanted| *wanted > at),
            ..Facts::from(ticket)
        };
        let due_at = due(&self.policy, line, facts, at, self.zone);
        let mut clock = self.clock(write, ticket, at, due_at);
        clock.kind = line.kind;
        clock.rule.clone_from(&line.rule);
        clock.met_by = line.met_by;
        if let Some(met_at) = self.done(write, ticket, &clock) {
            meet(&mut clock, met_at, write.now());
        }
        write.insert(clock)
    }

    /// When what a clock asks for was first done since it started, as the history tells.
    fn done(
        &self,
        write: &Write,
        ticket: &ticket::Model,
        clock: &ticket_clock::Model,
    ) -> Option<DateTimeUtc> {
        let is_since = |at: DateTimeUtc| match clock.kind {
            // What lets these start does not stop them.
            ClockKind::Resolve | ClockKind::PromisedReply => at > clock.started_at,
            ClockKind::HandUp | ClockKind::Answer | ClockKind::Inform => at >= clock.started_at,
        };
        let is_done = |event: &&ticket_event::Model| {
            event.ticket_id == ticket.id
                && is_since(event.observed_at)
                && (tells(event, ticket, clock.met_by) || self.hands_up(write, event, clock))
        };
        let history = write.rows::<ticket_event::Model>();
        let done = history.filter(is_done).map(|event| event.observed_at);
        done.min()
    }

    /// Whether an event gives the complaint to somebody for whose decision a clock waits.
    fn hands_up(
        &self,
        write: &Write,
        event: &ticket_event::Model,
        clock: &ticket_clock::Model,
    ) -> bool {
        let to = event.assignee_id.filter(|_| is_handing(event));
        let to = to.and_then(|to| write.get::<staff_member::Model>(to));
        to.is_some_and(|to| self.waits_for(clock, to.post))
    }

    /// Whether a clock waits for a decision of somebody who holds this post, or of one below it.
    fn waits_for(&self, clock: &ticket_clock::Model, post: PostKind) -> bool {
        let wanted = clock.tells.unwrap_or(PostKind::Supervisor);
        clock.met_by == ClockMetBy::HandedUp && self.policy.decides(post, wanted)
    }

    /// Stops the clocks that wait for a decision of somebody who holds this post, or one below it.
    pub(super) fn handed_up(
        &self,
        write: &mut Write,
        occasion: &Occasion,
        id: TicketId,
        post: PostKind,
    ) -> Result<(), ApiError> {
        let (at, now) = (occasion.observed_at, write.now());
        let of_it = of_ticket(write, id).filter(|clock| self.waits_for(clock, post));
        let stopped: Vec<_> = of_it.map(|it| it.id).collect();
        for clock in stopped {
            write.update::<ticket_clock::Model>(clock, |row| meet(row, at, now))?;
        }
        Ok(())
    }

    /// A new clock; the caller fills in what it asks for.
    fn clock(
        &self,
        write: &Write,
        ticket: &ticket::Model,
        started_at: DateTimeUtc,
        due_at: DateTimeUtc,
    ) -> ticket_clock::Model {
        let told = ticket
            .severity
            .and_then(|grave| self.policy.told.get(&grave).copied());
        ticket_clock::Model {
            id: TicketClockId(write.new_id()),
            community_id: ticket.community_id,
            ticket_id: ticket.id,
            kind: ClockKind::Answer,
            rule: String::new(),
            met_by: ClockMetBy::Contacted,
            tells: told,
            started_at,
            due_at,
            met_at: None,
            breached_at: None,
            told_staff_id: None,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        }
    }
}

/// Stops the clocks of a ticket that this stops.
pub(super) fn met(
    write: &mut Write,
    occasion: &Occasion,
    ticket: &ticket::Model,
    by: &[ClockMetBy],
) -> Result<(), ApiError> {
    let (at, now) = (occasion.observed_at, write.now());
    let is_late = occasion.is_before(ticket.reopened_at);
    // What was promised is kept by word that comes after the promise, and what was done before a complaint
    // was worked at again stops none of the clocks that run since.
    let stops = |clock: &&ticket_clock::Model| {
        let must_follow = is_late || clock.kind == ClockKind::PromisedReply;
        by.contains(&clock.met_by) && (!must_follow || clock.started_at <= at)
    };
    let of_it = of_ticket(write, ticket.id);
    let stopped: Vec<_> = of_it.filter(stops).map(|it| it.id).collect();
    for clock in stopped {
        write.update::<ticket_clock::Model>(clock, |row| meet(row, at, now))?;
    }
    Ok(())
}

/// Repeats on a ticket when the nearest of its open clocks runs out, so that lists and phones need
/// no clocks.
pub(super) fn summarise(write: &mut Write, id: TicketId) -> Result<(), ApiError> {
    let nearest = nearest(of_ticket(write, id)).cloned();
    write.update::<ticket::Model>(id, |row| {
        let clock = nearest.filter(|_| !is_settled(row.state));
        row.due_at = clock.as_ref().map(|clock| clock.due_at);
        row.breached_at = clock.as_ref().and_then(|clock| clock.breached_at);
        row.due_rule = clock.map(|clock| clock.rule);
    })
}

/// The clocks of a ticket that count.
fn of_ticket(write: &Write, id: TicketId) -> impl Iterator<Item = &ticket_clock::Model> {
    let clocks = write.rows::<ticket_clock::Model>();
    clocks.filter(move |clock| clock.ticket_id == id && is_live(clock))
}
