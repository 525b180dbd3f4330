//! A number that is taken when a change begins, and a number that is taken when it is saved.
//!
//! Two changes overlap: the first takes its number first and commits last, and a reader that pages
//! by number looks in between. The order is laid down by channels and not left to chance. It is a
//! story about PostgreSQL; on SQLite there is one writer, nothing overlaps, and both ways are good.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use entity::ledger::feed;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, Statement, TransactionTrait,
};
use tokio::sync::oneshot;
use uuid::Uuid;
use xunfang::auth::Viewer;
use xunfang::database::{Write, sequence};

use crate::support::{Community, TestApp};
use crate::sync::Store;
use crate::sync::push::opening;

/// Whether changes can overlap here: not with one writer, nor with one connection.
fn overlaps(app: &TestApp) -> bool {
    app.app.db().is_postgres() && app.app.db().readers() > 1
}

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
}

/// What a reader at `cursor` gets, and where it stands then.
async fn page(db: &DatabaseConnection, cursor: &mut i64) -> usize {
    let sql = format!("SELECT seq FROM scratch WHERE seq > {cursor} ORDER BY seq");
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = Row::find_by_statement(statement).all(db).await.unwrap();
    *cursor = rows.last().map_or(*cursor, |row| row.seq);
    rows.len()
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "the naive way opens its changes by itself"
)]
async fn a_number_taken_when_a_change_begins_loses_rows() {
    let app = TestApp::start().await;
    let db = app.app.db().writer();
    if !overlaps(&app) {
        return;
    }
    for way in [
        "nextval('scratch_seq')",
        "(SELECT coalesce(max(seq), 0) + 1 FROM taken)",
    ] {
        let prepare = "DROP TABLE IF EXISTS scratch; DROP TABLE IF EXISTS taken;
            DROP SEQUENCE IF EXISTS scratch_seq; CREATE SEQUENCE scratch_seq;
            CREATE TABLE taken (seq bigint); CREATE TABLE scratch (seq bigint)";
        db.execute_unprepared(prepare).await.unwrap();
        let take = async || {
            let sql = format!("INSERT INTO taken SELECT {way} RETURNING seq");
            let statement = Statement::from_string(db.get_database_backend(), sql);
            Row::find_by_statement(statement)
                .one(db)
                .await
                .unwrap()
                .unwrap()
                .seq
        };
        let insert = |seq: i64| format!("INSERT INTO scratch VALUES ({seq})");

        let slow = db.begin().await.unwrap();
        slow.execute_unprepared(&insert(take().await))
            .await
            .unwrap();
        let quick = db.begin().await.unwrap();
        quick
            .execute_unprepared(&insert(take().await))
            .await
            .unwrap();
        quick.commit().await.unwrap();
        let mut cursor = 0;
        let mut read = page(db, &mut cursor).await;
        slow.commit().await.unwrap();
        read += page(db, &mut cursor).await;
        assert_eq!(page(db, &mut 0).await, 2, "both were committed");
        assert_eq!(read, 1, "{way}: one was never read");
    }
}

/// The roots that the office gets from the feed past `cursor`, and where it stands then.
async fn news(app: &TestApp, community: &Community, cursor: &mut i64) -> Vec<Uuid> {
    let db = app.app.db().reader();
    let realm = Uuid::from(community.id);
    let head = sequence::head(db, realm).await.unwrap();
    let entries = feed::Entity::find()
        .filter(feed::Column::Realm.eq(realm))
        .filter(feed::Column::RootKind.eq("ticket"))
        .filter(feed::Column::Audience.eq("office"))
        .filter(feed::Column::Seq.gt(*cursor))
        .filter(feed::Column::Seq.lte(head))
        .order_by_asc(feed::Column::Seq)
        .all(db)
        .await
        .unwrap();
    *cursor = head;
    // Several audiences may be told of one root.
    let mut roots: Vec<_> = entries.into_iter().map(|entry| entry.root_id).collect();
    roots.dedup();
    roots
}

