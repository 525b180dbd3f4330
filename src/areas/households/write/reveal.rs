//! Looking at a number in full, which leaves a trace.

use std::collections::BTreeMap;

use entity::estate::community;
use entity::households::party;
use entity::ids::{CommunityId, PartyId};
use entity::ledger::audit;
use entity::sealed::Sealed;
use serde_json::json;

use super::get_to_keep;
use crate::app::App;
use crate::areas::households::access::get_community_to_keep;
use crate::areas::households::error::HouseholdError;
use crate::areas::households::{read, rules};
use crate::auth::Viewer;
use crate::command::{self, Command, Occasion};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::error::ApiError;

/// Notes in the audit trail who looks at a phone, and why.
#[derive(Clone, Debug)]
pub struct RevealPartyPhone {
    pub party_id: PartyId,
    pub reason: String,
}

impl Command for RevealPartyPhone {
    const KIND: &'static str = "party.reveal_phone";
    type Output = Sealed;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let parties = batch.iter().map(|command| command.party_id);
        Ok(write.see::<party::Model>(parties).await?)
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<Sealed, ApiError> {
        let party = get_to_keep(viewer, write, self.party_id)?;
        let reason = rules::reason(&self.reason)?;
        let phone = party.phone.clone().ok_or(HouseholdError::NoPhone)?;
        let actor = write.actor();
        let trace = audit::Model {
            id: write.new_id(),
            realm: party.community_id.into(),
            at: write.now(),
            account_id: actor.account_id,
            session_id: actor.session_id,
            why: Self::KIND.to_owned(),
            subject: "party".to_owned(),
            record_id: self.party_id.into(),
            before: None,
            after: Some(json!({ "reason": reason })),
        };
        write.append(trace);
        Ok(phone)
    }
}

/// The whole phone of a party, for the office; none when it does not open. It is given only after
/// the trace has been saved.
pub async fn reveal_party_phone(
    app: &App,
    viewer: &Viewer,
    party_id: PartyId,
    reason: String,
) -> Result<Option<String>, ApiError> {
    let reveal = RevealPartyPhone { party_id, reason };
    let phone = command::run(app, viewer, &reveal).await?;
    Ok(app.keys().open_if_possible(Purpose::Phone, &phone))
}

/// Notes in the audit trail who takes all numbers of a community, and why.
#[derive(Clone, Debug)]
pub struct RevealRegister {
    pub community_id: CommunityId,
    pub reason: String,
}

impl Command for RevealRegister {
    const KIND: &'static str = "party.reveal_register";
    type Output = ();

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|command| command.community_id);
        Ok(write.see::<community::Model>(communities).await?)
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        get_community_to_keep(viewer, write, self.community_id)?;
        let reason = rules::reason(&self.reason)?;
        let actor = write.actor();
        let trace = audit::Model {
            id: write.new_id(),
            realm: self.community_id.into(),
            at: write.now(),
            account_id: actor.account_id,
            session_id: actor.session_id,
            why: Self::KIND.to_owned(),
            subject: "community".to_owned(),
            record_id: self.community_id.into(),
            before: None,
            after: Some(json!({ "reason": reason })),
        };
        write.append(trace);
        Ok(())
    }
}

/// The numbers of a party in full, as far as they open.
#[derive(Clone, Default)]
pub struct Numbers {
    pub phone: Option<String>,
    pub identity_number: Option<String>,
}

/// All numbers of a community in full, for the office. They are given only after the trace has been
/// saved.
pub async fn reveal_register(
    app: &App,
    viewer: &Viewer,
    community_id: CommunityId,
    reason: String,
) -> Result<BTreeMap<PartyId, Numbers>, ApiError> {
    let reveal = RevealRegister {
        community_id,
        reason,
    };
    command::run(app, viewer, &reveal).await?;
    let (parties, _) = read::list_register(app, viewer, community_id).await?;
    let keys = app.keys();
    let open = |purpose, sealed: Option<Sealed>| {
        sealed.and_then(|sealed| keys.open_if_possible(purpose, &sealed))
    };
    let mut numbers = BTreeMap::new();
    for party in parties {
        let of_party = Numbers {
            phone: open(Purpose::Phone, party.phone),
            identity_number: open(Purpose::IdentityNumber, party.identity_number),
        };
        numbers.insert(party.id, of_party);
    }
    Ok(numbers)
}
