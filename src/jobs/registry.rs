//! What the areas handed in: the jobs there are.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Job, Schedule, Taken};
use crate::app::App;
use crate::error::ApiError;

/// A job whose type is not known here.
#[async_trait]
pub(super) trait AnyJob: Send + Sync {
    fn schedule(&self) -> Schedule;

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError>;
}

#[async_trait]
impl<J: Job> AnyJob for J {
    fn schedule(&self) -> Schedule {
        Job::schedule(self)
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        Job::run(self, app, taken).await
    }
}

/// All jobs, by kind.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<&'static str, Arc<dyn AnyJob>>);

impl Registry {
    /// Adds a job.
    #[must_use]
    pub fn job<J: Job>(mut self, job: J) -> Self {
        self.0.insert(J::KIND, Arc::new(job));
        self
    }

    /// The names of all kinds.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub(super) fn find(&self, kind: &str) -> Option<&Arc<dyn AnyJob>> {
        self.0.get(kind)
    }

    /// Every kind with its schedule.
    pub fn schedules(&self) -> impl Iterator<Item = (&'static str, Schedule)> {
        self.0.iter().map(|(kind, job)| (*kind, job.schedule()))
    }
}
