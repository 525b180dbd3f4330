//! Offline work comes home, and every phone learns what changed for it.
//!
//! Knows no area: areas hand in their collections and their commands through `areas/mod.rs`.

mod caught;
pub mod collection;
pub mod cursor;
pub mod desk;
mod horizon;
pub mod issue;
pub mod jobs;
pub mod kept;
pub mod live;
pub mod mutations;
pub mod native;
mod outcome;
pub mod protocol;
pub mod pull;
pub mod purge;
pub mod push;
pub mod registry;
pub mod rows;
pub mod rxdb;
pub mod settle;
mod shared;
pub mod watermelon;
