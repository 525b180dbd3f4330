//! A return visit for every repair that is finished (V-01).

use entity::estate::community;
use entity::ids::{TicketId, VisitId};
use entity::tickets::{TicketKind, TicketState, ticket};
use entity::visits::{VisitKind, visit};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::super::rules::is_open;
use super::plan::PlanVisit;
use super::{due_after, policy};
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
    /// How many visits were planned or put right.
    type Output = usize;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let tickets = batch.iter().flat_map(|plan| plan.tickets.iter().copied());
        let tickets: Vec<_> = tickets.collect();
        let visits = visit::Column::TicketId.is_in(tickets.iter().copied());
        write.load::<ticket::Model>(tickets).await?;
        let known = write.rows::<ticket::Model>();
        let communities: Vec<_> = known.map(|ticket| ticket.community_id).collect();
        write.see::<community::Model>(communities).await?;
        let visits = Condition::all()
            .add(visits)
            .add(visit::Column::Kind.eq(VisitKind::Return));
        Ok(write.load_where::<visit::Model>(visits, true).await?)
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
            changed += match return_after(write, &ticket) {
                Some((visit, true)) => put_right(write, visit, &ticket)?,
                Some((_, false)) => 0,
                None => plan(occasion, viewer, write, &ticket)?,
            };
        }
        Ok(changed)
    }
}

/// The return visit after this end of the repair, or one that is still to be made; and whether it is.
fn return_after(write: &Write, ticket: &ticket::Model) -> Option<(VisitId, bool)> {
    let mut visits = write.rows::<visit::Model>();
    let visit = visits.find(|visit| {
        let of_this_end = visit.repair_finished_at == ticket.finished_at;
        let is_return = visit.kind == VisitKind::Return && visit.ticket_id == Some(ticket.id);
        is_return && (of_this_end || is_open(visit.state))
    })?;
    Some((visit.id, is_open(visit.state)))
}

fn plan(
    occasion: &Occasion,
    viewer: &Viewer,
    write: &mut Write,
    ticket: &ticket::Model,
) -> Result<usize, ApiError> {
    let is_repair = ticket.kind == TicketKind::Repair && ticket.state == TicketState::Finished;
    let Some(visit) = return_of(ticket).filter(|_| is_repair && !is_anonymous(ticket)) else {
        return Ok(0);
    };
    let plan = PlanVisit {
        id: visit,
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
    Ok(1)
}

fn put_right(write: &mut Write, visit: VisitId, ticket: &ticket::Model) -> Result<usize, ApiError> {
    let Some(due) = due_after(&policy(write, ticket.community_id), ticket) else {
        return Ok(0);
    };
    let rule = Some(due.rule.to_owned());
    let known = write.get::<visit::Model>(visit);
    if known.is_none_or(|known| known.due_at == due.at && known.due_rule == rule) {
        return Ok(0);
    }
    write.update::<visit::Model>(visit, |row| {
        row.due_at = due.at;
        row.due_rule = rule;
        row.repair_finished_at = ticket.finished_at;
        // Judged anew by the job that marks what is overdue.
        row.overdue_at = None;
    })?;
    Ok(1)
}

/// One id for each end of a repair, so that planning twice makes one visit.
fn return_of(ticket: &ticket::Model) -> Option<VisitId> {
    let end = ticket.finished_at?.timestamp_millis();
    let name = format!("return visit {end}");
    Some(VisitId(Uuid::new_v5(&ticket.id.into(), name.as_bytes())))
}

/// Who gave neither name nor address is not visited (V-12).
fn is_anonymous(ticket: &ticket::Model) -> bool {
    let is_nobody = ticket.reporter_party_id.is_none() && ticket.contact_name.is_empty();
    ticket.is_anonymous || (ticket.unit_id.is_none() && is_nobody)
}
