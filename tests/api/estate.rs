//! Looking at the estate.

use entity::ids::{BuildingId, CommunityId};
use entity::kinds::{Occupancy, PostKind};
use serde_json::json;
use xunfang::areas::estate::write::{
    CreateBuilding, CreateCommunity, CreateZone, ImportUnits, ImportedUnit,
};
use xunfang::auth::Viewer;
use xunfang::command;

use crate::support::TestApp;

pub struct Estate {
    pub community: crate::support::Community,
    pub building: BuildingId,
}

/// A community with one building of three units: 0101, 0102 and 0201.
pub async fn estate(app: &TestApp, code: &str) -> Estate {
    let community = app.community(code).await;
    let (community_id, name) = (community.id, "江畔苑".to_owned());
    app.command(&CreateZone { community_id, name }).await;
    let create = CreateBuilding {
        community_id,
        zone: Some("江畔苑".to_owned()),
        name: "江畔1栋".to_owned(),
    };
    let building = app.command(&create).await;
    let rows = [(1, "0101"), (1, "0102"), (2, "0201")].map(|(floor, room)| ImportedUnit {
        building: "江畔1栋".to_owned(),
        floor,
        floor_name: (floor == 2).then(|| "1A".to_owned()),
        room_number: room.to_owned(),
        layout: None,
        area_centi_m2: Some(9047),
        occupancy: Occupancy::OwnerResident,
    });
    let rows = rows.to_vec();
    app.command(&ImportUnits { community_id, rows }).await;
    Estate {
        community,
        building,
    }
}

const UNITS: &str = "query ($building: UUID!, $first: Int, $after: String) {
    units(buildingId: $building, first: $first, after: $after) {
        nodes { id roomNumber floor floorName areaCentiM2 occupancy building { name } zone { name } }
        pageInfo { hasNextPage hasPreviousPage endCursor }
    }
}";

#[tokio::test]
async fn staff_walk_through_a_building_page_by_page() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    app.staff("li", PostKind::SecurityGuard)
        .at(&estate.community)
        .await;
    let li = app.sign_in("li", "phone").await;
    let building = estate.building;
    let page = li
        .run(UNITS, json!({ "building": building, "first": 2 }))
        .await;
    assert_eq!(page.text("units.nodes.0.roomNumber"), "0101");
    assert_eq!(page.text("units.nodes.1.roomNumber"), "0102");
    assert_eq!(page.text("units.nodes.0.building.name"), "江畔1栋");
    assert_eq!(page.text("units.nodes.0.zone.name"), "江畔苑");
    assert_eq!(page.data("units.nodes.0.floorName"), &json!(null));
    assert_eq!(page.text("units.nodes.0.occupancy"), "OWNER_RESIDENT");
    assert_eq!(page.data("units.pageInfo.hasNextPage"), &json!(true));
    let after = page.text("units.pageInfo.endCursor");
    let page = li
        .run(UNITS, json!({ "building": building, "after": after }))
        .await;
    assert_eq!(page.data("units.nodes").as_array().unwrap().len(), 1);
    assert_eq!(page.data("units.nodes.0.floor"), &json!(2));
    assert_eq!(page.data("units.nodes.0.floorName"), &json!("1A"));
    assert_eq!(page.data("units.pageInfo.hasNextPage"), &json!(false));
    let page = li
        .run(UNITS, json!({ "building": building, "after": "x" }))
        .await;
    assert_eq!(page.code(), "INVALID_INPUT");
}

#[tokio::test]
async fn another_communitys_estate_is_not_there() {
    let app = TestApp::start().await;
    let (own, other) = (estate(&app, "bijiang").await, estate(&app, "cuihu").await);
    app.staff("li", PostKind::Supervisor)
        .at(&own.community)
        .await;
    let li = app.sign_in("li", "desk").await;
    let page = li.run(UNITS, json!({ "building": other.building })).await;
    assert_eq!(page.data("units.nodes"), &json!([]));
    let query = "query ($community: UUID!) {
        communities { code today } zones(communityId: $community) { name }
        buildings(communityId: $community) { name zone { name } }
    }";
    let answer = li
        .run(query, json!({ "community": other.community.id }))
        .await;
    let communities = json!([{ "code": "bijiang", "today": "2026-09-01" }]);
    assert_eq!(answer.data("communities"), &communities);
    assert_eq!(answer.data("buildings"), &json!([]));
    assert_eq!(answer.data("zones"), &json!([]));
    let nobody = app
        .stranger()
        .run("{ communities { code } }", json!({}))
        .await;
    assert_eq!(nobody.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_name_or_code_is_taken_once() {
    let app = TestApp::start().await;
    let create = |code: &str, name: &str| CreateCommunity {
        code: code.to_owned(),
        name: name.to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
    };
    app.command(&create("bijiang", "碧江花园")).await;
    for (command, code) in [
        (create("bijiang", "翠湖"), "CONFLICT"),
        (create("cuihu", " 碧江花园 "), "CONFLICT"),
        (create("翠湖", "翠湖"), "INVALID_INPUT"),
    ] {
        let system = Viewer::system();
        let done: Result<CommunityId, _> = command::run(&app.app, &system, &command).await;
        assert_eq!(done.unwrap_err().code().as_str(), code, "{command:?}");
    }
}

#[tokio::test]
async fn a_supervisor_puts_a_building_into_a_new_zone_and_nobody_else_does() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    app.staff("boss", PostKind::Supervisor)
        .at(&estate.community)
        .await;
    app.staff("li", PostKind::Assistant)
        .at(&estate.community)
        .await;
    let (boss, li) = (
        app.sign_in("boss", "d1").await,
        app.sign_in("li", "d1").await,
    );
    let create =
        "mutation ($input: CreateZoneInput!) { createZone(input: $input) { zone { id } } }";
    let input = json!({ "input": { "communityId": estate.community.id, "name": "花园苑" } });
    assert_eq!(li.run(create, input.clone()).await.code(), "FORBIDDEN");
    let zone = boss
        .run(create, input.clone())
        .await
        .text("createZone.zone.id");
    assert_eq!(boss.run(create, input).await.code(), "CONFLICT");

    let put = "mutation ($input: PutBuildingInZoneInput!) {
        putBuildingInZone(input: $input) { building { name } }
    }";
    let input = json!({ "input": { "buildingId": estate.building, "zoneId": zone } });
    assert_eq!(li.run(put, input.clone()).await.code(), "FORBIDDEN");
    boss.run(put, input).await.data("putBuildingInZone");
    let units = li.run(UNITS, json!({ "building": estate.building })).await;
    for unit in units.data("units.nodes").as_array().unwrap() {
        assert_eq!(unit["zone"]["name"], "花园苑");
    }
}
