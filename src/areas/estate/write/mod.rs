//! Laying out an estate: its communities, zones, buildings and units.

mod buildings;
mod community;
mod import;
mod layout;
mod policy;
mod zoning;

pub use buildings::{ImportBuildings, ImportedBuilding};
pub use community::{CreateCommunity, OpenCommunity, OpenedCommunity};
pub use import::{ImportUnits, Imported, ImportedUnit};
pub use layout::{CreateBuilding, CreateZone};
pub use policy::SetPolicy;
pub use zoning::PutBuildingInZone;
