//! Who holds which post where.

pub mod staff_member;
