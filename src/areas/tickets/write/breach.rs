//! Marking the clocks that have run out, and telling one person of each.

use entity::ids::{CommunityId, StaffMemberId, TicketClockId, TicketId};
use entity::organisation::staff_member;
use entity::tickets::{ClockKind, TicketEventKind, ticket, ticket_clock};
use sea_orm::{ColumnTrait, Condition};

use super::super::read::OverdueClock;
use super::super::rules::is_settled;
use super::super::rules::stored::has_run_out;
use super::clocks::{self, summarise, terms};
use super::event;
use crate::areas::organisation::works_in;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Marks clocks that have run out by now. Those that were stopped meanwhile, or marked, are left
/// alone, so that nobody is told twice.
#[derive(Clone, Debug)]
pub struct BreachClocks {
    pub overdue: Vec<OverdueClock>,
}

impl Command for BreachClocks {
    const KIND: &'static str = "ticket.breach";
    /// How many were marked.
    type Output = usize;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let overdue = || batch.iter().flat_map(|breach| &breach.overdue);
        let tickets: Vec<TicketId> = overdue().map(|clock| clock.ticket_id).collect();
        write.load::<ticket::Model>(tickets.clone()).await?;
        clocks::prefetch(write, tickets.into_iter()).await?;
        let communities: Vec<CommunityId> = overdue().map(|clock| clock.community_id).collect();
        let present = Condition::all()
            .add(staff_member::Column::CommunityId.is_in(communities))
            .add(staff_member::Column::LeftAt.is_null());
        Ok(write
            .load_where::<staff_member::Model>(present, false)
            .await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<usize, ApiError> {
        let mut marked = 0;
        for overdue in &self.overdue {
            marked += usize::from(mark(occasion, viewer, write, overdue.id)?);
        }
        Ok(marked)
    }
}

/// Marks a clock and tells of it, if it has run out.
fn mark(
    occasion: &Occasion,
    viewer: &Viewer,
    write: &mut Write,
    id: TicketClockId,
) -> Result<bool, ApiError> {
    let now = write.now();
    let clock = write.get::<ticket_clock::Model>(id);
    let Some(clock) = clock.filter(|clock| has_run_out(clock, now)).cloned() else {
        return Ok(false);
    };
    let ticket = write.get::<ticket::Model>(clock.ticket_id);
    let Some(ticket) = ticket.cloned() else {
        return Ok(false);
    };
    // Nothing is expected any more of what is closed.
    if is_settled(ticket.state) {
        write.update::<ticket_clock::Model>(id, |row| row.deleted_at = Some(now))?;
        return Ok(true);
    }
    let responsible = ticket.responsible_id.or(ticket.assignee_id);
    let told = told(write, &clock)?.or(responsible);
    let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Breached);
    event.assignee_id = responsible;
    event.is_internal = true;
    event.severity = ticket.severity;
    event.note = format!(
        "{} {}，责任人：{}，告知：{}",
        clock.rule,
        missed(clock.kind),
        name(write, responsible),
        name(write, told)
    );
    write.insert(event)?;
    write.update::<ticket_clock::Model>(id, |row| {
        row.breached_at = Some(now);
        row.told_staff_id = told;
    })?;
    summarise(write, ticket.id)?;
    Ok(true)
}

/// Who is told: whoever holds the post that the clock tells, or else the next one above it.
fn told(write: &Write, clock: &ticket_clock::Model) -> Result<Option<StaffMemberId>, ApiError> {
    let Some(wanted) = clock.tells else {
        return Ok(None);
    };
    let policy = terms(write, clock.community_id)?.policy;
    let holder = |post| {
        let mut staff = write.rows::<staff_member::Model>();
        staff.find(|member| works_in(member, clock.community_id) && member.post == post)
    };
    let told = policy.from(wanted).find_map(holder);
    Ok(told.map(|member| member.id))
}

fn name(write: &Write, member: Option<StaffMemberId>) -> &str {
    member
        .and_then(|id| write.get::<staff_member::Model>(id))
        .map_or("无", |member| &member.name)
}

/// What was not done in time.
fn missed(kind: ClockKind) -> &'static str {
    match kind {
        ClockKind::HandUp => "未按时呈报",
        ClockKind::Answer => "未按时答复",
        ClockKind::Resolve => "未按时解决",
        ClockKind::Inform => "未按时告知结果",
        ClockKind::PromisedReply => "未按承诺时间回复",
    }
}
