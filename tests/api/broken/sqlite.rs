//! What `SQLite` breaks off in the middle of a change: it is interrupted, has no memory left, or meets a page
//! that is damaged.

use std::os::unix::fs::FileExt as _;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::sqlx::{self, Connection as _, Executor as _, SqliteConnection};
use sea_orm::{ConnectionTrait, Statement};
use xunfang::database::Database;

use super::{
    at_work, nothing_is_quarantined, open_at_desk, pushed, tickets, tickets_called, tickets_there,
};
use crate::support::TestApp;

/// Has what is written interrupted the `look`-th time that it is looked at, which is once in so many
/// steps of a statement; and each later time too, if it goes on. Tells whether it came to that.
async fn interrupt(app: &TestApp, steps: i32, mut look: u32, goes_on: bool) -> Arc<AtomicBool> {
    let is_hit = Arc::new(AtomicBool::new(false));
    let hit = is_hit.clone();
    let pool = app.app.db().writer().get_sqlite_connection_pool();
    let mut connection = pool.acquire().await.unwrap();
    let mut connection = connection.lock_handle().await.unwrap();
    connection.set_progress_handler(steps, move || {
        let is_over = look == 0 && !goes_on;
        look = look.saturating_sub(1);
        let breaks_off = look == 0 && !is_over;
        hit.fetch_or(breaks_off, Ordering::SeqCst);
        !breaks_off
    });
    is_hit
}

/// Nothing is interrupted any more.
async fn let_be(app: &TestApp) {
    let pool = app.app.db().writer().get_sqlite_connection_pool();
    let mut connection = pool.acquire().await.unwrap();
    let mut connection = connection.lock_handle().await.unwrap();
    connection.remove_progress_handler();
}

#[tokio::test]
async fn a_push_is_applied_once_wherever_it_is_interrupted() {
    let Some((app, bijiang)) = at_work(false).await else {
        return;
    };
    let phone = app.sign_in("li", "d1").await;
    let mut interrupted = 0;
    for n in 1.. {
        let is_hit = interrupt(&app, 50, n, false).await;
        let acted = pushed(&phone.push(tickets(n, &bijiang)).await);
        assert_eq!(acted, Ok(()), "{n}");
        let_be(&app).await;
        assert_eq!(tickets_there(app.app.db().reader(), n).await, (5, 5), "{n}");
        if !is_hit.load(Ordering::SeqCst) {
            break;
        }
        interrupted += 1;
    }
    assert!(interrupted > 10, "{interrupted}");
    nothing_is_quarantined(&app).await;
}

#[tokio::test]
async fn who_is_interrupted_again_and_again_is_asked_to_come_back() {
    let Some((app, bijiang)) = at_work(false).await else {
        return;
    };
    let phone = app.sign_in("li", "d1").await;
    let is_hit = interrupt(&app, 10, 1, true).await;
    let acted = pushed(&phone.push(tickets(1, &bijiang)).await);
    assert!(is_hit.load(Ordering::SeqCst));
    assert_eq!(acted, Err("OVERLOADED".to_owned()));
    let asked = open_at_desk(&phone, &bijiang, "漏水").await;
    assert_eq!(asked.code(), "OVERLOADED", "{:#}", asked.0);
    let_be(&app).await;
    assert_eq!(tickets_there(app.app.db().reader(), 1).await, (0, 0));
    assert_eq!(tickets_called(&app, "漏水").await, 0);
    assert_eq!(pushed(&phone.push(tickets(1, &bijiang)).await), Ok(()));
    assert_eq!(tickets_there(app.app.db().reader(), 1).await, (5, 5));
    assert!(app.app.is_ready().await);
    nothing_is_quarantined(&app).await;
}

/// Whether this is the process of this test alone; else it is run in one. For what holds for a process.
fn is_alone(test: &str) -> bool {
    const ALONE: &str = "XUNFANG_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", test]).env(ALONE, "1").output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
    false
}

/// Takes memory from `SQLite` until a piece of this size is no longer to be had.
async fn hog(piece: usize) -> Option<SqliteConnection> {
    let mut hog = SqliteConnection::connect("sqlite::memory:").await.ok()?;
    hog.execute("CREATE TABLE hog (piece)").await.ok()?;
    let take = format!("INSERT INTO hog VALUES (zeroblob({piece}))");
    while hog.execute(sqlx::AssertSqlSafe(&*take)).await.is_ok() {}
    Some(hog)
}

