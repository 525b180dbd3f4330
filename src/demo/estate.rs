//! What the demo estate consists of; things name each other by the words an office uses: zone, building and room.

use chrono::{Datelike, NaiveDate};
use clap::ValueEnum;
use entity::kinds::{Occupancy, PostKind, RelationKind};
use serde::{Deserialize, Serialize};

use super::full;
use super::homes::{self, BIJIANG_BLOCKS, Block, CUIHU_BLOCKS, Rates};
use super::names::{Cast, Crowd};
use super::problems::{BIJIANG_PROBLEMS, CUIHU_PROBLEMS, Problem};
use super::rounds::{self, DemoDuty, DemoPoint, DemoRoute};
use super::staff::{self, BIJIANG_POSTS, CUIHU_POSTS, PostLine};
use super::tickets::{self, Caseload};

/// How large a demo estate is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DemoSize {
    /// A few houses with 120 homes, and an industrial park of 30 units
    Small,
    /// 11 000 households in 105 buildings (O-01), and an industrial park of 302 units
    #[default]
    Full,
}

/// A residential estate and an industrial park of one company. Accounts, phones and identity numbers are unique across
/// both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoEstate {
    pub communities: Vec<DemoCommunity>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoCommunity {
    pub code: &'static str,
    pub name: &'static str,
    pub zones: Vec<&'static str>,
    pub buildings: Vec<DemoBuilding>,
    pub units: Vec<DemoUnit>,
    /// One line per relation of a party to a unit; no party stands in two lines.
    pub parties: Vec<DemoParty>,
    pub staff: Vec<DemoStaff>,
    pub residents: Vec<DemoResident>,
    pub tickets: Vec<DemoTicket>,
    pub points: Vec<DemoPoint>,
    pub routes: Vec<DemoRoute>,
    pub roster: Vec<DemoDuty>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoBuilding {
    pub zone: &'static str,
    pub name: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoUnit {
    pub building: &'static str,
    pub floor: i16,
    pub room_number: String,
    pub layout: &'static str,
    /// Hundredths of a square metre.
    pub area_centi_m2: i64,
    pub occupancy: Occupancy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoParty {
    pub building: &'static str,
    pub room_number: String,
    /// Of a person, or of a firm if the relation is `Merchant`.
    pub name: String,
    pub relation: RelationKind,
    /// A mobile with 0000 in the middle.
    pub phone: String,
    /// With 000 as its order number, which is never issued; firms and children have none.
    pub identity_number: Option<String>,
    pub starts_on: NaiveDate,
    /// Former tenants left in 2024; present leases end three years after a day in 2025.
    pub ends_on: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoStaff {
    pub account: &'static str,
    pub name: String,
    pub post: PostKind,
    pub phone: String,
    /// The zones that a field post works in; empty for desk posts.
    pub zones: Vec<&'static str>,
    /// Account of the direct superior (O-10).
    pub superior: Option<&'static str>,
}

/// A resident who can sign in: the party of this name and phone in this unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoResident {
    pub account: &'static str,
    pub building: &'static str,
    pub room_number: String,
    pub name: String,
    pub phone: String,
}

/// A repair (T-01). All ages are minutes before the moment of loading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoTicket {
    pub zone: &'static str,
    /// None for the grounds.
    pub building: Option<&'static str>,
    /// None for public places.
    pub room_number: Option<String>,
    /// The public place, where it is no unit.
    pub place: Option<&'static str>,
    pub customer_name: String,
    pub phone: String,
    /// Account of whoever registered it: the resident himself, the desk, or, on the grounds, a guard on patrol.
    pub reported_by: &'static str,
    pub content: &'static str,
    /// In the resident's words; none for public places.
    pub convenient_time: Option<&'static str>,
    pub priority: DemoPriority,
    pub state: DemoTicketState,
    /// Account of the maintenance worker; from `Dispatched` on.
    pub assignee: Option<&'static str>,
    pub age_minutes: i64,
    /// How it came to its state, oldest first; the first is `Recorded`, the last is `state`.
    pub steps: Vec<DemoStep>,
    pub notes: Vec<DemoNote>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoStep {
    pub state: DemoTicketState,
    /// Account of whoever took it.
    pub by: &'static str,
    pub age_minutes: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoNote {
    /// Account of the author.
    pub by: &'static str,
    pub text: &'static str,
    pub age_minutes: i64,
}

/// The states of a repair that the demo shows, in their order (13.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoTicketState {
    Recorded,
    Ordered,
    Dispatched,
    OnSite,
    Finished,
    Closed,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoPriority {
    Low,
    Normal,
    High,
    Urgent,
}

/// Makes the demo estate. The same size and seed give the same estate, until a new version of the dice.
pub fn demo_estate(size: DemoSize, seed: u64) -> DemoEstate {
    let (crowd, plans) = match size {
        DemoSize::Small => (Crowd::Village, [BIJIANG, CUIHU]),
        DemoSize::Full => (Crowd::Town, full::plans()),
    };
    let mut cast = Cast::new(seed, crowd);
    DemoEstate {
        communities: plans.map(|plan| plan.build(&mut cast)).into(),
    }
}

const BIJIANG: Plan = Plan {
    code: "bijiang",
    name: "碧江花园",
    blocks: &BIJIANG_BLOCKS,
    posts: &BIJIANG_POSTS,
    residents: &BIJIANG_RESIDENTS,
    problems: &BIJIANG_PROBLEMS,
    rates: Rates::VILLAGE,
    caseload: Caseload::OneOfEach,
};

/// Staffed as O-15 to O-20 say, with a maintenance worker and a guard besides.
const CUIHU: Plan = Plan {
    code: "cuihu",
    name: "翠湖工业园",
    blocks: &CUIHU_BLOCKS,
    posts: &CUIHU_POSTS,
    residents: &CUIHU_RESIDENTS,
    problems: &CUIHU_PROBLEMS,
    rates: Rates::VILLAGE,
    caseload: Caseload::OneOfEach,
};

/// Account, and the first party in this building with this relation to a unit so occupied.
type ResidentLine = (&'static str, &'static str, RelationKind, Occupancy);

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
    fn build(&self, cast: &mut Cast) -> DemoCommunity {
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

impl DemoParty {
    /// Whether this is no former tenant.
    pub fn is_present(&self) -> bool {
        self.ends_on.is_none_or(|day| day.year() > 2024)
    }
}

impl DemoCommunity {
    /// The unit that a party's relation is about.
    pub fn unit_of(&self, party: &DemoParty) -> Option<&DemoUnit> {
        self.units
            .iter()
            .find(|unit| unit.building == party.building && unit.room_number == party.room_number)
    }

    /// The zone in which a building stands.
    pub fn zone_of(&self, building: &str) -> Option<&'static str> {
        let building = self.buildings.iter().find(|known| known.name == building)?;
        Some(building.zone)
    }
}
