//! Xunfang (巡访): the back end of a property company's customer-service department.
//!
//! Modules stand in reading order; `docs/architecture.md` says who may name whom.

pub mod areas;
pub mod jobs;
pub mod sync;

pub mod command;
pub mod graphql;

pub mod app;
pub mod auth;
pub mod database;
pub mod storage;

pub mod clock;
pub mod config;
pub mod error;
pub mod history;
pub mod json;
pub mod policy;
pub mod private;
pub mod sha256;
pub mod telemetry;
pub mod text;

pub mod demo;
pub mod http;
pub mod import;
pub mod simulate;

pub mod cli;
