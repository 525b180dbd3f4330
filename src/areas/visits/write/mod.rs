//! The commands of visits: one file per verb.

mod appoint;
mod cancel;
mod edit;
mod finish;
mod note;
mod overdue;
mod plan;
mod returns;
mod settle;
mod step;

pub use appoint::AppointVisit;
pub use cancel::CancelVisit;
pub use edit::EditVisit;
pub use edit::FIELDS as EDITABLE;
pub use finish::FinishVisit;
pub use note::NoteVisit;
pub use overdue::MarkOverdue;
pub use plan::PlanVisit;
pub use returns::PlanReturns;
pub use settle::{Archiving, Checking, Reporting, SettleVisit, Settling};
pub use step::StepVisit;

use entity::estate::community;
use entity::ids::{CommunityId, StaffMemberId, VisitEventId, VisitId};
use entity::organisation::staff_member;
use entity::sync::MutationOutcome;
use entity::tickets::{TicketKind, ticket};
use entity::visits::{Photos, VisitDetails, VisitEventKind, visit, visit_event};
use sea_orm::{ColumnTrait, Condition};

use super::access;
use super::error::VisitError;
use super::rules::{Due, Mended, Movement, VisitPolicy, due_of};
use crate::auth::Viewer;
use crate::command::{Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::policy::policy_of;

/// The events that end a visit.
const END: &[VisitEventKind] = &[VisitEventKind::Finished];

/// What the community has laid down about visits.
fn policy(write: &Write, community: CommunityId) -> VisitPolicy {
    let community = write.get::<community::Model>(community);
    community.map_or_else(VisitPolicy::default, |row| policy_of(&row.policies.0))
}

/// Loads the visits of a batch with the policies of their communities, and sees whether the ids of its
/// events are taken.
async fn load(
    write: &mut Write,
    visits: impl IntoIterator<Item = VisitId>,
    events: impl IntoIterator<Item = VisitEventId>,
) -> Result<(), ApiError> {
    let visits: Vec<_> = visits.into_iter().collect();
    write.load::<visit::Model>(visits.iter().copied()).await?;
    write.see::<visit_event::Model>(events).await?;
    let visits = visits
        .into_iter()
        .filter_map(|id| write.get::<visit::Model>(id));
    let communities: Vec<_> = visits.map(|visit| visit.community_id).collect();
    Ok(write.see::<community::Model>(communities).await?)
}

/// Loads the events of these kinds that tell of visits.
async fn load_told(
    write: &mut Write,
    visits: impl IntoIterator<Item = VisitId>,
    kinds: &[VisitEventKind],
) -> Result<(), ApiError> {
    let visits: Vec<_> = visits.into_iter().collect();
    if visits.is_empty() {
        return Ok(());
    }
    let events = Condition::all()
        .add(visit_event::Column::VisitId.is_in(visits))
        .add(visit_event::Column::Kind.is_in(kinds.iter().copied()));
    Ok(write
        .load_where::<visit_event::Model>(events, false)
        .await?)
}

/// What was told of a visit by events of these kinds, in whatever order it was heard of.
fn told<'a>(
    write: &'a Write,
    visit: VisitId,
    kinds: &'a [VisitEventKind],
) -> impl Iterator<Item = &'a visit_event::Model> {
    let events = write.rows::<visit_event::Model>();
    events.filter(move |event| event.visit_id == visit && kinds.contains(&event.kind))
}

/// The visit, if the viewer may see it.
fn find(write: &Write, viewer: &Viewer, id: VisitId) -> Result<visit::Model, ApiError> {
    write.visible(&access::scope(), viewer.reach(), id).cloned()
}

/// What a command did to its visit.
fn effect(visit: &visit::Model, movement: Movement) -> Effect {
    let outcome = match movement {
        Movement::Step => MutationOutcome::Applied,
        Movement::Beside => MutationOutcome::Merged,
    };
    Effect {
        outcome,
        ..Effect::applied(visit.community_id, "visit", visit.id)
    }
}

/// A new event of this visit, as it stands; the caller fills in what happened.
fn event(
    write: &Write,
    viewer: &Viewer,
    occasion: &Occasion,
    visit: &visit::Model,
    kind: VisitEventKind,
) -> visit_event::Model {
    visit_event::Model {
        id: VisitEventId(write.new_id()),
        community_id: visit.community_id,
        visit_id: visit.id,
        kind,
        from_state: None,
        to_state: None,
        note: String::new(),
        details: VisitDetails::default(),
        photos: Photos::default(),
        signature: None,
        is_internal: false,
        author_account_id: viewer.person().map(|person| person.account_id),
        author_name: viewer.actor().name,
        observed_at: occasion.observed_at,
        observed_mark: occasion.observed_mark,
        received_at: occasion.received_at,
        seq: 0,
        created_at: write.now(),
    }
}

/// The id that was made for an event, or a new one.
fn event_id(write: &Write, made: Option<VisitEventId>) -> Result<VisitEventId, ApiError> {
    let is_taken = |id| write.get::<visit_event::Model>(id).is_some();
    match made {
        None => Ok(VisitEventId(write.new_id())),
        Some(id) if is_taken(id) => Err(ApiError::conflict("visit_event")),
        Some(id) => Ok(id),
    }
}

/// Whoever is to go works in this community.
fn suitable(write: &Write, community: CommunityId, id: StaffMemberId) -> Result<(), VisitError> {
    let works_here =
        |member: &staff_member::Model| member.community_id == community && member.left_at.is_none();
    match write.get::<staff_member::Model>(id) {
        Some(member) if works_here(member) => Ok(()),
        _ => Err(VisitError::VisitorUnsuitable),
    }
}

/// When the return visit after this repair is due; none as long as it is not finished. After a complaint
/// one is always made (V-13), but on no day that the rules know.
fn due_after(policy: &VisitPolicy, ticket: &ticket::Model) -> Option<Due> {
    let is_repair = ticket.kind == TicketKind::Repair;
    let finished_at = ticket.finished_at.filter(|_| is_repair)?;
    let repair = Mended {
        class: ticket.repair_class,
        finished_at,
        water_tested_at: ticket.water_tested_at,
    };
    Some(due_of(policy, &repair))
}
