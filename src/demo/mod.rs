//! An estate to try the product on: people, homes, staff and repairs that nobody has.
//!
//! What it consists of is pure and seeded: the same size and seed give the same estate. Loading it sends all of it through the
//! commands that an office would use.

pub mod estate;
pub mod load;

mod full;
mod homes;
mod make;
mod names;
mod plan;
mod problems;
mod rounds;
mod staff;
#[cfg(test)]
mod tests;
mod tickets;

pub use estate::{DemoEstate, DemoSize};
pub use load::load;
pub use make::demo_estate;
