//! Laying out an estate from the desk. Buildings and units come with the office's lists.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::estate::{building, community, zone};
use serde_json::Value;
use uuid::Uuid;

use super::super::write::{CreateZone, PutBuildingInZone, SetPolicy};
use super::policy::settable;
use super::{Building, Community, Zone};
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A part of a community that one field worker is to answer for.
#[derive(InputObject)]
pub struct CreateZoneInput {
    /// The community it belongs to.
    community_id: Uuid,
    /// Unique in the community.
    name: String,
}

/// A building and the zone it is to lie in.
#[derive(InputObject)]
pub struct PutBuildingInZoneInput {
    /// The building; its units go with it.
    building_id: Uuid,
    /// The zone, of the same community; no zone when left out.
    zone_id: Option<Uuid>,
}

/// How a community differs from the handbooks on one subject.
#[derive(InputObject)]
pub struct SetPolicyInput {
    /// The community.
    community_id: Uuid,
    /// `key` of one of `Community.policies`.
    key: String,
    /// The fields that differ, in place of all that were set before; `{}` for none.
    own: Value,
}

/// The community after the change.
#[derive(SimpleObject)]
pub struct CommunityPayload {
    /// Null when the viewer may not see it.
    community: Option<Community>,
}

/// The zone after the change.
#[derive(SimpleObject)]
pub struct ZonePayload {
    /// Null when the viewer may not see it.
    zone: Option<Zone>,
}

/// The building after the change.
#[derive(SimpleObject)]
pub struct BuildingPayload {
    /// Null when the viewer may not see it.
    building: Option<Building>,
}

#[derive(Default)]
pub struct EstateMutation;

#[Object]
impl EstateMutation {
    /// Makes a zone. For supervisors and above, and administrators.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`.
    async fn create_zone(
        &self,
        ctx: &Context<'_>,
        input: CreateZoneInput,
    ) -> Result<ZonePayload, ApiError> {
        let create = CreateZone {
            community_id: input.community_id.into(),
            name: input.name,
        };
        let id = command::run(ctx.app(), ctx.viewer()?, &create).await?;
        Ok(ZonePayload {
            zone: ctx.load::<zone::Model>(id).await?.map(Zone),
        })
    }

    /// Puts a building and its units into a zone, or out of it. For supervisors and above, and
    /// administrators.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`.
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
        let id = command::run(ctx.app(), ctx.viewer()?, &put).await?;
        Ok(BuildingPayload {
            building: ctx.load::<building::Model>(id).await?.map(Building),
        })
    }

    /// Sets what the handbooks leave to the community, or disagree about. For the head of the office
    /// and administrators.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`.
    async fn set_policy(
        &self,
        ctx: &Context<'_>,
        input: SetPolicyInput,
    ) -> Result<CommunityPayload, ApiError> {
        let Value::Object(own) = input.own else {
            return Err(ApiError::invalid("own", "must be an object", "须为对象"));
        };
        let set = SetPolicy {
            community_id: input.community_id.into(),
            policy: settable(ctx, &input.key)?,
            own,
        };
        command::run(ctx.app(), ctx.viewer()?, &set).await?;
        let community = ctx.load::<community::Model>(input.community_id).await?;
        Ok(CommunityPayload {
            community: community.map(Community),
        })
    }
}
