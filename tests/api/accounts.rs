//! Signing in, staying signed in, and losing a phone.

use std::net::IpAddr;

use chrono::TimeDelta;
use entity::accounts::session;
use entity::kinds::PostKind;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::areas::accounts::{NewPosition, NewStaff, add_staff};
use xunfang::error::{ErrorCode, Language};

use crate::support::{Answer, PASSWORD, Phone, Staff, TestApp};

const ME: &str = "{ me {
    account name isAdministrator hasLeft
    positions { communityId staffMemberId post zoneId }
    parties { communityId partyId }
    session { device { id name } isCurrent }
} }";

async fn revoke(phone: &Phone<'_>, session_id: &str) -> Answer {
    let operation = "mutation ($input: RevokeDeviceInput!) {
        revokeDevice(input: $input) { session { id revokedAt } }
    }";
    let input = json!({ "sessionId": session_id, "reason": "left in a taxi" });
    phone.run(operation, json!({ "input": input })).await
}

async fn change_password(phone: &Phone<'_>, old: &str, new: &str) -> Answer {
    let operation = "mutation ($input: ChangePasswordInput!) {
        changePassword(input: $input) { signedOutSessionIds }
    }";
    let input = json!({ "oldPassword": old, "newPassword": new });
    phone.run(operation, json!({ "input": input })).await
}

#[tokio::test]
async fn whoever_signs_in_learns_who_he_is() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let east = app.zone(&bijiang, "东苑").await;
    let wang = app.staff("wang", PostKind::SecurityGuard);
    let wang = wang.in_zone(&east).await;
    let answer = app.try_sign_in(" WANG ", PASSWORD, "d1").await;
    assert_eq!(answer.text("signIn.viewer.name"), "wang");
    assert_eq!(answer.data("signIn.expiresInMs"), 15 * 60 * 1000);
    let phone = app.stranger().holding(&answer, "signIn");
    let me = phone.run(ME, json!({})).await;
    let position = json!({
        "communityId": bijiang.id.to_string(), "staffMemberId": wang.id.to_string(),
        "post": "SECURITY_GUARD", "zoneId": east.id.to_string(),
    });
    assert_eq!(me.data("me.positions"), &json!([position]));
    assert_eq!(me.data("me.parties"), &json!([]));
    assert_eq!(
        me.data("me.session.device"),
        &json!({ "id": "d1", "name": "phone d1" })
    );
    assert_eq!(me.data("me.session.isCurrent"), true);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_told_apart_by_nobody() {
    let app = TestApp::start().await;
    app.account("li").await;
    app.demo_account("demo").await;
    let wrong = app.try_sign_in("li", "not the password", "d1").await;
    assert_eq!(wrong.code(), "SIGN_IN_REFUSED");
    for account in ["nobody", "demo"] {
        let answer = app.try_sign_in(account, PASSWORD, "d1").await;
        assert_eq!(answer.0, wrong.0, "{account}");
    }
}

#[tokio::test]
async fn demo_accounts_sign_in_only_where_the_demo_runs() {
    let app = TestApp::with(|settings| settings.sign_in.demo = true).await;
    app.demo_account("demo").await;
    let phone = app.sign_in("demo", "d1").await;
    let refused = change_password(&phone, PASSWORD, "another password").await;
    assert_eq!(refused.code(), "FORBIDDEN");
}

#[tokio::test]
async fn an_access_token_runs_out_and_the_refresh_token_brings_another() {
    let app = TestApp::start().await;
    app.account("li").await;
    let mut phone = app.sign_in("li", "d1").await;
    let session = phone.session_id().await;
    app.wait(TimeDelta::minutes(15));
    assert_eq!(phone.run(ME, json!({})).await.code(), "TOKEN_EXPIRED");
    phone.refresh().await;
    assert_eq!(phone.session_id().await, session);
}

#[tokio::test]
async fn a_lost_refresh_answer_signs_nobody_out() {
    let app = TestApp::start().await;
    app.account("li").await;
    let mut phone = app.sign_in("li", "d1").await;
    for _ in 0..3 {
        phone
            .try_refresh(&phone.refresh_token)
            .await
            .data("refreshSession");
    }
    phone.refresh().await;
    phone.refresh().await;
    assert_eq!(phone.run(ME, json!({})).await.text("me.name"), "li");
}

