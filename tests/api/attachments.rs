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
use xunfang::error::ApiError;
use xunfang::sha256::Sha256;

use crate::support::{Community, Phone, TestApp};
use crate::sync::mutation;

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

/// Sends another picture as a whole.
async fn send_whole(app: &TestApp, viewer: &Viewer, bytes: &[u8]) -> Result<Taken, ApiError> {
    let body = stream::iter([Ok::<_, Infallible>(bytes)]);
    let piece = Piece::whole(bytes.len() as u64);
    photos(&app.app)
        .take(viewer, &Sha256::of(bytes), piece, body)
        .await
}

/// Pictures of so many bytes.
fn picture(number: u8, size: usize) -> Vec<u8> {
    let mut bytes = PICTURE.to_vec();
    bytes.resize(size, number);
    bytes
}

/// Lets the community itself carry a photo, in the name of this viewer.
async fn link(app: &TestApp, viewer: &Viewer, community: &Community, hash: &str) {
    let link = async |write: &mut Write| {
        let root = community.id.into();
        carry(write, viewer, community.id, "community", root, [hash])
    };
    let actor = viewer.actor();
    app.app.write(&actor, "prepare a test", link).await.unwrap();
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

    link(&app, &sender, &community, &hash).await;
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

#[tokio::test]
async fn who_only_knows_a_hash_lets_no_record_show_it() {
    let (app, _folder) = start().await;
    let community = app.community("bijiang").await;
    let other = app.community("cuihu").await;
    for name in ["li", "wu"] {
        app.staff(name, PostKind::Supervisor).at(&community).await;
    }
    app.staff("sun", PostKind::Supervisor).at(&other).await;
    app.staff("li", PostKind::Supervisor).joining(&other).await;
    let mut viewers = Vec::new();
    for name in ["li", "wu", "sun"] {
        let phone = app.sign_in(name, name).await;
        viewers.push(viewer(&app, &phone).await);
    }
    let [li, wu, sun] = &viewers[..] else {
        unreachable!("there are three")
    };
    let hash = hash();
    let photos = photos(&app.app);
    let sees = async |viewer: &Viewer| {
        let found = photos.find_whole(viewer, &hash).await.unwrap();
        found.is_some()
    };
    // Sun knows the hash of what Wu has sent, and lets a record of his carry it.
    send(&app, wu, PICTURE.len()).await;
    link(&app, sun, &other, hash.as_str()).await;
    assert!(!sees(sun).await && !sees(li).await);

    // What Wu lets a record carry is shown; Li sees it, and has not sent it.
    link(&app, wu, &community, hash.as_str()).await;
    assert!(sees(li).await && !sees(sun).await);
    let progress = photos.progress(li, &hash).await.unwrap();
    assert!(matches!(progress, Progress::Part { offset: 0 }));

    // So he sends it for a record of his own, and that shows it too.
    link(&app, li, &other, hash.as_str()).await;
    assert!(!sees(sun).await);
    let again = send(&app, li, PICTURE.len()).await;
    assert!(matches!(again, Taken::Whole { was_here: true, .. }));
    let progress = photos.progress(li, &hash).await.unwrap();
    assert!(matches!(progress, Progress::Whole(_)));
    assert!(sees(sun).await);
}

#[tokio::test]
async fn a_photo_that_many_records_carry_hides_no_other() {
    let (app, _folder) = start().await;
    let community = app.community("bijiang").await;
    app.staff("li", PostKind::Supervisor).at(&community).await;
    app.account("wu").await;
    let li = viewer(&app, &app.sign_in("li", "d1").await).await;
    let wu = viewer(&app, &app.sign_in("wu", "d2").await).await;
    let mut sent = [picture(1, 100), picture(2, 100)].map(|bytes| (Sha256::of(&bytes), bytes));
    sent.sort();
    for (_, bytes) in &sent {
        send_whole(&app, &wu, bytes).await.unwrap();
    }
    let [(crowded, _), (other, _)] = sent;
    link(&app, &wu, &community, crowded.as_str()).await;
    link(&app, &wu, &community, other.as_str()).await;
    let crowd = async |write: &mut Write| {
        for _ in 0..5_000 {
            let root = write.new_id();
            let hashes = [crowded.as_str()];
            carry(write, &wu, community.id, "no such collection", root, hashes)?;
        }
        Ok(())
    };
    let actor = wu.actor();
    app.app
        .write(&actor, "prepare a test", crowd)
        .await
        .unwrap();
    let asked = [crowded.clone(), other.clone()];
    let found = photos(&app.app).find(&li, &asked).await.unwrap();
    assert!(found.contains_key(other.as_str()));
}

#[tokio::test]
async fn an_account_sends_so_many_bytes_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let app = TestApp::with(|settings| {
        settings.attachments.folder = path;
        settings.attachments.daily_bytes = 600;
        settings.attachments.daily_bytes_of_residents = 300;
    })
    .await;
    let community = app.community("bijiang").await;
    app.staff("li", PostKind::SecurityGuard)
        .at(&community)
        .await;
    app.account("wu").await;
    for (name, most) in [("wu", 3), ("li", 6)] {
        for day in 0..2 {
            let phone = app.sign_in(name, "d1").await;
            let sender = viewer(&app, &phone).await;
            for number in 0..most {
                let bytes = picture(day * 10 + number, 100);
                send_whole(&app, &sender, &bytes).await.unwrap();
            }
            let more = send_whole(&app, &sender, &picture(day * 10 + 9, 100)).await;
            let refused = more.unwrap_err();
            assert_eq!(refused.code().as_str(), "ATTACHMENT_QUOTA", "{name}");
            assert!(refused.retry_after_ms().is_some());
            // What he has sent already is no more of it.
            let again = send_whole(&app, &sender, &picture(day * 10, 100)).await;
            assert!(matches!(again, Ok(Taken::Whole { was_here: true, .. })));
            let left = std::fs::read_dir(folder.path().join("unfinished"));
            assert_eq!(left.unwrap().count(), 0);
            app.wait(TimeDelta::hours(25));
        }
    }
}

