//! A mutation of a push on its way to a decision.

use super::envelope::Arrived;
use crate::error::ApiError;
use crate::sync::registry::{AnyCommand, Kind};

/// A mutation that is new to the server, ready to be decided.
pub(super) struct Step<'a> {
    pub arrived: &'a Arrived,
    pub command: Result<(std::sync::Arc<dyn Kind>, AnyCommand), ApiError>,
    pub deliveries: i32,
    pub position: i32,
    /// When it came first, if it waited.
    pub received_at: Option<sea_orm::prelude::DateTimeUtc>,
}
