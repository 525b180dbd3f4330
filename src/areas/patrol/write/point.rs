//! Laying out points.

use entity::estate::{building, community, zone};
use entity::ids::{BuildingId, CommunityId, PatrolPointId, ZoneId};
use entity::patrol::{CheckItem, patrol_point};
use sea_orm::{ColumnTrait, Condition};

use super::super::access::get_to_plan;
use super::super::rules::{checked_checklist, checked_position};
use super::{check_building, check_zone};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names::tag_key;
use crate::text::{LINE, required_text, text};

/// Makes a point, or puts what is said here in the place of what was.
#[derive(Clone, Debug)]
pub struct PutPatrolPoint {
    /// Of the point to be changed, or made by the caller; the server makes one when left out.
    pub id: Option<PatrolPointId>,
    pub community_id: CommunityId,
    pub zone_id: Option<ZoneId>,
    pub building_id: Option<BuildingId>,
    pub name: String,
    pub place: String,
    /// Unique in the community; stays when left out, and is made up for a new point.
    pub code: Option<String>,
    pub checklist: Vec<CheckItem>,
    pub latitude_e7: Option<i32>,
    pub longitude_e7: Option<i32>,
}

impl Command for PutPatrolPoint {
    const KIND: &'static str = "patrol_point.put";
    type Output = PatrolPointId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        use patrol_point::Column::{CommunityId as Community, Id};
        let communities = batch.iter().map(|put| put.community_id);
        write.see::<community::Model>(communities.clone()).await?;
        let zones: Vec<_> = batch.iter().filter_map(|put| put.zone_id).collect();
        write.see::<zone::Model>(zones).await?;
        let buildings: Vec<_> = batch.iter().filter_map(|put| put.building_id).collect();
        write.see::<building::Model>(buildings).await?;
        // Codes are compared without case and separators, which no index knows of.
        let ids = batch.iter().filter_map(|put| put.id);
        let known = Condition::any()
            .add(Id.is_in(ids))
            .add(Community.is_in(communities));
        Ok(write.load_where::<patrol_point::Model>(known, true).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PatrolPointId, ApiError> {
        get_to_plan(viewer, write, self.community_id)?;
        check_zone(write, self.community_id, self.zone_id)?;
        check_building(write, self.community_id, self.building_id)?;
        let id = self.id.unwrap_or_else(|| PatrolPointId(write.new_id()));
        let known = write.get::<patrol_point::Model>(id).cloned();
        if known
            .as_ref()
            .is_some_and(|row| row.community_id != self.community_id)
        {
            return Err(ApiError::not_found("patrol_point"));
        }
        let position = checked_position(self.latitude_e7, self.longitude_e7)?;
        let point = patrol_point::Model {
            id,
            community_id: self.community_id,
            zone_id: self.zone_id,
            building_id: self.building_id,
            name: required_text("name", &self.name, LINE)?,
            place: text("place", &self.place, LINE)?,
            code: self.code(id, known.as_ref(), write)?,
            checklist: checked_checklist(&self.checklist)?,
            latitude_e7: position.map(|(latitude, _)| latitude),
            longitude_e7: position.map(|(_, longitude)| longitude),
            seq: 0,
            created_at: known.as_ref().map_or(write.now(), |row| row.created_at),
            updated_at: write.now(),
            deleted_at: None,
        };
        match known {
            None => write.insert(point)?,
            Some(known) => write.update::<patrol_point::Model>(id, |row| {
                *row = patrol_point::Model {
                    seq: known.seq,
                    ..point
                };
            })?,
        }
        Ok(id)
    }
}

impl PutPatrolPoint {
    fn code(
        &self,
        id: PatrolPointId,
        known: Option<&patrol_point::Model>,
        write: &Write,
    ) -> Result<String, ApiError> {
        let code = match (&self.code, known) {
            (Some(code), _) => required_text("code", code, LINE)?,
            (None, Some(known)) => known.code.clone(),
            (None, None) => write.new_id().simple().to_string(),
        };
        let key = tag_key(&code);
        let is_taken = || {
            let mut others = write
                .rows::<patrol_point::Model>()
                .filter(|row| row.id != id);
            others.any(|row| row.community_id == self.community_id && tag_key(&row.code) == key)
        };
        // A code that stays hinders no edit, also where one of before is like it.
        let stays = known.is_some_and(|known| known.code == code);
        if !stays && is_taken() {
            return Err(ApiError::invalid(
                "code",
                "another point has this code",
                "该编码已用于另一巡查点",
            ));
        }
        Ok(code)
    }
}
