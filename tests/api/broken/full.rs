//! A disk that is full, at every page of a change. `SQLite` only.

use chrono::TimeDelta;
use entity::estate::zone;
use entity::households::party;
use entity::ids::ZoneId;
use entity::jobs::JobState;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, Statement};
use xunfang::auth::Viewer;
use xunfang::database::{Database, Write};
use xunfang::error::{ApiError, Coded as _, ErrorCode};
use xunfang::import::{Lists, import_estate};

use super::{
    at_work, nothing_is_quarantined, open_at_desk, pushed, sessions_of, tickets, tickets_called,
    tickets_there, zones_named,
};
use crate::jobs::{LeaveZone, ask, jobs, worker};
use crate::support::{Community, PASSWORD, TestApp};

/// Lets the database grow by so many pages and no further.
async fn leave_room(app: &TestApp, pages: u32) {
    let db = app.app.db().writer();
    let ask = Statement::from_string(db.get_database_backend(), "PRAGMA page_count");
    let count = db.query_one_raw(ask).await.unwrap().unwrap();
    let count: u32 = count.try_get_by_index(0).unwrap();
    let limit = format!("PRAGMA max_page_count = {}", count + pages);
    db.execute_unprepared(&limit).await.unwrap();
}

/// There is room again.
async fn make_room(app: &TestApp) {
    let db = app.app.db().writer();
    db.execute_unprepared("PRAGMA max_page_count = 1000000")
        .await
        .unwrap();
}

/// A connection of somebody else, who sees what is committed and nothing else.
async fn other(app: &TestApp) -> Database {
    Database::open_read_only(app.app.db().url()).await.unwrap()
}

/// Does something on a disk that is full ever a page later, until it has failed often enough and gone
/// well at least once. What is acknowledged is there, what is refused is not; once there is room the very
/// same is done, and the server is ready.
async fn at_every_page(
    app: &TestApp,
    failures: u32,
    act: impl AsyncFn(u32) -> Result<(), String>,
    is_there: impl AsyncFn(&Database, u32) -> bool,
) {
    let (mut failed, mut done) = (0, 0);
    for n in 0..1_000 {
        if failed >= failures && done > 0 {
            return;
        }
        leave_room(app, n % 40).await;
        let acted = act(n).await;
        assert_eq!(is_there(&other(app).await, n).await, acted.is_ok(), "{n}");
        match acted {
            Ok(()) => done += 1,
            Err(code) => {
                assert_eq!(code, "OVERLOADED", "{n}");
                make_room(app).await;
                assert_eq!(act(n).await, Ok(()), "{n}");
                assert!(is_there(&other(app).await, n).await, "{n}");
                assert!(app.app.is_ready().await, "{n}");
                failed += 1;
            }
        }
    }
    panic!("{failed} failed and {done} went well");
}

#[tokio::test]
async fn what_is_pushed_to_a_full_disk_is_acknowledged_when_it_is_there() {
    let Some((app, bijiang)) = at_work(false).await else {
        return;
    };
    let phone = app.sign_in("li", "d1").await;
    at_every_page(
        &app,
        10,
        async |n| pushed(&phone.push(tickets(n, &bijiang)).await),
        async |db, n| match tickets_there(db.reader(), n).await {
            (5, 5) => true,
            (0, 0) => false,
            half => panic!("{n}: {half:?}"),
        },
    )
    .await;
    nothing_is_quarantined(&app).await;
}

#[tokio::test]
async fn the_desk_on_a_full_disk_is_told_to_come_back() {
    let Some((app, bijiang)) = at_work(false).await else {
        return;
    };
    let phone = app.sign_in("li", "d1").await;
    let summary = |n: u32| format!("{n} {}", "漏".repeat(90));
    at_every_page(
        &app,
        5,
        async |n| {
            let answer = open_at_desk(&phone, &bijiang, &summary(n)).await;
            let code = answer.code().to_owned();
            if code.is_empty() { Ok(()) } else { Err(code) }
        },
        async |_, n| tickets_called(&app, &summary(n)).await == 1,
    )
    .await;
}

