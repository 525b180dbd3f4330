//! What is asked of complaints, and the clocks that run on them.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Enum, Object};
use chrono::{DateTime, Utc};
use entity::estate::community;
use entity::ids::TicketId;
use entity::organisation::staff_member;
use entity::tickets::{ticket, ticket_clock};
use uuid::Uuid;

use super::{read, shows_handling};
use crate::areas::organisation::graphql::StaffMember;
use crate::error::ApiError;
use crate::graphql::{ContextExt, RequestLoader};

/// How grave a complaint is.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::Severity")]
pub enum Severity {
    /// Seriously affects daily life or safety, or harms the company (重大, or A).
    Major,
    /// An error of management or service (重要, or B).
    Important,
    /// A single incident or person (轻微, or C).
    Minor,
}

/// How a complaint came in.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::ComplaintChannel")]
pub enum ComplaintChannel {
    /// At the desk or on the phone (口头).
    Spoken,
    /// By letter (书面).
    Letter,
}

/// What must be done before a clock runs out.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entity::tickets::ClockKind")]
pub enum ClockKind {
    /// Hand it up to the one who decides (呈报).
    HandUp,
    /// Give the complainant an answer (答复).
    Answer,
    /// Solve it (解决).
    Resolve,
    /// Tell the complainant the result (告知结果).
    Inform,
    /// Reply again, as was promised (承诺回复).
    PromisedReply,
}

/// What is asked of a complaint beside what is asked of every ticket.
pub struct Complaint(pub ticket::Model);

#[Object]
impl Complaint {
    /// Null before it is graded, and to residents.
    async fn severity(&self, ctx: &Context<'_>) -> Option<Severity> {
        let severity = self.0.severity.filter(|_| shows_handling(ctx, &self.0));
        severity.map(Into::into)
    }

    /// What the community calls that severity: 重大, or A级. Null to residents.
    async fn severity_title(&self, ctx: &Context<'_>) -> Result<Option<&'static str>, ApiError> {
        let severity = self.0.severity.filter(|_| shows_handling(ctx, &self.0));
        let community = ctx.load::<community::Model>(self.0.community_id).await?;
        let title = |grave| Some(read::complaint_policy(community.as_ref()?).title(grave));
        Ok(severity.and_then(title))
    }

    async fn channel(&self) -> Option<ComplaintChannel> {
        self.0.channel.map(Into::into)
    }

    /// When it happened.
    async fn occurred_at(&self) -> Option<DateTime<Utc>> {
        self.0.occurred_at
    }

    /// Where it happened.
    async fn place(&self) -> &str {
        &self.0.place
    }

    /// The person complained about.
    async fn person_concerned(&self) -> &str {
        &self.0.person_concerned
    }

    /// The departments complained about.
    async fn departments_concerned(&self) -> &str {
        &self.0.departments_concerned
    }

    /// What the resident demands.
    async fn demand(&self) -> &str {
        &self.0.demand
    }

    /// The period that the resident asked for.
    async fn wanted_by(&self) -> Option<DateTime<Utc>> {
        self.0.wanted_by
    }

    /// Whoever complained gave no name.
    async fn is_anonymous(&self) -> bool {
        self.0.is_anonymous
    }

    /// The same matter was complained about before. False to residents.
    async fn is_second(&self, ctx: &Context<'_>) -> bool {
        self.0.is_second && shows_handling(ctx, &self.0)
    }

    /// The department it was routed to. Empty to residents.
    async fn department(&self, ctx: &Context<'_>) -> &str {
        if shows_handling(ctx, &self.0) {
            &self.0.department
        } else {
            ""
        }
    }

    /// When it was last handed up. Null to residents.
    async fn escalated_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        let escalated_at = self.0.escalated_at;
        escalated_at.filter(|_| shows_handling(ctx, &self.0))
    }
}

/// What must be done by when, and whether it was.
pub struct TicketClock(pub ticket_clock::Model);

#[Object]
impl TicketClock {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn kind(&self) -> ClockKind {
        self.0.kind.into()
    }

    /// The rule of the handbook: `T-17`.
    async fn rule(&self) -> &str {
        &self.0.rule
    }

    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    async fn due_at(&self) -> DateTime<Utc> {
        self.0.due_at
    }

    /// When it was done, whenever that was heard of.
    async fn met_at(&self) -> Option<DateTime<Utc>> {
        self.0.met_at
    }

    /// Since when it is known that it was not done in time.
    async fn breached_at(&self) -> Option<DateTime<Utc>> {
        self.0.breached_at
    }

    /// Who was told when it ran out.
    async fn told(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, ApiError> {
        let Some(id) = self.0.told_staff_id else {
            return Ok(None);
        };
        Ok(ctx.load::<staff_member::Model>(id).await?.map(StaffMember))
    }
}

/// The clocks of a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClocksOf(pub TicketId);

impl Loader<ClocksOf> for RequestLoader {
    type Value = Vec<ticket_clock::Model>;
    type Error = ApiError;

    async fn load(&self, keys: &[ClocksOf]) -> Result<HashMap<ClocksOf, Self::Value>, ApiError> {
        let tickets = keys.iter().map(|key| key.0);
        let clocks = read::clocks_of(&self.app, &self.viewer, tickets).await?;
        Ok(clocks
            .into_iter()
            .map(|(id, clocks)| (ClocksOf(id), clocks))
            .collect())
    }
}
