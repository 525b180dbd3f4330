//! The worker of a process: plans, takes, runs, renews.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use sea_orm::DbErr;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, interval_at, timeout};
use uuid::Uuid;

use super::error::JobError;
use super::plan::{self, Planned};
use super::queue;
use super::registry::{AnyJob, Registry};
use super::taken::{Fate, Taken};
use crate::app::App;
use crate::error::ApiError;

/// How often to look for work that another process queued or left lying.
const LOOK: Duration = Duration::from_secs(5);

/// How often a sign of life is given: two may be lost before the lease runs out.
const RENEW: Duration = Duration::from_secs(20);

/// How many jobs a process does at once.
const AT_ONCE: usize = 4;

/// How long a process that is told to stop waits for what it is doing.
const GRACE: Duration = Duration::from_secs(10);

/// Does the work that is due.
#[derive(Clone)]
pub struct Worker {
    app: App,
    registry: Registry,
    /// Tells this worker from all others, those of the past too.
    id: Uuid,
}

impl Worker {
    pub fn new(app: App, registry: Registry) -> Self {
        let id = app.clock().new_id();
        Self { app, registry, id }
    }

    /// Works until `stop`, finishes what it is doing, and gives back what it could not finish.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut running = JoinSet::new();
        tokio::pin!(stop);
        tokio::select! {
            biased;
            () = &mut stop => {}
            () = self.work(&mut running) => {}
        }
        let finishing = async { while running.join_next().await.is_some() {} };
        if timeout(GRACE, finishing).await.is_err() {
            // A change that is dropped half-way never happened.
            running.shutdown().await;
        }
        // Also what it was just taking when it was told to stop.
        match queue::give_back(&self.app, self.id).await {
            Ok(0) => {}
            Ok(jobs) => tracing::warn!(jobs, "unfinished jobs were given back"),
            Err(error) => tracing::warn!(%error, "unfinished jobs wait for their lease to run out"),
        }
    }

    async fn work(&self, running: &mut JoinSet<()>) {
        let mut planned = Planned::default();
        let mut has_started = false;
        let mut news = self.app.news();
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_time = tokio::select! {
                _ = looks.tick() => true,
                Some(_) = running.join_next(), if !running.is_empty() => false,
                heard = news.recv() => match heard {
                    Ok(saved) if !saved.has_work => continue,
                    Err(RecvError::Closed) => return,
                    _ => false,
                },
            };
            if is_time && let Err(error) = self.plan(&mut planned, &mut has_started).await {
                tracing::error!(%error, "what is due was not planned");
            }
            if let Err(error) = self.fill(running).await {
                tracing::error!(%error, "no work could be taken");
            }
        }
    }

    async fn plan(&self, planned: &mut Planned, has_started: &mut bool) -> Result<(), DbErr> {
        plan::plan(&self.app, &self.registry, planned).await?;
        if !*has_started {
            plan::plan_start(&self.app, &self.registry, self.id).await?;
            *has_started = true;
        }
        Ok(())
    }

    /// Takes as much as it may do at once.
    async fn fill(&self, running: &mut JoinSet<()>) -> Result<(), DbErr> {
        while running.len() < AT_ONCE
            && let Some(taken) = self.take().await?
        {
            let worker = self.clone();
            running.spawn(async move { worker.attempt(taken).await });
        }
        Ok(())
    }

    /// Takes one job that is due, if there is one.
    pub async fn take(&self) -> Result<Option<Taken>, DbErr> {
        let row = queue::take(&self.app, &self.registry, self.id).await?;
        Ok(row.map(Taken::new))
    }

    /// Does what is due, one after the other, until nothing is. Gives how many attempts that took.
    pub async fn work_off(&self) -> Result<usize, DbErr> {
        let mut attempts = 0;
        while let Some(taken) = self.take().await? {
            self.attempt(taken).await;
            attempts += 1;
        }
        Ok(attempts)
    }

    /// Does one job and writes down how it went.
    pub async fn attempt(&self, taken: Taken) {
        let row = taken.row();
        let (kind, key, attempt) = (row.kind.as_str(), row.key.as_str(), row.attempts);
        let community = row.community_id;
        let outcome = match self.registry.find(kind) {
            // Whoever took it died each time, and perhaps by it.
            _ if taken.is_used_up() => Err(JobError::LeaseLost.into()),
            None => Err(ApiError::internal(format!("there is no job {kind}"))),
            Some(job) => self.run_renewing(job, &taken).await,
        };
        let Err(error) = outcome else {
            tracing::info!(job.kind = kind, job.key = key, community.id = %community, attempt, "job done");
            return;
        };
        let cause = error.causes();
        match taken.fail(&self.app, &error).await {
            Ok(Fate::Again(at)) => {
                tracing::warn!(job.kind = kind, job.key = key, community.id = %community, attempt, %at, cause, "job failed; it is tried again");
            }
            Ok(Fate::Failed) => {
                tracing::error!(job.kind = kind, job.key = key, community.id = %community, attempt, cause, "job failed for good");
            }
            Err(note) => {
                let note = note.causes();
                tracing::warn!(job.kind = kind, job.key = key, community.id = %community, attempt, cause, note, "job left to whoever holds it now");
            }
        }
    }

    /// Runs a job and renews its lease meanwhile. Whoever loses the lease is not interrupted: what
    /// he still wants to write is refused.
    async fn run_renewing(&self, job: &Arc<dyn AnyJob>, taken: &Taken) -> Result<(), ApiError> {
        let run = AssertUnwindSafe(job.run(&self.app, taken)).catch_unwind();
        let renew = async {
            let mut signs = interval_at(tokio::time::Instant::now() + RENEW, RENEW);
            loop {
                signs.tick().await;
                match taken.renew(&self.app).await {
                    Ok(true) => {}
                    Ok(false) => tracing::debug!(job.id = %taken.row().id, "not renewed"),
                    Err(error) => tracing::warn!(%error, "a lease was not renewed"),
                }
            }
        };
        let outcome = tokio::select! {
            biased;
            outcome = run => outcome,
            () = renew => return Err(ApiError::internal("renewing ended")),
        };
        outcome.map_err(|_| ApiError::internal("the job panicked"))??;
        if taken.is_done() {
            return Ok(());
        }
        taken.complete(&self.app).await
    }
}
