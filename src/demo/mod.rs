//! An estate to try the product on: people, homes, staff and repairs that nobody has.
//!
//! What it consists of is pure and seeded: the same seed gives the same estate. Loading it sends all of it through the
//! commands that an office would use.

pub mod estate;
pub mod load;

mod homes;
mod names;
mod problems;
mod staff;
#[cfg(test)]
mod tests;
mod tickets;

pub use estate::{DemoEstate, demo_estate};
pub use load::load;
