//! What is loaded already, by the names that the demo gives it.

use std::collections::BTreeMap;

use entity::accounts::account;
use entity::estate::{building, zone};
use entity::ids::{BuildingId, CommunityId, StaffMemberId, ZoneId};
use entity::organisation::staff_member;

use crate::database::Write;

/// By the name of the zone.
pub fn zones(write: &Write, id: CommunityId) -> BTreeMap<String, ZoneId> {
    let zones = write.rows::<zone::Model>();
    let own = zones.filter(|row| row.community_id == id);
    own.map(|row| (row.name.clone(), row.id)).collect()
}

/// By its name.
pub fn buildings(write: &Write, id: CommunityId) -> BTreeMap<String, BuildingId> {
    let buildings = write.rows::<building::Model>();
    let own = buildings.filter(|row| row.community_id == id);
    own.map(|row| (row.name.clone(), row.id)).collect()
}

/// By what they type to sign in.
pub fn staff(write: &Write, id: CommunityId) -> BTreeMap<String, StaffMemberId> {
    let members = write.rows::<staff_member::Model>();
    let own = members.filter(|row| row.community_id == id);
    let own = own.filter_map(|row| {
        let account = write.get::<account::Model>(row.account_id)?;
        Some((account.login.clone(), row.id))
    });
    own.collect()
}
