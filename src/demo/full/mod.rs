//! The demo estate in its real size: 碧江花园 with 11 000 households and the desk of O-01, 翠湖工业园 with its firms.

mod houses;
mod posts;
#[cfg(test)]
mod tests;

use super::estate::DemoTicketState;
use super::homes::Rates;
use super::plan::{BIJIANG_RESIDENTS, CUIHU_RESIDENTS, Plan};
use super::problems::{BIJIANG_PROBLEMS, CUIHU_PROBLEMS};
use super::tickets::Caseload;

pub fn plans() -> [Plan; 2] {
    [
        Plan {
            code: "bijiang",
            name: "碧江花园",
            blocks: &houses::BIJIANG,
            posts: &posts::BIJIANG,
            residents: &BIJIANG_RESIDENTS,
            problems: &BIJIANG_PROBLEMS,
            rates: RATES,
            caseload: Caseload::Of(&BIJIANG_CASES),
        },
        Plan {
            code: "cuihu",
            name: "翠湖工业园",
            blocks: &houses::CUIHU,
            posts: &posts::CUIHU,
            residents: &CUIHU_RESIDENTS,
            problems: &CUIHU_PROBLEMS,
            rates: RATES,
            caseload: Caseload::Of(&CUIHU_CASES),
        },
    ]
}

/// Most homes have nobody on file but their owner.
const RATES: Rates = Rates {
    partners: 28,
    children: 16,
    representatives: 20,
    former_tenants: 8,
    tenants_before: 10,
    occupants: 25,
    tenants_children: 10,
};

const BIJIANG_CASES: [(usize, DemoTicketState); 7] = [
    (48, DemoTicketState::Recorded),
    (42, DemoTicketState::Ordered),
    (131, DemoTicketState::Dispatched),
    (57, DemoTicketState::OnSite),
    (94, DemoTicketState::Finished),
    (3420, DemoTicketState::Closed),
    (205, DemoTicketState::Cancelled),
];

const CUIHU_CASES: [(usize, DemoTicketState); 7] = [
    (5, DemoTicketState::Recorded),
    (4, DemoTicketState::Ordered),
    (9, DemoTicketState::Dispatched),
    (5, DemoTicketState::OnSite),
    (8, DemoTicketState::Finished),
    (140, DemoTicketState::Closed),
    (9, DemoTicketState::Cancelled),
];

/// A name that is put together once and for all.
fn kept(name: String) -> &'static str {
    name.leak()
}