#[tokio::test]
async fn a_photo_that_no_record_carries_is_thrown_away_after_thirty_days() {
    let (app, folder) = start().await;
    let community = app.community("bijiang").await;
    app.staff("li", PostKind::SecurityGuard)
        .at(&community)
        .await;
    app.account("wu").await;
    let phone = app.sign_in("li", "d1").await;
    let li = viewer(&app, &phone).await;
    let wu = viewer(&app, &app.sign_in("wu", "d2").await).await;
    let [carried, idle, awaited, renewed] = [1, 2, 3, 4].map(|number| picture(number, 100));
    for (sender, bytes) in [
        (&wu, &carried),
        (&wu, &idle),
        (&li, &awaited),
        (&wu, &renewed),
    ] {
        send_whole(&app, sender, bytes).await.unwrap();
    }
    link(&app, &li, &community, Sha256::of(&carried).as_str()).await;
    // Something of Li is kept out, and may carry what he has sent once the office lets it through.
    let kept_out = mutation(
        "m1",
        "ticket.note",
        "00000000-0000-0000-0000-000000000404",
        json!({ "note": "漏水" }),
    );
    let mut kept_out = kept_out;
    kept_out["baseSeq"] = json!(1);
    assert_eq!(phone.outcomes(vec![kept_out]).await[0].0, "QUARANTINED");

    let photos = photos(&app.app);
    let here = async || {
        let all = [&carried, &idle, &awaited, &renewed].map(|bytes| Sha256::of(bytes));
        let mut here = Vec::new();
        for hash in all {
            let file = folder.path().join("whole").join(&hash.as_str()[..2]);
            let is_here = file.join(hash.as_str()).exists();
            let known = photos.find(&Viewer::system(), &[hash]).await.unwrap();
            assert_eq!(is_here, !known.is_empty());
            here.push(is_here);
        }
        here
    };
    app.wait(TimeDelta::days(29));
    app.do_jobs().await;
    assert_eq!(here().await, [true, true, true, true]);
    let again = send_whole(&app, &wu, &renewed).await;
    assert!(matches!(again, Ok(Taken::Whole { was_here: true, .. })));
    app.wait(TimeDelta::days(2));
    app.do_jobs().await;
    assert_eq!(here().await, [true, false, true, true]);
    // It may come again.
    let again = send_whole(&app, &wu, &idle).await;
    assert!(matches!(
        again,
        Ok(Taken::Whole {
            was_here: false,
            ..
        })
    ));
    assert_eq!(here().await, [true, true, true, true]);
}