#[tokio::test]
async fn two_refreshes_at_once_both_succeed_with_the_same_successor() {
    let app = TestApp::start().await;
    app.account("li").await;
    let mut phone = app.sign_in("li", "d1").await;
    for _ in 0..5 {
        let (one, other) = tokio::join!(
            phone.try_refresh(&phone.refresh_token),
            phone.try_refresh(&phone.refresh_token),
        );
        let mut one = phone.clone().holding(&one, "refreshSession");
        let other = phone.clone().holding(&other, "refreshSession");
        // Had they been two generations, using the one would have made the other too old.
        one.refresh().await;
        other
            .try_refresh(&other.refresh_token)
            .await
            .data("refreshSession");
        phone = one;
    }
}

#[tokio::test]
async fn signing_in_twice_at_once_on_one_device_is_one_session() {
    let app = TestApp::start().await;
    app.account("li").await;
    let (one, other) = tokio::join!(
        app.try_sign_in("li", PASSWORD, "d1"),
        app.try_sign_in("li", PASSWORD, "d1"),
    );
    let session = "signIn.viewer.session.id";
    assert_eq!(one.text(session), other.text(session));
}

#[tokio::test]
async fn a_used_token_that_comes_back_ends_the_session() {
    let app = TestApp::start().await;
    app.account("li").await;
    let mut phone = app.sign_in("li", "d1").await;
    let copied = phone.refresh_token.clone();
    phone.refresh().await;
    phone.refresh().await;
    assert_eq!(
        app.stranger().try_refresh(&copied).await.code(),
        "DEVICE_COPIED"
    );
    assert_eq!(phone.run(ME, json!({})).await.code(), "UNAUTHENTICATED");
    let answer = phone.try_refresh(&phone.refresh_token).await;
    assert_eq!(answer.code(), "DEVICE_COPIED");
    app.sign_in("li", "d1").await;
}

