//! Communities, zones, buildings, units.

pub mod building;
pub mod community;
pub mod unit;
pub mod zone;
