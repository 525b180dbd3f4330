//! A return visit for every repair that is finished (V-01).

use entity::estate::community;
use entity::ids::{TicketId, VisitId};
use entity::tickets::{TicketKind, TicketState, ticket};
use entity::visits::{VisitKind, visit};
use uuid::Uuid;

use super::plan::PlanVisit;
use super::{due_after, load_returns, open_returns, policy, returns};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Plans the return visits that these repairs lack, and puts right when those that are planned are due:
/// a water test, or another class, may have come since.
#[derive(Clone, Debug)]
pub struct PlanReturns {
    pub tickets: Vec<TicketId>,
}

impl Command for PlanReturns {
    const KIND: &'static str = "visit.plan_returns";
    /// How many visits were planned or put right.
    type Output = usize;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let tickets = batch.iter().flat_map(|plan| plan.tickets.iter().copied());
        let tickets: Vec<_> = tickets.collect();
        write.load::<ticket::Model>(tickets.clone()).await?;
        let known = write.rows::<ticket::Model>();
        let communities: Vec<_> = known.map(|ticket| ticket.community_id).collect();
        write.see::<community::Model>(communities).await?;
        load_returns(write, tickets, true).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<usize, ApiError> {
        let mut changed = 0;
        for id in &self.tickets {
            let Some(ticket) = write.get::<ticket::Model>(*id).cloned() else {
                continue;
            };
            let open: Vec<_> = open_returns(write, *id).map(|visit| visit.id).collect();
            for visit in &open {
                changed += usize::from(put_right(write, *visit, &ticket)?);
            }
            if open.is_empty() && !is_visited(write, &ticket) {
                changed += usize::from(plan(occasion, viewer, write, &ticket)?);
            }
        }
        Ok(changed)
    }
}

/// Whether this end of the repair has had its return visit, or it was called off. An earlier end of the
/// same repair may have been heard of since; those of before it was opened again lie before this one. One that
/// was made after this end is one of it, whatever was known when it was planned.
fn is_visited(write: &Write, ticket: &ticket::Model) -> bool {
    let end = ticket.finished_at;
    returns(write, ticket.id)
        .any(|visit| visit.repair_finished_at >= end || visit.finished_at >= end)
}

fn plan(
    occasion: &Occasion,
    viewer: &Viewer,
    write: &mut Write,
    ticket: &ticket::Model,
) -> Result<bool, ApiError> {
    let is_repair = ticket.kind == TicketKind::Repair && ticket.state == TicketState::Finished;
    let visit = return_of(write, ticket).filter(|_| is_repair && !is_anonymous(ticket));
    let Some(visit) = visit else {
        return Ok(false);
    };
    let plan = PlanVisit {
        id: Some(visit),
        community_id: ticket.community_id,
        kind: VisitKind::Return,
        ticket_id: Some(ticket.id),
        unit_id: None,
        party_id: None,
        purpose: ticket.summary.clone(),
        due_at: None,
        visitor_id: None,
        companion_id: None,
    };
    plan.decide(occasion, viewer, write)?;
    Ok(true)
}

/// Lets a return visit follow the repair as it is known now, so that it is not looked at again until the
/// repair changes. Whether that changed anything.
fn put_right(write: &mut Write, visit: VisitId, ticket: &ticket::Model) -> Result<bool, ApiError> {
    let due = due_after(&policy(write, ticket.community_id), ticket);
    let (Some(due), Some(known)) = (due, write.get::<visit::Model>(visit)) else {
        return Ok(false);
    };
    let mut right = known.clone();
    right.due_at = due.at;
    right.due_rule = Some(due.rule.to_owned());
    right.repair_finished_at = ticket.finished_at;
    right.repair_tested_at = ticket.water_tested_at;
    if right.due_at != known.due_at {
        // Judged anew by the job that marks what is overdue.
        right.overdue_at = None;
    }
    let is_changed = right != *known;
    if is_changed {
        write.update::<visit::Model>(visit, |row| *row = right)?;
    }
    Ok(is_changed)
}

/// One id for each end of a repair, so that planning twice makes one visit. The visit that was planned for this
/// end may since have been made for another one, of which was heard later: then it is the next id.
fn return_of(write: &Write, ticket: &ticket::Model) -> Option<VisitId> {
    let end = ticket.finished_at?.timestamp_millis();
    let nth = |nth: usize| {
        let name = match nth {
            0 => format!("return visit {end}"),
            nth => format!("return visit {end} {nth}"),
        };
        VisitId(Uuid::new_v5(&ticket.id.into(), name.as_bytes()))
    };
    // Of as many ids as there are return visits, and one more, one is free.
    let most = returns(write, ticket.id).count();
    let is_free = |id: &VisitId| write.get::<visit::Model>(*id).is_none();
    (0..=most).map(nth).find(is_free)
}

/// Who gave neither name nor address is not visited (V-12).
fn is_anonymous(ticket: &ticket::Model) -> bool {
    let is_nobody = ticket.reporter_party_id.is_none() && ticket.contact_name.is_empty();
    ticket.is_anonymous || (ticket.unit_id.is_none() && is_nobody)
}
