//! What was found, in the API.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, Json, Object};
use chrono::{DateTime, Utc};
use entity::ids::PatrolTaskId;
use entity::patrol::{Evidence, patrol_point, patrol_result};
use entity::sync::ObservedMark;
use entity::tickets::ticket;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::read;
use super::PatrolPoint;
use crate::areas::tickets::graphql::Ticket;
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::graphql::loader::RequestLoader;

/// What was seen at one point of a patrol (巡查结果). Never changed, never deleted. Whoever sees the patrol
/// sees it.
#[derive(Description)]
pub struct PatrolResult(pub patrol_result::Model);

#[Object(use_type_description)]
impl PatrolResult {
    /// Made by the app that reported it, or by the server; never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The patrol.
    async fn task_id(&self) -> Uuid {
        self.0.task_id.into()
    }

    /// The point that was seen; null when the viewer may not see it.
    async fn point(&self, ctx: &Context<'_>) -> Result<Option<PatrolPoint>, ApiError> {
        let point = ctx.load::<patrol_point::Model>(self.0.point_id).await?;
        Ok(point.map(PatrolPoint))
    }

    /// The answers, by the keys of the checklist: `{"lamp": true, "pressure": 3.5, "seal": "broken"}`.
    async fn answers(&self) -> Json<Map<String, Value>> {
        Json(self.0.answers.0.clone())
    }

    /// Keys of answers that the checklist did not ask for, or not of that kind, because it was changed
    /// while somebody was on his way.
    async fn unasked_answers(&self) -> &[String] {
        &self.0.unasked_answers.0
    }

    /// What is wrong: at most 4000 characters, empty when nothing is.
    async fn finding(&self) -> &str {
        &self.0.finding
    }

    /// The ticket that was opened for the finding; null when there is none or the viewer may not see
    /// it.
    async fn ticket(&self, ctx: &Context<'_>) -> Result<Option<Ticket>, ApiError> {
        let Some(id) = self.0.ticket_id else {
            return Ok(None);
        };
        Ok(ctx.load::<ticket::Model>(id).await?.map(Ticket))
    }

    /// SHA-256 of each photo, in lower-case hex; `attachments` says which have arrived.
    async fn photos(&self) -> &[String] {
        &self.0.photos.0
    }

    /// Whether the code that was read is that of the point; null when none was read.
    async fn code_matches(&self) -> Option<bool> {
        self.0.code_matches
    }

    /// Latitude of the phone in degrees × 10^7; null when it told no position.
    async fn latitude_e7(&self) -> Option<i32> {
        self.0.latitude_e7
    }

    /// Longitude of the phone in degrees × 10^7; null when it told no position.
    async fn longitude_e7(&self) -> Option<i32> {
        self.0.longitude_e7
    }

    /// How exact that position is, in metres; null when the phone did not say.
    async fn accuracy_m(&self) -> Option<i32> {
        self.0.accuracy_m
    }

    /// Whether the phone was at the point, given its accuracy; null when the phone or the point has no
    /// position.
    async fn is_near(&self) -> Option<bool> {
        self.0.is_near
    }

    /// Whether the point belonged to the patrol when the result arrived; false when the route was
    /// changed meanwhile.
    async fn is_on_round(&self) -> bool {
        self.0.is_on_round
    }

    /// Whether it was seen in the window of its patrol.
    async fn is_in_window(&self) -> bool {
        self.0.is_in_window
    }

    /// What was asked for and is not there. The result counts when this is empty and `isInWindow` is
    /// true.
    async fn missing_evidence(&self) -> Vec<Evidence> {
        let missing = self.0.missing_evidence.0.iter();
        missing.copied().collect()
    }

    /// Name of the person who reported it, as it was then.
    async fn author_name(&self) -> &str {
        &self.0.author_name
    }

    /// When the point was seen. Windows are judged by it.
    async fn observed_at(&self) -> DateTime<Utc> {
        self.0.observed_at
    }

    /// How sure `observedAt` is.
    async fn observed_mark(&self) -> ObservedMark {
        self.0.observed_mark
    }

    /// When it reached the server; hours later than `observedAt` when the phone was offline.
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
