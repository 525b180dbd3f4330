//! The schema of Xunfang, step by step, forward only.
//!
//! Never imports `entity`: a migration must mean the same in five years. A released one is not changed either, nor what
//! it is made with (`tests/released.rs`).

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261130_000001_ledger;
mod m20261130_000002_accounts;
mod m20261130_000003_estate;
mod m20261130_000004_organisation;
mod m20261130_000005_households;
mod m20261130_000006_tickets;
mod m20261130_000007_visits;
mod m20261130_000008_patrol;
mod m20261130_000009_duty;
mod m20261130_000010_attachments;
mod m20261130_000011_sync;
mod m20261130_000012_jobs;
mod table;
mod whole;

/// All steps, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        whole::whole(vec![
            Box::new(m20261130_000001_ledger::Migration),
            Box::new(m20261130_000002_accounts::Migration),
            Box::new(m20261130_000003_estate::Migration),
            Box::new(m20261130_000004_organisation::Migration),
            Box::new(m20261130_000005_households::Migration),
            Box::new(m20261130_000006_tickets::Migration),
            Box::new(m20261130_000007_visits::Migration),
            Box::new(m20261130_000008_patrol::Migration),
            Box::new(m20261130_000009_duty::Migration),
            Box::new(m20261130_000010_attachments::Migration),
            Box::new(m20261130_000011_sync::Migration),
            Box::new(m20261130_000012_jobs::Migration),
        ])
    }
}
