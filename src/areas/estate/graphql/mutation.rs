//! Laying out an estate from the desk. Buildings and units come with the office's lists.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::estate::{building, zone};
use uuid::Uuid;

use super::super::write::{CreateZone, PutBuildingInZone};
use super::{Building, Zone};
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A part of a community that one field worker is to answer for.
#[derive(InputObject)]
pub struct CreateZoneInput {
    community_id: Uuid,
    /// Unique in the community.
    name: String,
}

/// Which zone a building belongs to.
#[derive(InputObject)]
pub struct PutBuildingInZoneInput {
    building_id: Uuid,
    /// Out of any zone when left out.
    zone_id: Option<Uuid>,
}

/// The zone after the change.
#[derive(SimpleObject)]
pub struct ZonePayload {
    zone: Option<Zone>,
}

/// The building after the change.
#[derive(SimpleObject)]
pub struct BuildingPayload {
    building: Option<Building>,
}

#[derive(Default)]
pub struct EstateMutation;

#[Object]
impl EstateMutation {
    /// Makes a zone. For supervisors and above, and administrators.
    async fn create_zone(
        &self,
        ctx: &Context<'_>,
        input: CreateZoneInput,
    ) -> Result<ZonePayload, ApiError> {
        let create = CreateZone {
            community_id: input.community_id.into(),
            name: input.name,
        };
        let id = command::run(ctx.app(), ctx.viewer()?, "create zone", &create).await?;
        Ok(ZonePayload {
            zone: ctx.load::<zone::Model>(id).await?.map(Zone),
        })
    }

    /// Puts a building and its units into a zone. For supervisors and above, and administrators.
    async fn put_building_in_zone(
        &self,
        ctx: &Context<'_>,
        input: PutBuildingInZoneInput,
    ) -> Result<BuildingPayload, ApiError> {
        let (building_id, zone_id) = (input.building_id.into(), input.zone_id.map(Into::into));
        let put = PutBuildingInZone {
            building_id,
            zone_id,
        };
        let id = command::run(ctx.app(), ctx.viewer()?, "put building in zone", &put).await?;
        Ok(BuildingPayload {
            building: ctx.load::<building::Model>(id).await?.map(Building),
        })
    }
}
