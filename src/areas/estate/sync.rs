//! What phones carry of the estate.

use entity::estate::{building, community, unit, zone};

use crate::command::record::{Column, columns_of};
use crate::sync::collection::Synced;
use crate::sync::rows::Carried;

impl Synced for community::Model {
    crate::sync::collection::synced_columns!(community, root "community" by Id);
}

impl Carried for community::Model {
    const COLLECTION: &'static str = "community";
    const TABLE: &'static str = "communities";
    const COLUMNS: &'static [Column] = columns_of!(community::Model);
}

impl Synced for zone::Model {
    crate::sync::collection::synced_columns!(zone, root "zone" by Id);
}

impl Carried for zone::Model {
    const COLLECTION: &'static str = "zone";
    const TABLE: &'static str = "zones";
    const COLUMNS: &'static [Column] = columns_of!(zone::Model);
}

impl Synced for building::Model {
    crate::sync::collection::synced_columns!(building, root "building" by Id);
}

impl Carried for building::Model {
    const COLLECTION: &'static str = "building";
    const TABLE: &'static str = "buildings";
    const COLUMNS: &'static [Column] = columns_of!(building::Model);
}

impl Synced for unit::Model {
    crate::sync::collection::synced_columns!(unit, root "unit" by Id);
}

impl Carried for unit::Model {
    const COLLECTION: &'static str = "unit";
    const TABLE: &'static str = "units";
    const COLUMNS: &'static [Column] = columns_of!(unit::Model);
}
