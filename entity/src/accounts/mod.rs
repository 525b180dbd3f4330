//! Who can sign in, and from which devices.

pub mod account;
pub mod session;