#[tokio::test]
async fn a_number_taken_when_a_change_is_saved_loses_none() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    for number in 1..=2 {
        let id = format!("m{number}");
        phone
            .results(vec![opening(&id, Uuid::from_u128(number), &bijiang)])
            .await;
    }
    let mut store = phone.first_sync().await;
    let mut cursor = 0;
    news(&app, &bijiang, &mut cursor).await;
    if !overlaps(&app) {
        return;
    }

    // The slow change begins and stages its row, then waits until the quick one is saved and read.
    let (staged, is_staged) = oneshot::channel();
    let (read, is_read) = oneshot::channel();
    let (staged, is_read) = (take_once(staged), take_once(is_read));
    let slow = async {
        let change = async |write: &mut Write| {
            edit(write, 1).await?;
            staged.lock().await.take().unwrap().send(()).unwrap();
            is_read.lock().await.take().unwrap().await.unwrap();
            Ok(())
        };
        let actor = Viewer::system().actor();
        app.app.write(&actor, "slow", change).await.unwrap();
    };
    let quick = async {
        is_staged.await.unwrap();
        let change = async |write: &mut Write| edit(write, 2).await;
        let actor = Viewer::system().actor();
        app.app.write(&actor, "quick", change).await.unwrap();
        let seen = news(&app, &bijiang, &mut cursor).await;
        let mut store: Store = std::mem::take(&mut store);
        phone.pull_into(&mut store, 1).await;
        read.send(()).unwrap();
        (seen, cursor, store)
    };
    let ((), (seen, mut cursor, mut store)) = tokio::join!(slow, quick);
    assert_eq!(
        seen,
        [Uuid::from_u128(2)],
        "the slow change is not saved yet"
    );
    assert_eq!(
        news(&app, &bijiang, &mut cursor).await,
        [Uuid::from_u128(1)],
        "nothing is lost"
    );
    let id = |number| Uuid::from_u128(number).to_string();
    assert_eq!(store.get("ticket", &id(2)).unwrap()["summary"], "改");
    assert_ne!(store.get("ticket", &id(1)).unwrap()["summary"], "改");
    phone.pull_into(&mut store, 1).await;
    assert_eq!(store.get("ticket", &id(1)).unwrap()["summary"], "改");
    app.wait(TimeDelta::minutes(1));
    assert_eq!(store.records, phone.first_sync().await.records);
}

/// A change may be run again, a channel is used once.
fn take_once<T>(value: T) -> tokio::sync::Mutex<Option<T>> {
    tokio::sync::Mutex::new(Some(value))
}

async fn edit(write: &mut Write, number: u128) -> Result<(), xunfang::error::ApiError> {
    use entity::tickets::ticket::Model;
    let id = Uuid::from_u128(number);
    write.load::<Model>([id]).await?;
    write.update::<Model>(id, |row| "改".clone_into(&mut row.summary))
}

/// What is edited, or told of an edit, on every round.
const BUSY: [&str; 6] = [
    "ticket",
    "patrol_task",
    "visit",
    "handover",
    "duty",
    "party",
];

#[derive(FromQueryResult)]
struct Indexed {
    definition: String,
}

// Every edit moves the number: with it in an index, PostgreSQL writes to all indexes of the table.
#[tokio::test]
async fn the_number_of_what_is_edited_stands_in_no_index() {
    let app = TestApp::start().await;
    let db = app.app.db().reader();
    for table in BUSY {
        let sql = if app.app.db().is_postgres() {
            format!("SELECT indexdef AS definition FROM pg_indexes WHERE tablename = '{table}'")
        } else {
            format!(
                "SELECT sql AS definition FROM sqlite_master
                WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL"
            )
        };
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let indexes = Indexed::find_by_statement(statement).all(db).await.unwrap();
        assert!(!indexes.is_empty(), "{table}");
        for Indexed { definition } in indexes {
            let (_, columns) = definition.split_once('(').unwrap();
            assert!(!columns.contains("seq"), "{definition}");
        }
    }
}
