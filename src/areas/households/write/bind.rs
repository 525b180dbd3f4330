//! Which account a resident signs in with.

use entity::accounts::account;
use entity::households::party;
use entity::ids::{AccountId, PartyId};
use sea_orm::{ColumnTrait, Condition};

use super::get_to_keep;
use crate::areas::households::error::HouseholdError;
use crate::auth::{Viewer, login};
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Lets an account sign in as a party of a community: one party per account and community.
#[derive(Clone, Debug)]
pub struct BindPartyAccount {
    pub party_id: PartyId,
    /// What the resident types to sign in; none takes the account off.
    pub account: Option<String>,
}

impl Command for BindPartyAccount {
    const KIND: &'static str = "party.bind_account";
    type Output = PartyId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let parties = batch.iter().map(|command| command.party_id);
        write.load::<party::Model>(parties).await?;
        let logins = batch
            .iter()
            .filter_map(|command| command.account.as_deref());
        let named = login::accounts_of(logins);
        // Locked, so that of two who bind one account at once the second finds it bound.
        write.load_where::<account::Model>(named, true).await?;
        let accounts: Vec<AccountId> = write.rows::<account::Model>().map(|row| row.id).collect();
        let bound = Condition::all().add(party::Column::AccountId.is_in(accounts));
        Ok(write.load_where::<party::Model>(bound, true).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PartyId, ApiError> {
        let community = get_to_keep(viewer, write, self.party_id)?.community_id;
        let account = self.account.as_deref().map(|account| {
            let login = login::normalised(account);
            let mut accounts = write.rows::<account::Model>();
            let known = accounts.find(|row| row.login == login && row.left_at.is_none());
            known
                .map(|row| row.id)
                .ok_or(HouseholdError::AccountUnknown)
        });
        let account = account.transpose()?;
        let is_taken = write.rows::<party::Model>().any(|row| {
            row.id != self.party_id
                && row.community_id == community
                && row.deleted_at.is_none()
                && row.account_id.is_some()
                && row.account_id == account
        });
        if is_taken {
            return Err(HouseholdError::AccountTaken.into());
        }
        write.update::<party::Model>(self.party_id, |party| party.account_id = account)?;
        Ok(self.party_id)
    }
}
