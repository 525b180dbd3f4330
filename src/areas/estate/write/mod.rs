//! Laying out an estate: its communities, zones, buildings and units.

mod community;
mod import;
mod layout;

pub use community::{CreateCommunity, OpenCommunity, OpenedCommunity};
pub use import::{ImportUnits, Imported, ImportedUnit};
pub use layout::{CreateBuilding, CreateZone};
