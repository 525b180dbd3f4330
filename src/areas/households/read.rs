//! Looking up parties, and what their homes let them reach.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use entity::estate::community;
use entity::households::{party, party_relation};
use entity::ids::{AccountId, CommunityId, PartyId, UnitId};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, DbErr};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::rules::{self, Search};
use crate::app::App;
use crate::areas::estate;
use crate::auth::{Grants, ReachProvider, Viewer};
use crate::database::page::{Page, Place};
use crate::database::record::Visible;
use crate::database::sealed::{Keyring, Purpose};
use crate::database::{Audience, Reach, Reader, Transaction};
use crate::error::ApiError;

/// Which parties are wanted.
#[derive(Clone, Debug)]
pub struct PartyFilter {
    pub community_id: CommunityId,
    /// Present parties of this unit.
    pub unit_id: Option<UnitId>,
    /// Part of a name, a whole phone, or its last four digits; of several phones any.
    pub search: Option<String>,
}

/// The parties of a community, newest first.
pub async fn list_parties(
    app: &App,
    viewer: &Viewer,
    filter: &PartyFilter,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<party::Model>, ApiError> {
    use party::Column::{CommunityId, CreatedAt, Id};
    let mut parties = party::Entity::find()
        .filter(party::Model::visible_to(viewer.reach()))
        .filter(CommunityId.eq(filter.community_id));
    if let Some(unit) = filter.unit_id {
        let present = Query::select()
            .column(party_relation::Column::PartyId)
            .from(party_relation::Entity)
            .cond_where(party_relation::Column::UnitId.eq(unit))
            .and_where(party_relation::Column::IsCurrent.eq(true))
            .and_where(party_relation::Column::DeletedAt.is_null())
            .to_owned();
        parties = parties.filter(Id.in_subquery(present));
    }
    if let Some(text) = filter
        .search
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        parties = parties.filter(found_by(app.keys(), text));
    }
    if let Some(place) = after {
        let same = Condition::all()
            .add(CreatedAt.eq(place.at))
            .add(Id.lt(place.id));
        parties = parties.filter(Condition::any().add(CreatedAt.lt(place.at)).add(same));
    }
    let parties = parties
        .order_by_desc(CreatedAt)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(parties.all(app.db().reader()).await?, limit))
}

fn found_by(keys: &Keyring, text: &str) -> Condition {
    let by_digest = |first: party::Column, text: &str| {
        let index = keys.blind_index(Purpose::Phone, text);
        let mut found = Condition::any().add(first.is_in(index.all()));
        for digest in index.all() {
            found = found.add(holds(party::Column::OtherPhonesIndex, digest));
        }
        found
    };
    match rules::search(text) {
        Search::PhoneTail(tail) => by_digest(party::Column::PhoneTailIndex, &tail),
        Search::Phone(phone) => by_digest(party::Column::PhoneIndex, &phone),
        Search::Name(key) => Condition::all().add(holds(party::Column::NameKey, &key)),
    }
}

/// Whether a text stands in a column.
fn holds(column: party::Column, text: &str) -> SimpleExpr {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Expr::col((party::Entity, column)).like(LikeExpr::new(pattern).escape('\\'))
}

/// A party; an answer of not found when the viewer may not know of it.
pub async fn get_party(app: &App, viewer: &Viewer, id: PartyId) -> Result<party::Model, ApiError> {
    let party = party::Entity::find()
        .filter(party::Model::visible_to(viewer.reach()))
        .filter(party::Column::Id.eq(id))
        .one(app.db().reader())
        .await?;
    party.ok_or_else(|| ApiError::not_found("party"))
}

/// The relations of each party, present ones first, then by their first day.
pub async fn list_relations(
    app: &App,
    viewer: &Viewer,
    parties: &[PartyId],
) -> Result<BTreeMap<PartyId, Vec<party_relation::Model>>, ApiError> {
    use party_relation::Column::{Id, IsCurrent, PartyId as Of, StartsOn};
    let rows = party_relation::Entity::find()
        .filter(party_relation::Model::visible_to(viewer.reach()))
        .filter(Of.is_in(parties.iter().copied()))
        .order_by_desc(IsCurrent)
        .order_by_desc(StartsOn)
        .order_by_asc(Id)
        .all(app.db().reader())
        .await?;
    let mut relations: BTreeMap<PartyId, Vec<_>> = BTreeMap::new();
    for row in rows {
        relations.entry(row.party_id).or_default().push(row);
    }
    Ok(relations)
}