#[tokio::test]
async fn who_signs_in_on_a_full_disk_is_in_or_is_told_to_come_back() {
    let app = TestApp::with(|settings| settings.sign_in.attempts = 10_000).await;
    if app.app.db().is_postgres() {
        return;
    }
    app.account("li").await;
    at_every_page(
        &app,
        3,
        async |n| {
            let answer = app.try_sign_in("li", PASSWORD, &format!("d{n}")).await;
            let code = answer.code().to_owned();
            if !code.is_empty() {
                return Err(code);
            }
            let phone = app.stranger().holding(&answer, "signIn");
            phone.session_id().await;
            Ok(())
        },
        async |db, n| sessions_of(db.reader(), &format!("d{n}")).await == 1,
    )
    .await;
}

#[tokio::test]
async fn a_job_on_a_full_disk_is_done_once_there_is_room() {
    let app = TestApp::start().await;
    if app.app.db().is_postgres() {
        return;
    }
    let bijiang = app.community("bijiang").await;
    let worker = worker(&app.app);
    let key = |n: u32| format!("{n} {}", "苑".repeat(300));
    at_every_page(
        &app,
        5,
        async |n| {
            if !jobs::<LeaveZone>(&app)
                .await
                .iter()
                .any(|it| it.key == key(n))
            {
                make_room(&app).await;
                ask::<LeaveZone>(&app, &bijiang, &[&key(n)]).await;
                leave_room(&app, n % 3).await;
            }
            app.wait(TimeDelta::hours(2));
            let outcome = worker.work_off().await;
            let jobs = jobs::<LeaveZone>(&app).await;
            let job = jobs.into_iter().find(|it| it.key == key(n)).unwrap();
            match outcome {
                Err(error) => Err(error.code().as_str().to_owned()),
                Ok(_) if job.state == JobState::Done => Ok(()),
                Ok(_) => Err(job
                    .last_code
                    .unwrap_or(ErrorCode::OVERLOADED.as_str().into())),
            }
        },
        async |db, n| zones_named(db.reader(), &key(n)).await == 1,
    )
    .await;
}

#[tokio::test]
async fn an_import_into_a_full_disk_takes_all_or_nothing() {
    let app = TestApp::start().await;
    if app.app.db().is_postgres() {
        return;
    }
    let (units, parties) = (
        &include_bytes!("../../data/estate/units.csv")[..],
        &include_bytes!("../../data/estate/parties.csv")[..],
    );
    let lists = Lists {
        community: "碧江花园",
        code: Some("bijiang"),
        units: Some(units),
        parties: Some(parties),
        workbook: None,
        may_be_new: true,
        dry_run: false,
    };
    let mut failed = 0;
    for pages in (0..).map(|n| n * 7) {
        leave_room(&app, pages).await;
        let there = |db: Database| async move { party::Entity::find().count(db.reader()).await };
        match import_estate(&app.app, lists).await {
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::OVERLOADED, "{}", error.causes());
                assert_eq!(there(other(&app).await).await.unwrap(), 0);
                failed += 1;
            }
            Ok(report) => {
                assert!(report.is_imported());
                let created = report.parties.unwrap().created as u64;
                assert_eq!(there(other(&app).await).await.unwrap(), created);
                break;
            }
        }
    }
    assert!(failed > 2, "{failed}");
}

#[tokio::test]
async fn a_statement_that_fails_is_the_last_of_its_change() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let swallow = async |write: &mut Write| {
        let failed = write
            .connection()
            .execute_unprepared("SELECT nothing")
            .await;
        assert!(failed.is_err());
        leave_zone(write, &bijiang)
    };
    let actor = Viewer::system().actor();
    let swallowed = app.app.write(&actor, "swallow an error", swallow).await;
    assert!(swallowed.is_err());
    assert_eq!(zones_named(app.app.db().reader(), "after").await, 0);
    app.account("li").await;
    app.sign_in("li", "d1").await;
}

fn leave_zone(write: &mut Write, at: &Community) -> Result<(), ApiError> {
    write.insert(zone::Model {
        id: ZoneId(write.new_id()),
        community_id: at.id,
        name: "after".to_owned(),
        seq: 0,
        created_at: write.now(),
        updated_at: write.now(),
        deleted_at: None,
    })
}
