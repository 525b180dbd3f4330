//! Who sees the estate: staff all of it, a resident his own unit.

use entity::estate::{building, community, unit, zone};

use crate::database::{Rule, Scope};

crate::database::record!(community, "community", rank 0, realm community_scope());
crate::database::record!(zone, "zone", rank 1, root zone_scope());
crate::database::record!(building, "building", rank 2, root building_scope());
crate::database::record!(unit, "unit", rank 3, root unit_scope());

pub fn community_scope() -> Scope<community::Model> {
    Scope::of([Rule::Everyone])
}

pub fn zone_scope() -> Scope<zone::Model> {
    Scope::of([Rule::Staff])
}

pub fn building_scope() -> Scope<building::Model> {
    Scope::of([Rule::Everyone])
}

pub fn unit_scope() -> Scope<unit::Model> {
    Scope::of([
        Rule::Staff,
        Rule::Unit {
            unit: unit::Column::Id,
            since: None,
        },
    ])
}
