//! Keeping the register of parties at the desk.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use chrono::NaiveDate;
use entity::ids::PartyId;
use entity::kinds::RelationKind;
use uuid::Uuid;

use super::super::error::HouseholdError;
use super::super::read;
use super::super::write::{
    BindPartyAccount, Buyer, EndRelation, RegisterParty, RelateParty, SealedIdentityNumber,
    SealedPhone, SetPartyPhone, TransferUnit, reveal_party_phone,
};
use super::Party;
use crate::command;
use crate::error::ApiError;
use crate::graphql::ContextExt;

/// A person or firm to enter into the register.
#[derive(InputObject)]
pub struct RegisterPartyInput {
    /// The community it belongs to.
    community_id: Uuid,
    /// Name of the person or firm.
    name: String,
    /// 11 digits, or a landline with its area code; `转801` before an extension, `/` between several, of
    /// which the first finds the party. None when left out.
    phone: Option<String>,
    /// Of an identity card, a permit of Hong Kong, Macau or Taiwan, a passport; or the code of a firm.
    /// None when left out.
    identity_number: Option<String>,
}

/// Another phone of a party, or none.
#[derive(InputObject)]
pub struct SetPartyPhoneInput {
    /// The party.
    party_id: Uuid,
    /// The whole number; null removes it. A masked number is refused, and so is leaving it out.
    phone: MaybeUndefined<String>,
}

/// What a party is to a unit, and from when to when.
#[derive(InputObject)]
pub struct RelatePartyInput {
    /// The party.
    party_id: Uuid,
    /// The unit, of the same community.
    unit_id: Uuid,
    /// What the party is to it.
    relation: RelationKind,
    /// The first day; left out when nobody knows it.
    starts_on: Option<NaiveDate>,
    /// The last day; no end when left out.
    ends_on: Option<NaiveDate>,
}

/// The end of a relation.
#[derive(InputObject)]
pub struct EndRelationInput {
    /// The relation; it may be corrected until its last day is over.
    relation_id: Uuid,
    /// The last day, which may lie ahead.
    ends_on: NaiveDate,
}

/// A sale of a unit (转名): the unit and its buyer.
#[derive(InputObject)]
pub struct TransferUnitInput {
    /// The unit that was sold.
    unit_id: Uuid,
    /// The buyer, when the community knows him already; else `name` and `phone`.
    party_id: Option<Uuid>,
    /// Name of a buyer who is new to the community.
    name: Option<String>,
    /// Phone of a buyer who is new to the community; may be left out.
    phone: Option<String>,
    /// The buyer's first day: today or before.
    on: NaiveDate,
}

/// A party and the account that is to sign in as it.
#[derive(InputObject)]
pub struct BindPartyAccountInput {
    /// The party.
    party_id: Uuid,
    /// What the resident types to sign in; no account when null or left out.
    account: Option<String>,
}

/// Whose phone is wanted, and what for.
#[derive(InputObject)]
pub struct RevealPartyPhoneInput {
    /// The party.
    party_id: Uuid,
    /// What the number is needed for, in words. It is kept with the name of the caller and the time.
    reason: String,
}

/// The party after the change.
#[derive(SimpleObject)]
pub struct PartyPayload {
    /// As the viewer may see it.
    party: Party,
}

/// A phone in full.
#[derive(SimpleObject)]
pub struct RevealPartyPhonePayload {
    /// Null when the keys of this server do not open it; see `phoneMasked`.
    phone: Option<String>,
}

#[derive(Default)]
pub struct HouseholdsMutation;

#[Object]
impl HouseholdsMutation {
    /// Enters a person or firm into the register of a community. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`.
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
        let id = command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, id).await
    }

    /// Gives a party another phone, or removes it. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`.
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
        let id = command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, id).await
    }

    /// Records what a party is to a unit. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `CONFLICT`.
    async fn relate_party(
        &self,
        ctx: &Context<'_>,
        input: RelatePartyInput,
    ) -> Result<PartyPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let command = RelateParty {
            party_id: input.party_id.into(),
            unit_id: input.unit_id.into(),
            relation: input.relation,
            starts_on: input.starts_on,
            ends_on: input.ends_on,
        };
        command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, command.party_id).await
    }

    /// Ends a relation. From its last day on it no longer counts, and what the party saw by it leaves
    /// his phone. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`, `RELATION_NOT_FOUND`.
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
        let id = command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, id).await
    }

    /// Records that a unit was sold: the relations of the owners and their family end, the buyer's
    /// begins, tenants stay. Gives the buyer. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`.
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
        let id = command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, id).await
    }

    /// Lets an account sign in as a party, or no longer. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `CONFLICT`.
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
        let id = command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, id).await
    }

    /// Gives the whole phone of a party; who asked, when and why is kept. For the office.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`.
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
