//! The worker of a running server.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use entity::jobs::JobState;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use xunfang::app::App;
use xunfang::error::ApiError;
use xunfang::jobs::registry::Registry;
use xunfang::jobs::{Job, Schedule, Taken, Worker};

use super::{ask, jobs};
use crate::support::TestApp;

/// Tells when it begins, and ends when it is let.
struct Wait {
    begun: mpsc::UnboundedSender<String>,
    let_end: Arc<Semaphore>,
}

#[async_trait]
impl Job for Wait {
    const KIND: &'static str = "test.wait";

    fn schedule(&self) -> Schedule {
        Schedule::Queued
    }

    async fn run(&self, _: &App, taken: &Taken) -> Result<(), ApiError> {
        self.begun.send(taken.row().key.clone()).unwrap();
        self.let_end.acquire().await.unwrap().forget();
        Ok(())
    }
}

#[tokio::test]
async fn a_server_does_what_is_queued_some_at_once_and_finishes_before_it_stops() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let (begun, mut has_begun) = mpsc::unbounded_channel();
    let let_end = Arc::new(Semaphore::new(0));
    let registry = Registry::default().job(Wait {
        begun,
        let_end: let_end.clone(),
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = Worker::new(app.app.clone(), registry);
    let running = tokio::spawn(worker.run(async { stopped.await.unwrap() }));
    let mut next = async || {
        let next = timeout(Duration::from_secs(30), has_begun.recv()).await;
        next.unwrap().unwrap()
    };

    // It is woken by what is queued, and does four at once.
    ask::<Wait>(&app, &bijiang, &["1", "2", "3", "4", "5", "6"]).await;
    let mut first = [next().await, next().await, next().await, next().await];
    first.sort();
    let states = async || -> Vec<JobState> {
        let jobs = jobs::<Wait>(&app).await;
        jobs.into_iter().map(|job| job.state).collect()
    };
    let running_now = |states: &[JobState]| {
        let is_running = |state: &&JobState| **state == JobState::Running;
        states.iter().filter(is_running).count()
    };
    assert_eq!(running_now(&states().await), 4);
    // One ends and another begins.
    let_end.add_permits(1);
    next().await;

    stop.send(()).unwrap();
    let_end.add_permits(10);
    timeout(Duration::from_secs(30), running)
        .await
        .unwrap()
        .unwrap();
    let states = states().await;
    let done = states.iter().filter(|state| **state == JobState::Done);
    assert!(done.count() >= 5, "what it had begun is done: {states:?}");
    assert_eq!(running_now(&states), 0);
}
