//! Keeping the clocks of complaints: they are found from policy and history, and compared with the stored ones.

use chrono_tz::Tz;
use entity::estate::community;
use entity::ids::{CommunityId, TicketClockId, TicketId};
use entity::tickets::{ticket, ticket_clock};
use sea_orm::{ColumnTrait, Condition};

use super::super::read::complaint_policy;
use super::super::rules::is_settled;
use super::super::rules::policy::ComplaintPolicy;
use super::super::rules::stored::{is_dropped, is_live, keep, matched, nearest};
use super::super::rules::timing::{DueClock, Terms, clocks};
use super::is_complaint;
use crate::command::history;
use crate::database::Write;
use crate::error::ApiError;

/// Loads the clocks of those of these tickets that are complaints, and what their policy is read from. Of
/// repairs there is nothing to load.
pub(super) async fn prefetch(
    write: &mut Write,
    tickets: impl Iterator<Item = TicketId>,
) -> Result<(), ApiError> {
    let complaints = tickets.filter_map(|id| write.get::<ticket::Model>(id));
    let complaints: Vec<_> = complaints
        .filter(|ticket| is_complaint(ticket))
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

/// What a community has laid down about complaints.
pub(super) fn terms(write: &Write, community: CommunityId) -> Result<Terms, ApiError> {
    let community = write.get::<community::Model>(community);
    let community = community.ok_or_else(|| ApiError::not_found("community"))?;
    Ok(Terms {
        policy: complaint_policy(community),
        zone: community.time_zone.parse().unwrap_or(Tz::UTC),
    })
}

/// Lets the clocks of a complaint be those that follow from its history now. A repair has none.
pub(super) fn update(write: &mut Write, id: TicketId) -> Result<(), ApiError> {
    let ticket = write.get::<ticket::Model>(id).cloned();
    let complaint = ticket.filter(is_complaint);
    let Some(ticket) = complaint else {
        return Ok(());
    };
    let terms = terms(write, ticket.community_id)?;
    let events = history::of::<ticket::Model>(write, id.into())?;
    let due = clocks(&terms, &ticket, &events);
    let stored = write.of_root::<ticket_clock::Model>(id).into_iter();
    let mut stored: Vec<_> = stored.cloned().collect();
    stored.sort_by_key(|clock| (!is_live(clock), clock.started_at, clock.id));
    let (found, gone) = matched(&due, &stored);
    let now = write.now();
    for clock in gone
        .into_iter()
        .filter(|clock| is_dropped(&terms.policy, clock))
    {
        write.update::<ticket_clock::Model>(clock.id, |row| row.deleted_at = Some(now))?;
    }
    for (due, known) in found {
        match known {
            Some(known) => {
                write.update::<ticket_clock::Model>(known.id, |row| {
                    keep(&terms.policy, row, due, now);
                })?;
            }
            None => write.insert(started(write, &terms.policy, &ticket, due))?,
        }
    }
    summarise(write, id)
}

/// A clock that nobody knew of yet.
fn started(
    write: &Write,
    policy: &ComplaintPolicy,
    ticket: &ticket::Model,
    due: &DueClock,
) -> ticket_clock::Model {
    let mut clock = ticket_clock::Model {
        id: TicketClockId(write.new_id()),
        community_id: ticket.community_id,
        ticket_id: ticket.id,
        kind: due.kind,
        rule: String::new(),
        met_by: due.met_by,
        tells: due.tells,
        started_at: due.started_at,
        due_at: due.due_at,
        met_at: None,
        breached_at: None,
        told_staff_id: None,
        seq: 0,
        created_at: write.now(),
        updated_at: write.now(),
        deleted_at: None,
    };
    keep(policy, &mut clock, due, write.now());
    clock
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
    let clocks = write.of_root::<ticket_clock::Model>(id).into_iter();
    clocks.filter(|clock| is_live(clock))
}
