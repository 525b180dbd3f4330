//! Entering a party, and its phone.

use entity::estate::community;
use entity::households::party;
use entity::ids::{CommunityId, PartyId};
use sea_orm::{ColumnTrait, Condition};

use super::personal::clear_phone;
use super::{SealedIdentityNumber, SealedPhone, get_to_keep, new_party};
use crate::areas::households::access::get_community_to_keep;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Enters a person or firm into the register of a community. An identity number that is there
/// already is refused.
#[derive(Clone, Debug)]
pub struct RegisterParty {
    pub community_id: CommunityId,
    pub name: String,
    pub phone: Option<SealedPhone>,
    pub identity_number: Option<SealedIdentityNumber>,
}

impl Command for RegisterParty {
    const KIND: &'static str = "party.register";
    type Output = PartyId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|command| command.community_id);
        // Locked, so that of two who enter one person at once the second finds him there.
        write.load::<community::Model>(communities.clone()).await?;
        let numbers = batch
            .iter()
            .filter_map(|command| command.identity_number.as_ref())
            .flat_map(|number| number.index().all());
        let alike = Condition::all()
            .add(party::Column::CommunityId.is_in(communities))
            .add(party::Column::IdentityNumberIndex.is_in(numbers));
        Ok(write.load_where::<party::Model>(alike, false).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PartyId, ApiError> {
        get_community_to_keep(viewer, write, self.community_id)?;
        if let Some(number) = &self.identity_number {
            let is_known = write.rows::<party::Model>().any(|row| {
                row.community_id == self.community_id
                    && row.deleted_at.is_none()
                    && number.index().is(row.identity_number_index.as_deref())
            });
            if is_known {
                return Err(ApiError::conflict("party"));
            }
        }
        let mut party = new_party(write, self.community_id, &self.name)?;
        if let Some(phone) = &self.phone {
            phone.put_on(&mut party);
        }
        if let Some(number) = &self.identity_number {
            number.put_on(&mut party);
        }
        let id = party.id;
        write.insert(party)?;
        Ok(id)
    }
}

/// Gives a party another phone, or takes it off: the only way a phone is written by hand.
#[derive(Clone, Debug)]
pub struct SetPartyPhone {
    pub party_id: PartyId,
    pub phone: Option<SealedPhone>,
}

impl Command for SetPartyPhone {
    const KIND: &'static str = "party.set_phone";
    type Output = PartyId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let parties = batch.iter().map(|command| command.party_id);
        Ok(write.load::<party::Model>(parties).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PartyId, ApiError> {
        let party = get_to_keep(viewer, write, self.party_id)?;
        let is_known = match &self.phone {
            Some(phone) => phone.is_of(party),
            None => party.phone.is_none(),
        };
        if is_known {
            return Ok(self.party_id);
        }
        write.update::<party::Model>(self.party_id, |party| match &self.phone {
            Some(phone) => phone.put_on(party),
            None => clear_phone(party),
        })?;
        Ok(self.party_id)
    }
}
