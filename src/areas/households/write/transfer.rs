//! The sale of a unit.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::estate::unit;
use entity::households::{party, party_relation};
use entity::ids::{CommunityId, PartyId, PartyRelationId, UnitId};
use entity::kinds::RelationKind;
use sea_orm::{ColumnTrait, Condition};

use super::{
    SealedPhone, Terms, get_to_keep, get_unit, load_relations, new_party, new_relation, today,
};
use crate::areas::households::error::HouseholdError;
use crate::areas::households::rules;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Records that a unit was sold: the owners and those who belong to them no longer count, the buyer
/// does. Tenants and merchants stay.
#[derive(Clone, Debug)]
pub struct TransferUnit {
    pub unit_id: UnitId,
    pub buyer: Buyer,
    /// The buyer's first day; today or before.
    pub on: NaiveDate,
}

/// Who buys.
#[derive(Clone, Debug)]
pub enum Buyer {
    /// Somebody the community knows already.
    Known(PartyId),
    New {
        name: String,
        phone: Option<SealedPhone>,
    },
}

impl Command for TransferUnit {
    const KIND: &'static str = "unit.transfer";
    /// The buyer.
    type Output = PartyId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let units = batch.iter().map(|command| command.unit_id);
        write.load::<unit::Model>(units.clone()).await?;
        let communities: Vec<CommunityId> = write
            .rows::<unit::Model>()
            .map(|row| row.community_id)
            .collect();
        write
            .see::<entity::estate::community::Model>(communities)
            .await?;
        let present = Condition::all()
            .add(party_relation::Column::UnitId.is_in(units))
            .add(party_relation::Column::IsCurrent.eq(true));
        load_relations(write, present).await?;
        let buyers = batch.iter().filter_map(|command| match command.buyer {
            Buyer::Known(party) => Some(party),
            Buyer::New { .. } => None,
        });
        Ok(write.load::<party::Model>(buyers).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<PartyId, ApiError> {
        let community = get_unit(viewer, write, self.unit_id)?.community_id;
        let today = today(write, community)?;
        rules::check_dates(Some(self.on), None)?;
        if self.on > today {
            return Err(HouseholdError::SaleLiesAhead.into());
        }
        for relation in self.ended_by(write)? {
            self.end(write, relation)?;
        }
        let party_id = self.buyer(viewer, write, community)?;
        let terms = Terms {
            party_id,
            unit_id: self.unit_id,
            relation: RelationKind::Owner,
            starts_on: Some(self.on),
            ends_on: None,
        };
        write.insert(new_relation(write, community, &terms, today))?;
        Ok(party_id)
    }
}

impl TransferUnit {
    /// The present relations that the sale ends.
    fn ended_by(&self, write: &Write) -> Result<Vec<PartyRelationId>, HouseholdError> {
        let present: Vec<_> = write
            .rows::<party_relation::Model>()
            .filter(|row| row.unit_id == self.unit_id && row.is_current)
            .collect();
        let leases = present
            .iter()
            .filter(|row| matches!(row.relation, RelationKind::Tenant | RelationKind::Merchant));
        let leases: BTreeSet<NaiveDate> = leases.filter_map(|row| row.ends_on).collect();
        let mut ended = Vec::new();
        for row in present {
            let is_owner = row.relation == RelationKind::Owner;
            if let Some(since) = row.starts_on.filter(|day| is_owner && *day >= self.on) {
                return Err(HouseholdError::SaleBeforeOwner { since });
            }
            if rules::ends_with_sale(row.relation, row.ends_on, &leases) {
                ended.push(row.id);
            }
        }
        Ok(ended)
    }

    /// The day before the sale is the last; whoever came later never counted.
    fn end(&self, write: &mut Write, id: PartyRelationId) -> Result<(), ApiError> {
        let last = self.on.pred_opt().unwrap_or(self.on);
        write.update::<party_relation::Model>(id, |row| {
            row.ends_on = Some(row.starts_on.map_or(last, |day| day.max(last)));
            row.is_current = false;
        })
    }

    fn buyer(
        &self,
        viewer: &Viewer,
        write: &mut Write,
        community: CommunityId,
    ) -> Result<PartyId, ApiError> {
        match &self.buyer {
            Buyer::Known(id) => {
                let party = get_to_keep(viewer, write, *id)?;
                if party.community_id != community {
                    return Err(ApiError::not_found("party"));
                }
                Ok(party.id)
            }
            Buyer::New { name, phone } => {
                let mut party = new_party(write, community, name)?;
                if let Some(phone) = phone {
                    phone.put_on(&mut party);
                }
                let id = party.id;
                write.insert(party)?;
                Ok(id)
            }
        }
    }
}
