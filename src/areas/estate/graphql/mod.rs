//! The estate in the API.

mod mutation;
mod policy;

pub use mutation::EstateMutation;
pub use policy::Settables;

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Context, Description, Object};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use entity::estate::{building, community, unit, zone};
use entity::kinds::Occupancy;
use uuid::Uuid;

use super::read::{self, UnitPlace};
use crate::database::page::Page;
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits, page_arguments};

/// An estate served by one office (屋村 / 小区 / 园区).
#[derive(Description)]
pub struct Community(pub community::Model);

#[Object(use_type_description)]
impl Community {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// Short latin name, unique in the company.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// As people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// IANA name of its time zone, such as `Asia/Shanghai`: its days begin and end by it.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// The settings that the handbooks leave to the community, or disagree about. Empty to viewers who
    /// do not work there.
    async fn policies(&self, ctx: &Context<'_>) -> Vec<policy::Policy> {
        policy::policies(ctx, &self.0)
    }

    /// The day it is there now.
    async fn today(&self, ctx: &Context<'_>) -> NaiveDate {
        super::day_at(&self.0.time_zone, ctx.app().clock().now())
    }
}

/// A part of a community that one field worker answers for (苑区).
#[derive(Description)]
pub struct Zone(pub zone::Model);

#[Object(use_type_description)]
impl Zone {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// Unique in the community.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

/// A building (楼宇).
#[derive(Description)]
pub struct Building(pub building::Model);

#[Object(use_type_description)]
impl Building {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// Unique in the community.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The zone it lies in. Null when it lies in none, and to residents.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        zone_of(ctx, self.0.zone_id.map(Uuid::from)).await
    }
}

/// A dwelling, workshop or shop (房屋). Residents see their own.
#[derive(Description)]
pub struct Unit(pub unit::Model);

#[Object(use_type_description)]
impl Unit {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// The building it is in; null when the viewer may not see it.
    async fn building(&self, ctx: &Context<'_>) -> Result<Option<Building>, ApiError> {
        let building = ctx.load::<building::Model>(self.0.building_id).await?;
        Ok(building.map(Building))
    }

    /// The zone it lies in. Null when it lies in none, and to residents.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, ApiError> {
        zone_of(ctx, self.0.zone_id.map(Uuid::from)).await
    }

    /// Negative below ground. `3A` is 4; a mezzanine counts with the floor under it.
    async fn floor(&self) -> i32 {
        self.0.floor
    }

    /// What the building calls the floor: `3A`, `夹层`. Null where that is its number.
    async fn floor_name(&self) -> Option<&str> {
        self.0.floor_name.as_deref()
    }

    /// As written on the door, with leading zeros.
    async fn room_number(&self) -> &str {
        &self.0.room_number
    }

    /// Rooms and halls as the office writes them: `三房两厅`. Null when nobody wrote it down.
    async fn layout(&self) -> Option<&str> {
        self.0.layout.as_deref()
    }

    /// Floor area in hundredths of a square metre: `8950` is 89.5 m². Null when it is not known.
    async fn area_centi_m2(&self) -> Option<i64> {
        self.0.area_centi_m2
    }

    /// How it is lived in.
    async fn occupancy(&self) -> Occupancy {
        self.0.occupancy
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

#[derive(Default)]
pub struct EstateQuery;

#[Object]
impl EstateQuery {
    /// The communities the viewer works or lives in, by name; to administrators all.
    #[graphql(complexity = "limits::whole(5, child_complexity)")]
    async fn communities(&self, ctx: &Context<'_>) -> Result<Vec<Community>, ApiError> {
        let communities = read::list_communities(ctx.app(), ctx.viewer()?).await?;
        Ok(communities.into_iter().map(Community).collect())
    }

    /// The zones of a community, by name. Empty to residents.
    #[graphql(complexity = "limits::whole(10, child_complexity)")]
    async fn zones(&self, ctx: &Context<'_>, community_id: Uuid) -> Result<Vec<Zone>, ApiError> {
        let zones = read::list_zones(ctx.app(), ctx.viewer()?, community_id.into()).await?;
        Ok(zones.into_iter().map(Zone).collect())
    }

    /// The buildings of a community, by name.
    #[graphql(complexity = "limits::whole(20, child_complexity)")]
    async fn buildings(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
    ) -> Result<Vec<Building>, ApiError> {
        let viewer = ctx.viewer()?;
        let buildings = read::list_buildings(ctx.app(), viewer, community_id.into()).await?;
        Ok(buildings.into_iter().map(Building).collect())
    }

    /// The units of a building, floor by floor. A resident finds his own.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    async fn units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The building.")] building_id: Uuid,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, Unit, EmptyFields, EmptyFields>, ApiError> {
        let viewer = ctx.viewer()?;
        let (limit, after) = unit_page(first, after.as_deref())?;
        let has_previous = after.is_some();
        let units = read::list_units(ctx.app(), viewer, building_id.into(), limit, after).await?;
        let page = Page::of(units, limit);
        let mut connection = Connection::new(has_previous, page.has_more);
        connection.edges = page
            .items
            .into_iter()
            .map(|unit| Edge::new(cursor(&unit), Unit(unit)))
            .collect();
        Ok(connection)
    }

    /// One unit; null when there is none or the viewer may not see it.
    async fn unit(&self, ctx: &Context<'_>, id: Uuid) -> Result<Option<Unit>, ApiError> {
        ctx.viewer()?;
        Ok(ctx.load::<unit::Model>(id).await?.map(Unit))
    }
}

async fn zone_of(ctx: &Context<'_>, id: Option<Uuid>) -> Result<Option<Zone>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    Ok(ctx.load::<zone::Model>(id).await?.map(Zone))
}

/// The place of a unit as an opaque cursor.
fn cursor(unit: &unit::Model) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", unit.floor, unit.room_number))
}

fn place(cursor: &str) -> Option<UnitPlace> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (floor, room_number) = text.split_once('.')?;
    Some((floor.parse().ok()?, room_number.to_owned()))
}

fn unit_page(
    first: Option<i32>,
    after: Option<&str>,
) -> Result<(u64, Option<UnitPlace>), ApiError> {
    let (limit, _) = page_arguments(first, None)?;
    let after = after.map(|text| {
        place(text).ok_or_else(|| {
            ApiError::invalid("after", "is no cursor of this list", "不是该列表的游标")
        })
    });
    Ok((limit, after.transpose()?))
}
