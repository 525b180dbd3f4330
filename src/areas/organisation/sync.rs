//! The staff directory on phones, readable without a network.

use entity::organisation::staff_member;

use crate::command::record::{Column, columns_of};
use crate::sync::collection::Synced;
use crate::sync::rows::Carried;

impl Synced for staff_member::Model {
    crate::sync::collection::synced_columns!(staff_member, root "staff_member" by Id);
}

impl Carried for staff_member::Model {
    const COLLECTION: &'static str = "staffMember";
    const TABLE: &'static str = "staff_members";
    const COLUMNS: &'static [Column] = columns_of!(staff_member::Model);
}
