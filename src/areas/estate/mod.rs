//! The estate (房产): communities, zones, buildings, units.
//!
//! Reference data that every phone of a community carries. A unit's zone is its building's zone;
//! it decides which field worker looks after it.

pub mod access;
pub mod read;
pub mod sync;
