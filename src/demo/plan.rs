//! What is the same in every run, and how an estate comes of it.

use entity::kinds::{Occupancy, RelationKind};

use super::estate::{DemoCommunity, DemoParty, DemoResident};
use super::homes::{self, Block, Rates};
use super::names::Cast;
use super::problems::Problem;
use super::rounds;
use super::staff::{self, PostLine};
use super::tickets::{self, Caseload};

/// Account, and the first party in this building with this relation to a unit so occupied.
pub type ResidentLine = (&'static str, &'static str, RelationKind, Occupancy);

pub const BIJIANG_RESIDENTS: [ResidentLine; 2] = [
    (
        "resident",
        "江畔1栋",
        RelationKind::Owner,
        Occupancy::OwnerResident,
    ),
    (
        "resident_b",
        "翠堤3栋",
        RelationKind::Owner,
        Occupancy::OwnerResident,
    ),
];

pub const CUIHU_RESIDENTS: [ResidentLine; 1] = [(
    "resident2",
    "A座厂房",
    RelationKind::Merchant,
    Occupancy::Let,
)];

/// What is the same in every run.
pub struct Plan {
    pub code: &'static str,
    pub name: &'static str,
    pub blocks: &'static [Block],
    pub posts: &'static [PostLine],
    pub residents: &'static [ResidentLine],
    pub problems: &'static [Problem],
    pub rates: Rates,
    pub caseload: Caseload,
}

impl Plan {
    pub fn build(&self, cast: &mut Cast) -> DemoCommunity {
        let mut community = DemoCommunity {
            code: self.code,
            name: self.name,
            zones: Vec::new(),
            buildings: Vec::new(),
            units: Vec::new(),
            parties: Vec::new(),
            staff: staff::hire(cast, self.posts),
            residents: Vec::new(),
            tickets: Vec::new(),
            points: Vec::new(),
            routes: Vec::new(),
            roster: Vec::new(),
        };
        for block in self.blocks {
            homes::settle(cast, block, &self.rates, &mut community);
        }
        community.residents = self
            .residents
            .iter()
            .filter_map(|(account, building, relation, occupancy)| {
                let lived_in = |party: &DemoParty| {
                    community
                        .unit_of(party)
                        .is_some_and(|unit| unit.occupancy == *occupancy)
                };
                let party = community.parties.iter().find(|party| {
                    party.building == *building && party.relation == *relation && lived_in(party)
                })?;
                Some(DemoResident {
                    account,
                    building: party.building,
                    room_number: party.room_number.clone(),
                    name: party.name.clone(),
                    phone: party.phone.clone(),
                })
            })
            .collect();
        community.tickets = tickets::report(cast, &community, self.problems, &self.caseload);
        community.points = rounds::points(&community);
        community.routes = rounds::routes(&community, &community.points);
        community.roster = rounds::roster(&community);
        community
    }
}
