//! Who is calling.

pub mod attempts;
pub mod login;
pub mod password;
pub mod token;
pub mod viewer;

pub use viewer::{Grants, Person, Position, ReachProvider, Standing, Viewer, Viewers};
