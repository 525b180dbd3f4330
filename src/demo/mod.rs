//! An estate to try the product on: people, homes, staff and repairs that nobody has.
//!
//! Pure and seeded: the same seed gives the same estate. Who loads it turns ages into dates and sends all of it through
//! the commands that an office would use.

pub mod estate;

mod homes;
mod names;
mod problems;
mod staff;
#[cfg(test)]
mod tests;
mod tickets;

pub use estate::{DemoEstate, demo_estate};
