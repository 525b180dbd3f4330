//! Who may do a job, and who no longer.

use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use entity::estate::zone;
use entity::jobs::JobState;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::oneshot;
use xunfang::app::App;
use xunfang::database::Write;
use xunfang::error::{ApiError, ErrorCode};
use xunfang::jobs::registry::Registry;
use xunfang::jobs::{Job, Schedule, Taken, Worker};

use super::{LeaveZone, ask, job, jobs, leave_zone, worker, zones};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_do_each_of_200_jobs_exactly_once() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let keys: Vec<String> = (0..200).map(|number| format!("{number:03}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    ask::<LeaveZone>(&app, &bijiang, &keys).await;

    // SQLite takes one process; there the two workers share it.
    let other = app.second_process().await.unwrap_or(app.app.clone());
    let (one, two) = (worker(&app.app), worker(&other));
    let taking = [&one, &two, &one, &two].map(|worker| {
        let worker = worker.clone();
        tokio::spawn(async move { worker.work_off().await.unwrap() })
    });
    let mut attempts = 0;
    for taking in taking {
        attempts += taking.await.unwrap();
    }
    assert_eq!(attempts, 200);
    assert_eq!(zones(&app).await, keys);
    for job in jobs::<LeaveZone>(&app).await {
        let (state, attempts) = (job.state, job.attempts);
        assert_eq!((state, attempts), (JobState::Done, 1), "{}", job.key);
        assert!(job.finished_at.is_some() && job.lease_until.is_none());
    }
}

/// Looks for work until it finds one: the database lets go of what a dead worker had locked when it
/// learns of its death, and until then passes over it.
async fn takes_over(worker: &Worker) {
    let looking = async {
        while worker.work_off().await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    };
    let found = tokio::time::timeout(Duration::from_mins(1), looking).await;
    found.expect("somebody takes it over");
}

#[tokio::test]
async fn a_worker_that_dies_before_its_change_is_saved_leaves_nothing() {
    let app = TestApp::start().await;
    ask::<LeaveZone>(&app, &app.community("bijiang").await, &["a"]).await;
    let (one, two) = (worker(&app.app), worker(&app.app));
    let taken = one.take().await.unwrap().unwrap();
    {
        let (begun, has_begun) = oneshot::channel::<()>();
        let begun = std::sync::Arc::new(std::sync::Mutex::new(Some(begun)));
        let (taken, begun) = (&taken, &begun);
        let change = async move |write: &mut Write| {
            leave_zone(write, taken)?;
            let begun = begun.lock().unwrap().take();
            begun.unwrap().send(()).unwrap();
            std::future::pending().await
        };
        let dying = taken.finish::<()>(&app.app, "leave a zone", change);
        tokio::select! {
            _ = dying => unreachable!(),
            _ = has_begun => {}
        }
    }
    assert_eq!(
        two.work_off().await.unwrap(),
        0,
        "its lease has not run out"
    );
    app.wait(TimeDelta::seconds(61));
    takes_over(&two).await;
    assert_eq!(zones(&app).await, ["a"]);
    let job = job::<LeaveZone>(&app).await;
    assert_eq!((job.state, job.attempts), (JobState::Done, 2));
}

/// Leaves its zone in a step of its own, unless it is there, and dies after it at the first attempt.
struct DieAfterStep;

#[async_trait]
impl Job for DieAfterStep {
    const KIND: &'static str = "test.die_after_step";

    fn schedule(&self) -> Schedule {
        Schedule::Queued
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let leave = async |write: &mut Write| {
            let found = zone::Entity::find()
                .filter(zone::Column::Name.eq(taken.row().key.clone()))
                .one(write.connection())
                .await?;
            match found {
                None => leave_zone(write, taken),
                Some(_) => Ok(()),
            }
        };
        taken.step(app, "leave a zone", leave).await?;
        if taken.row().attempts == 1 {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_worker_that_dies_after_its_effects_is_replaced_and_they_are_there_once() {
    let app = TestApp::start().await;
    ask::<DieAfterStep>(&app, &app.community("bijiang").await, &["a"]).await;
    let worker = || Worker::new(app.app.clone(), Registry::default().job(DieAfterStep));
    let (one, two) = (worker(), worker());
    let taken = one.take().await.unwrap().unwrap();
    let mut news = app.app.news();
    tokio::select! {
        () = one.attempt(taken) => unreachable!(),
        // The step is saved; the worker dies.
        saved = news.recv() => drop(saved.unwrap()),
    }
    assert_eq!(zones(&app).await, ["a"]);
    assert_eq!(two.work_off().await.unwrap(), 0);
    app.wait(TimeDelta::seconds(61));
    takes_over(&two).await;
    assert_eq!(zones(&app).await, ["a"]);
    let job = job::<DieAfterStep>(&app).await;
    assert_eq!((job.state, job.attempts), (JobState::Done, 2));
}

#[tokio::test]
async fn who_lost_his_lease_can_write_no_more() {
    let app = TestApp::start().await;
    ask::<LeaveZone>(&app, &app.community("bijiang").await, &["a"]).await;
    let one = worker(&app.app);
    let first = one.take().await.unwrap().unwrap();
    app.wait(TimeDelta::seconds(60));
    // Another worker, and then the very same one: the number of the attempt tells them apart.
    let second = worker(&app.app).take().await.unwrap().unwrap();
    app.wait(TimeDelta::seconds(60));
    let third = one.take().await.unwrap().unwrap();
    assert_eq!(third.row().attempts, 3);

    for late in [&first, &second] {
        let leave = async |write: &mut Write| leave_zone(write, late);
        let refusals = [
            late.finish(&app.app, "leave a zone", leave).await,
            late.step(&app.app, "leave a zone", leave).await,
            late.complete(&app.app).await,
            late.fail(&app.app, &ApiError::forbidden()).await.map(drop),
        ];
        for refused in refusals {
            let code = refused.unwrap_err().code();
            assert_eq!(code, ErrorCode::JOB_LEASE_LOST);
        }
        assert!(!late.renew(&app.app).await.unwrap());
    }
    assert!(zones(&app).await.is_empty());

    let leave = async |write: &mut Write| leave_zone(write, &third);
    third.finish(&app.app, "leave a zone", leave).await.unwrap();
    let again = third.finish(&app.app, "leave a zone", leave).await;
    assert_eq!(again.unwrap_err().code(), ErrorCode::JOB_LEASE_LOST);
    assert_eq!(zones(&app).await, ["a"]);
}

#[tokio::test]
async fn a_lease_that_is_renewed_is_not_taken_over() {
    let app = TestApp::start().await;
    ask::<LeaveZone>(&app, &app.community("bijiang").await, &["a"]).await;
    let taken = worker(&app.app).take().await.unwrap().unwrap();
    let other = worker(&app.app);
    for _ in 0..5 {
        app.wait(TimeDelta::seconds(59));
        assert!(other.take().await.unwrap().is_none());
        assert!(taken.renew(&app.app).await.unwrap());
    }
    app.wait(TimeDelta::seconds(59));
    // A step renews it too.
    let step = async |_: &mut Write| Ok(());
    taken.step(&app.app, "look", step).await.unwrap();
    app.wait(TimeDelta::seconds(59));
    assert!(other.take().await.unwrap().is_none());
    app.wait(TimeDelta::seconds(1));
    assert!(other.take().await.unwrap().is_some());
}

#[tokio::test]
async fn what_this_server_does_not_know_is_left_to_a_newer_one() {
    let app = TestApp::start().await;
    ask::<LeaveZone>(&app, &app.community("bijiang").await, &["a"]).await;
    let older = Worker::new(app.app.clone(), Registry::default());
    assert!(older.take().await.unwrap().is_none());
    assert!(worker(&app.app).take().await.unwrap().is_some());
}
