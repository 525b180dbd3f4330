//! Photos as the API tells them, and what time does to those that never came whole.

use std::convert::Infallible;

use chrono::TimeDelta;
use entity::kinds::PostKind;
use futures_util::stream;
use serde_json::json;
use tempfile::TempDir;
use xunfang::areas::attachments::carry;
use xunfang::areas::{Piece, Progress, Taken, photos};
use xunfang::auth::Viewer;
use xunfang::database::Write;
use xunfang::sha256::Sha256;

use crate::support::{Phone, TestApp};

const PICTURE: &[u8] = b"\xff\xd8\xff\xe0 as far as its first bytes tell";

fn hash() -> Sha256 {
    Sha256::of(PICTURE)
}

async fn start() -> (TestApp, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let app = TestApp::with(|settings| settings.attachments.folder = path).await;
    (app, folder)
}

async fn viewer(app: &TestApp, phone: &Phone<'_>) -> Viewer {
    let token = phone.access_token.clone().unwrap();
    app.viewer(&token).await.unwrap()
}

/// Sends so many bytes of the picture.
async fn send(app: &TestApp, viewer: &Viewer, count: usize) -> Taken {
    let piece = Piece {
        from: 0,
        length: count as u64,
        total: PICTURE.len() as u64,
    };
    let body = stream::iter([Ok::<_, Infallible>(&PICTURE[..count])]);
    let photos = photos(&app.app);
    photos.take(viewer, &hash(), piece, body).await.unwrap()
}

#[tokio::test]
async fn a_phone_asks_which_of_its_photos_are_here() {
    let (app, _folder) = start().await;
    let community = app.community("bijiang").await;
    app.staff("li", PostKind::Supervisor).at(&community).await;
    app.staff("wu", PostKind::SecurityGuard)
        .at(&community)
        .await;
    app.account("foreigner").await;
    let (li, wu) = (app.sign_in("li", "d1").await, app.sign_in("wu", "d2").await);
    let foreigner = app.sign_in("foreigner", "d3").await;
    let hash = hash().to_string();
    let ask = async |phone: &Phone<'_>| {
        let query = "query ($sha256: [String!]!) {
            attachments(sha256: $sha256) { sha256 isHere size mediaType url }
        }";
        let other = "0".repeat(64);
        let asked = json!({ "sha256": [hash, other, hash] });
        phone.run(query, asked).await
    };
    let here = async |phone: &Phone<'_>| {
        let answer = ask(phone).await;
        let told = answer.data("attachments").as_array().unwrap().clone();
        told.iter()
            .map(|it| it["isHere"] == true)
            .collect::<Vec<_>>()
    };
    assert_eq!(here(&li).await, [false, false, false]);
    let sender = viewer(&app, &wu).await;
    assert!(matches!(
        send(&app, &sender, PICTURE.len()).await,
        Taken::Whole { .. }
    ));
    assert_eq!(here(&wu).await, [true, false, true]);
    assert_eq!(here(&li).await, [false, false, false]);

    let link = async |write: &mut Write| {
        let root = community.id.into();
        carry(write, community.id, "community", root, [&*hash])
    };
    let actor = Viewer::system().actor();
    app.app.write(&actor, "prepare a test", link).await.unwrap();
    assert_eq!(here(&li).await, [true, false, true]);
    assert_eq!(here(&foreigner).await, [false, false, false]);
    let answer = ask(&li).await;
    let told = &answer.data("attachments")[0];
    assert_eq!(told["mediaType"], "image/jpeg");
    assert_eq!(told["size"], PICTURE.len());
    assert_eq!(told["url"], format!("/attachments/{hash}"));

    let many = vec![hash.clone(); 101];
    for odd in [json!(["../../etc/passwd"]), json!(many)] {
        let query = "query ($sha256: [String!]!) { attachments(sha256: $sha256) { isHere } }";
        let answer = li.run(query, json!({ "sha256": odd })).await;
        assert_eq!(answer.code(), "INVALID_INPUT");
    }
}

#[tokio::test]
async fn who_has_left_sends_what_he_holds_and_sees_nothing() {
    let (app, _folder) = start().await;
    app.account("wu").await;
    let phone = app.sign_in("wu", "d1").await;
    let sender = viewer(&app, &phone).await;
    let account = sender.person().unwrap().account_id;
    app.force::<entity::accounts::account::Model>(account, |row| {
        row.left_at = Some(row.created_at);
    })
    .await;
    let left = viewer(&app, &phone).await;
    let taken = send(&app, &left, PICTURE.len()).await;
    assert!(matches!(taken, Taken::Whole { .. }));
    let photos = photos(&app.app);
    let found = photos.find_whole(&left, &hash()).await.unwrap();
    assert!(found.is_none());
}

#[tokio::test]
async fn an_upload_that_nobody_goes_on_with_is_thrown_away() {
    let (app, folder) = start().await;
    app.account("wu").await;
    let phone = app.sign_in("wu", "d1").await;
    let sender = viewer(&app, &phone).await;
    let photos = photos(&app.app);
    let taken = send(&app, &sender, 10).await;
    assert!(matches!(taken, Taken::Part { offset: 10 }));
    let progress = async || photos.progress(&sender, &hash()).await.unwrap();
    let left = || {
        let folder = folder.path().join("unfinished");
        std::fs::read_dir(folder).unwrap().count()
    };
    for (days, remains) in [(6, true), (2, false)] {
        app.wait(TimeDelta::days(days));
        app.do_jobs().await;
        let is_known = matches!(progress().await, Progress::Part { offset: 10 });
        assert_eq!((is_known, left()), (remains, usize::from(remains)));
    }
    let taken = send(&app, &sender, PICTURE.len()).await;
    assert!(matches!(taken, Taken::Whole { .. }));
    app.wait(TimeDelta::days(30));
    app.do_jobs().await;
    assert!(matches!(progress().await, Progress::Whole(_)));
    assert_eq!(left(), 0);
}
