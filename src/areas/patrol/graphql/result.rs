//! What was found, in the API.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Json, Object};
use chrono::{DateTime, Utc};
use entity::ids::PatrolTaskId;
use entity::patrol::{patrol_point, patrol_result};
use entity::tickets::ticket;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::read;
use super::{PatrolEvidence, PatrolPoint};
use crate::areas::tickets::graphql::Ticket;
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::graphql::loader::RequestLoader;
use crate::graphql::observed::ObservedMark;

/// What was found at one point of a patrol (巡查结果). Never changed, never deleted.
pub struct PatrolResult(pub patrol_result::Model);

#[Object]
impl PatrolResult {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn task_id(&self) -> Uuid {
        self.0.task_id.into()
    }

    /// The point that was seen.
    async fn point(&self, ctx: &Context<'_>) -> Result<Option<PatrolPoint>, ApiError> {
        let point = ctx.load::<patrol_point::Model>(self.0.point_id).await?;
        Ok(point.map(PatrolPoint))
    }

    /// By the keys of the checklist.
    async fn answers(&self) -> Json<Map<String, Value>> {
        Json(self.0.answers.0.clone())
    }

    /// The keys of those that the checklist did not ask for, or not in that way, when they came: it
    /// was changed while somebody was on his way.
    async fn unasked_answers(&self) -> &[String] {
        &self.0.unasked_answers.0
    }

    /// What is wrong; empty when nothing is.
    async fn finding(&self) -> &str {
        &self.0.finding
    }

    /// The ticket that was opened for it, if the viewer may see it.
    async fn ticket(&self, ctx: &Context<'_>) -> Result<Option<Ticket>, ApiError> {
        let Some(id) = self.0.ticket_id else {
            return Ok(None);
        };
        Ok(ctx.load::<ticket::Model>(id).await?.map(Ticket))
    }

    /// By the SHA-256 of their bytes, in lower-case hex.
    async fn photos(&self) -> &[String] {
        &self.0.photos.0
    }

    /// Whether what was read is the code of the point; empty when nothing was read.
    async fn code_matches(&self) -> Option<bool> {
        self.0.code_matches
    }

    /// In ten-millionths of a degree.
    async fn latitude_e7(&self) -> Option<i32> {
        self.0.latitude_e7
    }

    /// In ten-millionths of a degree.
    async fn longitude_e7(&self) -> Option<i32> {
        self.0.longitude_e7
    }

    /// How sure the position is, in metres.
    async fn accuracy_m(&self) -> Option<i32> {
        self.0.accuracy_m
    }

    /// Whether that is at the point, give or take how sure it is; empty when either has no position.
    async fn is_near(&self) -> Option<bool> {
        self.0.is_near
    }

    /// Whether the point was one of the task when it came; the route may have been changed while
    /// somebody was on his way.
    async fn is_on_round(&self) -> bool {
        self.0.is_on_round
    }

    /// Whether it was seen in the window of its task.
    async fn is_in_window(&self) -> bool {
        self.0.is_in_window
    }

    /// What was asked for and is not there. It counts when this is empty and it was seen in the
    /// window.
    async fn missing_evidence(&self) -> Vec<PatrolEvidence> {
        let missing = self.0.missing_evidence.0.iter();
        missing.map(|evidence| (*evidence).into()).collect()
    }

    async fn author_name(&self) -> &str {
        &self.0.author_name
    }

    /// When it was seen. Windows are judged by it.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    async fn observed_mark(&self) -> ObservedMark {
        self.0.observed_mark.into()
    }

    /// When the server heard of it.
    async fn received_at(&self) -> DateTime<Utc> {
        self.0.received_at
    }
}

/// All results of a task.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResultsOf(pub PatrolTaskId);

impl Loader<ResultsOf> for RequestLoader {
    type Value = Vec<patrol_result::Model>;
    type Error = ApiError;

    async fn load(&self, keys: &[ResultsOf]) -> Result<HashMap<ResultsOf, Self::Value>, ApiError> {
        let tasks = keys.iter().map(|key| key.0);
        let found = read::results_of(&self.app, &self.viewer, tasks).await?;
        let found = found.into_iter();
        Ok(found
            .map(|(task, results)| (ResultsOf(task), results))
            .collect())
    }
}
