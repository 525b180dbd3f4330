//! What a party is to a unit, from when and until when.

use chrono::NaiveDate;
use entity::estate::unit;
use entity::households::{party, party_relation};
use entity::ids::{PartyId, PartyRelationId, UnitId};
use entity::kinds::RelationKind;
use sea_orm::{ColumnTrait, Condition};

use super::{
    Terms, get_to_keep, get_unit, load_relations, new_relation, see_communities_of_parties, today,
};
use crate::areas::households::access::party_scope;
use crate::areas::households::error::HouseholdError;
use crate::areas::households::rules;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Writes down what a party is to a unit. The same relation of the same day is refused.
#[derive(Clone, Debug)]
pub struct RelateParty {
    pub party_id: PartyId,
    pub unit_id: UnitId,
    pub relation: RelationKind,
    pub starts_on: Option<NaiveDate>,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
}

impl Command for RelateParty {
    const KIND: &'static str = "party_relation.relate";
    type Output = PartyRelationId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let parties = batch.iter().map(|command| command.party_id);
        write.load::<party::Model>(parties.clone()).await?;
        let units = batch.iter().map(|command| command.unit_id);
        write.see::<unit::Model>(units).await?;
        let of_parties = party_relation::Column::PartyId.is_in(parties);
        load_relations(write, Condition::all().add(of_parties)).await?;
        see_communities_of_parties(write).await
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PartyRelationId, ApiError> {
        let community = get_to_keep(viewer, write, self.party_id)?.community_id;
        if get_unit(viewer, write, self.unit_id)?.community_id != community {
            return Err(ApiError::not_found("unit"));
        }
        rules::check_dates(self.starts_on, self.ends_on)?;
        let is_known = write.rows::<party_relation::Model>().any(|row| {
            (row.party_id, row.unit_id) == (self.party_id, self.unit_id)
                && (row.relation, row.starts_on) == (self.relation, self.starts_on)
        });
        if is_known {
            return Err(ApiError::conflict("party_relation"));
        }
        let terms = Terms {
            party_id: self.party_id,
            unit_id: self.unit_id,
            relation: self.relation,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
        };
        let relation = new_relation(write, community, &terms, today(write, community)?);
        let id = relation.id;
        write.insert(relation)?;
        Ok(id)
    }
}

/// Ends a relation. From its last day on it no longer counts; a last day that lies ahead is only
/// written down. Until that day is over it can be corrected.
#[derive(Clone, Debug)]
pub struct EndRelation {
    pub relation_id: PartyRelationId,
    pub ends_on: NaiveDate,
}

impl Command for EndRelation {
    const KIND: &'static str = "party_relation.end";
    /// The party whose relation it is.
    type Output = PartyId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let named =
            party_relation::Column::Id.is_in(batch.iter().map(|command| command.relation_id));
        load_relations(write, Condition::all().add(named)).await?;
        see_communities_of_parties(write).await
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PartyId, ApiError> {
        let unknown = || ApiError::not_found("party_relation");
        let relation = write.get::<party_relation::Model>(self.relation_id);
        let relation = relation.ok_or_else(unknown)?;
        write
            .visible(&party_scope(), viewer.reach(), relation.party_id)
            .map_err(|_| unknown())?;
        let party = relation.party_id;
        let community = get_to_keep(viewer, write, party)?.community_id;
        let today = today(write, community)?;
        if relation.ends_on.is_some_and(|day| day < today) {
            return Err(HouseholdError::HasEnded.into());
        }
        rules::check_dates(relation.starts_on, Some(self.ends_on))?;
        write.update::<party_relation::Model>(self.relation_id, |row| {
            row.ends_on = Some(self.ends_on);
            row.is_current =
                self.ends_on > today && rules::is_current(row.starts_on, row.ends_on, today);
        })?;
        Ok(party)
    }
}
