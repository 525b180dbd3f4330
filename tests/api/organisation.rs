//! Posts: who fills them, and what they let their holders reach.

use entity::kinds::PostKind;
use entity::organisation::staff_member;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use xunfang::database::Audience;

use crate::support::{Answer, Community, PASSWORD, Phone, Staff, TestApp, Zone};

async fn appoint(
    phone: &Phone<'_>,
    at: &Community,
    account: &str,
    post: &str,
    zone: Option<&Zone>,
) -> Answer {
    let operation = "mutation ($input: AppointStaffMemberInput!) {
        appointStaffMember(input: $input) { staffMember { id name post zoneId leftAt } }
    }";
    let input = json!({
        "communityId": at.id.to_string(), "account": account, "post": post,
        "zoneId": zone.map(|zone| zone.id.to_string()),
    });
    phone.run(operation, json!({ "input": input })).await
}

async fn transfer(phone: &Phone<'_>, staff: &Staff, post: &str, zone: Option<&Zone>) -> Answer {
    let operation = "mutation ($input: MoveStaffMemberInput!) {
        moveStaffMember(input: $input) { staffMember { post zoneId } }
    }";
    let input = json!({
        "staffMemberId": staff.id.to_string(), "post": post,
        "zoneId": zone.map(|zone| zone.id.to_string()),
    });
    phone.run(operation, json!({ "input": input })).await
}

async fn dismiss(phone: &Phone<'_>, staff: &Staff) -> Answer {
    let operation = "mutation ($input: DismissStaffMemberInput!) {
        dismissStaffMember(input: $input) { staffMember { leftAt } }
    }";
    let input = json!({ "staffMemberId": staff.id.to_string() });
    phone.run(operation, json!({ "input": input })).await
}

async fn staff_of(
    phone: &Phone<'_>,
    community: &Community,
    first: i32,
    after: Option<String>,
) -> Answer {
    let operation = "query ($communityId: UUID!, $first: Int, $after: String) {
        staffMembers(communityId: $communityId, first: $first, after: $after) {
            nodes { name } pageInfo { hasNextPage endCursor }
        }
    }";
    let community = community.id.to_string();
    let variables = json!({ "communityId": community, "first": first, "after": after });
    phone.run(operation, variables).await
}

