//! Looking at the estate.

use entity::estate::{building, community, unit, zone};
use entity::ids::{BuildingId, CommunityId};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::access::{building_scope, community_scope, unit_scope, zone_scope};
use super::error::EstateError;
use super::rules;
use crate::app::App;
use crate::auth::Viewer;
use crate::error::ApiError;

/// The communities the viewer works or lives in, by name; for administrators all.
pub async fn list_communities(
    app: &App,
    viewer: &Viewer,
) -> Result<Vec<community::Model>, ApiError> {
    let communities = community::Entity::find()
        .filter(community_scope().visible_to(viewer.reach()))
        .order_by_asc(community::Column::Name);
    Ok(communities.all(app.db().reader()).await?)
}

/// The community of this name or code, as a person writes it.
pub async fn get_community_named(
    app: &App,
    viewer: &Viewer,
    name_or_code: &str,
) -> Result<community::Model, ApiError> {
    let communities = list_communities(app, viewer).await?;
    let communities: Vec<_> = communities.iter().collect();
    let found = rules::find_named(&communities, name_or_code).cloned();
    Ok(found.ok_or_else(|| EstateError::CommunityUnknown {
        word: name_or_code.to_owned(),
        known: rules::nearest_to(&communities, name_or_code),
    })?)
}

/// All units of a community, floor by floor.
pub async fn list_all_units(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
) -> Result<Vec<unit::Model>, ApiError> {
    use unit::Column::{Floor, RoomNumber};
    let units = unit::Entity::find()
        .filter(unit_scope().visible_to(viewer.reach()))
        .filter(unit::Column::CommunityId.eq(community))
        .order_by_asc(Floor)
        .order_by_asc(RoomNumber);
    Ok(units.all(app.db().reader()).await?)
}

/// The zones of a community, by name.
pub async fn list_zones(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
) -> Result<Vec<zone::Model>, ApiError> {
    let zones = zone::Entity::find()
        .filter(zone_scope().visible_to(viewer.reach()))
        .filter(zone::Column::CommunityId.eq(community))
        .order_by_asc(zone::Column::Name);
    Ok(zones.all(app.db().reader()).await?)
}

/// The buildings of a community, by name.
pub async fn list_buildings(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
) -> Result<Vec<building::Model>, ApiError> {
    let buildings = building::Entity::find()
        .filter(building_scope().visible_to(viewer.reach()))
        .filter(building::Column::CommunityId.eq(community))
        .order_by_asc(building::Column::Name);
    Ok(buildings.all(app.db().reader()).await?)
}

/// The place of a unit in the list of its building.
pub type UnitPlace = (i32, String);

/// The units of a building, floor by floor; one more than `limit` tells that there are more.
pub async fn list_units(
    app: &App,
    viewer: &Viewer,
    building: BuildingId,
    limit: u64,
    after: Option<UnitPlace>,
) -> Result<Vec<unit::Model>, ApiError> {
    use unit::Column::{BuildingId, Floor, RoomNumber};
    let mut units = unit::Entity::find()
        .filter(unit_scope().visible_to(viewer.reach()))
        .filter(BuildingId.eq(building));
    if let Some((floor, room)) = after {
        let same_floor = Condition::all()
            .add(Floor.eq(floor))
            .add(RoomNumber.gt(room));
        units = units.filter(Condition::any().add(Floor.gt(floor)).add(same_floor));
    }
    let units = units
        .order_by_asc(Floor)
        .order_by_asc(RoomNumber)
        .limit(limit + 1);
    Ok(units.all(app.db().reader()).await?)
}