#[tokio::test]
async fn who_comes_while_there_is_no_memory_is_asked_to_come_back() {
    const MEMORY: usize = 24 << 20;
    if !is_alone("broken::sqlite::who_comes_while_there_is_no_memory_is_asked_to_come_back") {
        return;
    }
    let Some((app, bijiang)) = at_work(false).await else {
        return;
    };
    let phone = app.sign_in("li", "d1").await;
    let limit = format!("PRAGMA hard_heap_limit = {MEMORY}");
    let db = app.app.db();
    db.writer().execute_unprepared(&limit).await.unwrap();
    let mut outcomes = Vec::new();
    // Not the last kilobyte: where even a value that was read cannot be copied, the driver panics and gives
    // what it has, as if that were all.
    for (n, piece) in (0..).zip([64 << 10, 128 << 10, 256 << 10, 512 << 10, 4 << 20]) {
        let hog = hog(piece).await.unwrap();
        let acted = pushed(&phone.push(tickets(n, &bijiang)).await);
        if let Err(code) = &acted {
            assert_eq!(code, "OVERLOADED", "{piece}");
        }
        drop(hog.close().await);
        let there = tickets_there(db.reader(), n).await;
        let expected = if acted.is_ok() { (5, 5) } else { (0, 0) };
        assert_eq!(there, expected, "{piece}: {acted:?}");
        assert_eq!(pushed(&phone.push(tickets(n, &bijiang)).await), Ok(()));
        assert_eq!(tickets_there(db.reader(), n).await, (5, 5), "{piece}");
        assert!(app.app.is_ready().await, "{piece}");
        outcomes.push(acted);
    }
    let failed = outcomes.iter().filter(|acted| acted.is_err()).count();
    assert!((1..outcomes.len()).contains(&failed), "{outcomes:?}");
    nothing_is_quarantined(&app).await;
}

/// The page of the file at which a table begins, overwritten with what is none; gives what stood there.
async fn damage(app: &TestApp, table: &str) -> Page {
    let other = Database::open_beside(app.app.db().url()).await.unwrap();
    let db = other.writer();
    // Somebody else has written: connections look at the file again.
    let touch = "UPDATE installation SET value = value";
    db.execute_unprepared(touch).await.unwrap();
    let number = async |sql: &str| -> u64 {
        let ask = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(ask).await.unwrap().unwrap();
        u64::try_from(row.try_get_by_index::<i64>(0).unwrap()).unwrap()
    };
    let root = format!("SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
    let (root, size) = (number(&root).await, number("PRAGMA page_size").await);
    assert_eq!(number("PRAGMA wal_checkpoint(TRUNCATE)").await, 0);
    let path = xunfang::database::connect::sqlite_path(app.app.db().url()).unwrap();
    let file = std::fs::File::options().read(true).write(true).open(path);
    let mut page = Page {
        file: file.unwrap(),
        at: (root - 1) * size,
        bytes: vec![0; usize::try_from(size).unwrap()],
    };
    page.file.read_exact_at(&mut page.bytes, page.at).unwrap();
    let nonsense = vec![0xa5; page.bytes.len()];
    page.file.write_all_at(&nonsense, page.at).unwrap();
    page
}

struct Page {
    file: std::fs::File,
    at: u64,
    bytes: Vec<u8>,
}

#[tokio::test]
async fn who_meets_a_damaged_page_is_asked_to_come_back_and_the_server_is_not_ready() {
    let Some((app, bijiang)) = at_work(false).await else {
        return;
    };
    let phone = app.sign_in("li", "d1").await;
    assert_eq!(pushed(&phone.push(tickets(1, &bijiang)).await), Ok(()));
    assert!(app.app.is_ready().await);
    let page = damage(&app, "ticket").await;
    let acted = pushed(&phone.push(tickets(2, &bijiang)).await);
    assert_eq!(acted, Err("OVERLOADED".to_owned()));
    let asked = open_at_desk(&phone, &bijiang, "漏水").await;
    assert_eq!(asked.code(), "OVERLOADED", "{:#}", asked.0);
    // What the rest of the file can still do says nothing of this page.
    assert!(!app.app.is_ready().await);
    assert!(!app.app.is_ready().await);
    app.sign_in("li", "d2").await;

    // A server that is started anew finds what was acknowledged, once the page is right again.
    page.file.write_all_at(&page.bytes, page.at).unwrap();
    let there = Database::open_read_only(app.app.db().url()).await.unwrap();
    assert_eq!(tickets_there(there.reader(), 1).await, (5, 5));
    assert_eq!(tickets_there(there.reader(), 2).await, (0, 0));
    nothing_is_quarantined(&app).await;
    assert!(!app.app.is_ready().await);
}
