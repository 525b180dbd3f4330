//! Keeping the register of parties at the desk.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use chrono::NaiveDate;
use entity::ids::PartyId;
use uuid::Uuid;

use super::super::error::HouseholdError;
use super::super::read;
use super::super::write::{
    BindPartyAccount, Buyer, EndRelation, RegisterParty, RelateParty, SealedIdentityNumber,
    SealedPhone, SetPartyPhone, TransferUnit, reveal_party_phone,
};
use super::{Party, PartyRelationKind};
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

#[derive(InputObject)]
pub struct RegisterPartyInput {
    community_id: Uuid,
    name: String,
    /// 11 digits, or a landline with its area code; `转801` before an extension, `/` between several. The
    /// party is found by the first.
    phone: Option<String>,
    /// Of an identity card, a permit of Hong Kong, Macau or Taiwan, a passport; or the code of a firm.
    identity_number: Option<String>,
}

#[derive(InputObject)]
pub struct SetPartyPhoneInput {
    party_id: Uuid,
    /// The whole number; null takes it off. A masked number is refused.
    phone: MaybeUndefined<String>,
}

#[derive(InputObject)]
pub struct RelatePartyInput {
    party_id: Uuid,
    unit_id: Uuid,
    relation: PartyRelationKind,
    starts_on: Option<NaiveDate>,
    /// The last day.
    ends_on: Option<NaiveDate>,
}

#[derive(InputObject)]
pub struct EndRelationInput {
    relation_id: Uuid,
    /// The last day.
    ends_on: NaiveDate,
}

#[derive(InputObject)]
pub struct TransferUnitInput {
    unit_id: Uuid,
    /// The buyer, if the community knows him already; else `name` and `phone`.
    party_id: Option<Uuid>,
    name: Option<String>,
    phone: Option<String>,
    /// The buyer's first day; today or before.
    on: NaiveDate,
}

#[derive(InputObject)]
pub struct BindPartyAccountInput {
    party_id: Uuid,
    /// What the resident types to sign in; null takes the account off.
    account: Option<String>,
}

#[derive(InputObject)]
pub struct RevealPartyPhoneInput {
    party_id: Uuid,
    /// What the number is needed for. It is kept with your name and the time.
    reason: String,
}

/// What became of a party.
#[derive(SimpleObject)]
pub struct PartyPayload {
    party: Party,
}

/// A phone in full.
#[derive(SimpleObject)]
pub struct RevealPartyPhonePayload {
    /// Null when it does not open with the keys of this server; see `phoneMasked`.
    phone: Option<String>,
}

#[derive(Default)]
pub struct HouseholdsMutation;

#[Object]
impl HouseholdsMutation {
    /// Enters a person or firm into the register of a community. For the office.
    async fn register_party(
        &self,
        ctx: &Context<'_>,
        input: RegisterPartyInput,
    ) -> Result<PartyPayload, ApiError> {
        let command = RegisterParty {
            community_id: input.community_id.into(),
            name: input.name,
            phone: seal_phone(ctx, input.phone.as_deref())?,
            identity_number: input
                .identity_number
                .map(|number| SealedIdentityNumber::seal(ctx.app().keys(), &number))
                .transpose()?,
        };
        let viewer = ctx.viewer()?;
        let id = command::run(ctx.app(), viewer, "register party", &command).await?;
        payload(ctx, id).await
    }

    /// Gives a party another phone, or takes it off. For the office.
    async fn set_party_phone(
        &self,
        ctx: &Context<'_>,
        input: SetPartyPhoneInput,
    ) -> Result<PartyPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let phone = match input.phone {
            MaybeUndefined::Undefined => {
                return Err(ApiError::invalid("phone", "is missing", "未填写"));
            }
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(phone) => seal_phone(ctx, Some(&phone))?,
        };
        let party_id = input.party_id.into();
        let command = SetPartyPhone { party_id, phone };
        let id = command::run(ctx.app(), viewer, "set party phone", &command).await?;
        payload(ctx, id).await
    }

    /// Writes down what a party is to a unit. For the office.
    async fn relate_party(
        &self,
        ctx: &Context<'_>,
        input: RelatePartyInput,
    ) -> Result<PartyPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let command = RelateParty {
            party_id: input.party_id.into(),
            unit_id: input.unit_id.into(),
            relation: input.relation.into(),
            starts_on: input.starts_on,
            ends_on: input.ends_on,
        };
        command::run(ctx.app(), viewer, "relate party", &command).await?;
        payload(ctx, command.party_id).await
    }

    /// Ends a relation. From its last day on it no longer counts, and what the party reached by it
    /// leaves his phone. For the office.
    async fn end_relation(
        &self,
        ctx: &Context<'_>,
        input: EndRelationInput,
    ) -> Result<PartyPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let command = EndRelation {
            relation_id: input.relation_id.into(),
            ends_on: input.ends_on,
        };
        let id = command::run(ctx.app(), viewer, "end relation", &command).await?;
        payload(ctx, id).await
    }

    /// Records that a unit was sold: the owners and their family no longer count, the buyer does;
    /// tenants stay. Gives the buyer. For the office.
    async fn transfer_unit(
        &self,
        ctx: &Context<'_>,
        input: TransferUnitInput,
    ) -> Result<PartyPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let buyer = match (input.party_id, input.name) {
            (Some(party), None) if input.phone.is_none() => Buyer::Known(party.into()),
            (None, Some(name)) => Buyer::New {
                name,
                phone: seal_phone(ctx, input.phone.as_deref())?,
            },
            _ => return Err(HouseholdError::BuyerUnclear.into()),
        };
        let command = TransferUnit {
            unit_id: input.unit_id.into(),
            buyer,
            on: input.on,
        };
        let id = command::run(ctx.app(), viewer, "transfer unit", &command).await?;
        payload(ctx, id).await
    }

    /// Lets an account sign in as a party, or takes it off. For the office.
    async fn bind_party_account(
        &self,
        ctx: &Context<'_>,
        input: BindPartyAccountInput,
    ) -> Result<PartyPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let command = BindPartyAccount {
            party_id: input.party_id.into(),
            account: input.account,
        };
        let id = command::run(ctx.app(), viewer, "bind party account", &command).await?;
        payload(ctx, id).await
    }

    /// The whole phone of a party. For the office; who asked, when and why is kept.
    async fn reveal_party_phone(
        &self,
        ctx: &Context<'_>,
        input: RevealPartyPhoneInput,
    ) -> Result<RevealPartyPhonePayload, ApiError> {
        let viewer = ctx.viewer()?;
        let party = input.party_id.into();
        let phone = reveal_party_phone(ctx.app(), viewer, party, input.reason).await?;
        Ok(RevealPartyPhonePayload { phone })
    }
}

fn seal_phone(ctx: &Context<'_>, phone: Option<&str>) -> Result<Option<SealedPhone>, ApiError> {
    let keys = ctx.app().keys();
    phone
        .map(|phone| SealedPhone::seal(keys, phone))
        .transpose()
}

async fn payload(ctx: &Context<'_>, id: PartyId) -> Result<PartyPayload, ApiError> {
    let party = Party(read::get_party(ctx.app(), ctx.viewer()?, id).await?);
    Ok(PartyPayload { party })
}
