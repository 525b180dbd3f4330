//! What phones carry of households.

use entity::households::{party, party_relation};

use crate::command::record::{Column, columns_of};
use crate::sync::collection::Synced;
use crate::sync::rows::Carried;

impl Synced for party::Model {
    crate::sync::collection::synced_columns!(party, root "party" by Id);
}

impl Carried for party::Model {
    const COLLECTION: &'static str = "party";
    const TABLE: &'static str = "parties";
    const COLUMNS: &'static [Column] = columns_of!(party::Model);
}

impl Synced for party_relation::Model {
    crate::sync::collection::synced_columns!(party_relation, root "party" by PartyId);
}

impl Carried for party_relation::Model {
    const COLLECTION: &'static str = "partyRelation";
    const TABLE: &'static str = "party_relations";
    const COLUMNS: &'static [Column] = columns_of!(party_relation::Model);
}