#[tokio::test]
async fn moving_a_guard_changes_what_he_reaches_at_once() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let (east, west) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&bijiang, "西苑").await,
    );
    app.staff("boss", PostKind::Supervisor).at(&bijiang).await;
    let wang = app
        .staff("wang", PostKind::SecurityGuard)
        .in_zone(&east)
        .await;
    let (boss, phone) = (
        app.sign_in("boss", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let token = phone.access_token.clone().unwrap();
    let includes = async |audience: Audience| {
        let viewer = app.viewer(&token).await.unwrap();
        viewer.reach().includes(bijiang.id.into(), &audience)
    };
    let (in_east, in_west) = (
        Audience::Zone(east.id.into()),
        Audience::Zone(west.id.into()),
    );
    assert!(includes(Audience::Staff).await && includes(in_east.clone()).await);
    assert!(!includes(in_west.clone()).await && !includes(Audience::Office).await);

    let moved = transfer(&boss, &wang, "SECURITY_GUARD", Some(&west)).await;
    assert_eq!(
        moved.text("moveStaffMember.staffMember.zoneId"),
        west.id.to_string()
    );
    assert!(!includes(in_east.clone()).await && includes(in_west.clone()).await);

    transfer(&boss, &wang, "ASSISTANT", None)
        .await
        .data("moveStaffMember");
    assert!(!includes(in_west).await && includes(Audience::Office).await);
    assert!(includes(Audience::Viewer(wang.id.into())).await);
}

#[tokio::test]
async fn whoever_was_dismissed_keeps_his_sessions_for_his_pushes_only() {
    let app = TestApp::start().await;
    let (bijiang, garden) = (
        app.community("bijiang").await,
        app.community("garden").await,
    );
    app.administrator("chief").await;
    let here = app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    let there = app
        .staff("wang", PostKind::Assistant)
        .joining(&garden)
        .await;
    let (chief, phone) = (
        app.sign_in("chief", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    let me = "{ me { accountId hasLeft positions { communityId } } }";

    dismiss(&chief, &here)
        .await
        .data("dismissStaffMember.staffMember.leftAt");
    let answer = phone.run(me, json!({})).await;
    assert_eq!(answer.data("me.hasLeft"), false);
    assert_eq!(
        answer.data("me.positions"),
        &json!([{ "communityId": garden.id.to_string() }])
    );

    dismiss(&chief, &there).await.data("dismissStaffMember");
    assert_eq!(dismiss(&chief, &there).await.code(), "CONFLICT");
    let answer = phone.run(me, json!({})).await;
    assert_eq!(answer.data("me.hasLeft"), true);
    assert_eq!(answer.data("me.positions"), &json!([]));
    let viewer = app
        .viewer(phone.access_token.as_ref().unwrap())
        .await
        .unwrap();
    let himself = Audience::Viewer(answer.text("me.accountId").parse().unwrap());
    assert!(viewer.reach().includes(bijiang.id.into(), &himself));
    assert!(!viewer.is_staff(bijiang.id) && !viewer.is_staff(garden.id));
    phone
        .try_refresh(&phone.refresh_token)
        .await
        .data("refreshSession");
    assert_eq!(
        app.try_sign_in("wang", PASSWORD, "d1").await.code(),
        "SIGN_IN_REFUSED"
    );

    let back = appoint(&chief, &bijiang, "wang", "TEAM_LEADER", None).await;
    assert_eq!(
        back.text("appointStaffMember.staffMember.id"),
        here.id.to_string()
    );
    assert_eq!(
        back.data("appointStaffMember.staffMember.leftAt"),
        &Value::Null
    );
    app.sign_in("wang", "d1").await;
}

#[tokio::test]
async fn posts_are_filled_from_above_and_only_at_home() {
    let app = TestApp::start().await;
    let (bijiang, garden) = (
        app.community("bijiang").await,
        app.community("garden").await,
    );
    app.staff("supervisor", PostKind::Supervisor)
        .at(&bijiang)
        .await;
    app.staff("desk", PostKind::Assistant).at(&bijiang).await;
    app.staff("stranger", PostKind::EstateManager)
        .at(&garden)
        .await;
    app.administrator("chief").await;
    let guard = app
        .staff("guard", PostKind::SecurityGuard)
        .at(&bijiang)
        .await;
    let manager = app
        .staff("manager", PostKind::EstateManager)
        .at(&bijiang)
        .await;
    for (account, target, post, code) in [
        ("supervisor", &guard, "TEAM_LEADER", ""),
        ("supervisor", &guard, "ESTATE_MANAGER", "FORBIDDEN"),
        ("supervisor", &manager, "ASSISTANT", "FORBIDDEN"),
        ("desk", &guard, "ASSISTANT", "FORBIDDEN"),
        ("guard", &guard, "ASSISTANT", "FORBIDDEN"),
        ("stranger", &guard, "ASSISTANT", "NOT_FOUND"),
        ("manager", &guard, "CS_MANAGER", ""),
        ("chief", &manager, "CS_MANAGER", ""),
    ] {
        let phone = app.sign_in(account, "d1").await;
        let answer = transfer(&phone, target, post, None).await;
        assert_eq!(
            answer.code(),
            code,
            "{account} makes {} {post}",
            target.account
        );
    }
}

#[tokio::test]
async fn an_appointment_names_an_account_and_a_zone_that_are_there() {
    let app = TestApp::start().await;
    let (bijiang, garden) = (
        app.community("bijiang").await,
        app.community("garden").await,
    );
    let (east, far) = (
        app.zone(&bijiang, "东苑").await,
        app.zone(&garden, "南苑").await,
    );
    app.staff("boss", PostKind::Supervisor).at(&bijiang).await;
    app.account("wang").await;
    let boss = app.sign_in("boss", "d1").await;
    let post = "MAINTENANCE_WORKER";
    assert_eq!(
        appoint(&boss, &bijiang, "nobody", post, None).await.code(),
        "NOT_FOUND"
    );
    assert_eq!(
        appoint(&boss, &garden, "wang", post, None).await.code(),
        "NOT_FOUND"
    );
    let elsewhere = appoint(&boss, &bijiang, "wang", post, Some(&far)).await;
    assert_eq!(elsewhere.code(), "NOT_FOUND");
    assert_eq!(elsewhere.error()["extensions"]["field"], "zoneId");
    let done = appoint(&boss, &bijiang, "Wang", post, Some(&east)).await;
    assert_eq!(done.text("appointStaffMember.staffMember.name"), "wang");
    assert_eq!(
        appoint(&boss, &bijiang, "wang", post, None).await.code(),
        "CONFLICT"
    );
}

#[tokio::test]
async fn the_staff_list_is_paged_and_for_colleagues() {
    let app = TestApp::start().await;
    let (bijiang, garden) = (
        app.community("bijiang").await,
        app.community("garden").await,
    );
    for name in ["a", "b", "c"] {
        app.staff(name, PostKind::SecurityGuard).at(&bijiang).await;
        app.wait(chrono::TimeDelta::seconds(1));
    }
    app.staff("stranger", PostKind::EstateManager)
        .at(&garden)
        .await;
    let phone = app.sign_in("a", "d1").await;
    let page = staff_of(&phone, &bijiang, 2, None).await;
    assert_eq!(
        page.data("staffMembers.nodes"),
        &json!([{ "name": "c" }, { "name": "b" }])
    );
    assert_eq!(page.data("staffMembers.pageInfo.hasNextPage"), true);
    let after = page.text("staffMembers.pageInfo.endCursor");
    let rest = staff_of(&phone, &bijiang, 2, Some(after)).await;
    assert_eq!(rest.data("staffMembers.nodes"), &json!([{ "name": "a" }]));
    assert_eq!(rest.data("staffMembers.pageInfo.hasNextPage"), false);
    assert_eq!(
        staff_of(&phone, &bijiang, 201, None).await.code(),
        "INVALID_INPUT"
    );

    let stranger = app.sign_in("stranger", "d1").await;
    let nothing = staff_of(&stranger, &bijiang, 2, None).await;
    assert_eq!(nothing.data("staffMembers.nodes"), &json!([]));
}

#[tokio::test]
async fn a_removed_row_is_nobody() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let wang = app.staff("wang", PostKind::Assistant).at(&bijiang).await;
    app.administrator("chief").await;
    let remove = |row: &mut staff_member::Model| row.deleted_at = Some(row.created_at);
    app.force::<staff_member::Model>(wang.id, remove).await;
    let (chief, phone) = (
        app.sign_in("chief", "d1").await,
        app.sign_in("wang", "d1").await,
    );
    assert_eq!(
        transfer(&chief, &wang, "TEAM_LEADER", None).await.code(),
        "NOT_FOUND"
    );
    let me = phone.run("{ me { positions { post } } }", json!({})).await;
    assert_eq!(me.data("me.positions"), &json!([]));
}

#[tokio::test]
async fn nobody_dismisses_himself_or_the_last_who_leads() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let head = app
        .staff("chen", PostKind::EstateManager)
        .at(&bijiang)
        .await;
    app.administrator("chief").await;
    let (chief, chen) = (
        app.sign_in("chief", "d1").await,
        app.sign_in("chen", "d1").await,
    );
    // Not himself, and not down to where nobody could put him back.
    assert_eq!(dismiss(&chen, &head).await.code(), "FORBIDDEN");
    assert_eq!(
        transfer(&chen, &head, "ASSISTANT", None).await.code(),
        "FORBIDDEN"
    );
    // Nor does an administrator leave the community without anybody who leads.
    assert_eq!(dismiss(&chief, &head).await.code(), "CONFLICT");
    assert_eq!(
        transfer(&chief, &head, "SECURITY_GUARD", None).await.code(),
        "CONFLICT"
    );

    let next = app.staff("wu", PostKind::Supervisor).at(&bijiang).await;
    // Another zone, or the same level, is no way down.
    transfer(&chen, &head, "ESTATE_MANAGER", None)
        .await
        .data("moveStaffMember");
    dismiss(&chief, &head).await.data("dismissStaffMember");
    assert_eq!(dismiss(&chief, &next).await.code(), "CONFLICT");
}

#[tokio::test]
async fn of_two_leaders_who_dismiss_each_other_at_once_one_stays() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let one = app.staff("one", PostKind::Supervisor).at(&bijiang).await;
    let other = app.staff("other", PostKind::Supervisor).at(&bijiang).await;
    let (of_one, of_other) = (
        app.sign_in("one", "d1").await,
        app.sign_in("other", "d1").await,
    );
    tokio::join!(dismiss(&of_one, &other), dismiss(&of_other, &one));
    let staff = staff_member::Entity::find()
        .filter(staff_member::Column::LeftAt.is_null())
        .all(app.app.db().reader());
    assert_eq!(staff.await.unwrap().len(), 1);
}
