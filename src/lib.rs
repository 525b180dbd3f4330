//! Xunfang (巡访): the back end of a property company's customer-service department.
//!
//! Modules stand in reading order; `docs/architecture.md` says who may name whom.

pub mod demo;
pub mod import;
