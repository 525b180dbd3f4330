//! What phones carry of households: never a number in full.

use chrono::NaiveDate;
use entity::households::{party, party_relation};
use entity::ids::{CommunityId, PartyId, PartyRelationId, UnitId};
use entity::kinds::RelationKind;
use serde::Serialize;

use crate::auth::Viewer;
use crate::database::sealed::Keyring;
use crate::error::ApiError;
use crate::sync::collection::Synced;

/// A party on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartyDocument {
    id: PartyId,
    community_id: CommunityId,
    name: String,
    phone_masked: Option<String>,
    identity_number_masked: Option<String>,
}

impl Synced for party::Model {
    crate::sync::collection::synced_columns!(party, root "party" by Id);
    type Document = PartyDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<PartyDocument, ApiError> {
        Ok(PartyDocument {
            id: self.id,
            community_id: self.community_id,
            name: self.name.clone(),
            phone_masked: self.phone_masked.clone(),
            identity_number_masked: self.identity_number_masked.clone(),
        })
    }
}

/// What a party is to a unit, on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartyRelationDocument {
    id: PartyRelationId,
    community_id: CommunityId,
    party_id: PartyId,
    unit_id: UnitId,
    relation: RelationKind,
    starts_on: Option<NaiveDate>,
    /// The last day.
    ends_on: Option<NaiveDate>,
    is_current: bool,
}

impl Synced for party_relation::Model {
    crate::sync::collection::synced_columns!(party_relation, root "party" by PartyId);
    type Document = PartyRelationDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<PartyRelationDocument, ApiError> {
        Ok(PartyRelationDocument {
            id: self.id,
            community_id: self.community_id,
            party_id: self.party_id,
            unit_id: self.unit_id,
            relation: self.relation,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            is_current: self.is_current,
        })
    }
}
