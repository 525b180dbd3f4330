//! Jobs as administrators see them.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Description, Object};
use chrono::{DateTime, Utc};
use entity::ids::CommunityId;
use entity::jobs::{JobState, job};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::queue::ALL_COMMUNITIES;
use crate::app::App;
use crate::auth::{Person, Viewer};
use crate::database::page::{Page, Place};
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits, page_arguments, page_of};

/// A piece of work that a server does at its time. For administrators.
#[derive(Description)]
pub struct Job(pub job::Model);

#[Object(use_type_description)]
impl Job {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// What is done: `household.settle_relations`, …
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// The community it is for; null when it is for all.
    async fn community_id(&self) -> Option<Uuid> {
        let community = self.0.community_id;
        (community != ALL_COMMUNITIES).then_some(community.into())
    }

    /// The turn of its schedule, such as `2026-11-21`, or what the work is about.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// How far it has come.
    async fn state(&self) -> JobState {
        self.0.state
    }

    /// How often it was begun.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// When it is or was due; after a failure, when it is tried again.
    async fn due_at(&self) -> DateTime<Utc> {
        self.0.due_at
    }

    /// While it runs, when another server may take it over; null otherwise.
    async fn lease_until(&self) -> Option<DateTime<Utc>> {
        self.0.lease_until
    }

    /// The error code of the last failure; null when there was none.
    async fn last_code(&self) -> Option<&str> {
        self.0.last_code.as_deref()
    }

    /// What went wrong last; null when nothing did. The whole cause is in the log of the server.
    async fn last_error(&self) -> Option<&str> {
        self.0.last_error.as_deref()
    }

    /// When it was put into the queue.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was done or given up; null before.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }
}

#[derive(Default)]
pub struct JobQuery;

#[Object]
impl JobQuery {
    /// What the servers have done, do and will do, newest first; what was done or given up is kept for
    /// 30 days. For administrators.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        community_id: Option<Uuid>,
        #[graphql(desc = "In this state only.")] state: Option<JobState>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, Job, EmptyFields, EmptyFields>, ApiError> {
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let filter = Filter {
            community_id: community_id.map(Into::into),
            state,
        };
        let paged = after.is_some();
        let page = list(ctx.app(), ctx.viewer()?, &filter, limit, after).await?;
        let place = |job: &job::Model| Place {
            at: job.created_at,
            id: job.id.into(),
        };
        Ok(page_of(page, paged, place, Job))
    }
}

/// Which jobs to show.
struct Filter {
    community_id: Option<CommunityId>,
    state: Option<JobState>,
}

/// Administrators, and the system.
fn may_look(viewer: &Viewer) -> bool {
    let is_administrator = |person: &Person| person.is_administrator && !person.has_left;
    viewer.is_system() || viewer.person().is_some_and(is_administrator)
}

async fn list(
    app: &App,
    viewer: &Viewer,
    filter: &Filter,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<job::Model>, ApiError> {
    use job::Column::{CommunityId, CreatedAt, Id, State};
    if !may_look(viewer) {
        return Err(ApiError::forbidden());
    }
    let mut jobs = job::Entity::find();
    if let Some(community) = filter.community_id {
        jobs = jobs.filter(CommunityId.eq(community));
    }
    if let Some(state) = filter.state {
        jobs = jobs.filter(State.eq(state));
    }
    if let Some(Place { at, id }) = after {
        let same_moment = CreatedAt.eq(at).and(Id.lt(id));
        jobs = jobs.filter(CreatedAt.lt(at).or(same_moment));
    }
    let jobs = jobs
        .order_by_desc(CreatedAt)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(jobs.all(app.db().reader()).await?, limit))
}
