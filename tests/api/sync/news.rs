//! Several processes on one database.

use entity::kinds::PostKind;
use uuid::Uuid;
use xunfang::database::Audience;
use xunfang::database::unusable::OpenError;

use super::push::opening;
use crate::support::{TestApp, TestDatabase};

#[tokio::test]
async fn what_one_process_saves_is_told_in_the_other_and_sqlite_takes_but_one() {
    let app = TestApp::start().await;
    let other = match app.second_process().await {
        Err(OpenError::InUse(_)) if !app.app.db().is_postgres() => return,
        other => other.unwrap(),
    };
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let (one, two) = (app.app.clone(), other.clone());

    // What is saved before the other process looks for the first time is news to those who listen already,
    // and nobody tells it.
    let mut news = other.news();
    phone
        .push(vec![opening("m1", Uuid::from_u128(7), &bijiang)])
        .await
        .data("syncPush");
    tokio::spawn(async move { two.share_news().await });
    let heard = async {
        loop {
            let saved = news.recv().await.unwrap();
            if saved.heads.contains_key(&bijiang.id.into()) {
                return saved;
            }
        }
    };
    let patience = std::time::Duration::from_secs(30);
    let saved = tokio::time::timeout(patience, heard).await.unwrap();
    assert!(saved.is_elsewhere);
    let office = (bijiang.id.into(), Audience::Office);
    assert!(saved.audiences.contains(&office) || saved.anybody.contains(&bijiang.id.into()));
    tokio::spawn(async move { one.share_news().await });
    tokio::task::yield_now().await;

    // The other process listens by now, and hears whose reach a new post may change, and enough of the
    // change to give it to its own listeners without a look at the feed.
    let guard = app.staff("zhang", PostKind::SecurityGuard);
    let guard = guard.at(&bijiang).await;
    let heard = async {
        loop {
            let saved = news.recv().await.unwrap();
            if saved.kinds.contains("staff_member") {
                return saved;
            }
        }
    };
    let posted = tokio::time::timeout(patience, heard).await.unwrap();
    assert_eq!(posted.accounts.len(), 1);
    let touched: Vec<_> = posted
        .touched
        .iter()
        .flatten()
        .map(|root| (&*root.kind, root.id))
        .collect();
    assert!(
        touched.contains(&("staff_member", guard.id.into())),
        "{touched:?}"
    );
    // Commits of a few milliseconds come together: the last span is the post's.
    let realm = Uuid::from(bijiang.id);
    let mut spans = posted.spans.iter().filter(|span| span.realm == realm);
    let last = spans.next_back().unwrap();
    let reached = posted.heads.get(&realm);
    assert_eq!((Some(&last.until), last.after + 1), (reached, last.until));
}

#[tokio::test]
async fn two_processes_may_start_on_an_empty_postgresql_at_once() {
    // SQLite takes but one process, which the test above shows.
    let Some(empty) = TestDatabase::empty_postgres().await else {
        return;
    };
    let (one, two) = tokio::join!(empty.try_open(), empty.try_open());
    one.unwrap().close().await.unwrap();
    two.unwrap().close().await.unwrap();
}
