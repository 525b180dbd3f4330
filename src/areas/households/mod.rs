//! Households (住户): parties as one community knows them, and what they are to which unit.
//!
//! A party is the root; its relations travel with it. `is_current` of a relation is what scope
//! reads: a tenancy that ends is a change that somebody or a job writes.

mod access;
mod error;
pub mod graphql;
pub mod jobs;
mod read;
mod record;
mod rules;
mod sync;
pub mod write;

pub use access::party_scope;
pub use error::HouseholdError;
pub use read::{HouseholdReach, list_register};
pub use rules::{
    contact_phone, identity_number, is_firm_code, masked_identity_number, masked_phone, phone,
};

use std::sync::Arc;

use entity::households::{party, party_relation};

use self::jobs::SettleRelationsDaily;
use super::Area;

/// What this area hands in.
pub const AREA: Area = Area {
    sync: |all| {
        all.record::<party::Model>()
            .record::<party_relation::Model>()
            .personal("contactPhone", masked_phone)
            .personal("phone", masked_phone)
            .personal("identityNumber", masked_identity_number)
    },
    jobs: |all| all.job(SettleRelationsDaily),
    reach: || vec![Arc::new(HouseholdReach)],
    ..Area::NOTHING
};
