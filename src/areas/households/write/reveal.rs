//! Looking at a number in full, which leaves a trace.

use entity::households::party;
use entity::ids::PartyId;
use entity::ledger::audit;
use entity::sealed::Sealed;
use serde_json::json;

use super::get_to_keep;
use crate::app::App;
use crate::areas::households::error::HouseholdError;
use crate::areas::households::rules;
use crate::auth::Viewer;
use crate::command::{self, Command, Occasion};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::error::ApiError;

const WHY: &str = "reveal party phone";

/// Notes in the audit trail who looks at a phone, and why.
#[derive(Clone, Debug)]
pub struct RevealPartyPhone {
    pub party_id: PartyId,
    pub reason: String,
}

impl Command for RevealPartyPhone {
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
            why: WHY.to_owned(),
            subject: "party".to_owned(),
            record_id: self.party_id.into(),
            before: None,
            after: Some(json!({ "reason": reason })),
        };
        write.append(trace);
        Ok(phone)
    }
}

/// The whole phone of a party, for the office. It is given only after the trace has been saved.
pub async fn reveal_party_phone(
    app: &App,
    viewer: &Viewer,
    party_id: PartyId,
    reason: String,
) -> Result<String, ApiError> {
    let reveal = RevealPartyPhone { party_id, reason };
    let phone = command::run(app, viewer, WHY, &reveal).await?;
    Ok(app.keys().open(Purpose::Phone, &phone)?)
}