/// Waits until it is written down that the newest tokens of a session are in use.
async fn confirmed(app: &TestApp, session: &str) {
    let id = Uuid::try_parse(session).unwrap();
    loop {
        let row = session::Entity::find_by_id(id).one(app.app.db().reader());
        if row.await.unwrap().unwrap().refresh_confirmed_at.is_some() {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_copied_token_that_is_used_in_turn_with_its_owner_is_noticed() {
    let app = TestApp::start().await;
    app.account("li").await;
    let mut phone = app.sign_in("li", "d1").await;
    let session = phone.session_id().await;
    let copied = phone.refresh_token.clone();
    phone.refresh().await;
    // Its answer may have been lost, until what came with it is used.
    app.stranger()
        .try_refresh(&copied)
        .await
        .data("refreshSession");
    app.wait(TimeDelta::minutes(1));
    phone.run(ME, json!({})).await.data("me.name");
    confirmed(&app, &session).await;
    // Two parts of one app may have asked at the same moment.
    app.wait(TimeDelta::minutes(2));
    app.stranger()
        .try_refresh(&copied)
        .await
        .data("refreshSession");
    app.wait(TimeDelta::seconds(1));
    let answer = app.stranger().try_refresh(&copied).await;
    assert_eq!(answer.code(), "DEVICE_COPIED");
    let answer = phone.try_refresh(&phone.refresh_token).await;
    assert_eq!(answer.code(), "DEVICE_COPIED");
}

#[tokio::test]
async fn two_phones_that_are_copies_of_each_other_get_a_sign_in_each() {
    let app = TestApp::start().await;
    app.account("li").await;
    let mut old = app.sign_in("li", "d1").await;
    let session = old.session_id().await;
    let restored = old.clone();
    old.refresh().await;
    old.refresh().await;
    for phone in [&restored, &old] {
        let answer = phone.try_refresh(&phone.refresh_token).await;
        assert_eq!(answer.code(), "DEVICE_COPIED");
    }
    // Who comes first goes on; the other gets a device id of its own, and keeps it.
    let answer = app.try_sign_in("li", PASSWORD, "d1").await;
    assert_eq!(answer.text("signIn.deviceId"), "d1");
    let old = app.stranger().holding(&answer, "signIn");
    assert_eq!(old.session_id().await, session);
    let answer = app.try_sign_in("li", PASSWORD, "d1").await;
    let own = answer.text("signIn.deviceId");
    assert_ne!(own, "d1");
    let restored = app.stranger().holding(&answer, "signIn");
    assert_ne!(restored.session_id().await, session);
    for phone in [&old, &restored] {
        phone.run(ME, json!({})).await.data("me.name");
    }
    for (device, phone) in [("d1", &old), (&*own, &restored)] {
        let again = app.sign_in("li", device).await;
        assert_eq!(again.session_id().await, phone.session_id().await);
    }
}

#[tokio::test]
async fn wrong_tries_of_others_do_not_shut_out_a_device_that_is_known() {
    let app = TestApp::with(|settings| settings.sign_in.attempts = 3).await;
    app.account("li").await;
    app.sign_in("li", "d1").await;
    let mut thief = app.stranger();
    thief.address = Some(IpAddr::from([203, 0, 113, 7]));
    for _ in 0..3 {
        let answer = thief.try_sign_in("li", "not the password", "d9").await;
        assert_eq!(answer.code(), "SIGN_IN_REFUSED");
    }
    let answer = thief.try_sign_in("li", PASSWORD, "d9").await;
    assert_eq!(answer.code(), "RATE_LIMITED");
    app.sign_in("li", "d1").await;
    // It may not try for ever either, and its tries cost nobody else's.
    for _ in 0..3 {
        let answer = app.try_sign_in("li", "mistyped", "d1").await;
        assert_eq!(answer.code(), "SIGN_IN_REFUSED");
    }
    let answer = app.try_sign_in("li", PASSWORD, "d1").await;
    assert_eq!(answer.code(), "RATE_LIMITED");
}

#[tokio::test]
async fn an_office_signs_in_from_one_address_as_often_as_it_likes() {
    let app = TestApp::with(|settings| settings.sign_in.attempts = 1).await;
    app.account("li").await;
    let mut office = app.stranger();
    office.address = Some(IpAddr::from([203, 0, 113, 7]));
    for n in 0..30 {
        office
            .try_sign_in("li", PASSWORD, &format!("d{n}"))
            .await
            .data("signIn.accessToken");
    }
}

#[tokio::test]
async fn a_refresh_token_is_good_for_its_days_and_no_other_text_is_good() {
    let app = TestApp::start().await;
    app.account("li").await;
    let mut phone = app.sign_in("li", "d1").await;
    app.wait(TimeDelta::days(179));
    phone.refresh().await;
    app.wait(TimeDelta::days(180));
    for token in [phone.refresh_token.as_str(), "", "a token"] {
        assert_eq!(
            phone.try_refresh(token).await.code(),
            "REFRESH_REFUSED",
            "{token}"
        );
    }
}

#[tokio::test]
async fn signing_in_again_on_a_device_continues_its_session() {
    let app = TestApp::start().await;
    app.account("li").await;
    let phone = app.sign_in("li", "d1").await;
    let session = phone.session_id().await;
    let signed_out = phone
        .run("mutation { signOut { sessionId } }", json!({}))
        .await;
    assert_eq!(signed_out.text("signOut.sessionId"), session);
    assert_eq!(phone.run(ME, json!({})).await.code(), "UNAUTHENTICATED");
    let answer = phone.try_refresh(&phone.refresh_token).await;
    assert_eq!(answer.code(), "REFRESH_REFUSED");

    let again = app.sign_in("li", "d1").await;
    assert_eq!(again.session_id().await, session);
    let answer = phone.try_refresh(&phone.refresh_token).await;
    assert_eq!(
        answer.code(),
        "REFRESH_REFUSED",
        "the tokens of the former sign-in are dead"
    );
    again
        .try_refresh(&again.refresh_token)
        .await
        .data("refreshSession");
    assert_ne!(app.sign_in("li", "d2").await.session_id().await, session);
}

#[tokio::test]
async fn attempts_are_counted_for_known_and_unknown_accounts() {
    let app = TestApp::with(|settings| settings.sign_in.attempts = 3).await;
    app.account("li").await;
    for account in ["li", "nobody"] {
        for _ in 0..3 {
            let answer = app.try_sign_in(account, "not the password", "d1").await;
            assert_eq!(answer.code(), "SIGN_IN_REFUSED");
        }
        let answer = app.try_sign_in(account, PASSWORD, "d1").await;
        assert_eq!(answer.code(), "RATE_LIMITED");
        let wait = &answer.error()["extensions"]["retryAfterMs"];
        assert_eq!(wait.as_i64(), Some(10_000));
    }
    app.wait(TimeDelta::seconds(10));
    app.sign_in("li", "d1").await;
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_must_wait() {
    let app = TestApp::with(|settings| settings.sign_in.attempts = 1).await;
    app.account("li").await;
    let mut phone = app.stranger();
    phone.address = Some(IpAddr::from([203, 0, 113, 7]));
    for n in 0..10 {
        let answer = phone
            .try_sign_in(&format!("guess{n}"), PASSWORD, "d1")
            .await;
        assert_eq!(answer.code(), "SIGN_IN_REFUSED");
    }
    let answer = phone.try_sign_in("li", PASSWORD, "d1").await;
    assert_eq!(answer.code(), "RATE_LIMITED");
    app.sign_in("li", "d1").await;
}

#[tokio::test]
async fn a_revoked_device_is_refused_everywhere_and_told_to_wipe() {
    let app = TestApp::start().await;
    app.account("li").await;
    let (lost, kept) = (app.sign_in("li", "d1").await, app.sign_in("li", "d2").await);
    revoke(&kept, &lost.session_id().await)
        .await
        .data("revokeDevice.session.revokedAt");
    for answer in [
        lost.run(ME, json!({})).await,
        lost.try_refresh(&lost.refresh_token).await,
        app.try_sign_in("li", PASSWORD, "d1").await,
    ] {
        assert_eq!(answer.code(), "DEVICE_REVOKED");
        assert_eq!(answer.error()["extensions"]["wipe"], true);
    }
    kept.run(ME, json!({})).await.data("me.name");
}

#[tokio::test]
async fn devices_of_others_are_revoked_by_their_office_and_by_administrators() {
    let app = TestApp::start().await;
    let (bijiang, garden) = (
        app.community("bijiang").await,
        app.community("garden").await,
    );
    app.staff("guard", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    app.staff("mate", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    app.staff("desk", PostKind::Assistant).at(&bijiang).await;
    app.staff("other", PostKind::EstateManager)
        .at(&garden)
        .await;
    app.administrator("chief").await;
    let guard = app.sign_in("guard", "d1").await.session_id().await;
    for (account, code) in [
        ("mate", "NOT_FOUND"),
        ("other", "NOT_FOUND"),
        ("desk", ""),
        ("chief", ""),
    ] {
        let phone = app.sign_in(account, "d1").await;
        assert_eq!(revoke(&phone, &guard).await.code(), code, "{account}");
    }
}

#[tokio::test]
async fn a_lost_phone_is_found_and_reported_by_those_above_and_never_upwards() {
    let app = TestApp::start().await;
    let (bijiang, garden) = (
        app.community("bijiang").await,
        app.community("garden").await,
    );
    let head = app
        .staff("head", PostKind::EstateManager)
        .at(&bijiang)
        .await;
    let guard = app
        .staff("guard", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    app.staff("desk", PostKind::Assistant).at(&bijiang).await;
    app.staff("mate", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    app.staff("other", PostKind::EstateManager)
        .at(&garden)
        .await;
    let devices = async |account: &str, of: &Staff| {
        let phone = app.sign_in(account, "d1").await;
        let query = "query ($id: UUID!) { staffDevices(staffMemberId: $id) { id device { id } } }";
        phone.run(query, json!({ "id": of.id })).await
    };
    let lost = app.sign_in("guard", "lost").await.session_id().await;
    let found = devices("desk", &guard).await;
    assert_eq!(
        found.data("staffDevices"),
        &json!([{ "id": lost, "device": { "id": "lost" } }])
    );
    assert_eq!(devices("mate", &guard).await.code(), "FORBIDDEN");
    assert_eq!(devices("other", &guard).await.code(), "NOT_FOUND");
    assert_eq!(devices("desk", &head).await.code(), "FORBIDDEN");
    let of_head = app.sign_in("head", "d7").await.session_id().await;
    let desk = app.sign_in("desk", "d1").await;
    assert_eq!(revoke(&desk, &of_head).await.code(), "NOT_FOUND");
    revoke(&desk, &lost)
        .await
        .data("revokeDevice.session.revokedAt");
}

#[tokio::test]
async fn a_new_password_signs_the_other_devices_out() {
    let app = TestApp::start().await;
    app.account("li").await;
    let (other, phone) = (app.sign_in("li", "d1").await, app.sign_in("li", "d2").await);
    let other_session = other.session_id().await;
    let wrong = change_password(&phone, "not the password", "a new password").await;
    assert_eq!(
        (wrong.code(), &wrong.error()["extensions"]["field"]),
        ("INVALID_INPUT", &json!("oldPassword"))
    );
    let short = change_password(&phone, PASSWORD, "short").await;
    assert_eq!(short.code(), "PASSWORD_UNSUITABLE");

    let changed = change_password(&phone, PASSWORD, "a new password").await;
    assert_eq!(
        changed.data("changePassword.signedOutSessionIds"),
        &json!([other_session])
    );
    assert_eq!(other.run(ME, json!({})).await.code(), "UNAUTHENTICATED");
    assert_eq!(
        other.try_refresh(&other.refresh_token).await.code(),
        "REFRESH_REFUSED"
    );
    phone
        .try_refresh(&phone.refresh_token)
        .await
        .data("refreshSession");
    assert_eq!(
        app.try_sign_in("li", PASSWORD, "d1").await.code(),
        "SIGN_IN_REFUSED"
    );
    app.try_sign_in("li", "a new password", "d1")
        .await
        .data("signIn");
}

#[tokio::test]
async fn one_sees_ones_own_devices() {
    let app = TestApp::start().await;
    app.account("li").await;
    app.account("wang").await;
    app.sign_in("wang", "w1").await;
    app.sign_in("li", "d1").await;
    app.wait(TimeDelta::minutes(1));
    let phone = app.sign_in("li", "d2").await;
    let answer = phone
        .run("{ mySessions { device { id } isCurrent } }", json!({}))
        .await;
    let expected = json!([
        { "device": { "id": "d2" }, "isCurrent": true },
        { "device": { "id": "d1" }, "isCurrent": false },
    ]);
    assert_eq!(answer.data("mySessions"), &expected);
}

#[tokio::test]
async fn without_a_token_only_the_door_is_open() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    for operation in [
        "{ me { name } }",
        "{ mySessions { id } }",
        "mutation { signOut { sessionId } }",
    ] {
        let answer = stranger.run(operation, json!({})).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{operation}");
    }
    stranger
        .run("{ server { version } }", json!({}))
        .await
        .data("server.version");
}

#[tokio::test]
async fn a_contact_is_noted_after_a_minute() {
    let app = TestApp::start().await;
    app.account("li").await;
    let phone = app.sign_in("li", "d1").await;
    let last = async || -> Value {
        let answer = phone
            .run("{ mySessions { lastContactAt } }", json!({}))
            .await;
        answer.data("mySessions.0.lastContactAt").clone()
    };
    let before = last().await;
    app.wait(TimeDelta::minutes(2));
    // It is noted beside a request, so a later one sees it.
    let mut tries = 0;
    while last().await == before {
        tries += 1;
        assert!(tries < 1000, "the contact was never noted");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_command_line_adds_the_first_administrator() {
    let app = TestApp::start().await;
    app.community("bijiang").await;
    let position = |community: &str, zone: Option<&str>| {
        Some(NewPosition {
            community: community.to_owned(),
            post: PostKind::EstateManager,
            zone: zone.map(str::to_owned),
        })
    };
    let mut staff = NewStaff {
        account: "Chief".to_owned(),
        name: "陈主任".to_owned(),
        position: position("bijiang", None),
        is_administrator: true,
    };
    add_staff(&app.app, &staff, PASSWORD.to_owned())
        .await
        .unwrap();
    let me = app.sign_in("chief", "d1").await.run(ME, json!({})).await;
    assert_eq!(
        (me.text("me.account"), me.text("me.name")),
        ("chief".to_owned(), "陈主任".to_owned())
    );
    assert_eq!(me.data("me.isAdministrator"), true);
    assert_eq!(me.data("me.positions.0.post"), "ESTATE_MANAGER");

    let again = add_staff(&app.app, &staff, PASSWORD.to_owned())
        .await
        .unwrap_err();
    assert_eq!(again.code(), ErrorCode::CONFLICT);
    assert_eq!(again.message(Language::Chinese), "该账号已存在");
    staff.account = "another".to_owned();
    for (community, zone) in [("nowhere", None), ("bijiang", Some("nowhere"))] {
        staff.position = position(community, zone);
        let nowhere = add_staff(&app.app, &staff, PASSWORD.to_owned())
            .await
            .unwrap_err();
        assert_eq!(nowhere.code(), ErrorCode::NOT_FOUND);
    }
    assert_eq!(
        app.try_sign_in("another", PASSWORD, "d1").await.code(),
        "SIGN_IN_REFUSED"
    );
}

#[tokio::test]
async fn a_restored_database_signs_nobody_out() {
    let app = TestApp::start().await;
    app.account("li").await;
    let mut phone = app.sign_in("li", "d1").await;
    let session: entity::ids::SessionId = phone.session_id().await.parse().unwrap();
    phone.refresh().await;
    phone.refresh().await;
    app.force::<session::Model>(session, |row| row.refresh_generation = 0)
        .await;
    phone.refresh().await;
    phone.refresh().await;
}
