//! What the demo estate consists of; things name each other by the words an office uses: zone, building and room.

use chrono::{Datelike, NaiveDate};
use clap::ValueEnum;
use entity::kinds::{Occupancy, PostKind, RelationKind};
use entity::patrol::{CheckItem, Plan};
use serde::{Deserialize, Serialize};

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

/// A place that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPoint {
    pub zone: &'static str,
    pub building: Option<&'static str>,
    pub name: String,
    pub place: &'static str,
    /// Unique in the community.
    pub code: String,
    pub checklist: Vec<CheckItem>,
}

/// A patrol that is walked again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoRoute {
    pub zone: Option<&'static str>,
    /// Of the frequency table, or of the estate's own.
    pub key: &'static str,
    pub name: String,
    /// That of the frequency table when left out.
    pub post: Option<PostKind>,
    /// Account.
    pub assignee: Option<&'static str>,
    /// Codes.
    pub points: Vec<String>,
    pub plan: Plan,
    pub needs_code: bool,
}

/// Who begins which shift on which day, counted from the day of loading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoDuty {
    pub account: &'static str,
    pub shift: &'static str,
    pub in_days: u64,
}
