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
use crate::sync::rows::{Carried, Column, Shape};

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

impl Carried for party::Model {
    const COLLECTION: &'static str = "party";
    const TABLE: &'static str = "parties";
    const COLUMNS: &'static [Column] = &[
        Column::new("communityId", Shape::Id, "The community it belongs to."),
        Column::new("name", Shape::Text, "Name of the person or company."),
        Column::new(
            "phoneMasked",
            Shape::Text,
            "The number with its middle hidden.",
        )
        .optional(),
        Column::new(
            "identityNumberMasked",
            Shape::Text,
            "The identity number with its middle hidden.",
        )
        .optional(),
    ];
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

impl Carried for party_relation::Model {
    const COLLECTION: &'static str = "partyRelation";
    const TABLE: &'static str = "party_relations";
    const COLUMNS: &'static [Column] = &[
        Column::new("communityId", Shape::Id, "The community it belongs to."),
        Column::new("partyId", Shape::Id, "The party."),
        Column::new("unitId", Shape::Id, "The unit."),
        Column::new(
            "relation",
            Shape::Word,
            "`owner`, `family_member`, `occupant`, `tenant`, `merchant` or `representative`.",
        ),
        Column::new("startsOn", Shape::Text, "The first day, `2026-09-01`.").optional(),
        Column::new("endsOn", Shape::Text, "The last day.").optional(),
        Column::new("isCurrent", Shape::Flag, "Whether it counts today."),
    ];
}
