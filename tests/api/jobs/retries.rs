//! What becomes of a job that does not succeed.

use async_trait::async_trait;
use chrono::TimeDelta;
use entity::jobs::JobState;
use xunfang::app::App;
use xunfang::error::ApiError;
use xunfang::jobs::plan::{Planned, plan};
use xunfang::jobs::registry::Registry;
use xunfang::jobs::{Job, MOST_ATTEMPTS, Schedule, Taken, Worker};

use super::{LeaveZone, ask, job, jobs, worker};
use crate::support::TestApp;

/// Fails until its attempt has this number.
struct Stumble(i32);

#[async_trait]
impl Job for Stumble {
    const KIND: &'static str = "test.stumble";

    fn schedule(&self) -> Schedule {
        Schedule::Hourly
    }

    async fn run(&self, _: &App, taken: &Taken) -> Result<(), ApiError> {
        if taken.row().attempts < self.0 {
            Err(ApiError::internal("the phone of 王 is 13000001111"))
        } else {
            Ok(())
        }
    }
}

fn stumbling(app: &TestApp, until: i32) -> (Worker, Registry) {
    let registry = Registry::default().job(Stumble(until));
    (Worker::new(app.app.clone(), registry.clone()), registry)
}

#[tokio::test]
async fn what_fails_is_tried_again_after_a_while() {
    let app = TestApp::start().await;
    let (worker, registry) = stumbling(&app, 3);
    let mut planned = Planned::default();
    plan(&app.app, &registry, &mut planned).await.unwrap();
    for (attempt, least) in [(1, 30), (2, 60)] {
        assert_eq!(worker.work_off().await.unwrap(), 1);
        let failed = job::<Stumble>(&app).await;
        assert_eq!(
            (failed.state, failed.attempts),
            (JobState::Waiting, attempt)
        );
        assert!(failed.lease_until.is_none());
        let wait = failed.due_at - app.app.clock().now();
        assert!(wait >= TimeDelta::seconds(least) && wait < TimeDelta::seconds(2 * least));
        app.wait(wait - TimeDelta::milliseconds(1));
        assert_eq!(worker.work_off().await.unwrap(), 0);
        app.wait(TimeDelta::milliseconds(1));
    }
    assert_eq!(worker.work_off().await.unwrap(), 1);
    let done = job::<Stumble>(&app).await;
    assert_eq!((done.state, done.attempts), (JobState::Done, 3));
    assert_eq!(done.last_code.as_deref(), Some("INTERNAL"));
}

#[tokio::test]
async fn what_fails_too_often_is_given_up_until_its_next_turn() {
    let app = TestApp::start().await;
    let (worker, registry) = stumbling(&app, i32::MAX);
    let mut planned = Planned::default();
    plan(&app.app, &registry, &mut planned).await.unwrap();
    let begun = app.app.clock().now();
    for _ in 0..MOST_ATTEMPTS {
        assert_eq!(worker.work_off().await.unwrap(), 1);
        app.wait(job::<Stumble>(&app).await.due_at - app.app.clock().now());
    }
    let tried_for = app.app.clock().now() - begun;
    assert!(tried_for > TimeDelta::minutes(60) && tried_for < TimeDelta::minutes(80));
    app.wait(TimeDelta::days(1));
    assert_eq!(worker.work_off().await.unwrap(), 0);
    let given_up = job::<Stumble>(&app).await;
    assert_eq!(
        (given_up.state, given_up.attempts),
        (JobState::Failed, MOST_ATTEMPTS)
    );
    assert!(given_up.finished_at.is_some());
    // What went wrong inside is for the log: it may name people.
    let cause = given_up.last_error.unwrap();
    assert_eq!(cause, "something went wrong on the server");

    plan(&app.app, &registry, &mut planned).await.unwrap();
    assert_eq!(worker.work_off().await.unwrap(), 1);
    let states = jobs::<Stumble>(&app).await.into_iter().map(|job| job.state);
    assert_eq!(
        states.collect::<Vec<_>>(),
        [JobState::Failed, JobState::Waiting]
    );
}

#[tokio::test]
async fn a_job_by_which_its_process_dies_is_given_up() {
    let app = TestApp::start().await;
    ask::<LeaveZone>(&app, &app.community("bijiang").await, &["a"]).await;
    for _ in 0..MOST_ATTEMPTS {
        assert!(worker(&app.app).take().await.unwrap().is_some());
        app.wait(TimeDelta::seconds(60));
    }
    assert_eq!(worker(&app.app).work_off().await.unwrap(), 1);
    let given_up = job::<LeaveZone>(&app).await;
    assert_eq!(given_up.state, JobState::Failed);
    assert_eq!(given_up.last_code.as_deref(), Some("JOB_LEASE_LOST"));
    assert!(super::zones(&app).await.is_empty());
}

/// Panics.
struct Panic;

#[async_trait]
impl Job for Panic {
    const KIND: &'static str = "test.panic";

    fn schedule(&self) -> Schedule {
        Schedule::Queued
    }

    async fn run(&self, _: &App, _: &Taken) -> Result<(), ApiError> {
        panic!("this is part of the test")
    }
}

#[tokio::test]
async fn a_job_that_panics_has_failed_like_any_other() {
    let app = TestApp::start().await;
    ask::<Panic>(&app, &app.community("bijiang").await, &["a"]).await;
    let worker = Worker::new(app.app.clone(), Registry::default().job(Panic));
    assert_eq!(worker.work_off().await.unwrap(), 1);
    let job = job::<Panic>(&app).await;
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 1));
}
