//! The schema of Xunfang, step by step, forward only.
//!
//! Never imports `entity`: a migration must mean the same in five years.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261121_000001_lay_the_ledger;
mod m20261121_000002_create_estate;
mod m20261121_000003_create_people;
mod m20261121_000004_create_tickets;
mod m20261121_000005_create_sync;
mod m20261121_000006_keep_cursors;
mod m20261121_000007_create_jobs;
mod m20261122_000008_create_patrol;
mod m20261122_000009_create_visits;
mod m20261122_000010_keep_complaints;
mod m20261122_000011_keep_attachments;
mod m20261122_000012_create_duty;
mod m20261122_000013_keep_policies;
mod m20261122_000014_leave_phones;
mod m20261122_000015_remember_moments;
mod m20261122_000016_keep_what_was_seen;
mod m20261122_000017_drop_indexes_of_numbers;
mod m20261122_000018_remember_steps;
mod m20261129_000024_note_pushes;
mod m20261129_000025_bound_quarantine;
mod m20261129_000026_fold_names;
mod m20261129_000027_notice_copies;
mod m20261130_000028_hide_irregular_rounds;
mod m20261130_000029_find_other_phones;
mod m20261130_000030_name_floors;
mod m20261130_000031_tell_all_in_events;
mod m20261130_000032_tell_the_rest_in_events;
mod table;
mod whole;

/// All steps, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        whole::whole(vec![
            Box::new(m20261121_000001_lay_the_ledger::Migration),
            Box::new(m20261121_000002_create_estate::Migration),
            Box::new(m20261121_000003_create_people::Migration),
            Box::new(m20261121_000004_create_tickets::Migration),
            Box::new(m20261121_000005_create_sync::Migration),
            Box::new(m20261121_000006_keep_cursors::Migration),
            Box::new(m20261121_000007_create_jobs::Migration),
            Box::new(m20261122_000008_create_patrol::Migration),
            Box::new(m20261122_000009_create_visits::Migration),
            Box::new(m20261122_000010_keep_complaints::Migration),
            Box::new(m20261122_000011_keep_attachments::Migration),
            Box::new(m20261122_000012_create_duty::Migration),
            Box::new(m20261122_000013_keep_policies::Migration),
            Box::new(m20261122_000014_leave_phones::Migration),
            Box::new(m20261122_000015_remember_moments::Migration),
            Box::new(m20261122_000016_keep_what_was_seen::Migration),
            Box::new(m20261122_000017_drop_indexes_of_numbers::Migration),
            Box::new(m20261122_000018_remember_steps::Migration),
            Box::new(m20261129_000024_note_pushes::Migration),
            Box::new(m20261129_000025_bound_quarantine::Migration),
            Box::new(m20261129_000026_fold_names::Migration),
            Box::new(m20261129_000027_notice_copies::Migration),
            Box::new(m20261130_000028_hide_irregular_rounds::Migration),
            Box::new(m20261130_000029_find_other_phones::Migration),
            Box::new(m20261130_000030_name_floors::Migration),
            Box::new(m20261130_000031_tell_all_in_events::Migration),
            Box::new(m20261130_000032_tell_the_rest_in_events::Migration),
        ])
    }
}
