//! Parties in the API. No type here has a field for a number in full.

mod mutation;

pub use mutation::HouseholdsMutation;

use std::collections::HashMap;

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, Object};
use chrono::NaiveDate;
use entity::estate::unit;
use entity::households::{party, party_relation};
use entity::ids::PartyId;
use entity::kinds::RelationKind;
use uuid::Uuid;

use super::read::{self, PartyFilter};
use crate::areas::accounts::graphql::{Session, list_devices};
use crate::areas::estate::graphql::Unit;
use crate::database::page::Place;
use crate::error::ApiError;
use crate::graphql::{ContextExt, RequestLoader, limits, page_arguments, page_of};

/// A person or firm as one community knows it (住户). The office sees all, a resident himself.
#[derive(Description)]
pub struct Party(pub party::Model);

#[Object(use_type_description)]
impl Party {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community it belongs to.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// Name of the person or firm.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The phone with its middle hidden, `130****3336`; null when none is known. `revealPartyPhone`
    /// gives it whole.
    async fn phone_masked(&self) -> Option<&str> {
        self.0.phone_masked.as_deref()
    }

    /// The number of the identity paper with its middle hidden, `4406***********00X`; null when none is
    /// known.
    async fn identity_number_masked(&self) -> Option<&str> {
        self.0.identity_number_masked.as_deref()
    }

    /// Whether a resident signs in as this party.
    async fn has_account(&self) -> bool {
        self.0.account_id.is_some()
    }

    /// What the party is and was to units, present relations first.
    async fn relations(&self, ctx: &Context<'_>) -> Result<Vec<PartyRelation>, ApiError> {
        let relations = ctx.loader().load_one(RelationsOf(self.0.id)).await?;
        let relations = relations.unwrap_or_default();
        Ok(relations.into_iter().map(PartyRelation).collect())
    }
}

/// What a party is to a unit, and from when to when.
#[derive(Description)]
pub struct PartyRelation(pub party_relation::Model);

#[Object(use_type_description)]
impl PartyRelation {
    /// Never changes.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The unit; null when the viewer may not see it, such as one he has left.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>, ApiError> {
        Ok(ctx.load::<unit::Model>(self.0.unit_id).await?.map(Unit))
    }

    /// The unit.
    async fn unit_id(&self) -> Uuid {
        self.0.unit_id.into()
    }

    /// What the party is to it.
    async fn relation(&self) -> RelationKind {
        self.0.relation
    }

    /// The first day. Null when nobody knows it: the party then sees of the unit what happened since
    /// the relation was entered.
    async fn starts_on(&self) -> Option<NaiveDate> {
        self.0.starts_on
    }

    /// The last day; null while no end is set.
    async fn ends_on(&self) -> Option<NaiveDate> {
        self.0.ends_on
    }

    /// Whether it applies today.
    async fn is_current(&self) -> bool {
        self.0.is_current
    }
}

/// The relations of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RelationsOf(pub PartyId);

impl Loader<RelationsOf> for RequestLoader {
    type Value = Vec<party_relation::Model>;
    type Error = ApiError;

    async fn load(
        &self,
        keys: &[RelationsOf],
    ) -> Result<HashMap<RelationsOf, Vec<party_relation::Model>>, ApiError> {
        let parties: Vec<PartyId> = keys.iter().map(|key| key.0).collect();
        let relations = read::list_relations(&self.app, &self.viewer, &parties).await?;
        let relations = relations.into_iter();
        Ok(relations
            .map(|(id, rows)| (RelationsOf(id), rows))
            .collect())
    }
}

#[derive(Default)]
pub struct HouseholdsQuery;

#[Object]
impl HouseholdsQuery {
    /// The parties of a community, newest first. The office sees all, a resident himself.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    async fn parties(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        #[graphql(desc = "Present parties of this unit only.")] unit_id: Option<Uuid>,
        #[graphql(desc = "Part of a name, a whole phone, or its last four digits.")] search: Option<
            String,
        >,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, Party, EmptyFields, EmptyFields>, ApiError> {
        let viewer = ctx.viewer()?;
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let filter = PartyFilter {
            community_id: community_id.into(),
            unit_id: unit_id.map(Into::into),
            search,
        };
        let page = read::list_parties(ctx.app(), viewer, &filter, limit, after).await?;
        let place = |row: &party::Model| Place {
            at: row.created_at,
            id: row.id.into(),
        };
        Ok(page_of(page, after.is_some(), place, Party))
    }

    /// The devices that a resident signed in from, last contact first, to report a lost one. For the
    /// office of his community, those above him where he works too, and administrators.
    async fn party_devices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The resident.")] party_id: Uuid,
    ) -> Result<Vec<Session>, ApiError> {
        let party = read::get_party(ctx.app(), ctx.viewer()?, party_id.into()).await?;
        list_devices(ctx, party.account_id).await
    }

    /// One party; null when there is none or the viewer may not see it.
    async fn party(&self, ctx: &Context<'_>, id: Uuid) -> Result<Option<Party>, ApiError> {
        ctx.viewer()?;
        Ok(ctx.load::<party::Model>(id).await?.map(Party))
    }
}
