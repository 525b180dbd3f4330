//! Boards in the API.

use async_graphql::{Context, Description, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use entity::duty::HandoverState;
use entity::organisation::staff_member;
use entity::patrol::PatrolTaskState as TaskState;
use entity::tickets::{TicketKind, TicketState};
use entity::visits::VisitState;
use uuid::Uuid;

use super::access::{check_board, sees_contacts};
use super::read::{self, Contact, Looking, Round};
use crate::areas::duty::graphql::Handover;
use crate::areas::organisation::graphql::StaffMember;
use crate::areas::patrol::graphql::PatrolTask;
use crate::areas::visits::graphql::Visit;
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits};

/// What is going on in a community (看板), as far as the viewer may see it.
#[derive(SimpleObject)]
pub struct Board {
    /// The community.
    community_id: Uuid,
    /// The local day; `today` in the numbers means this day.
    day: NaiveDate,
    /// The moment of the numbers.
    at: DateTime<Utc>,
    /// Tickets.
    tickets: TicketFigures,
    /// Patrols.
    patrols: PatrolFigures,
    /// Visits.
    visits: VisitFigures,
    /// Handovers.
    handovers: HandoverFigures,
    /// Staff whose devices the server heard of last, newest contact first. For the office; null to
    /// others.
    contacts: Option<Vec<BoardContact>>,
}

/// The tickets of a community in numbers.
#[derive(SimpleObject)]
pub struct TicketFigures {
    /// Reported today, as the phones tell it.
    opened_today: i64,
    /// Closed today.
    closed_today: i64,
    /// Neither closed nor cancelled.
    open: i64,
    /// Of the open ones: given to nobody.
    unassigned: i64,
    /// Of the open ones: a clock runs out within 24 hours.
    due_soon: i64,
    /// Of the open ones: a clock has run out.
    breached: i64,
    /// The open ones by kind and state; what is 0 is left out.
    by_state: Vec<TicketCount>,
}

/// How many open tickets of a kind are in a state.
#[derive(SimpleObject)]
pub struct TicketCount {
    /// The kind.
    kind: TicketKind,
    /// The state.
    state: TicketState,
    /// How many.
    count: i64,
}

/// The patrols of a community in numbers: those whose window begins today.
#[derive(SimpleObject)]
pub struct PatrolFigures {
    /// Nobody has begun.
    due: i64,
    /// Begun, and points are left.
    in_progress: i64,
    /// Every point was seen in time.
    done: i64,
    /// Their window passed before every point was seen.
    missed: i64,
    /// The patrols that go on, and those that may begin now or within two hours; at most 12.
    rounds: Vec<BoardRound>,
}

/// A patrol and how far it has come.
#[derive(SimpleObject)]
pub struct BoardRound {
    /// The patrol.
    task: PatrolTask,
    /// How many points it has.
    points: usize,
    /// How many of them were seen in time, with the evidence that was asked for.
    points_done: usize,
}

/// The visits of a community in numbers.
#[derive(SimpleObject)]
pub struct VisitFigures {
    /// Not made yet, and past `dueAt`.
    overdue: i64,
    /// Those that have yet to be made, and those made today, by state; what is 0 is left out.
    by_state: Vec<VisitCount>,
    /// Appointed for today, due today, under way or made today, in the order of their time; at most 12.
    today: Vec<Visit>,
}

/// How many visits are in a state.
#[derive(SimpleObject)]
pub struct VisitCount {
    /// The state.
    state: VisitState,
    /// How many.
    count: i64,
}

/// The handovers of today, and those of the last seven days that are not signed.
#[derive(SimpleObject)]
pub struct HandoverFigures {
    /// How many there are, by state; what is 0 is left out.
    by_state: Vec<HandoverCount>,
    /// The latest of them; at most 12.
    latest: Vec<Handover>,
}

/// How many handovers are in a state.
#[derive(SimpleObject)]
pub struct HandoverCount {
    /// The state.
    state: HandoverState,
    /// How many.
    count: i64,
}

/// A staff member, and when the server last heard of a device of his.
#[derive(Description)]
pub struct BoardContact(Contact);

