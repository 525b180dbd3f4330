//! Xunfang (巡访): the back end of a property company's customer-service department.
//!
//! Modules stand in reading order; `docs/architecture.md` says who may name whom.

pub mod clock;
pub mod error;
pub mod telemetry;

pub mod app;
pub mod auth;
pub mod config;
pub mod database;

pub mod areas;
pub mod graphql;

pub mod cli;
pub mod http;
