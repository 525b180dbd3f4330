//! What `PostgreSQL` does to a change in the middle of it: a statement is cancelled, its backend is ended, it
//! waits for too long, or nobody can say whether it was committed.

use std::pin::pin;

use entity::kinds::PostKind;
use sea_orm::sqlx::{AssertSqlSafe, Executor as _};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::{
    at_work, nothing_is_quarantined, open_at_desk, pushed, sessions_of, tickets, tickets_called,
    tickets_there, zones_named,
};
use crate::jobs::{LeaveZone, ask, worker};
use crate::support::proxy::Lost;
use crate::support::{PASSWORD, TestApp};

/// Another connection to its database, as an administrator has one.
async fn administrator(app: &TestApp) -> DatabaseConnection {
    let mut options = ConnectOptions::new(app.app.db().url());
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}

/// Holds a table back from everybody else, until `COMMIT`.
async fn hold(db: &DatabaseConnection, table: &str) {
    let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
    db.execute_unprepared(&lock).await.unwrap();
}

async fn release(db: &DatabaseConnection) {
    db.execute_unprepared("COMMIT").await.unwrap();
}

/// Waits until somebody waits for a table, and does this to him, as a function of PostgreSQL is called.
async fn to_who_waits(db: &DatabaseConnection, function: &str) {
    let sql = format!(
        "SELECT {function}(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'"
    );
    loop {
        let ask = Statement::from_string(DbBackend::Postgres, &*sql);
        if !db.query_all_raw(ask).await.unwrap().is_empty() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_push_is_applied_once_wherever_it_is_cancelled_or_its_backend_is_ended() {
    let Some((app, bijiang)) = at_work(true).await else {
        return;
    };
    let phone = app.sign_in("li", "d1").await;
    let (holder, looker) = (administrator(&app).await, administrator(&app).await);
    let mut n = 0;
    // In the order in which a push comes to them.
    for table in [
        "session",
        "account",
        "sync_mutation",
        "community",
        "realm",
        "ticket",
        "ticket_event",
        "feed",
        "audit",
    ] {
        for function in ["pg_cancel_backend", "pg_terminate_backend"] {
            n += 1;
            hold(&holder, table).await;
            let mut push = pin!(phone.push(tickets(n, &bijiang)));
            let meanwhile = async {
                // Tried again, it waits again.
                to_who_waits(&looker, function).await;
                to_who_waits(&looker, function).await;
            };
            tokio::select! {
                () = meanwhile => release(&holder).await,
                _ = &mut push => panic!("{table}: nothing waits for it"),
            }
            assert_eq!(pushed(&push.await), Ok(()), "{table} {function}");
            let there = tickets_there(app.app.db().reader(), n).await;
            assert_eq!(there, (5, 5), "{table} {function}");
        }
    }
    nothing_is_quarantined(&app).await;
    assert!(app.app.is_ready().await);
}

/// Sets something on each of its connections.
async fn set_everywhere(app: &TestApp, what: &str) {
    let pool = app.app.db().writer().get_postgres_connection_pool();
    let mut all = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        let mut connection = pool.acquire().await.unwrap();
        connection.execute(AssertSqlSafe(what)).await.unwrap();
        all.push(connection);
    }
}

#[tokio::test]
async fn who_waits_for_too_long_is_asked_to_come_back() {
    let Some((app, bijiang)) = at_work(true).await else {
        return;
    };
    let phone = app.sign_in("li", "d1").await;
    let holder = administrator(&app).await;
    for (n, timeout) in (1..).zip(["statement_timeout", "lock_timeout"]) {
        set_everywhere(&app, &format!("SET {timeout} = '50ms'")).await;
        for table in ["ticket", "audit"] {
            hold(&holder, table).await;
            let acted = pushed(&phone.push(tickets(n, &bijiang)).await);
            assert_eq!(acted, Err("OVERLOADED".to_owned()), "{timeout} {table}");
            release(&holder).await;
            let there = tickets_there(app.app.db().reader(), n).await;
            assert_eq!(there, (0, 0), "{timeout} {table}");
        }
        hold(&holder, "ticket").await;
        let summary = format!("{timeout} 漏水");
        let asked = open_at_desk(&phone, &bijiang, &summary).await;
        assert_eq!(asked.code(), "OVERLOADED", "{timeout}: {:#}", asked.0);
        release(&holder).await;
        assert_eq!(tickets_called(&app, &summary).await, 0, "{timeout}");
        set_everywhere(&app, &format!("RESET {timeout}")).await;
        assert_eq!(pushed(&phone.push(tickets(n, &bijiang)).await), Ok(()));
        let there = tickets_there(app.app.db().reader(), n).await;
        assert_eq!(there, (5, 5), "{timeout}");
        assert!(app.app.is_ready().await, "{timeout}");
    }
    nothing_is_quarantined(&app).await;
}

#[tokio::test]
async fn what_may_have_been_saved_is_looked_for_by_people_and_sent_again_by_phones() {
    let settings = |settings: &mut xunfang::config::Settings| settings.sign_in.attempts = 10_000;
    let Some((app, proxy)) = TestApp::behind_a_proxy(settings).await else {
        return;
    };
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let worker = worker(&app.app);
    for (n, lost) in (1..).zip([Lost::Commit, Lost::AnswerToCommit]) {
        let phone = app.sign_in("li", "d1").await;
        let there = |count: u64| if lost == Lost::Commit { 0 } else { count };

        let summary = format!("{lost:?} 漏水");
        proxy.lose(lost);
        let asked = open_at_desk(&phone, &bijiang, &summary).await;
        proxy.let_pass();
        assert_eq!(asked.code(), "OUTCOME_UNKNOWN", "{:#}", asked.0);
        assert_eq!(tickets_called(&app, &summary).await, there(1), "{lost:?}");

        proxy.lose(lost);
        let acted = pushed(&phone.push(tickets(n, &bijiang)).await);
        proxy.let_pass();
        assert_eq!(acted, Err("OVERLOADED".to_owned()), "{lost:?}");
        let found = tickets_there(app.app.db().reader(), n).await;
        assert_eq!(found, (there(5), there(5)), "{lost:?}");
        assert_eq!(pushed(&phone.push(tickets(n, &bijiang)).await), Ok(()));
        let found = tickets_there(app.app.db().reader(), n).await;
        assert_eq!(found, (5, 5), "{lost:?}");

        let device = format!("{lost:?}");
        proxy.lose(lost);
        let tried = app.try_sign_in("li", PASSWORD, &device).await;
        proxy.let_pass();
        assert_eq!(tried.code(), "OUTCOME_UNKNOWN", "{:#}", tried.0);
        app.sign_in("li", &device).await;
        assert_eq!(sessions_of(app.app.db().reader(), &device).await, 1);

        let key = format!("{lost:?} 苑");
        ask::<LeaveZone>(&app, &bijiang, &[&key]).await;
        proxy.lose(lost);
        assert!(worker.work_off().await.is_err(), "{lost:?}");
        proxy.let_pass();
        app.wait(chrono::TimeDelta::hours(2));
        worker.work_off().await.unwrap();
        let zones = zones_named(app.app.db().reader(), &key).await;
        assert_eq!(zones, 1, "{lost:?}");
        assert!(app.app.is_ready().await, "{lost:?}");
    }
    nothing_is_quarantined(&app).await;
}
