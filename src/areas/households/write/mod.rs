//! Keeping the register of parties.
//!
//! Phones and identity numbers are sealed before a command is made of them; no command takes or
//! gives a number in clear, but [`reveal_party_phone`] and [`reveal_register`], which are audited.

mod bind;
mod import;
mod party;
mod personal;
mod relation;
mod reveal;
mod settle;
mod transfer;

pub use bind::BindPartyAccount;
pub use import::{ImportParties, ImportedParties, ImportedParty, ImportedRelation};
pub use party::{RegisterParty, SetPartyPhone};
pub use personal::{SealedIdentityNumber, SealedPhone};
pub use relation::{EndRelation, RelateParty};
pub use reveal::{Numbers, RevealPartyPhone, RevealRegister, reveal_party_phone, reveal_register};
pub use settle::SettleRelations;
pub use transfer::{Buyer, TransferUnit};

use chrono::NaiveDate;
use entity::estate::{community, unit};
use entity::households::{party as parties, party_relation};
use entity::ids::{CommunityId, PartyId, PartyRelationId, UnitId};
use entity::kinds::RelationKind;
use sea_orm::{ColumnTrait, Condition};

use super::access::{may_keep, party_scope};
use super::rules;
use crate::areas::estate;
use crate::auth::Viewer;
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names;

/// The party, if the viewer may change it.
fn get_to_keep<'a>(
    viewer: &Viewer,
    write: &'a Write,
    id: PartyId,
) -> Result<&'a parties::Model, ApiError> {
    let party = write.visible(&party_scope(), viewer.reach(), id)?;
    if may_keep(viewer, party.community_id) {
        Ok(party)
    } else {
        Err(ApiError::forbidden())
    }
}

/// The unit, if the viewer may write who lives there.
fn get_unit<'a>(
    viewer: &Viewer,
    write: &'a Write,
    id: UnitId,
) -> Result<&'a unit::Model, ApiError> {
    let unit = write.visible(&estate::unit_scope(), viewer.reach(), id)?;
    if may_keep(viewer, unit.community_id) {
        Ok(unit)
    } else {
        Err(ApiError::forbidden())
    }
}

/// The day it is in a community that has been seen.
fn today(write: &Write, community: CommunityId) -> Result<NaiveDate, ApiError> {
    let community = write.get::<community::Model>(community);
    let community = community.ok_or_else(|| ApiError::not_found("community"))?;
    Ok(estate::day_at(&community.time_zone, write.now()))
}

/// Looks at the communities of what has been loaded, for their day.
async fn see_communities_of_parties(write: &mut Write) -> Result<(), ApiError> {
    let communities: Vec<_> = write
        .rows::<parties::Model>()
        .map(|row| row.community_id)
        .collect();
    Ok(write.see::<community::Model>(communities).await?)
}

/// Loads the relations of units or parties, and the parties they travel with.
async fn load_relations(write: &mut Write, of: Condition) -> Result<(), ApiError> {
    let of = of.add(party_relation::Column::DeletedAt.is_null());
    write.load_where::<party_relation::Model>(of, true).await?;
    let owners: Vec<PartyId> = write
        .rows::<party_relation::Model>()
        .map(|row| row.party_id)
        .collect();
    Ok(write.load::<parties::Model>(owners).await?)
}

/// A party that has nothing but its name.
fn new_party(
    write: &Write,
    community_id: CommunityId,
    name: &str,
) -> Result<parties::Model, ApiError> {
    let name = rules::name(name)?;
    Ok(parties::Model {
        id: PartyId(write.new_id()),
        community_id,
        name_key: names::key(&name),
        name,
        account_id: None,
        phone: None,
        phone_index: None,
        phone_tail_index: None,
        other_phones_index: None,
        phone_masked: None,
        identity_number: None,
        identity_number_index: None,
        identity_number_masked: None,
        seq: 0,
        created_at: write.now(),
        updated_at: write.now(),
        deleted_at: None,
    })
}

/// Who is what to which unit, and when.
struct Terms {
    party_id: PartyId,
    unit_id: UnitId,
    relation: RelationKind,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
}

fn new_relation(
    write: &Write,
    community_id: CommunityId,
    terms: &Terms,
    today: NaiveDate,
) -> party_relation::Model {
    party_relation::Model {
        id: PartyRelationId(write.new_id()),
        community_id,
        party_id: terms.party_id,
        unit_id: terms.unit_id,
        relation: terms.relation,
        starts_on: terms.starts_on,
        ends_on: terms.ends_on,
        is_current: rules::is_current(terms.starts_on, terms.ends_on, today),
        seq: 0,
        created_at: write.now(),
        updated_at: write.now(),
        deleted_at: None,
    }
}
