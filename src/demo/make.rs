//! Making an estate of its plans.

use super::estate::{DemoEstate, DemoSize};
use super::full;
use super::homes::{BIJIANG_BLOCKS, CUIHU_BLOCKS, Rates};
use super::names::{Cast, Crowd};
use super::plan::{BIJIANG_RESIDENTS, CUIHU_RESIDENTS, Plan};
use super::problems::{BIJIANG_PROBLEMS, CUIHU_PROBLEMS};
use super::staff::{BIJIANG_POSTS, CUIHU_POSTS};
use super::tickets::Caseload;

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
