//! Taking over the office's list of buildings.

use std::collections::BTreeSet;

use entity::estate::{building, unit, zone};
use entity::ids::{CommunityId, ZoneId};
use sea_orm::{ColumnTrait, Condition};

use super::{CreateBuilding, CreateZone, Imported, PutBuildingInZone};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names::Named;

/// Takes over a list of buildings and the zones they lie in: makes what is missing, and puts
/// buildings into the zones the list names. Without a zone a building stays where it is, and names
/// that differ only in the width of their characters are one. The same list again changes nothing.
#[derive(Clone, Debug)]
pub struct ImportBuildings {
    pub community_id: CommunityId,
    pub rows: Vec<ImportedBuilding>,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedBuilding {
    pub name: String,
    /// Name of its zone.
    pub zone: Option<String>,
}

impl Command for ImportBuildings {
    const KIND: &'static str = "building.import";
    type Output = Imported;

    async fn prefetch(batch: &[&Self], viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let any = |command: &&Self| CreateBuilding {
            community_id: command.community_id,
            zone: None,
            name: String::new(),
        };
        let buildings: Vec<_> = batch.iter().map(any).collect();
        let buildings: Vec<_> = buildings.iter().collect();
        CreateBuilding::prefetch(&buildings, viewer, write).await?;
        let communities = batch.iter().map(|command| command.community_id);
        let units = Condition::all().add(unit::Column::CommunityId.is_in(communities));
        Ok(write.load_where::<unit::Model>(units, true).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Imported, ApiError> {
        let zones = self.zones(occasion, viewer, write)?;
        let mut known = Named::default();
        for row in write.rows::<building::Model>() {
            if row.community_id == self.community_id && row.deleted_at.is_none() {
                known.add((), &row.name, (row.id, row.zone_id));
            }
        }
        let mut imported = Imported::default();
        for row in &self.rows {
            let zone = row.zone.as_ref().and_then(|zone| zones.find((), zone));
            let zone_id = zone.map(|(id, _)| *id);
            match known.find((), &row.name) {
                None => {
                    let create = CreateBuilding {
                        community_id: self.community_id,
                        zone: zone.map(|(_, name)| name.clone()),
                        name: row.name.clone(),
                    };
                    create.decide(occasion, viewer, write)?;
                    imported.created += 1;
                }
                Some((building_id, known)) if zone_id.is_some() && *known != zone_id => {
                    let building_id = *building_id;
                    let put = PutBuildingInZone {
                        building_id,
                        zone_id,
                    };
                    put.decide(occasion, viewer, write)?;
                    imported.changed += 1;
                }
                Some(_) => imported.unchanged += 1,
            }
        }
        Ok(imported)
    }
}

impl ImportBuildings {
    /// The zones by name, with the name they are stored by; made where they are missing.
    fn zones(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Named<(), (ZoneId, String)>, ApiError> {
        let mut zones = Named::default();
        for row in write.rows::<zone::Model>() {
            if row.community_id == self.community_id && row.deleted_at.is_none() {
                zones.add((), &row.name, (row.id, row.name.clone()));
            }
        }
        let wanted: BTreeSet<&String> = self
            .rows
            .iter()
            .filter_map(|row| row.zone.as_ref())
            .collect();
        for name in wanted {
            if zones.find((), name).is_none() {
                let create = CreateZone {
                    community_id: self.community_id,
                    name: name.clone(),
                };
                let id = create.decide(occasion, viewer, write)?;
                zones.add((), name, (id, name.clone()));
            }
        }
        Ok(zones)
    }
}
