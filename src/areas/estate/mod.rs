//! The estate (房产): communities, zones, buildings, units.
//!
//! Reference data that every phone of a community carries. A unit's zone is its building's zone;
//! it decides which field worker looks after it.

pub mod access;
mod error;
pub mod graphql;
mod read;
mod record;
mod rules;
mod sync;
pub mod write;

pub use access::{building_scope, community_scope, unit_scope, zone_scope};
pub use error::EstateError;
pub use read::{get_community_named, list_all_units, list_buildings, list_communities, list_zones};
pub use rules::{TIME_ZONE, day_at, start_of};
pub use write::Imported;

use entity::estate::{building, community, unit, zone};

use super::Area;

/// What this area hands in.
pub const AREA: Area = Area {
    sync: |all| {
        all.record::<community::Model>()
            .record::<zone::Model>()
            .record::<building::Model>()
            .record::<unit::Model>()
    },
    ..Area::NOTHING
};
