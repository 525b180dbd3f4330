//! What is asked of complaints, and the clocks that run on them.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, Object};
use chrono::{DateTime, Utc};
use entity::estate::community;
use entity::ids::TicketId;
use entity::organisation::staff_member;
use entity::tickets::{ClockKind, ComplaintChannel, Severity, ticket, ticket_clock};
use uuid::Uuid;

use super::{read, shows_handling};
use crate::areas::organisation::graphql::StaffMember;
use crate::error::ApiError;
use crate::graphql::{ContextExt, RequestLoader};

/// What is recorded of complaints (投诉) only, in addition to the fields of every ticket.
#[derive(Description)]
pub struct Complaint(pub ticket::Model);

#[Object(use_type_description)]
impl Complaint {
    /// How grave it is. Null before it is graded, and to residents.
    async fn severity(&self, ctx: &Context<'_>) -> Option<Severity> {
        self.0.severity.filter(|_| shows_handling(ctx, &self.0))
    }

    /// What the community calls that severity: 重大, or A级. Null before it is graded, and to residents.
    async fn severity_title(&self, ctx: &Context<'_>) -> Result<Option<&'static str>, ApiError> {
        let severity = self.0.severity.filter(|_| shows_handling(ctx, &self.0));
        let community = ctx.load::<community::Model>(self.0.community_id).await?;
        let title = |grave| Some(read::complaint_policy(community.as_ref()?).title(grave));
        Ok(severity.and_then(title))
    }

    /// How it came in; null when nobody wrote that down.
    async fn channel(&self) -> Option<ComplaintChannel> {
        self.0.channel
    }

    /// When the matter complained about happened; null when the complainant did not say.
    async fn occurred_at(&self) -> Option<DateTime<Utc>> {
        self.0.occurred_at
    }

    /// Where it happened: at most 200 characters, may be empty.
    async fn place(&self) -> &str {
        &self.0.place
    }

    /// The person complained about: at most 200 characters, may be empty.
    async fn person_concerned(&self) -> &str {
        &self.0.person_concerned
    }

    /// The departments complained about: at most 200 characters, may be empty.
    async fn departments_concerned(&self) -> &str {
        &self.0.departments_concerned
    }

    /// What the complainant demands: at most 4000 characters, may be empty.
    async fn demand(&self) -> &str {
        &self.0.demand
    }

    /// By when the complainant asked for a solution; null when he named no time.
    async fn wanted_by(&self) -> Option<DateTime<Utc>> {
        self.0.wanted_by
    }

    /// Whether the complainant gave no name.
    async fn is_anonymous(&self) -> bool {
        self.0.is_anonymous
    }

    /// Whether it repeats an earlier complaint about the same matter (二次投诉). False to residents.
    async fn is_second(&self, ctx: &Context<'_>) -> bool {
        self.0.is_second && shows_handling(ctx, &self.0)
    }

    /// The department it was routed to. Empty before it is routed, and to residents.
    async fn department(&self, ctx: &Context<'_>) -> &str {
        if shows_handling(ctx, &self.0) {
            &self.0.department
        } else {
            ""
        }
    }

    /// When it was last handed up (呈报). Null when it never was, and to residents.
    async fn escalated_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        let escalated_at = self.0.escalated_at;
        escalated_at.filter(|_| shows_handling(ctx, &self.0))
    }
}

/// A deadline of a complaint (时限): what must be done by when, and whether it was. For viewers who work
/// in the community.
#[derive(Description)]
pub struct TicketClock(pub ticket_clock::Model);

#[Object(use_type_description)]
impl TicketClock {
    /// Made by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// What must be done.
    async fn kind(&self) -> ClockKind {
        self.0.kind
    }

    /// The rule of the handbook that sets it, such as `T-17`.
    async fn rule(&self) -> &str {
        &self.0.rule
    }

    /// When it began to run.
    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    /// When it runs out.
    async fn due_at(&self) -> DateTime<Utc> {
        self.0.due_at
    }

    /// When it was done, by the time of the step that did it; null as long as it was not.
    async fn met_at(&self) -> Option<DateTime<Utc>> {
        self.0.met_at
    }

    /// When the server found that it had run out undone; null when it has not.
    async fn breached_at(&self) -> Option<DateTime<Utc>> {
        self.0.breached_at
    }

    /// The staff member who was notified when it ran out: who holds the post that decides, or else who
    /// is responsible. Null before it runs out, and when there was nobody.
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
