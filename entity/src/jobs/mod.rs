//! Work to be done at its time.

pub mod job;

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Not begun, or waiting for its next attempt.
    Waiting,
    /// Taken by a process under a lease.
    Running,
    /// Done.
    Done,
    /// Given up after too many attempts.
    Failed,
}
