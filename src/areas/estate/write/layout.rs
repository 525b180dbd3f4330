//! Zones and buildings of a community.

use entity::estate::{building, community, zone};
use entity::ids::{BuildingId, CommunityId, ZoneId};
use sea_orm::{ColumnTrait, Condition};

use crate::areas::estate::access::get_to_lay_out;
use crate::areas::estate::error::EstateError;
use crate::areas::estate::rules;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names::{find, key};

/// Makes a part of a community that one field worker is to answer for.
#[derive(Clone, Debug)]
pub struct CreateZone {
    pub community_id: CommunityId,
    /// Unique in the community.
    pub name: String,
}

impl Command for CreateZone {
    const KIND: &'static str = "zone.create";
    type Output = ZoneId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|command| command.community_id);
        write.see::<community::Model>(communities.clone()).await?;
        load_zones(write, communities).await
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<ZoneId, ApiError> {
        get_to_lay_out(viewer, write, self.community_id)?;
        let name = rules::name(&self.name)?;
        let is_taken = write
            .rows::<zone::Model>()
            .any(|row| row.community_id == self.community_id && key(&row.name) == key(&name));
        if is_taken {
            return Err(ApiError::conflict("zone"));
        }
        let id = ZoneId(write.new_id());
        write.insert(zone::Model {
            id,
            community_id: self.community_id,
            name,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        })?;
        Ok(id)
    }
}

/// Puts a building into a community.
#[derive(Clone, Debug)]
pub struct CreateBuilding {
    pub community_id: CommunityId,
    /// Name of its zone.
    pub zone: Option<String>,
    /// Unique in the community.
    pub name: String,
}

impl Command for CreateBuilding {
    const KIND: &'static str = "building.create";
    type Output = BuildingId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|command| command.community_id);
        write.see::<community::Model>(communities.clone()).await?;
        load_zones(write, communities.clone()).await?;
        let of_communities = Condition::all().add(building::Column::CommunityId.is_in(communities));
        Ok(write
            .load_where::<building::Model>(of_communities, true)
            .await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<BuildingId, ApiError> {
        get_to_lay_out(viewer, write, self.community_id)?;
        let name = rules::name(&self.name)?;
        let is_taken = write
            .rows::<building::Model>()
            .any(|row| row.community_id == self.community_id && key(&row.name) == key(&name));
        if is_taken {
            return Err(ApiError::conflict("building"));
        }
        let zone = self.zone.as_deref().map(|name| {
            let zones = write
                .rows::<zone::Model>()
                .filter(|row| row.community_id == self.community_id && row.deleted_at.is_none());
            let zone = find(zones, name, |row| &row.name);
            zone.map(|row| row.id).ok_or(EstateError::ZoneUnknown)
        });
        let id = BuildingId(write.new_id());
        write.insert(building::Model {
            id,
            community_id: self.community_id,
            zone_id: zone.transpose()?,
            name,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        })?;
        Ok(id)
    }
}

async fn load_zones(
    write: &mut Write,
    communities: impl Iterator<Item = CommunityId>,
) -> Result<(), ApiError> {
    let of_communities = Condition::all().add(zone::Column::CommunityId.is_in(communities));
    Ok(write
        .load_where::<zone::Model>(of_communities, true)
        .await?)
}
