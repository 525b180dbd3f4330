//! A backup is made beside a running server and comes back as a new epoch.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::path::Path;
use std::sync::Arc;

use chrono::DateTime;
use tempfile::TempDir;
use xunfang::clock::{FixedClock, SharedClock};
use xunfang::database::Database;
use xunfang::database::backup::{BackupError, backup, restore};
use xunfang::database::connect::PoolSizes;
use xunfang::database::installation::{epoch, new_epoch};
use xunfang::database::unusable::OpenError;

fn clock() -> SharedClock {
    Arc::new(FixedClock::new(DateTime::UNIX_EPOCH, 1))
}

async fn open(url: &str) -> Database {
    Database::open(url, PoolSizes::default()).await.unwrap()
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_comes_back_as_a_new_epoch_and_what_it_replaced_is_kept() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock());
    let url = format!("sqlite:{}/xunfang.db", folder.path().display());
    let copy = folder.path().join("copy.db");
    let db = open(&url).await;
    let first = epoch(&db, &clock).await.unwrap();
    assert_eq!(epoch(&db, &clock).await.unwrap(), first);

    backup(&url, &copy).await.unwrap();
    let again = backup(&url, &copy).await;
    assert!(matches!(again, Err(BackupError::Exists(_))), "{again:?}");
    let second = new_epoch(&db, &clock).await.unwrap();
    let served = restore(&url, &copy, "now", &clock).await;
    assert!(
        matches!(served, Err(BackupError::Open(OpenError::InUse(_)))),
        "{served:?}"
    );
    db.close().await.unwrap();

    let kept = restore(&url, &copy, "now", &clock).await.unwrap().unwrap();
    assert_eq!(
        names(&folder),
        [
            "copy.db",
            "xunfang.db",
            "xunfang.db.before-restore-now",
            "xunfang.lock"
        ]
    );
    let db = open(&url).await;
    let third = epoch(&db, &clock).await.unwrap();
    assert!(third != first && third != second);
    db.close().await.unwrap();
    let kept = open(&format!("sqlite:{}", kept.display())).await;
    assert_eq!(epoch(&kept, &clock).await.unwrap(), second);
}

#[tokio::test]
async fn what_is_no_backup_changes_nothing() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock());
    let url = format!("sqlite:{}/xunfang.db", folder.path().display());
    let db = open(&url).await;
    let before = epoch(&db, &clock).await.unwrap();
    db.close().await.unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "this is no database, however long it may be").unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    let files = names(&folder);
    for source in [&text, &empty, Path::new("/nowhere")] {
        let refused = restore(&url, source, "now", &clock).await;
        assert!(
            matches!(
                refused,
                Err(BackupError::Unsound(..) | BackupError::Missing(_))
            ),
            "{refused:?}"
        );
        assert_eq!(names(&folder), files);
    }
    let db = open(&url).await;
    assert_eq!(epoch(&db, &clock).await.unwrap(), before);
}

#[tokio::test]
async fn a_server_of_its_own_is_backed_up_by_its_own_means() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock());
    let file = folder.path().join("copy.db");
    let url = "postgres://somewhere/xunfang";
    for refused in [
        backup(url, &file).await.err(),
        restore(url, &file, "now", &clock).await.err(),
    ] {
        assert!(matches!(refused, Some(BackupError::Postgres(_))));
    }
}
