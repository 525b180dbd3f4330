//! Who holds which post where (组织架构与岗位).
//!
//! A staff member (员工) is an account holding one post in one community, perhaps answering for a
//! zone (分区). Posts are filled from above: a supervisor fills the posts below and beside him
//! (O-10, O-25). Whoever leaves keeps his row, so that what he did keeps his name.

pub mod access;
mod error;
pub mod graphql;
mod read;
mod record;
mod rules;
mod sync;
mod write;

pub use access::{leads_in, scope};
pub use read::{StaffReach, get_staff_member, list_staff_at_work};
pub use rules::{leads, may_fill, works_in};
pub use write::{AppointStaffMember, DismissStaffMember, MoveStaffMember, load_leaders};

use std::sync::Arc;

use entity::organisation::staff_member;

use super::Area;

/// What this area hands in.
pub const AREA: Area = Area {
    sync: |all| all.record::<staff_member::Model>(),
    reach: || vec![Arc::new(StaffReach)],
    ..Area::NOTHING
};
