//! Parties and their relations to units.

pub mod party;
pub mod party_relation;