/// All parties of a community and what they are to its units, in the order they were entered.
pub async fn list_register(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
) -> Result<(Vec<party::Model>, Vec<party_relation::Model>), ApiError> {
    let parties = party::Entity::find()
        .filter(party::Model::visible_to(viewer.reach()))
        .filter(party::Column::CommunityId.eq(community))
        .order_by_asc(party::Column::Id)
        .all(app.db().reader())
        .await?;
    let relations = party_relation::Entity::find()
        .filter(party_relation::Model::visible_to(viewer.reach()))
        .filter(party_relation::Column::CommunityId.eq(community))
        .order_by_asc(party_relation::Column::Id)
        .all(app.db().reader())
        .await?;
    Ok((parties, relations))
}

/// What the home of a resident lets him reach.
pub struct HouseholdReach;

#[async_trait]
impl ReachProvider for HouseholdReach {
    async fn grant(
        &self,
        db: &Reader,
        account: AccountId,
        grants: &mut Grants,
    ) -> Result<(), DbErr> {
        let parties = party::Entity::find()
            .filter(party::Model::visible_to(&Reach::Everything))
            .filter(party::Column::AccountId.eq(account))
            .order_by_asc(party::Column::Id)
            .all(db)
            .await?;
        if parties.is_empty() {
            return Ok(());
        }
        let relations = party_relation::Entity::find()
            .filter(party_relation::Model::visible_to(&Reach::Everything))
            .filter(party_relation::Column::PartyId.is_in(parties.iter().map(|row| row.id)))
            .filter(party_relation::Column::IsCurrent.eq(true))
            .all(db)
            .await?;
        let ids: BTreeSet<_> = parties.iter().map(|row| row.community_id).collect();
        let communities = community::Entity::find()
            .filter(community::Model::visible_to(&Reach::Everything))
            .filter(community::Column::Id.is_in(ids))
            .all(db)
            .await?;
        for party in parties {
            let community = party.community_id;
            // Also after he has moved out: his own sync issues stay his own.
            grants.add(community, Audience::Viewer(account.into()), None);
            let time_zone = communities.iter().find(|row| row.id == community);
            let time_zone = time_zone.map_or(estate::TIME_ZONE, |row| row.time_zone.as_str());
            for relation in relations.iter().filter(|row| row.party_id == party.id) {
                // Where nobody knows the first day it is the day it was entered: what the one before him
                // reported is not for him.
                let since = relation.starts_on;
                let since =
                    since.map_or(relation.created_at, |day| estate::start_of(time_zone, day));
                grants.add(community, Audience::Everyone, None);
                grants.add(community, Audience::Viewer(party.id.into()), None);
                grants.add(
                    community,
                    Audience::Unit(relation.unit_id.into()),
                    Some(since),
                );
                grants.parties.entry(community).or_insert(party.id);
            }
        }
        Ok(())
    }

    /// Where he lives or lived.
    async fn former(
        &self,
        db: &Transaction,
        account: AccountId,
    ) -> Result<BTreeSet<(Uuid, Audience)>, DbErr> {
        let own = Query::select()
            .column(party::Column::Id)
            .from(party::Entity)
            .and_where(party::Column::AccountId.eq(account))
            .to_owned();
        let relations = party_relation::Entity::find()
            .filter(party_relation::Column::PartyId.in_subquery(own))
            .all(db)
            .await?;
        let of_relation = |relation: party_relation::Model| {
            let (realm, unit, party): (Uuid, Uuid, Uuid) = (
                relation.community_id.into(),
                relation.unit_id.into(),
                relation.party_id.into(),
            );
            let audiences = [
                Audience::Everyone,
                Audience::Unit(unit),
                Audience::Viewer(party),
            ];
            audiences.map(|audience| (realm, audience))
        };
        Ok(relations.into_iter().flat_map(of_relation).collect())
    }
}