#[Object(use_type_description)]
impl BoardContact {
    /// The staff member; null when the viewer may not see him.
    async fn staff_member(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let id = self.0.staff_member_id;
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }

    /// As a person reads it: `Redmi Note 13`.
    async fn device_name(&self) -> &str {
        &self.0.device_name
    }

    /// When the server last heard of the device, to about a minute.
    async fn last_contact_at(&self) -> DateTime<Utc> {
        self.0.last_contact_at
    }
}

impl From<Round> for BoardRound {
    fn from(Round { task, done }: Round) -> Self {
        Self {
            points: task.point_ids.0.len(),
            points_done: done,
            task: PatrolTask(task),
        }
    }
}

#[derive(Default)]
pub struct ReportQuery;

#[Object]
impl ReportQuery {
    /// What is going on in a community at this moment, as far as the viewer may see it. For those who
    /// work there.
    #[graphql(complexity = "limits::statements(14) + child_complexity * 5")]
    async fn board(&self, ctx: &Context<'_>, community_id: Uuid) -> Result<Board, ApiError> {
        let (viewer, community) = (ctx.viewer()?, community_id.into());
        check_board(viewer, community)?;
        let looking = read::look(ctx.app(), viewer, community).await?;
        let contacts = if sees_contacts(viewer, community) {
            Some(looking.contacts().await?)
        } else {
            None
        };
        Ok(Board {
            community_id,
            day: looking.moment.day,
            at: looking.moment.now,
            tickets: tickets(&looking).await?,
            patrols: patrols(&looking).await?,
            visits: visits(&looking).await?,
            handovers: handovers(&looking).await?,
            contacts: contacts.map(|them| them.into_iter().map(BoardContact).collect()),
        })
    }
}

async fn tickets(looking: &Looking<'_>) -> Result<TicketFigures, ApiError> {
    let counts = looking.open_tickets().await?;
    let sum = |of: fn(&read::TicketCount) -> i64| counts.iter().map(of).sum();
    let by_state = |it: &read::TicketCount| TicketCount {
        kind: it.kind,
        state: it.state,
        count: it.count,
    };
    Ok(TicketFigures {
        opened_today: looking.opened_today().await?,
        closed_today: looking.closed_today().await?,
        open: sum(|it| it.count),
        unassigned: sum(|it| it.unassigned),
        due_soon: sum(|it| it.due_soon),
        breached: sum(|it| it.breached),
        by_state: counts.iter().map(by_state).collect(),
    })
}

async fn patrols(looking: &Looking<'_>) -> Result<PatrolFigures, ApiError> {
    let counts = looking.patrols().await?;
    let of = |state: TaskState| {
        let found = counts.iter().find(|it| it.state == state);
        found.map_or(0, |it| it.count)
    };
    let rounds = looking.rounds().await?;
    Ok(PatrolFigures {
        due: of(TaskState::Due),
        in_progress: of(TaskState::InProgress),
        done: of(TaskState::Done),
        missed: of(TaskState::Missed),
        rounds: rounds.into_iter().map(Into::into).collect(),
    })
}

async fn visits(looking: &Looking<'_>) -> Result<VisitFigures, ApiError> {
    let counts = looking.visit_counts().await?;
    let by_state = |it: &read::VisitCount| VisitCount {
        state: it.state,
        count: it.count,
    };
    let today = looking.visits_today().await?;
    Ok(VisitFigures {
        overdue: counts.iter().map(|it| it.overdue).sum(),
        by_state: counts.iter().map(by_state).collect(),
        today: today.into_iter().map(Visit).collect(),
    })
}

async fn handovers(looking: &Looking<'_>) -> Result<HandoverFigures, ApiError> {
    let counts = looking.handover_counts().await?;
    let by_state = |it: &read::HandoverCount| HandoverCount {
        state: it.state,
        count: it.count,
    };
    let latest = looking.latest_handovers().await?;
    Ok(HandoverFigures {
        by_state: counts.iter().map(by_state).collect(),
        latest: latest.into_iter().map(Handover).collect(),
    })
}
